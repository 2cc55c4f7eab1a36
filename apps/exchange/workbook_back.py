"""A plan's workbook comes back: its yellow cells become the next version of the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import IO, Any

from apps.accounts.models import Team
from apps.domain.errors import PlanError
from apps.domain.money import LARGEST, money_text
from apps.domain.rates import FINEST, Rate
from apps.exchange.workbook import FORMAT, META, MOST_GRADES, Layout
from apps.goals.drafts import Draft, Grade, Stream, draft_of
from apps.goals.models import Kgi
from apps.goals.services import latest_plan
from apps.web.tables import check_workbook, opened_workbook

# Unpacked; a plan has some hundred cells, and here the whole of it is held at once.
LARGEST_PLAN = 20_000_000
MOST_BUFFER = 200
GRADES = "ABC"
MOST_DEALS = 100_000


@dataclass(frozen=True)
class Back:
    """What a workbook says: the draft of a next version, and from which version it was made."""

    kgi: Kgi
    number: int
    draft: Draft
    # (what, of which segment, before, after)
    changes: list[tuple[str, str, str, str]]


def read_back(team: Team, file: IO[bytes]) -> Back:
    """Raises PlanError: of ``check_workbook``; ``workbook_foreign``, ``workbook_stages``,
    ``cell_is_no_number`` (cell, sheet), ``cell_out_of_range`` (cell, sheet), and what the draft raises."""
    check_workbook(file, LARGEST_PLAN)
    with opened_workbook(file, values_only=False) as book:
        meta = _meta(book)
        kgi = Kgi.objects.of_team(team).running().filter(pk=meta["kgi"], team=meta["team"]).first()
        if kgi is None:
            raise PlanError("workbook_foreign")
        kgi.team = team
        before = draft_of(latest_plan(kgi))
        if [kpi.code for kpi in before.kpis] != meta["stages"]:
            raise PlanError("workbook_stages")
        streams = [_stream(book, meta["segments"], stream, before) for stream in before.streams]
        buffer = {_buffer(book[meta["segments"][stream.segment.code]]) for stream in before.streams}
    if len(buffer) != 1:
        raise PlanError("workbook_buffers")
    draft = replace(before, streams=streams, form=replace(before.form, buffer=buffer.pop()), reason="")
    _ = draft.trees
    return Back(kgi, meta["version"], draft, _changes(kgi, before, draft))


def _meta(book: Any) -> dict[str, Any]:
    if META not in book.sheetnames:
        raise PlanError("workbook_foreign")
    found: dict[str, Any] = {"segments": {}}
    for row in book[META].iter_rows(max_col=60, max_row=200, values_only=True):
        cells = [cell for cell in row if cell is not None]
        if cells and cells[0] == "stages":
            found["stages"] = [str(cell) for cell in cells[1:]]
        elif len(cells) == 3 and cells[0] == "segment":
            found["segments"][str(cells[2])] = str(cells[1])
        elif len(cells) == 2 and isinstance(cells[1], int):
            found[str(cells[0])] = cells[1]
    if found.get("format") != FORMAT or not {"team", "kgi", "version", "stages"} <= set(found):
        raise PlanError("workbook_foreign")
    return found


def _stream(book: Any, titles: Mapping[str, str], stream: Stream, draft: Draft) -> Stream:
    title = titles.get(stream.segment.code, "")
    if title not in book.sheetnames:
        raise PlanError("workbook_stages")
    sheet, at = book[title], Layout(len(draft.kpis))
    rates = [
        None if place == 0 else _rate(sheet, at.first + place, stream.rates[place])
        for place in range(len(draft.kpis))
    ]
    price = None if stream.unit_price is None else _whole(sheet, at.price, 1, LARGEST)
    return replace(
        stream,
        goal=_whole(sheet, at.goal, 1, LARGEST),
        unit_price=price,
        rates=rates,
        grades=_grades(sheet, at, draft),
    )


def _grades(sheet: Any, at: Layout, draft: Draft) -> list[Grade]:
    found = [grade for number in range(MOST_GRADES) for grade in _grade(sheet, at.deals + number, draft)]
    if len({grade.name for grade in found}) != len(found):
        raise PlanError("cell_out_of_range", cell=f"A{at.deals}", sheet=sheet.title)
    return sorted(found, key=lambda grade: grade.name)


def _rate(sheet: Any, row: int, before: Rate | None) -> Rate:
    value = Fraction(_whole(sheet, f"D{row}", 1, FINEST), _whole(sheet, f"C{row}", 1, FINEST))
    if before is not None and value == before.value:
        return before
    return Rate(value, f"{value.numerator}/{value.denominator}")


def _grade(sheet: Any, row: int, draft: Draft) -> list[Grade]:
    if all(sheet[f"{column}{row}"].value in (None, "") for column in "ABCD"):
        return []
    codes = {kpi.code: kpi.pk for kpi in draft.kpis}
    code = str(sheet[f"B{row}"].value or "")
    if code not in codes:
        raise PlanError("cell_out_of_range", cell=f"B{row}", sheet=sheet.title)
    name = str(sheet[f"A{row}"].value or "").strip().upper()
    if name not in GRADES or len(name) != 1:
        raise PlanError("cell_out_of_range", cell=f"A{row}", sheet=sheet.title)
    count, chance = _whole(sheet, f"C{row}", 0, MOST_DEALS), _whole(sheet, f"D{row}", 0, 100)
    return [Grade(name, codes[code], count, chance)]


def _buffer(sheet: Any) -> Decimal:
    value = sheet["B5"].value
    try:
        buffer = round(Decimal(str(value if value is not None else 0)), 2)
    except InvalidOperation as error:
        raise PlanError("cell_is_no_number", cell="B5", sheet=sheet.title) from error
    if not 0 <= buffer <= MOST_BUFFER:
        raise PlanError("cell_out_of_range", cell="B5", sheet=sheet.title)
    return buffer


def _whole(sheet: Any, cell: str, least: int, most: int) -> int:
    """A formula in a yellow cell has no value here that could be trusted."""
    value = sheet[cell].value
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise PlanError("cell_is_no_number", cell=cell, sheet=sheet.title)
    if not least <= value <= most:
        raise PlanError("cell_out_of_range", cell=cell, sheet=sheet.title)
    return int(value)


def _changes(kgi: Kgi, before: Draft, after: Draft) -> list[tuple[str, str, str, str]]:
    currency = kgi.team.organization.currency

    def show(value: int | None) -> str:
        return money_text(value, currency) if kgi.is_amount and value is not None else f"{value or 0:,}"

    found = []
    if before.form.buffer != after.form.buffer:
        found.append(("buffer", "", f"{before.form.buffer}", f"{after.form.buffer}"))
    for old, new in zip(before.streams, after.streams, strict=True):
        segment = old.segment.name
        for code, was, now in (("goal", old.goal, new.goal), ("price", old.unit_price, new.unit_price)):
            if was != now:
                found.append((code, segment, show(was), show(now)))
        for kpi, rate, fresh in zip(before.kpis, old.rates, new.rates, strict=True):
            if rate and fresh and rate.value != fresh.value:
                found.append(("rate", f"{segment} {kpi.name}".strip(), rate.text, fresh.text))
        if list(old.grades) != list(new.grades):
            found.append(("deals", segment, f"{len(old.grades)}", f"{len(new.grades)}"))
    return found
