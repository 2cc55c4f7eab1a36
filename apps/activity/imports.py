"""Activity from a table: a row states the total that its source knows for a member, KPI, segment
and day; what is written is the difference to what this source said before."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import QuerySet, Sum

from apps.accounts.models import Membership, Team, User
from apps.activity.models import Entry
from apps.activity.services import append_many, writing_turn
from apps.domain.errors import PlanError
from apps.domain.money import parse_money
from apps.domain.numbers import LONGEST, normal, parse_number
from apps.funnels.models import Kpi, Segment

REQUIRED = ("date", "member", "kpi", "count")
OPTIONAL = ("amount", "segment")
# How tools that people export from call these columns.
NAMES = {
    "date": ("date", "day", "activity date", "日付", "日", "活動日", "実施日"),
    "member": (
        "member",
        "owner",
        "rep",
        "e-mail",
        "email",
        "担当",
        "担当者",
        "営業担当",
        "氏名",
        "メールアドレス",
    ),
    "kpi": ("kpi", "stage", "activity", "type", "指標", "段階", "活動", "種別"),
    "count": ("count", "number", "quantity", "件数", "数", "回数"),
    "amount": ("amount", "value", "revenue", "金額", "売上", "受注金額"),
    "segment": ("segment", "product", "セグメント", "商品", "区分"),
}
MOST_ROWS = 1_000_000
LARGEST_COUNT = 1_000_000
FIRST_YEAR = 2000
# Every so many rows whoever waits is told.
TELL_EVERY = 2_000
KEPT_ERRORS = 1_000

# member, KPI, segment, day
Key = tuple[int, int, int, date]
Total = tuple[int, int]
Rows = Iterable[tuple[int, Sequence[str]]]
Tell = Callable[[int], None]


@dataclass(frozen=True)
class RowError:
    """The words of what is wrong; the exception itself would keep its frames alive."""

    line: int
    code: str
    facts: dict[str, object]

    @property
    def cause(self) -> PlanError:
        return PlanError(self.code, **self.facts)


@dataclass(frozen=True)
class Difference:
    key: Key
    count: int
    amount: int
    # What stands there already, by hand or from other sources.
    elsewhere: Total


@dataclass
class Import:
    """What an import would change, or what is wrong with its rows."""

    rows: int = 0
    # How many rows are wrong, and the first of them.
    wrong: int = 0
    errors: list[RowError] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def refuse(self, line: int, error: PlanError) -> None:
        self.wrong += 1
        if len(self.errors) < KEPT_ERRORS:
            self.errors.append(RowError(line, error.code, dict(error.facts)))

    @property
    def beside_others(self) -> list[Difference]:
        """Changes where other entries stand for the same member, KPI, segment and day."""
        return [difference for difference in self.differences if any(difference.elsewhere)]


class Lookup:
    """Names of one team's people, KPIs and segments, as a file may write them."""

    def __init__(self, team: Team) -> None:
        self.currency = team.organization.currency
        self.members: dict[str, list[int]] = {}
        for member in Membership.objects.filter(team=team).select_related("user"):
            for name in {normal(member.user.email), normal(member.user.name)}:
                self.members.setdefault(name, []).append(member.pk)
        kpis = list(Kpi.objects.of_team(team))
        names = [normal(kpi.name) for kpi in kpis]
        by_name = {normal(kpi.name): kpi.pk for kpi in kpis if names.count(normal(kpi.name)) == 1}
        self.kpis = by_name | {normal(kpi.code): kpi.pk for kpi in kpis}
        self.carrying = {kpi.pk for kpi in kpis if kpi.carries_amount}
        segments = Segment.objects.filter(team=team)
        self.segments = {normal(segment.code): segment.pk for segment in segments}
        self.segments[""] = next(segment.pk for segment in segments if segment.is_default)

    def member(self, name: str) -> int:
        found = self.members.get(normal(name), [])
        if len(found) != 1:
            raise PlanError("member_ambiguous" if found else "member_unknown", text=name)
        return found[0]

    def kpi(self, code: str) -> int:
        if normal(code) not in self.kpis:
            raise PlanError("kpi_unknown", text=code)
        return self.kpis[normal(code)]

    def segment(self, code: str) -> int:
        if normal(code) not in self.segments:
            raise PlanError("segment_unknown", text=code)
        return self.segments[normal(code)]


def silent(_rows: int) -> None:
    return None


def guess_columns(header: Sequence[str], names: Mapping[str, Sequence[str]] = NAMES) -> dict[str, int]:
    """The place of each field whose column calls itself by one of its names."""
    found = [normal(cell) for cell in header]
    places = {}
    for code, known in names.items():
        place = next((found.index(normal(name)) for name in known if normal(name) in found), None)
        if place is not None:
            places[code] = place
    return places


def plan_import(
    *,
    team: Team,
    rows: Rows,
    source: str,
    today: date,
    columns: Mapping[str, int] | None = None,
    tell: Tell = silent,
) -> Import:
    """Reads a table and compares it with what its source said before; writes nothing.

    Raises PlanError: ``columns_missing`` (names), ``file_empty``, ``too_many_rows`` (largest), and what
    reading the rows raises.
    """
    result = Import()
    totals = read_totals(Lookup(team), rows, today, result, columns, tell)
    if not result.errors:
        result.differences = differences(team, source, totals)
    return result


def read_totals(
    lookup: Lookup,
    rows: Rows,
    today: date,
    result: Import,
    columns: Mapping[str, int] | None = None,
    tell: Tell = silent,
) -> dict[Key, Total]:
    totals: dict[Key, Total] = {}
    lines = iter(rows)
    header = next(lines, None)
    if header is None or not header[1]:
        raise PlanError("file_empty")
    places = check_columns(guess_columns(header[1]) if columns is None else columns, REQUIRED)
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            _add_row(cells, line, places, lookup, today, totals, result)
            if result.rows % TELL_EVERY == 0:
                tell(result.rows)
    return totals


def check_columns(places: Mapping[str, int], required: Sequence[str]) -> Mapping[str, int]:
    missing = [name for name in required if name not in places]
    if missing:
        raise PlanError("columns_missing", names=", ".join(missing))
    return places


def _add_row(
    cells: Sequence[str],
    line: int,
    places: Mapping[str, int],
    lookup: Lookup,
    today: date,
    totals: dict[Key, Total],
    result: Import,
) -> None:
    count_row(result)
    try:
        key, total = _read_row(cells, places, lookup, today)
        if key in totals:
            raise PlanError("row_twice")
        totals[key] = total
    except PlanError as error:
        result.refuse(line, error)


def count_row(result: Import) -> None:
    result.rows += 1
    if result.rows > MOST_ROWS:
        raise PlanError("too_many_rows", largest=MOST_ROWS)


def cell_at(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _read_row(
    cells: Sequence[str], places: Mapping[str, int], lookup: Lookup, today: date
) -> tuple[Key, Total]:
    def cell(name: str) -> str:
        return cell_at(cells, places.get(name))

    day = read_day(cell("date"), today)
    key = (lookup.member(cell("member")), lookup.kpi(cell("kpi")), lookup.segment(cell("segment")), day)
    count = parse_number(cell("count"))
    # More may have been cancelled on a day than won: only of what can be cancelled.
    least = -LARGEST_COUNT if key[1] in lookup.carrying else 0
    if count.denominator != 1 or not least <= count <= LARGEST_COUNT:
        raise PlanError("count_not_whole", text=cell("count"))
    amount = parse_money(cell("amount"), lookup.currency) if cell("amount") else 0
    return key, (count.numerator, amount)


def read_day(text: str, today: date) -> date:
    """Raises PlanError ``bad_date`` (text), ``day_in_future``."""
    # A moment is read as its day: 2026-06-09T10:30, 2026/6/9 10:30.
    plain = normal(text).replace("/", "-").replace(".", "-").split("t")[0].split(" ")[0]
    for mark in "年月":
        plain = plain.replace(mark, "-")
    try:
        year, month, day = (int(part) for part in plain.removesuffix("日").split("-"))
        found = date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise PlanError("bad_date", text=text[:LONGEST]) from error
    if found.year < FIRST_YEAR:
        raise PlanError("bad_date", text=text[:LONGEST])
    if found > today:
        raise PlanError("day_in_future")
    return found


def differences(
    team: Team, source: str, totals: dict[Key, Total], *, is_whole: bool = False
) -> list[Difference]:
    """``is_whole``: the table is all that its source knows of its days, so what it said before and does not
    say any more is taken back."""
    if not totals:
        return []
    days = [key[3] for key in totals]
    inside = Entry.objects.filter(team=team, day__range=(min(days), max(days)))
    said = _sums(inside.filter(kind=Entry.Kind.IMPORT, source=source))
    nothing = (0, 0)
    now = totals | {key: nothing for key in said if key not in totals} if is_whole else totals
    deltas = {}
    for key, (count, amount) in now.items():
        before = said.get(key, nothing)
        if before != (count, amount):
            deltas[key] = (count - before[0], amount - before[1])
    return beside_others(team, source, deltas)


def beside_others(team: Team, source: str, deltas: Mapping[Key, Total]) -> list[Difference]:
    """Changes by day, each with what stands there already from elsewhere."""
    if not deltas:
        return []
    days = [key[3] for key in deltas]
    inside = Entry.objects.filter(team=team, day__range=(min(days), max(days)))
    elsewhere = _sums(inside.exclude(kind=Entry.Kind.IMPORT, source=source))
    ordered = sorted(deltas.items(), key=lambda item: (item[0][3], item[0][:3]))
    return [Difference(key, count, amount, elsewhere.get(key, (0, 0))) for key, (count, amount) in ordered]


def _sums(entries: QuerySet[Entry]) -> dict[Key, Total]:
    rows = entries.values_list("member_id", "kpi_id", "segment_id", "day").annotate(
        Sum("count"), Sum("amount")
    )
    return {(member, kpi, segment, day): (count, amount) for member, kpi, segment, day, count, amount in rows}


def run_import(
    *,
    team: Team,
    rows: Rows,
    source: str,
    today: date,
    by: User | None,
    columns: Mapping[str, int] | None = None,
) -> Import:
    """Plans an import and writes its differences as entries, all or nothing: rows with errors
    write nothing."""
    result = Import()
    totals = read_totals(Lookup(team), rows, today, result, columns)
    if not result.errors:
        result.differences = write_totals(team=team, totals=totals, source=source, by=by)
    return result


def write_totals(
    *, team: Team, totals: dict[Key, Total], source: str, by: User | None, is_whole: bool = False
) -> list[Difference]:
    """What differs now, written. The team is locked, so that two runs of one table count once; the table
    itself was read before, so that others wait for the writing alone."""
    with writing_turn(), transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        changes = differences(team, source, totals, is_whole=is_whole)
        append_many([import_entry(team, source, change, by) for change in changes])
    return changes


def import_entry(team: Team, source: str, change: Difference, by: User | None) -> Entry:
    member, kpi, segment, day = change.key
    return Entry(
        id=uuid.uuid4(),
        team=team,
        member_id=member,
        kpi_id=kpi,
        segment_id=segment,
        day=day,
        kind=Entry.Kind.IMPORT,
        count=change.count,
        amount=change.amount,
        source=source,
        author=by,
    )
