"""The numbers of a review: what was asked and what was done, by person and stage; live or frozen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from apps.accounts.models import Membership, Team
from apps.activity.queries import DayCount, counts_by_day
from apps.domain.pace import requirement
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.queries import TeamSchedule, load_schedule
from apps.goals.rhythm import first_action, stall_of
from apps.reviews.models import Review

# The goal itself, beside the ids of stages.
GOAL = 0


@dataclass(frozen=True)
class Cell:
    """``required`` is None where nothing was planned."""

    required: int | None
    done: int

    def __add__(self, other: "Cell") -> "Cell":
        asked = [cell.required for cell in (self, other) if cell.required is not None]
        return Cell(sum(asked) if asked else None, self.done + other.done)

    @property
    def gap(self) -> int:
        return self.done - (self.required or 0)

    @property
    def is_behind(self) -> bool:
        return self.required is not None and self.done < self.required


NOTHING = Cell(None, 0)
Line = Mapping[int, Cell]


@dataclass(frozen=True)
class Numbers:
    """``members`` maps a member to a line: by KPI, and under GOAL the money or the contracts."""

    kpis: Sequence[int]
    is_amount: bool
    members: Mapping[int, Line]
    stalled: Sequence[int] = ()
    # The stage at which contracts are counted.
    won: int = 0

    def line(self, member: int) -> Line:
        return self.members.get(member, {})

    def cell(self, member: int, kpi: int) -> Cell:
        return self.line(member).get(kpi, NOTHING)

    def team(self) -> dict[int, Cell]:
        total: dict[int, Cell] = {}
        for line in self.members.values():
            for kpi, cell in line.items():
                total[kpi] = total.get(kpi, NOTHING) + cell
        return total


@dataclass(frozen=True)
class Conversion:
    """From one stage into the next: ``count`` of ``of``."""

    before: int
    after: int
    count: int
    of: int

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.count, self.of) if self.of > 0 else None


def conversions(kpis: Sequence[int], line: Line) -> list[Conversion]:
    done = {kpi: line.get(kpi, NOTHING).done for kpi in kpis}
    return [Conversion(one, other, done[other], done[one]) for one, other in pairwise(kpis)]


def numbers_between(team: Team, start: date, end: date) -> Numbers:
    """Of the goals whose days lie in the window: a week across two months shows both parts as one. Money
    and contracts are never added: what is shown is counted as the last of the goals counts."""
    kgis = list(Kgi.objects.of_team(team).running().filter(start__lte=end, end__gte=start).order_by("start"))
    is_amount = kgis[-1].is_amount if kgis else True
    lines: dict[int, dict[int, Cell]] = {}
    stalled: list[int] = []
    kpis: list[int] = []
    for kgi in kgis:
        kgi.team = team
        schedule = load_schedule(kgi, min(end, kgi.end))
        first, last = max(start, kgi.start), min(end, kgi.end)
        counts = counts_by_day(_everybody(team), kgi.start, last)
        _add_required(lines, schedule, counts, (first, last), with_goal=kgi.is_amount == is_amount)
        # The last goal's stages come first; one that only the goal before had is not left out.
        own = [kpi.pk for kpi in schedule.kpis]
        kpis = [*own, *(kpi for kpi in kpis if kpi not in own)]
        stalled += [pk for pk in _stalled(schedule, counts, last) if pk not in stalled]
    kpis = kpis or [kpi.pk for kpi in Kpi.objects.of_team(team).running()]
    won = schedule.kpis[-1].pk if kgis else (kpis[-1] if kpis else 0)
    for (member, kpi), count in done_between(team, start, end, kpis, won, is_amount=is_amount).items():
        _add(lines, member, kpi, Cell(None, count))
    return Numbers(kpis, is_amount, lines, stalled, won)


def _everybody(team: Team) -> list[int]:
    return list(Membership.objects.filter(team=team).values_list("pk", flat=True))


def done_between(
    team: Team, start: date, end: date, kpis: Sequence[int], won: int, *, is_amount: bool
) -> dict[tuple[int, int], int]:
    """What was logged, by member and KPI; under GOAL the money, or the contracts at ``won``."""
    found: dict[tuple[int, int], int] = {}
    for row in counts_by_day(_everybody(team), start, end):
        if row.kpi in kpis:
            found[row.member, row.kpi] = found.get((row.member, row.kpi), 0) + row.count
        value = row.amount if is_amount else row.count * (row.kpi == won)
        if value:
            found[row.member, GOAL] = found.get((row.member, GOAL), 0) + value
    return found


def _add(lines: dict[int, dict[int, Cell]], member: int, kpi: int, cell: Cell) -> None:
    line = lines.setdefault(member, {})
    line[kpi] = line.get(kpi, NOTHING) + cell


def _add_required(
    lines: dict[int, dict[int, Cell]],
    schedule: TeamSchedule,
    counts: Iterable[DayCount],
    window: tuple[date, date],
    *,
    with_goal: bool,
) -> None:
    """What the window asked for on its first morning, recovery of the days before included."""
    first, last = window
    start, end = schedule.index(first) - 1, schedule.index(last) - 1
    before: dict[tuple[int, int], int] = {}
    for row in counts:
        if row.day < first:
            value = row.amount if schedule.kgi.is_amount else 0
            before[row.member, row.kpi] = before.get((row.member, row.kpi), 0) + row.count
            before[row.member, GOAL] = before.get((row.member, GOAL), 0) + value
    last_kpi = schedule.kpis[-1].pk
    for member, capacity in schedule.capacity.items():
        for kpi in schedule.kpis:
            planned = schedule.planned[kpi.pk].get(member)
            if planned is not None:
                asked = requirement(planned, capacity, start, end, before.get((member, kpi.pk), 0))
                _add(lines, member, kpi.pk, Cell(asked.needed, 0))
        goal = schedule.planned_goal.get(member)
        if goal is not None and with_goal:
            done = before.get((member, GOAL if schedule.kgi.is_amount else last_kpi), 0)
            _add(lines, member, GOAL, Cell(requirement(goal, capacity, start, end, done).needed, 0))


def _stalled(schedule: TeamSchedule, counts: Sequence[DayCount], last: date) -> list[int]:
    """Whose rhythm had stalled by the last day of the window."""
    first = first_action(schedule).pk
    by_member: dict[int, dict[date, int]] = {}
    for row in counts:
        if row.kpi == first:
            by_member.setdefault(row.member, {})[row.day] = row.count
    return [
        member.pk
        for member in schedule.members
        if stall_of(schedule, member, last, by_member.get(member.pk, {}))
    ]


# -- frozen ----------------------------------------------------------------------------------------


def to_json(numbers: Numbers) -> dict[str, Any]:
    return {
        "kpis": list(numbers.kpis),
        "is_amount": numbers.is_amount,
        "members": {
            str(member): {str(kpi): [cell.required, cell.done] for kpi, cell in line.items()}
            for member, line in numbers.members.items()
        },
        "stalled": list(numbers.stalled),
        "won": numbers.won,
    }


def from_json(frozen: Mapping[str, Any]) -> Numbers:
    return Numbers(
        frozen["kpis"],
        frozen["is_amount"],
        {
            int(member): {int(kpi): Cell(*cell) for kpi, cell in line.items()}
            for member, line in frozen["members"].items()
        },
        frozen["stalled"],
        frozen["won"],
    )


def numbers_of(review: Review) -> Numbers:
    """Frozen where the review is closed, else as they stand."""
    if review.frozen is not None:
        return from_json(review.frozen)
    return numbers_between(review.team, review.start, review.end)


def late_of(review: Review) -> Mapping[tuple[int, int], int]:
    """Of a closed review: what stands there now where it is not what was frozen, by member and KPI."""
    if review.frozen is None:
        return {}
    frozen = from_json(review.frozen)
    now = done_between(
        review.team, review.start, review.end, frozen.kpis, frozen.won, is_amount=frozen.is_amount
    )
    places = {(member, kpi) for member, line in frozen.members.items() for kpi in line} | now.keys()
    return {
        (member, kpi): now.get((member, kpi), 0)
        for member, kpi in places
        if now.get((member, kpi), 0) != frozen.cell(member, kpi).done
    }
