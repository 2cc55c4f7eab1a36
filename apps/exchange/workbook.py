"""A plan as a workbook that computes: change goal, price, rates, buffer or open deals, and every number
follows. All of it is integer arithmetic on fractions in lowest terms, because a quotient of doubles may
stand just above a whole number and cost one more call than is needed (21 at 35 % is 60, not 61)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Membership
from apps.goals.drafts import Draft, Split, StreamTree
from apps.goals.models import Kgi, Plan

FORMAT = 1
META = "kpiplanner"
# A double holds every integer up to here.
EXACT = 2**53
FIRST_STAGE = 10
MOST_GRADES = 3
TEN_THOUSAND = 10_000
LONGEST_TITLE = 31
BAD_IN_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

INPUT, HEAD = "FFF4CC", "E6F2F2"


@dataclass(frozen=True)
class Layout:
    """Where things stand on the sheet of a segment with so many stages."""

    stages: int

    goal, price, buffer = "B3", "B4", "B5"

    @property
    def first(self) -> int:
        return FIRST_STAGE

    @property
    def last(self) -> int:
        return FIRST_STAGE + self.stages - 1

    @property
    def deals(self) -> int:
        """The row of the first grade."""
        return self.last + 5

    @property
    def people(self) -> int:
        """The row of the first person."""
        return self.deals + MOST_GRADES + 4


def build(plan: Plan, draft: Draft, split: Split, members: Sequence[Membership]) -> Any:
    """An openpyxl Workbook of a version: a sheet for each segment, and one that names its origin."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    titles: list[str] = []
    for tree in draft.trees:
        titles.append(_title(tree, titles))
        sheet = book.create_sheet(titles[-1])
        _Sheet(sheet, Layout(len(draft.kpis)), draft, tree, split, members).write()
    _write_meta(book, plan, draft, titles)
    return book


def _title(tree: StreamTree, taken: Sequence[str]) -> str:
    name = (tree.stream.segment.name or _("Plan")).translate(BAD_IN_TITLE).strip("' ")[:25] or "Plan"
    return name if name not in taken else f"{name} {len(taken) + 1}"[:LONGEST_TITLE]


def _write_meta(book: Any, plan: Plan, draft: Draft, titles: Sequence[str]) -> None:
    sheet = book.create_sheet(META)
    sheet.sheet_state = "hidden"
    kgi: Kgi = plan.kgi
    sheet.append(["format", FORMAT])
    sheet.append(["team", kgi.team_id])
    sheet.append(["kgi", kgi.pk])
    sheet.append(["version", plan.number])
    sheet.append(["stages", *(kpi.code for kpi in draft.kpis)])
    for title, stream in zip(titles, draft.streams, strict=True):
        sheet.append(["segment", title, stream.segment.code])


@dataclass
class _Sheet:
    sheet: Any
    at: Layout
    draft: Draft
    tree: StreamTree
    split: Split
    members: Sequence[Membership]

    def write(self) -> None:
        self._goal()
        self._stages()
        self._deals()
        self._people()
        self._look()

    # -- what is typed -----------------------------------------------------------------------------

    def _goal(self) -> None:
        stream, sheet = self.tree.stream, self.sheet
        sheet["A1"] = _("Yellow cells are yours; everything else is computed from them.")
        sheet["A3"], sheet["A4"], sheet["A5"] = _("Goal"), _("Unit price"), _("Buffer (%)")
        sheet["C3"] = _("in the smallest unit of the currency; contracts: price 1")
        sheet[self.at.goal], sheet[self.at.price] = stream.goal, stream.unit_price or 1
        sheet[self.at.buffer] = float(self.draft.form.buffer)
        # Contracts wanted, and the buffer, each as a fraction.
        sheet["I3"], sheet["J3"] = "=B3/GCD(B3,B4)", "=B4/GCD(B3,B4)"
        sheet["I5"] = f"={TEN_THOUSAND}+ROUND(B5*100,0)"

    def _stages(self) -> None:
        sheet, at = self.sheet, self.at
        sheet.cell(at.first - 1, 1, _("Stage"))
        for place, words in enumerate(
            (_("Code"), _("Of so many"), _("come so many"), _("Rate"), _("Needed"), _("Exact?")), start=2
        ):
            sheet.cell(at.first - 1, place, words)
        for place, kpi in enumerate(self.draft.kpis):
            self._stage(at.first + place, kpi.name, kpi.code, self.tree.stream.rates[place])
        row = at.last + 1
        sheet.cell(row, 1, _("Forward: all of the first stage done ends at so much of the goal (%)"))
        rates = "*".join(f"(D{line}/C{line})" for line in range(at.first + 1, at.last + 1)) or "1"
        last = at.deals + MOST_GRADES - 1
        expected = f"SUMPRODUCT(C{at.deals}:C{last},D{at.deals}:D{last})/100"
        sheet.cell(row, 6, f"=ROUND(100*(F{at.first}*{rates}+{expected})/(I3/J3),2)")

    def _stage(self, row: int, name: str, code: str, rate: Any) -> None:
        sheet, at = self.sheet, self.at
        self._text(row, 1, name)
        self._text(row, 2, code)
        if row > at.first and rate:
            value: Fraction = rate.value
            sheet.cell(row, 3, value.denominator)
            sheet.cell(row, 4, value.numerator)
            sheet.cell(row, 5, f"=D{row}/C{row}")
        for column, formula in self._computed(row).items():
            sheet[f"{column}{row}"] = formula

    def _computed(self, row: int) -> Mapping[str, str]:
        """Hidden beside each stage: I/J actions for one contract; K what open deals bring, in hundredths;
        L/M contracts still to be won, with the buffer; N/O the exact need."""
        at, after = self.at, row + 1
        if row == at.last:
            per = {"I": "=1", "J": "=1"}
        else:
            # Each product is reduced crosswise first, so that no number grows more than it must.
            per = {
                "I": f"=(I{after}/GCD(I{after},D{after}))*(C{after}/GCD(C{after},J{after}))",
                "J": f"=(J{after}/GCD(J{after},C{after}))*(D{after}/GCD(D{after},I{after}))",
            }
        grades = range(at.deals, at.deals + MOST_GRADES)
        first, last = grades[0], grades[-1]
        reached = f"(E{first}:E{last}>={row - at.first + 1})"
        still, base = f"I3*I5-K{row}*J3*100", f"J3*{TEN_THOUSAND}"
        return per | {
            "K": f"=SUMPRODUCT({reached}*C{first}:C{last}*D{first}:D{last})",
            "L": f"=MAX(0,({still}))/GCD(MAX(0,{still}),{base})",
            "M": f"={base}/GCD(MAX(0,{still}),{base})",
            "N": f"=(L{row}/GCD(L{row},J{row}))*(I{row}/GCD(I{row},M{row}))",
            "O": f"=(M{row}/GCD(M{row},I{row}))*(J{row}/GCD(J{row},L{row}))",
            "F": f"=INT(N{row}/O{row})+IF(N{row}-O{row}*INT(N{row}/O{row})>0,1,0)",
            "G": f'=IF(MAX(I{row}:O{row})<{EXACT},"✓","≈")',
        }

    def _text(self, row: int, column: int, value: str) -> None:
        """Somebody's words: never a formula."""
        self.sheet.cell(row, column, value).data_type = "s"

    def _deals(self) -> None:
        sheet, at = self.sheet, self.at
        sheet.cell(at.deals - 2, 1, _("Open deals at the start"))
        for place, words in enumerate(
            (_("Grade (A, B, C)"), _("Stage reached (code)"), _("Number"), _("Chance (%)")), start=1
        ):
            sheet.cell(at.deals - 1, place, words)
        codes = {kpi.pk: kpi.code for kpi in self.draft.kpis}
        grades = [grade for grade in self.tree.stream.grades if grade.kpi in codes]
        for number in range(MOST_GRADES):
            row = at.deals + number
            grade = grades[number] if number < len(grades) else None
            if grade:
                for place, value in enumerate(
                    (grade.name, codes[grade.kpi], grade.count, grade.chance_percent), start=1
                ):
                    sheet.cell(row, place, value)
            # Its place in the chain; a row without a stage spares nothing.
            sheet.cell(row, 5, f'=IF(B{row}="",0,MATCH(B{row},B${at.first}:B${at.last},0))')

    # -- over people -------------------------------------------------------------------------------

    def _people(self) -> None:
        """By weight, with the largest remainder; not where somebody goes by own or typed numbers."""
        segment = self.tree.stream.segment.pk
        carrying = [member for member in self.members if (member.pk, segment) in self.split.weights]
        own = {key for key in (*self.split.by_hand, *self.split.rates) if key[1] == segment}
        if not carrying or own:
            return
        sheet, at = self.sheet, self.at
        sheet.cell(at.people - 2, 1, _("Over people"))
        sheet.cell(at.people - 1, 1, _("Name"))
        sheet.cell(at.people - 1, 2, _("Weight"))
        rows = range(at.people, at.people + len(carrying))
        for place, kpi in enumerate(self.draft.kpis):
            self._text(at.people - 1, 3 + place, kpi.name)
        # Ties go to whoever came first.
        for row, member in zip(rows, sorted(carrying, key=lambda member: member.pk), strict=True):
            self._text(row, 1, member.user.name)
            sheet.cell(row, 2, self.split.weights[member.pk, segment])
            for place in range(len(self.draft.kpis)):
                sheet.cell(row, 3 + place, self._part(row, rows, at.first + place))

    def _part(self, row: int, rows: range, stage: int) -> str:
        weights = f"$B${rows[0]}:$B${rows[-1]}"
        total, whole, own = f"$F${stage}", f"SUM({weights})", f"$B{row}"
        share = f"INT({total}*{own}/{whole})"
        rest = f"({total}*{own}-{whole}*{share})"
        shares = f"INT({total}*{weights}/{whole})"
        rests = f"({total}*{weights}-{whole}*{shares})"
        missing = f"({total}-SUMPRODUCT({shares}))"
        before = f"SUMPRODUCT(({rests}>{rest})+({rests}={rest})*(ROW({weights})<{row}))"
        return f"={share}+IF({before}<{missing},1,0)"

    def _look(self) -> None:
        from openpyxl.styles import Font, PatternFill

        sheet, at = self.sheet, self.at
        yellow = PatternFill("solid", fgColor=INPUT)
        for cell in input_cells(at):
            sheet[cell].fill = yellow
        for row in (at.first - 1, at.deals - 1):
            for place in range(1, 8):
                sheet.cell(row, place).font = Font(bold=True)
                sheet.cell(row, place).fill = PatternFill("solid", fgColor=HEAD)
        for row in range(at.first, at.last + 1):
            sheet.cell(row, 5).number_format = "0.0%"
            sheet.cell(row, 6).font = Font(bold=True)
            sheet.cell(row, 6).number_format = "#,##0"
        sheet[at.goal].number_format = sheet[at.price].number_format = "#,##0"
        sheet.column_dimensions["A"].width = 34
        sheet.column_dimensions["B"].width = 22
        for column in "IJKLMNO":
            sheet.column_dimensions[column].hidden = True


def input_cells(at: Layout) -> list[str]:
    """What somebody may type: goal, price, buffer, two numbers a rate, and the open deals."""
    rates = [f"{column}{row}" for row in range(at.first + 1, at.last + 1) for column in "CD"]
    deals = [f"{column}{at.deals + number}" for number in range(MOST_GRADES) for column in "ABCD"]
    return [at.goal, at.price, at.buffer, *rates, *deals]
