"""The plan as a page shows it: rows of the reverse tree, steps of the staircase, reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType

from apps.domain.chain import needs_between
from apps.domain.lead_time import FirstSteps, last_useful_day
from apps.domain.numbers import shown, whole_up
from apps.domain.shape import efforts, rest_of
from apps.domain.staircase import split_over_time
from apps.domain.workdays import Week, weeks_of
from apps.funnels.models import Kpi
from apps.goals.drafts import Draft, Split, Stream, StreamTree, own_stages, split_needs
from apps.goals.queries import Period, TeamSchedule
from apps.web.amounts import amount_text


@dataclass(frozen=True)
class Span:
    """The least and the most of several numbers, shown as ``12`` or ``12–13``."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.least:,}" if self.least == self.most else f"{self.least:,}–{self.most:,}"


@dataclass(frozen=True)
class Reason:
    """Why a segment needs so much of a stage."""

    segment: str
    exact: str
    is_whole: bool
    needed: int
    # The division behind the number: the next stage's exact value and the rate into it.
    next_name: str
    next_exact: str
    next_rate: str
    # On the last stage of a goal in money: goal ÷ price.
    division: str
    # What the goal alone needs, the buffer on it, and what open deals spare; empty where the same.
    bare: str
    buffer: str
    spared: str


@dataclass(frozen=True)
class DetailRow:
    """A smaller step within a stage's rate, with what the plan needs of it."""

    kpi: Kpi
    needed: int


@dataclass(frozen=True)
class TreeRow:
    kpi: Kpi
    exact: str
    needed: int
    # What people carry where that is another number: their own rates stand behind it.
    carried: int
    is_above_one: bool
    by_day: Sequence[int]
    per_week: Span
    per_day: Span
    reasons: Sequence[Reason]
    details: Sequence[DetailRow] = ()


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
class LeadRow:
    """A stage's way to the end: how many working days, and the last one on which it still counts."""

    kpi: Kpi
    days: int
    last_day: date | None


@dataclass(frozen=True)
class LeadPicture:
    """What time between the stages and open deals do to the first stage's number."""

    steps: FirstSteps
    rows: Sequence[LeadRow]
    expected: str
    first: Kpi

    @property
    def a_day(self) -> str:
        return "" if self.steps.a_day is None else shown(self.steps.a_day, 1)

    @property
    def a_day_without(self) -> str:
        return "" if self.steps.a_day_without is None else shown(self.steps.a_day_without, 1)

    @property
    def useful_percent(self) -> str:
        return "" if self.steps.useful_share is None else shown(self.steps.useful_share * 100, 0)

    def after(self, day: date) -> tuple[list[LeadRow], list[LeadRow], str]:
        """The actions that come too late from ``day`` on, those that still count, the first's names."""
        actions = [row for row in self.rows if not row.kpi.is_result]
        late = [row for row in actions if row.last_day is None or row.last_day < day]
        return late, [row for row in actions if row not in late], ", ".join(row.kpi.name for row in late)


def lead_picture(draft: Draft, period: Period) -> LeadPicture | None:
    """None where nothing takes time and nothing is under way."""
    first = draft.kpis[0]
    expected = sum(
        (Fraction(one.count * one.chance_percent, 100) for stream in draft.streams for one in stream.grades),
        Fraction(0),
    )
    if not draft.leads[first.pk] and not expected:
        return None
    worked = sum(share > 0 for share in period.capacity)
    return LeadPicture(
        FirstSteps(_without_deals(draft), worked, max(0, worked - draft.leads[first.pk]), draft.needs()[0]),
        [
            LeadRow(
                kpi,
                draft.leads[kpi.pk],
                last_useful_day(period.days, period.capacity, draft.leads[kpi.pk]),
            )
            for kpi in draft.kpis
        ],
        shown(expected, 2),
        first,
    )


def _without_deals(draft: Draft) -> int:
    """The first stage's number with its buffer, were nothing under way."""
    lifted = 1 + Fraction(draft.form.buffer) / 100
    return sum(whole_up(tree.exact[0] * lifted) for tree in draft.trees)


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
    lead: LeadPicture | None


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


def picture(
    draft: Draft,
    period: Period,
    currency: str,
    kept: Kept = NOTHING_KEPT,
    details: Mapping[int, Sequence[Kpi]] = MappingProxyType({}),
    split: Split | None = None,
) -> Picture:
    """``details`` are the running links of the chains that stages open into, by stage. Raises PlanError
    where the draft cannot be computed."""
    carried = _carried(draft, split)
    by_day = [
        _by_day(whole, period, _effort(draft, kpi, period), kept.by_kpi.get(kpi.pk), kept.first_day)
        for whole, kpi in zip(carried, draft.kpis, strict=True)
    ]
    # What stands on the days is what people carry, earlier versions included.
    sums = [
        sum(row) if whole != need and any(row) else need
        for row, whole, need in zip(by_day, carried, draft.needs(), strict=True)
    ]
    rows = [
        _row(draft, place, sums[place], by_day[place], period, kept.spans_from, currency, details)
        for place in range(len(draft.kpis))
    ]
    return Picture(
        rows=rows,
        weeks=_weeks(period, by_day),
        days=[
            DayRow(day, bool(share), [row[number] for row in by_day])
            for number, (day, share) in enumerate(zip(period.days, period.capacity, strict=True))
        ],
        working_days=shown(period.working_days),
        has_days=bool(period.working_days),
        contracts_exact=shown(draft.exact()[-1], 4),
        landing=_landing(draft, currency),
        landing_percent=shown(_attainment(draft) * 100),
        lead=lead_picture(draft, period),
    )


def _carried(draft: Draft, split: Split | None) -> list[int]:
    """By stage what people carry: the sum of their parts where own rates stand behind it, otherwise
    what the team needs, also where the split has not caught up with it."""
    needs = draft.needs()
    if split is None or not split.rates:
        return needs
    own = max((own_stages(draft, split, stream.segment.pk) for stream in draft.streams), default=0)
    sums: dict[int, int] = {}
    for (_member, _segment, kpi), count in split_needs(draft, split).items():
        sums[kpi] = sums.get(kpi, 0) + count
    return [
        sums.get(kpi.pk, 0) if place < own else need
        for place, (kpi, need) in enumerate(zip(draft.kpis, needs, strict=True))
    ]


def _landing(draft: Draft, currency: str) -> str:
    landings = [tree.landing for tree in draft.trees]
    amounts = [landing.amount for landing in landings if landing.amount is not None]
    if amounts:
        return amount_text(sum(amounts, Fraction(0)), currency)
    count = shown(sum((landing.count for landing in landings), Fraction(0)))
    return f"{count} {draft.kpis[-1].unit}".strip()


def _attainment(draft: Draft) -> Fraction:
    reached = sum((tree.landing.attainment * tree.stream.goal for tree in draft.trees), Fraction(0))
    return reached / draft.goal


def _effort(draft: Draft, kpi: Kpi, period: Period) -> Sequence[Fraction]:
    lead = draft.leads[kpi.pk] if draft.form.uses_lead_time else 0
    if not lead and draft.shape.is_even:
        return period.capacity
    return efforts(period.capacity, period.days, draft.shape, Fraction(lead))


def _by_day(
    whole: int, period: Period, effort: Sequence[Fraction], kept: Sequence[int] | None, first_day: int
) -> list[int]:
    before = list(kept or [0] * len(period.days))[:first_day]
    rest = rest_of(effort, period.capacity, first_day)
    return before + split_over_time(max(0, whole - sum(before)), rest)


def _row(
    draft: Draft,
    place: int,
    carried: int,
    by_day: Sequence[int],
    period: Period,
    spans_from: int,
    currency: str,
    chains: Mapping[int, Sequence[Kpi]],
) -> TreeRow:
    details = chains.get(draft.kpis[place].pk, ())
    rates = [tree.stream.rates[place] for tree in draft.trees]
    exact = sum((tree.asked[place].exact for tree in draft.trees), Fraction(0))
    links = needs_between(exact, [kpi.rate or Fraction(1) for kpi in details])
    return TreeRow(
        kpi=draft.kpis[place],
        exact=shown(exact, 4),
        needed=draft.needs()[place],
        carried=carried,
        is_above_one=any(rate is not None and rate.is_above_one for rate in rates),
        by_day=by_day,
        per_week=_per_week(by_day, period, spans_from),
        per_day=_per_day(by_day, period, spans_from),
        reasons=[_reason(draft, tree, place, currency) for tree in draft.trees],
        details=[DetailRow(kpi, needed) for kpi, needed in zip(details, links, strict=True)],
    )


def _reason(draft: Draft, tree: StreamTree, place: int, currency: str) -> Reason:
    stream, need, bare = tree.stream, tree.asked[place], tree.exact[place]
    is_last = place + 1 == len(draft.kpis)
    rate = None if is_last else stream.rates[place + 1]
    return Reason(
        segment="" if draft.is_one else stream.segment.label,
        exact=shown(need.exact, 4),
        is_whole=need.exact.denominator == 1,
        needed=need.whole,
        next_name="" if is_last else draft.kpis[place + 1].name,
        next_exact="" if is_last else shown(tree.exact[place + 1], 4),
        next_rate=rate.text if rate else "",
        division="" if not is_last or stream.unit_price is None else _division(stream, currency),
        bare=shown(bare, 4),
        buffer=shown(Fraction(draft.form.buffer), 2) if draft.form.buffer else "",
        spared=shown(tree.off[place], 4) if tree.off[place] else "",
    )


def _division(stream: Stream, currency: str) -> str:
    return f"{amount_text(stream.goal, currency)} ÷ {amount_text(stream.unit_price or 0, currency)}"


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
    usual = max(sum(period.capacity[first:last], Fraction(0)) for first, last in _places(period.days))
    if fullest < usual and any(period.capacity[spans_from:]):
        # No full week is left: what a full one would ask at the pace of the days that are.
        pace = usual * sum(by_day[spans_from:]) / sum(period.capacity[spans_from:])
        return Span(floor(pace), ceil(pace))
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
