"""A rep's Today as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from apps.accounts.models import Membership
from apps.activity.queries import DayCount, counts_by_day, counts_by_segment
from apps.calendars.day_template import Block
from apps.domain.chain import needs_between
from apps.domain.pace import Requirement, requirement
from apps.domain.rhythm import Stall
from apps.domain.workdays import week_start
from apps.funnels.models import Kpi, Segment
from apps.funnels.queries import chains_within, running_segments, signals_of
from apps.goals.models import Kgi
from apps.goals.queries import TeamSchedule, kgi_on, load_schedule
from apps.goals.rhythm import first_action, stall_of


@dataclass(frozen=True)
class SignalToday:
    """A quality KPI beside its stage: how often it happened, out of how many cases."""

    kpi: Kpi
    done: int
    cases: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.done, self.cases) if self.cases > 0 else None

    @property
    def is_below_target(self) -> bool:
        """Said only where there are cases to speak of."""
        return self.kpi.target is not None and self.share is not None and self.share < self.kpi.target

    @property
    def is_above(self) -> bool:
        """A share of more than all, after cases were taken back."""
        return self.kpi.is_share and self.done > max(0, self.cases)


@dataclass(frozen=True)
class SegmentToday:
    """A stage's number in one segment, where the plan has several."""

    segment: Segment
    needed: int
    done: int


@dataclass(frozen=True)
class DetailToday:
    """A smaller step towards the next stage, and how often the day's number lets one expect it."""

    kpi: Kpi
    expected: int | None
    done: int


@dataclass(frozen=True)
class StageToday:
    """A stage on Today: the number of the day, or of the week where a day is too short a time."""

    kpi: Kpi
    requirement: Requirement | None
    done: int
    is_weekly: bool
    # The last stage of the plan, where contracts come with their amount.
    carries_amount: bool
    signals: Sequence[SignalToday] = ()
    # Empty where there is only one.
    segments: Sequence[SegmentToday] = ()
    details: Sequence[DetailToday] = ()

    @property
    def beside(self) -> list[DetailToday | SignalToday]:
        """Steps and signals, in the order in which the page shows them."""
        return [*self.details, *self.signals]

    @property
    def needed(self) -> int | None:
        if self.segments and self.requirement:
            return sum(row.needed for row in self.segments)
        return self.requirement.needed if self.requirement else None

    @property
    def left(self) -> int | None:
        """What one segment did more does not stand for another."""
        if self.segments and self.requirement:
            return sum(max(0, row.needed - row.done) for row in self.segments)
        return None if self.needed is None else max(0, self.needed - self.done)

    @property
    def asks_nothing(self) -> bool:
        """A day off, or a day on which the plan has nothing for this stage."""
        return self.needed == 0

    @property
    def is_done(self) -> bool:
        return self.left == 0 and not self.asks_nothing


@dataclass(frozen=True)
class Today:
    day: date
    kgi: Kgi | None
    schedule: TeamSchedule | None
    stages: Sequence[StageToday]
    works: bool
    goal: int
    goal_done: int
    stall: Stall | None = None
    # What is logged belongs to it, where there is no choice; None: the default.
    only_segment: Segment | None = None


@dataclass(frozen=True)
class Part:
    """A part of the day with its stages; without a block, what belongs to none."""

    block: Block | None
    stages: Sequence[StageToday]


def parts_of_day(day: Today, blocks: Sequence[Block]) -> list[Part]:
    """The stages in the frame of the day; one part without a name where nobody has said which stage
    belongs where."""
    if not day.stages:
        return []
    if not any(stage.kpi.block for stage in day.stages):
        return [Part(None, day.stages)]
    parts = [
        Part(block, [stage for stage in day.stages if stage.kpi.block == block.code]) for block in blocks
    ]
    rest = [stage for stage in day.stages if not stage.kpi.block]
    return [part for part in (*parts, Part(None, rest)) if part.stages]


def load_today(member: Membership, day: date) -> Today:
    """The member's numbers for a day, from the plan in force and what was done before that day."""
    kgi = kgi_on(member.team, day)
    schedule = load_schedule(kgi, day) if kgi else None
    if schedule is None or member.pk not in schedule.capacity:
        return _without_targets(member, day, kgi, schedule)
    counts = counts_by_day([member.pk], schedule.kgi.start, schedule.kgi.end)
    by_kpi: dict[int, dict[date, int]] = {}
    for row in counts:
        by_kpi.setdefault(row.kpi, {})[row.day] = row.count
    segments = segments_to_log(schedule, member)
    return Today(
        day,
        kgi,
        schedule,
        _stages(schedule, member, day, by_kpi, segments if len(segments) > 1 else []),
        works=bool(schedule.capacity[member.pk][(day - schedule.kgi.start).days]),
        goal=sum(schedule.planned_goal[member.pk]),
        goal_done=_goal_done(schedule, counts),
        only_segment=segments[0] if len(segments) == 1 else None,
        stall=stall_of(schedule, member, day, by_kpi.get(first_action(schedule).pk, {})),
    )


def planned_on(day: Today, member: Membership, later: date) -> list[tuple[Kpi, int]]:
    """What the plan has for a later day at the stages that are asked for by the day, without what may have
    to be caught up by then."""
    schedule = day.schedule
    if schedule is None or not schedule.kgi.start <= later <= schedule.kgi.end:
        return []
    place = (later - schedule.kgi.start).days
    daily = [stage.kpi for stage in day.stages if not stage.is_weekly and stage.needed is not None]
    return [(kpi, schedule.planned[kpi.pk][member.pk][place]) for kpi in daily]


def _goal_done(schedule: TeamSchedule, counts: Sequence[DayCount]) -> int:
    if schedule.kgi.is_amount:
        return sum(row.amount for row in counts)
    last = schedule.kpis[-1].pk
    return sum(row.count for row in counts if row.kpi == last)


def _stages(
    schedule: TeamSchedule,
    member: Membership,
    day: date,
    by_kpi: Mapping[int, dict[date, int]],
    segments: Sequence[Segment],
) -> list[StageToday]:
    """``segments`` are those to tell apart: none where there is only one."""
    done = {kpi: days.get(day, 0) for kpi, days in by_kpi.items()}
    signals, links = _signals(member, day, done), chains_within(member.team, schedule.kpis)
    period = (schedule.kgi.start, schedule.kgi.end)
    by_segment = counts_by_segment(member.pk, *period) if segments else {}
    return [
        _with_levels(
            _stage(schedule, member, kpi, day, by_kpi.get(kpi.pk, {})),
            signals.get(kpi.pk, ()),
            [
                _segment(schedule, member, kpi, segment, day, by_segment.get((kpi.pk, segment.pk), {}))
                for segment in segments
            ],
            links.get(kpi.pk, ()),
            done,
        )
        for kpi in schedule.kpis
    ]


def segments_to_log(schedule: TeamSchedule | None, member: Membership) -> list[Segment]:
    """Those of the plan, also one that was parked since, and the running ones beside it."""
    planned = list(schedule.segments) if schedule else []
    others = [segment for segment in running_segments(member.team) if segment not in planned]
    # A team that has gone back to one stream logs into that, not into a default that nobody plans.
    return planned + [segment for segment in others if not segment.is_default or not planned]


def _with_levels(
    stage: StageToday,
    signals: Sequence[SignalToday],
    segments: Sequence[SegmentToday],
    links: Sequence[Kpi],
    done: Mapping[int, int],
) -> StageToday:
    """With what stands beside and below the stage."""
    asked = needs_between(Fraction(stage.needed or 0), [link.rate or Fraction(1) for link in links])
    details = [
        DetailToday(link, None if stage.needed is None else expected, done.get(link.pk, 0))
        for link, expected in zip(links, asked, strict=True)
    ]
    return replace(stage, signals=signals, segments=segments, details=details)


def _without_targets(member: Membership, day: date, kgi: Kgi | None, schedule: TeamSchedule | None) -> Today:
    """Logging is possible before anything is planned; the page says that no target is set."""
    kpis = schedule.kpis if schedule else list(Kpi.objects.of_team(member.team).running())
    done = {row.kpi: row.count for row in counts_by_day([member.pk], day, day)}
    signals = _signals(member, day, done)
    links = chains_within(member.team, kpis)
    segments = segments_to_log(schedule, member)
    stages = [
        _with_levels(
            StageToday(kpi, None, done.get(kpi.pk, 0), False, kpi == kpis[-1]),
            signals.get(kpi.pk, ()),
            [SegmentToday(segment, 0, 0) for segment in (segments if len(segments) > 1 else ())],
            links.get(kpi.pk, ()),
            done,
        )
        for kpi in kpis
    ]
    only = segments[0] if len(segments) == 1 else None
    return Today(day, kgi, schedule, stages, works=True, goal=0, goal_done=0, only_segment=only)


def _signals(member: Membership, day: date, done: dict[int, int]) -> dict[int, list[SignalToday]]:
    """The signals beside each stage, by the day: they tell how what was done today was done."""
    found: dict[int, list[SignalToday]] = {}
    for kpi in signals_of(member.team):
        assert kpi.beside_id
        signal = SignalToday(kpi, done.get(kpi.pk, 0), done.get(kpi.beside_id, 0))
        found.setdefault(kpi.beside_id, []).append(signal)
    return found


def _stage(
    schedule: TeamSchedule, member: Membership, kpi: Kpi, day: date, by_day: dict[date, int]
) -> StageToday:
    planned = schedule.planned[kpi.pk][member.pk]
    is_weekly = _is_weekly(schedule, member, kpi)
    asked, done = _asked(schedule, member, planned, _days(schedule, day, is_weekly=is_weekly), by_day)
    return StageToday(kpi, asked, done, is_weekly, kpi == schedule.kpis[-1])


def _is_weekly(schedule: TeamSchedule, member: Membership, kpi: Kpi) -> bool:
    asked = sum(schedule.planned[kpi.pk][member.pk])
    return kpi.is_result or asked < schedule.working_days[member.pk]


def _segment(
    schedule: TeamSchedule,
    member: Membership,
    kpi: Kpi,
    segment: Segment,
    day: date,
    by_day: dict[date, int],
) -> SegmentToday:
    planned = schedule.planned_in.get((kpi.pk, segment.pk), {}).get(member.pk, [0] * len(schedule.days))
    days = _days(schedule, day, is_weekly=_is_weekly(schedule, member, kpi))
    asked, done = _asked(schedule, member, planned, days, by_day)
    return SegmentToday(segment, asked.needed, done)


def _asked(
    schedule: TeamSchedule,
    member: Membership,
    planned: Sequence[int],
    days: tuple[date, date],
    by_day: dict[date, int],
) -> tuple[Requirement, int]:
    """What a day or a week asks for, and what was done in it."""
    first, last = days
    start = schedule.kgi.start
    before = sum(count for on, count in by_day.items() if on < first)
    done = sum(count for on, count in by_day.items() if first <= on <= last)
    capacity = schedule.capacity[member.pk]
    return requirement(planned, capacity, (first - start).days, (last - start).days, before), done


def _days(schedule: TeamSchedule, day: date, *, is_weekly: bool) -> tuple[date, date]:
    return _span(schedule, day) if is_weekly else (day, day)


def _span(schedule: TeamSchedule, day: date) -> tuple[date, date]:
    """The week of a day, clipped at the ends of the period."""
    monday = week_start(day)
    return max(monday, schedule.kgi.start), min(monday + timedelta(days=6), schedule.kgi.end)
