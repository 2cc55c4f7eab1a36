"""Activity from a CSV file: a row states the total that its source knows for a member, KPI, segment
and day; what is written is the difference to what this source said before."""

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import QuerySet, Sum

from apps.accounts.models import Membership, Team, User
from apps.activity.models import Entry
from apps.activity.services import append, writing_turn
from apps.domain.errors import PlanError
from apps.domain.money import parse_money
from apps.domain.numbers import LONGEST, normal, parse_number
from apps.funnels.models import Kpi, Segment

REQUIRED = ("date", "member", "kpi", "count")
OPTIONAL = ("amount", "segment")
MOST_ROWS = 1_000_000
LARGEST_COUNT = 1_000_000
FIRST_YEAR = 2000

# member, KPI, segment, day
Key = tuple[int, int, int, date]
Total = tuple[int, int]


@dataclass(frozen=True)
class RowError:
    line: int
    cause: PlanError


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
    errors: list[RowError] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

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


def plan_import(*, team: Team, text: str, source: str, today: date) -> Import:
    """Reads a file and compares it with what its source said before; writes nothing.

    Raises PlanError: ``columns_missing`` (names), ``csv_broken`` (problem), ``file_empty``,
    ``too_many_rows`` (largest).
    """
    result = Import()
    totals = _read(text, Lookup(team), today, result)
    if not result.errors:
        result.differences = _differences(team, source, totals)
    return result


def _read(text: str, lookup: Lookup, today: date, result: Import) -> dict[Key, Total]:
    rows = csv.reader(io.StringIO(text, newline=""))
    totals: dict[Key, Total] = {}
    try:
        header = next(rows, None)
        if not header:
            raise PlanError("file_empty")
        places = _columns(header)
        for cells in rows:
            if any(cell.strip() for cell in cells):
                _add_row(cells, rows.line_num, places, lookup, today, totals, result)
    except csv.Error as error:
        raise PlanError("csv_broken", problem=str(error)) from error
    return totals


def _add_row(
    cells: Sequence[str],
    line: int,
    places: dict[str, int],
    lookup: Lookup,
    today: date,
    totals: dict[Key, Total],
    result: Import,
) -> None:
    result.rows += 1
    if result.rows > MOST_ROWS:
        raise PlanError("too_many_rows", largest=MOST_ROWS)
    try:
        key, total = _read_row(cells, places, lookup, today)
        if key in totals:
            raise PlanError("row_twice")
        totals[key] = total
    except PlanError as error:
        result.errors.append(RowError(line, error))


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = [normal(name) for name in header]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise PlanError("columns_missing", names=", ".join(missing))
    return {name: names.index(name) for name in (*REQUIRED, *OPTIONAL) if name in names}


def _read_row(cells: Sequence[str], places: dict[str, int], lookup: Lookup, today: date) -> tuple[Key, Total]:
    def cell(name: str) -> str:
        place = places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    day = _read_day(cell("date"))
    if day > today:
        raise PlanError("day_in_future")
    key = (lookup.member(cell("member")), lookup.kpi(cell("kpi")), lookup.segment(cell("segment")), day)
    count = parse_number(cell("count"))
    if count.denominator != 1 or not 0 <= count <= LARGEST_COUNT:
        raise PlanError("count_not_whole", text=cell("count"))
    amount = parse_money(cell("amount"), lookup.currency) if cell("amount") else 0
    return key, (count.numerator, amount)


def _read_day(text: str) -> date:
    plain = normal(text).replace("/", "-").replace(".", "-")
    parts = plain.split("-")
    try:
        year, month, day = (int(part) for part in parts)
        found = date(year, month, day)
    except ValueError as error:
        raise PlanError("bad_date", text=text[:LONGEST]) from error
    if found.year < FIRST_YEAR:
        raise PlanError("bad_date", text=text)
    return found


def _differences(team: Team, source: str, totals: dict[Key, Total]) -> list[Difference]:
    if not totals:
        return []
    days = [key[3] for key in totals]
    inside = Entry.objects.filter(team=team, day__range=(min(days), max(days)))
    said = _sums(inside.filter(kind=Entry.Kind.IMPORT, source=source))
    elsewhere = _sums(inside.exclude(kind=Entry.Kind.IMPORT, source=source))
    nothing = (0, 0)
    changes = []
    for key, (count, amount) in sorted(totals.items(), key=lambda item: (item[0][3], item[0][:3])):
        before = said.get(key, nothing)
        if before != (count, amount):
            beside = elsewhere.get(key, nothing)
            changes.append(Difference(key, count - before[0], amount - before[1], beside))
    return changes


def _sums(entries: QuerySet[Entry]) -> dict[Key, Total]:
    rows = entries.values_list("member_id", "kpi_id", "segment_id", "day").annotate(
        Sum("count"), Sum("amount")
    )
    return {(member, kpi, segment, day): (count, amount) for member, kpi, segment, day, count, amount in rows}


def run_import(*, team: Team, text: str, source: str, today: date, by: User | None) -> Import:
    """Plans an import and writes its differences as entries, all or nothing: rows with errors
    write nothing. The team is locked, so that two runs of one file count once."""
    with writing_turn(), transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        planned = plan_import(team=team, text=text, source=source, today=today)
        for change in planned.differences:
            append(_entry(team, source, change, by))
    return planned


def _entry(team: Team, source: str, change: Difference, by: User | None) -> Entry:
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
