"""The plan as a page shows it: rows of the reverse tree, steps of the staircase, reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from apps.domain.backcast import Tree
from apps.domain.money import money_text
from apps.domain.numbers import shown
from apps.domain.staircase import split_over_time
from apps.domain.workdays import Week, weeks_of
from apps.funnels.models import Kpi
from apps.goals.queries import Period, TeamSchedule
from apps.goals.services import Draft


@dataclass(frozen=True)
class Span:
    """The least and the most of several numbers, shown as ``12`` or ``12–13``."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.least:,}" if self.least == self.most else f"{self.least:,}–{self.most:,}"


@dataclass(frozen=True)
class TreeRow:
    kpi: Kpi
    exact: str
    is_whole: bool
    needed: int
    is_above_one: bool
    by_day: Sequence[int]
    per_week: Span
    per_day: Span
    # The division behind the number: the next stage's exact value and the rate into it.
    next_name: str
    next_exact: str
    next_rate: str
    # On the last stage of a goal in money: goal ÷ price.
    division: str


@dataclass(frozen=True)
class WeekRow:
    week: Week
    working_days: str
    counts: Sequence[int]


@dataclass(frozen=True)
class DayRow:
    day: date
    works: bool
    counts: Sequence[int]


@dataclass(frozen=True)
class Picture:
    """All that the plan's right-hand side shows."""

    rows: Sequence[TreeRow]
    weeks: Sequence[WeekRow]
    days: Sequence[DayRow]
    working_days: str
    has_days: bool
    contracts_exact: str
    landing: str
    landing_percent: str


@dataclass(frozen=True)
class Kept:
    """Numbers by KPI and day that a plan has already; days before ``first_day`` keep them."""

    by_kpi: Mapping[int, Sequence[int]]
    first_day: int
    # From which day on the newest version says what a week and a day ask.
    spans_from: int


NOTHING_KEPT = Kept({}, 0, 0)


def kept_numbers(schedule: TeamSchedule, first_day: int) -> Kept:
    """The numbers of everybody who carries the plan, kept before ``first_day``."""
    by_kpi = {kpi: schedule.planned_for(kpi, schedule.member_ids) for kpi in schedule.planned}
    begun = max(0, (schedule.plan.valid_from - schedule.kgi.start).days)
    return Kept(by_kpi, first_day, min(first_day, begun) if first_day == len(schedule.days) else first_day)


def picture(draft: Draft, period: Period, currency: str, kept: Kept = NOTHING_KEPT) -> Picture:
    """Raises PlanError where the draft cannot be computed."""
    tree = draft.tree()
    by_day = [
        _by_day(need.whole, period, kept.by_kpi.get(kpi.pk), kept.first_day)
        for need, (kpi, _rate) in zip(tree.needs, draft.stages, strict=True)
    ]
    rows = [
        _row(draft, tree, number, by_day[number], period, kept.spans_from, currency)
        for number in range(len(tree.needs))
    ]
    last = draft.stages[-1][0]
    amount = tree.landing.amount
    count = shown(tree.landing.count)
    return Picture(
        rows=rows,
        weeks=_weeks(period, by_day),
        days=[
            DayRow(day, bool(share), [row[number] for row in by_day])
            for number, (day, share) in enumerate(zip(period.days, period.capacity, strict=True))
        ],
        working_days=shown(period.working_days),
        has_days=bool(period.working_days),
        contracts_exact=shown(tree.needs[-1].exact, 4),
        landing=f"{count} {last.unit}".strip() if amount is None else money_text(amount, currency),
        landing_percent=shown(tree.landing.attainment * 100),
    )


def _division(draft: Draft, currency: str) -> str:
    return f"{money_text(draft.goal, currency)} ÷ {money_text(draft.unit_price or 0, currency)}"


def _by_day(whole: int, period: Period, kept: Sequence[int] | None, first_day: int) -> list[int]:
    before = list(kept or [0] * len(period.days))[:first_day]
    return before + split_over_time(max(0, whole - sum(before)), period.capacity[first_day:])


def _row(
    draft: Draft,
    tree: Tree,
    number: int,
    by_day: Sequence[int],
    period: Period,
    spans_from: int,
    currency: str,
) -> TreeRow:
    need, (kpi, rate) = tree.needs[number], draft.stages[number]
    is_last = number + 1 == len(tree.needs)
    following = None if is_last else draft.stages[number + 1]
    return TreeRow(
        kpi=kpi,
        exact=shown(need.exact, 4),
        is_whole=need.exact.denominator == 1,
        needed=need.whole,
        is_above_one=rate is not None and rate.is_above_one,
        by_day=by_day,
        per_week=_per_week(by_day, period, spans_from),
        per_day=_per_day(by_day, period, spans_from),
        next_name=following[0].name if following else "",
        next_exact="" if is_last else shown(tree.needs[number + 1].exact, 4),
        next_rate=following[1].text if following and following[1] else "",
        division="" if following or draft.unit_price is None else _division(draft, currency),
    )


def _per_day(by_day: Sequence[int], period: Period, spans_from: int) -> Span:
    worked = [
        count for count, share in zip(by_day[spans_from:], period.capacity[spans_from:], strict=True) if share
    ]
    return Span(min(worked, default=0), max(worked, default=0))


def _per_week(by_day: Sequence[int], period: Period, spans_from: int) -> Span:
    """Over the weeks with the most working days: a clipped week says little about the rhythm."""
    sums = [
        (sum(period.capacity[first:last], Fraction(0)), sum(by_day[first:last]))
        for first, last in _places(period.days)
        if first >= spans_from or not spans_from
    ]
    fullest = max((capacity for capacity, _count in sums), default=Fraction(0))
    counts = [count for capacity, count in sums if capacity == fullest]
    return Span(min(counts, default=0), max(counts, default=0))


def _places(days: Sequence[date]) -> list[tuple[int, int]]:
    start = days[0]
    return [((week.start - start).days, (week.end - start).days + 1) for week in weeks_of(days)]


def _weeks(period: Period, by_day: Sequence[Sequence[int]]) -> list[WeekRow]:
    return [
        WeekRow(
            week,
            shown(sum(period.capacity[first:last], Fraction(0))),
            [sum(row[first:last]) for row in by_day],
        )
        for week, (first, last) in zip(weeks_of(period.days), _places(period.days), strict=True)
    ]
