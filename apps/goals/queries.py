"""Plans as plain data: who is asked for what on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from django.db.models import Prefetch

from apps.accounts.models import Membership, Team
from apps.calendars.queries import people_capacity, work_calendar
from apps.domain.backcast import Stage, Tree, backcast
from apps.domain.staircase import Schedule, replan, split_over_time
from apps.domain.workdays import WorkCalendar, capacities, period_days
from apps.funnels.models import Kpi
from apps.goals.models import Kgi, Plan, PlanStage

Capacity = Mapping[int, tuple[Fraction, ...]]


def tree_of(plan: Plan) -> Tree:
    stages = [Stage(stage.kpi.name, stage.rate) for stage in plan.stages.all()]
    price = None if plan.unit_price is None else Fraction(plan.unit_price)
    return backcast(stages, plan.contracts, price)


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

    @cached_property
    def tree(self) -> Tree:
        return tree_of(self.plan)

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
    """The schedule of a goal, with the plan version in force on ``day``."""
    plans = list(
        kgi.plans.order_by("valid_from", "number").prefetch_related(
            Prefetch("stages", PlanStage.objects.select_related("kpi")), "targets", "shares"
        )
    )
    versions = _in_force(plans)
    days = period_days(kgi.start, kgi.end)
    calendar = work_calendar(kgi.team, days)
    members = _members(versions)
    capacity = people_capacity(calendar, members, days)
    planned, planned_goal = _spread_versions(versions, kgi, capacity)
    current = next((plan for plan in reversed(versions) if plan.valid_from <= day), versions[0])
    return TeamSchedule(
        kgi, current, days, capacities(calendar, days), tuple(members), capacity, planned, planned_goal
    )


def _in_force(plans: Sequence[Plan]) -> list[Plan]:
    """One version per day of change: a later version for the same day replaces the earlier."""
    return list({plan.valid_from: plan for plan in plans}.values())


def _members(versions: Sequence[Plan]) -> list[Membership]:
    ids = {share.member_id for plan in versions for share in plan.shares.all()}
    return list(Membership.objects.filter(pk__in=ids).in_team_order())


def _spread_versions(
    versions: Sequence[Plan], kgi: Kgi, capacity: Capacity
) -> tuple[dict[int, Schedule], Schedule]:
    planned: dict[int, Schedule] = {}
    goal: Schedule = {member: [0] * len(row) for member, row in capacity.items()}
    frozen_capacity = tuple(sorted(capacity.items()))
    for number, plan in enumerate(versions):
        first_day = max(0, (plan.valid_from - kgi.start).days) if number else 0
        totals: dict[int, dict[int, int]] = {stage.kpi_id: {} for stage in plan.stages.all()}
        for target in plan.targets.all():
            totals.setdefault(target.kpi_id, {})[target.member_id] = target.count
        for kpi in totals.keys() | planned.keys():
            before = planned.get(kpi, {})
            planned[kpi] = _replan_cached(
                tuple((member, tuple(row)) for member, row in sorted(before.items())),
                tuple(sorted(totals.get(kpi, {}).items())),
                frozen_capacity,
                first_day,
            )
        for share in plan.shares.all():
            row, work = goal[share.member_id], capacity[share.member_id]
            left = max(0, share.amount - sum(row[:first_day]))
            goal[share.member_id] = row[:first_day] + split_over_time(left, work[first_day:])
    return planned, goal


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
    """A run of days with the team's calendar over it."""

    days: tuple[date, ...]
    calendar: WorkCalendar
    capacity: tuple[Fraction, ...]

    @property
    def working_days(self) -> Fraction:
        return sum(self.capacity, Fraction(0))


def load_period(team: Team, start: date, end: date) -> Period:
    """Raises PlanError of ``period_days``."""
    days = period_days(start, end)
    calendar = work_calendar(team, days)
    return Period(days, calendar, capacities(calendar, days))
