"""Plan against actual, as plain data: what was asked by today, and what was done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import accumulate, pairwise
from typing import TypeVar, cast

from apps.accounts.models import Membership
from apps.activity.queries import DayCount, sums_by_segment
from apps.domain.evidence import Evidence, evidence
from apps.domain.levers import Cases
from apps.domain.pace import attainment
from apps.domain.rhythm import Stall
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import Stream
from apps.goals.queries import TeamSchedule
from apps.goals.rhythm import first_action, stall_of
from apps.progress.work import work_until

Made = TypeVar("Made")


@dataclass(frozen=True)
class Measure:
    """One number against its plan; ``target`` is None where none is set."""

    target: int | None
    expected: int
    actual: int

    @property
    def gap(self) -> int:
        return self.actual - self.expected

    @property
    def attainment(self) -> Fraction | None:
        return attainment(self.actual, self.target or 0)

    @property
    def is_behind(self) -> bool:
        return self.target is not None and self.gap < 0


@dataclass(frozen=True)
class StageMeasure:
    kpi: Kpi
    measure: Measure


@dataclass(frozen=True)
class MemberProgress:
    member: Membership
    goal: Measure
    stages: Sequence[StageMeasure]


@dataclass(frozen=True)
class SegmentProgress:
    """One segment of a plan that has several; its goal without a line over the days."""

    segment: Segment
    goal: int
    goal_done: int
    stages: Sequence[StageMeasure]

    @property
    def attainment(self) -> Fraction | None:
        return attainment(self.goal_done, self.goal)


@dataclass(frozen=True)
class Curve:
    """Running totals by day; ``actual`` ends today."""

    days: Sequence[date]
    planned: Sequence[int]
    actual: Sequence[int]


class Progress:
    """A schedule with what was done in its period, up to and with ``today``."""

    def __init__(self, schedule: TeamSchedule, members: Iterable[Membership], today: date) -> None:
        """``members`` are all of the team, so that the team's sums hold everybody's work."""
        self.schedule = schedule
        self.today = today
        self.elapsed = schedule.index(today)
        self.members = list(members)
        self._everybody = {member.pk for member in self.members} | set(schedule.member_ids)
        self._work = work_until(schedule.kgi, self._everybody, today)
        self.counts, self.counts_of = self._work.rows, self._work.of

    def _done(self, member: Membership | None, kpi: int | None) -> list[DayCount]:
        """Of one person or of the team; at one KPI or at all."""
        rows = self._work.of_team if member is None else self.counts_of.get(member.pk, [])
        return [row for row in rows if kpi in (None, row.kpi)]

    def _goal_value(self, row: DayCount) -> int:
        return row.amount if self.schedule.kgi.is_amount else row.count

    @property
    def _goal_kpi(self) -> int | None:
        """Amounts count wherever they were logged; contracts only at the last stage."""
        return None if self.schedule.kgi.is_amount else self.schedule.kpis[-1].pk

    def goal(self) -> Measure:
        planned = self.schedule.goal_for(self.schedule.member_ids)
        actual = sum(self._goal_value(row) for row in self._done(None, self._goal_kpi))
        return Measure(self.schedule.plan.goal, sum(planned[: self.elapsed]), actual)

    def goal_of(self, member: Membership) -> Measure:
        return self.of_person("goal", member, partial(self._goal_of, member))

    def _goal_of(self, member: Membership) -> Measure:
        planned = self.schedule.planned_goal.get(member.pk)
        actual = sum(self._goal_value(row) for row in self._done(member, self._goal_kpi))
        return _measure(planned, self.elapsed, actual)

    def stages(self, member: Membership | None = None) -> list[StageMeasure]:
        """Every stage of the plan, for one member or for the team."""
        return [StageMeasure(kpi, self._stage(kpi, member)) for kpi in self.schedule.kpis]

    def _stage(self, kpi: Kpi, member: Membership | None) -> Measure:
        if member is None:
            planned: Sequence[int] | None = self.schedule.planned_for(kpi.pk, self.schedule.member_ids)
        else:
            planned = self.schedule.planned.get(kpi.pk, {}).get(member.pk)
        return _measure(planned, self.elapsed, sum(row.count for row in self._done(member, kpi.pk)))

    def member_rows(self, visible: Iterable[Membership]) -> list[MemberProgress]:
        busy = {row.member for row in self.counts} | set(self.schedule.capacity)
        return [
            self._row(member)
            for member in visible
            if member.pk in busy or (member.carries_targets and member.ended_at is None)
        ]

    def _row(self, member: Membership) -> MemberProgress:
        return self.of_person(
            "row", member, lambda: MemberProgress(member, self.goal_of(member), self.stages(member))
        )

    def of_person(self, name: str, member: Membership, make: Callable[[], Made]) -> Made:
        """What follows from the schedule and one person's rows alone: after a log one of fifty is another."""
        key, rows = (name, member.pk, self.today), self.counts_of.get(member.pk, [])
        kept = self.schedule.worked_out.get(key)
        if kept is None or kept[0] != rows:
            kept = self.schedule.worked_out[key] = (rows, make())
        return cast(Made, kept[1])

    def stalls(self, visible: Iterable[Membership]) -> list[tuple[Membership, Stall]]:
        """Whose rhythm has stalled, of those who may be seen."""
        first = first_action(self.schedule).pk
        found = []
        for member in visible:
            stalled = self.of_person("stall", member, partial(self._stall, member, first))
            if stalled:
                found.append((member, stalled))
        return found

    def _stall(self, member: Membership, first: int) -> Stall | None:
        done = {row.day: row.count for row in self._done(member, first)}
        return stall_of(self.schedule, member, self.today, done)

    def segments(self) -> list[SegmentProgress]:
        """Of the team; empty where the plan has only one."""
        streams = self.schedule.draft.streams
        if len(streams) < 2:
            return []
        last = min(self.today, self.schedule.kgi.end)
        done = sums_by_segment(self._everybody, self.schedule.kgi.start, last)
        return [self._segment(stream, done) for stream in streams]

    def _segment(self, stream: Stream, done: Mapping[tuple[int, int], tuple[int, int]]) -> SegmentProgress:
        segment = stream.segment.pk
        of_segment = {kpi: sums for (kpi, of), sums in done.items() if of == segment}
        reached = of_segment.get(self.schedule.kpis[-1].pk, (0, 0))[0]
        if self.schedule.kgi.is_amount:
            reached = sum(amount for _count, amount in of_segment.values())
        stages = []
        for kpi in self.schedule.kpis:
            rows = self.schedule.planned_in.get((kpi.pk, segment), {}).values()
            planned = [sum(column) for column in zip(*rows, strict=True)] or None
            count = of_segment.get(kpi.pk, (0, 0))[0]
            stages.append(StageMeasure(kpi, _measure(planned, self.elapsed, count)))
        return SegmentProgress(stream.segment, stream.goal, reached, stages)

    # -- curves ------------------------------------------------------------------------------------

    def goal_curve(self) -> Curve:
        planned = self.schedule.goal_for(self.schedule.member_ids)
        rows = self._done(None, self._goal_kpi)
        return self._curve(planned, [(row.day, self._goal_value(row)) for row in rows])

    def goal_curve_of(self, member: Membership) -> Curve:
        planned = self.schedule.planned_goal.get(member.pk) or [0] * len(self.schedule.days)
        rows = self._done(member, self._goal_kpi)
        return self._curve(planned, [(row.day, self._goal_value(row)) for row in rows])

    def stage_curve(self, kpi: Kpi, member: Membership) -> Curve:
        planned = self.schedule.planned.get(kpi.pk, {}).get(member.pk) or [0] * len(self.schedule.days)
        rows = self._done(member, kpi.pk)
        return self._curve(planned, [(row.day, row.count) for row in rows])

    def _curve(self, planned: Sequence[int], done: list[tuple[date, int]]) -> Curve:
        by_day: dict[date, int] = {}
        for day, value in done:
            by_day[day] = by_day.get(day, 0) + value
        days = self.schedule.days
        actual = accumulate(by_day.get(day, 0) for day in days[: self.elapsed])
        return Curve(days, list(accumulate(planned)), list(actual))


def _measure(planned: Sequence[int] | None, elapsed: int, actual: int) -> Measure:
    if planned is None:
        return Measure(None, 0, actual)
    return Measure(sum(planned), sum(planned[:elapsed]), actual)


@dataclass(frozen=True)
class Conversion:
    """A stage's conversion in the period, beside the planned one; ``measured`` is None from 0."""

    kpi: Kpi
    before: Kpi
    planned: Fraction | None
    count: int
    of: int
    # Where the true rate lies; None from nothing.
    evidence: Evidence | None = None

    @property
    def verdict(self) -> str:
        """Against the plan: ``below`` or ``above`` where chance alone seldom brings that, else ``near``."""
        if self.evidence is None or self.planned is None:
            return ""
        return self.evidence.against(float(self.planned))

    @property
    def measured(self) -> Fraction | None:
        return Fraction(self.count, self.of) if self.of > 0 else None


def conversions(progress: Progress, member: Membership) -> list[Conversion]:
    """One person's, with what they are worth beside the others of the team."""
    done: dict[tuple[int, int], int] = {}
    for row in progress.counts:
        done[row.member, row.kpi] = done.get((row.member, row.kpi), 0) + row.count
    others = {one for one, _kpi in done if one != member.pk}

    def cases(who: int, before: Kpi, after: Kpi) -> Cases:
        return Cases(done.get((who, after.pk), 0), done.get((who, before.pk), 0))

    found = []
    rates = progress.schedule.draft.rates()
    for (before, after), planned in zip(pairwise(progress.schedule.kpis), rates[1:], strict=True):
        own = cases(member.pk, before, after)
        known = evidence(own, [cases(one, before, after) for one in others])
        found.append(Conversion(after, before, planned, own.count, own.of, known))
    return found
