"""Plans as plain data: who is asked for what on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from django.db.models import Prefetch, prefetch_related_objects

from apps.accounts.models import Membership, Team
from apps.calendars.queries import CalendarHistory, day_of, load_calendar
from apps.domain.staircase import Schedule, left_after, replan, split_over_time
from apps.domain.workdays import period_days
from apps.funnels.models import Kpi
from apps.goals.models import Kgi, Plan, PlanStage

Capacity = Mapping[int, tuple[Fraction, ...]]


def current_kgi(team: Team, day: date) -> Kgi | None:
    """The goal that runs on a day, else the next one to come, else the last one that ended."""
    running = Kgi.objects.of_team(team).running()
    return (
        running.on(day).first()
        or running.filter(start__gt=day).order_by("start").first()
        or running.order_by("-end").first()
    )


@dataclass(frozen=True)
class TeamSchedule:
    """A goal spread over people and days, all versions of its plan taken together."""

    kgi: Kgi
    plan: Plan
    days: tuple[date, ...]
    team_capacity: tuple[Fraction, ...]
    members: tuple[Membership, ...]
    capacity: Capacity
    # kpi -> member -> number by day
    planned: Mapping[int, Schedule]
    # member -> minor units (or contracts) by day
    planned_goal: Schedule

    @cached_property
    def stages(self) -> list[PlanStage]:
        return list(self.plan.stages.all())

    @cached_property
    def kpis(self) -> list[Kpi]:
        return [stage.kpi for stage in self.stages]

    def index(self, day: date) -> int:
        """How many days of the period are over at the end of ``day``, at least 0."""
        return min(max(0, (day - self.kgi.start).days + 1), len(self.days))

    def planned_for(self, kpi: int, members: Sequence[int]) -> list[int]:
        """The sum of the members' numbers by day."""
        return _sum_rows([self.planned.get(kpi, {}).get(member) for member in members], len(self.days))

    def goal_for(self, members: Sequence[int]) -> list[int]:
        return _sum_rows([self.planned_goal.get(member) for member in members], len(self.days))

    @property
    def member_ids(self) -> list[int]:
        return [member.pk for member in self.members]


def _sum_rows(rows: Sequence[Sequence[int] | None], length: int) -> list[int]:
    filled = [row for row in rows if row is not None]
    return [sum(column) for column in zip(*filled, strict=True)] if filled else [0] * length


def load_schedule(kgi: Kgi, day: date) -> TeamSchedule:
    """The schedule of a goal as it stands on ``day``: with the versions in force by then, and the
    calendar as it was known. What is changed later for later days is not in it."""
    plans = list(kgi.plans.order_by("number"))
    versions = in_force(plans, day)
    # Only what is in force is read whole: a plan may have been changed hundreds of times.
    stages = Prefetch("stages", PlanStage.objects.select_related("kpi"))
    prefetch_related_objects(versions, stages, "targets", "shares")
    days = period_days(kgi.start, kgi.end)
    base = day_of(kgi.team, plans[0].created_at)
    calendar = load_calendar(kgi.team, days, _members(versions), base=base)
    planned, planned_goal = _spread_versions(versions, calendar, day)
    as_of = max(day, kgi.start)
    return TeamSchedule(
        kgi,
        versions[-1],
        days,
        calendar.team_capacity(as_of),
        tuple(calendar.members),
        calendar.capacity(as_of),
        planned,
        planned_goal,
    )


def in_force(plans: Sequence[Plan], day: date) -> list[Plan]:
    """The versions that made the plan of ``day``, oldest first. A newer version replaces those that
    would begin on its first day or after; before the first begins, the first is in force."""
    standing: list[Plan] = []
    for plan in plans:
        while standing and standing[-1].valid_from >= plan.valid_from:
            standing.pop()
        standing.append(plan)
    return [plan for plan in standing if plan.valid_from <= day] or standing[:1]


def _members(versions: Sequence[Plan]) -> list[Membership]:
    ids = {share.member_id for plan in versions for share in plan.shares.all()}
    return list(Membership.objects.filter(pk__in=ids).in_team_order())


def _spread_versions(
    versions: Sequence[Plan], calendar: CalendarHistory, day: date
) -> tuple[dict[int, Schedule], Schedule]:
    """From each change on, of plan or calendar, what is left is spread anew; days before stay."""
    start = calendar.days[0]
    planned: dict[int, Schedule] = {}
    goal: Schedule = {}
    begins = {max(plan.valid_from, start) for plan in versions[1:]}
    for first in sorted({start, *begins, *calendar.change_days(day)}):
        plan = [version for version in versions if version.valid_from <= first][-1:] or versions[:1]
        capacity = tuple(sorted(calendar.capacity(first).items()))
        totals = _totals(plan[0])
        for kpi in totals.keys() | planned.keys():
            planned[kpi] = _replan_cached(
                _frozen(planned.get(kpi, {})),
                tuple(sorted(totals.get(kpi, {}).items())),
                capacity,
                (first - start).days,
            )
        amounts = {share.member_id: share.amount for share in plan[0].shares.all()}
        goal = _replan_amounts(goal, amounts, dict(capacity), (first - start).days)
    return planned, goal


def _totals(plan: Plan) -> dict[int, dict[int, int]]:
    totals: dict[int, dict[int, int]] = {stage.kpi_id: {} for stage in plan.stages.all()}
    for target in plan.targets.all():
        totals.setdefault(target.kpi_id, {})[target.member_id] = target.count
    return totals


def _frozen(schedule: Schedule) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((member, tuple(row)) for member, row in sorted(schedule.items()))


def _replan_amounts(before: Schedule, totals: dict[int, int], capacity: Capacity, first_day: int) -> Schedule:
    """As ``replan``, for money: it follows each person's own line to the minor unit."""
    kept = {member: list(before.get(member, [0] * len(row)))[:first_day] for member, row in capacity.items()}
    left = left_after(totals, {member: sum(row) for member, row in kept.items()})
    return {
        member: row + split_over_time(left.get(member, 0), capacity[member][first_day:])
        for member, row in kept.items()
    }


@lru_cache(maxsize=512)
def _replan_cached(
    before: tuple[tuple[int, tuple[int, ...]], ...],
    totals: tuple[tuple[int, int], ...],
    capacity: tuple[tuple[int, tuple[Fraction, ...]], ...],
    first_day: int,
) -> Schedule:
    """The same inputs give the same schedule, and a team reads its plan all day."""
    return replan(dict(before), dict(totals), dict(capacity), first_day)


@dataclass(frozen=True)
class Period:
    """A run of days with the team's capacity over it."""

    days: tuple[date, ...]
    capacity: tuple[Fraction, ...]

    @property
    def working_days(self) -> Fraction:
        return sum(self.capacity, Fraction(0))


def load_period(team: Team, start: date, end: date) -> Period:
    """Raises PlanError of ``period_days``."""
    days = period_days(start, end)
    return Period(days, load_calendar(team, days).team_capacity())
