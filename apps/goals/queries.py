"""Plans as plain data: who is asked for what on which day."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache

from django.db.models import prefetch_related_objects

from apps.accounts.models import Membership, Team
from apps.calendars.queries import CalendarHistory, day_of, load_calendar, today_in
from apps.domain.crowd import spread_each
from apps.domain.moves import with_moves
from apps.domain.shape import efforts, rest_of, shape_of
from apps.domain.staircase import Schedule, left_after, replan
from apps.domain.workdays import days_between, period_days, week_start
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import Draft, draft_of, parts_of_draft
from apps.goals.models import DayMove, Kgi, Plan
from apps.web.marks import PLAN, kept_for_team, remembered

Capacity = Mapping[int, tuple[Fraction, ...]]


def current_kgi(team: Team, day: date) -> Kgi | None:
    """The goal that runs on a day, else the next one to come, else the last one that ended."""
    return copy(_current_kgi(team, day))


def kgi_on(team: Team, day: date) -> Kgi | None:
    """The goal that runs on a day."""
    kgi = copy(_kgi_on(team, day))
    if kgi:
        kgi.team = team
    return kgi


@kept_for_team(PLAN)
def _kgi_on(team: Team, day: date) -> Kgi | None:
    return Kgi.objects.of_team(team).on(day).first()


@kept_for_team(PLAN)
def _current_kgi(team: Team, day: date) -> Kgi | None:
    running = Kgi.objects.of_team(team).running()
    return (
        running.on(day).first()
        or running.filter(start__gt=day).order_by("start").first()
        or running.order_by("-end").first()
    )


@kept_for_team(PLAN)
def running_goals(team: Team) -> list[Kgi]:
    """All that were not withdrawn, the newest first."""
    return list(Kgi.objects.of_team(team).running().order_by("-start"))


@dataclass(frozen=True)
class TeamSchedule:
    """A goal spread over people and days, all versions of its plan taken together."""

    kgi: Kgi
    plan: Plan
    days: tuple[date, ...]
    team_capacity: tuple[Fraction, ...]
    members: tuple[Membership, ...]
    capacity: Capacity
    # kpi -> member -> number by day, all segments together, and by (kpi, segment)
    planned: Mapping[int, Schedule]
    planned_in: Mapping[tuple[int, int], Schedule]
    # member -> minor units (or contracts) by day
    planned_goal: Schedule
    # What was worked out of it with one person's rows: ``apps.progress.queries.Progress.of_person``.
    worked_out: dict[Hashable, tuple[object, object]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def draft(self) -> Draft:
        return draft_of(self.plan)

    @cached_property
    def working_days(self) -> dict[int, Fraction]:
        """Of each member in the whole period."""
        return {member: sum(days, Fraction(0)) for member, days in self.capacity.items()}

    @property
    def kpis(self) -> Sequence[Kpi]:
        return self.draft.kpis

    @cached_property
    def segments(self) -> list[Segment]:
        return [stream.segment for stream in self.draft.streams]

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
    today = today_in(kgi.team)
    return remembered(
        "schedule", kgi.team_id, (kgi.pk, day, today), lambda: _load_schedule(kgi, day, min(day, today))
    )


def _load_schedule(kgi: Kgi, day: date, over: date) -> TeamSchedule:
    plans = list(kgi.plans.order_by("number"))
    versions = in_force(plans, day)
    # Only what is in force is read whole: a plan may have been changed hundreds of times.
    prefetch_related_objects(versions, *parts_of_draft(), "targets", "shares", "rates")
    days = period_days(kgi.start, kgi.end)
    base = day_of(kgi.team, plans[0].created_at)
    calendar = load_calendar(kgi.team, days, _members(versions), base=base)
    planned_in, planned_goal = _spread_versions(versions, calendar, day)
    as_of = max(day, kgi.start)
    capacity = calendar.capacity(as_of)
    planned_in = moved(planned_in, kgi.moves.all(), days, capacity, over)
    return TeamSchedule(
        kgi,
        versions[-1],
        days,
        calendar.team_capacity(as_of),
        tuple(calendar.members),
        capacity,
        _all_segments(planned_in),
        planned_in,
        planned_goal,
    )


def _all_segments(planned_in: Mapping[tuple[int, int], Schedule]) -> dict[int, Schedule]:
    planned: dict[int, Schedule] = {}
    for (kpi, _segment), schedule in planned_in.items():
        so_far = planned.setdefault(kpi, {})
        for member, row in schedule.items():
            before = so_far.get(member)
            so_far[member] = (
                row if before is None else [one + other for one, other in zip(before, row, strict=True)]
            )
    return planned


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
) -> tuple[dict[tuple[int, int], Schedule], Schedule]:
    """From each change on, of plan or calendar, what is left is spread anew; days before stay."""
    start = calendar.days[0]
    planned: dict[tuple[int, int], Schedule] = {}
    goal: Schedule = {}
    begins = {max(plan.valid_from, start) for plan in versions[1:]}
    for first in sorted({start, *begins, *calendar.change_days(day)}):
        plan = ([version for version in versions if version.valid_from <= first] or versions[:1])[-1]
        effort = Effort(plan, calendar, first)
        totals = _totals(plan)
        for place in totals.keys() | planned.keys():
            planned[place] = replan_cached(
                _frozen(planned.get(place, {})),
                tuple(sorted(totals.get(place, {}).items())),
                effort.towards(place),
                effort.first_day,
            )
        goal = _replan_amounts(goal, _amounts(plan), dict(effort.towards(None)), effort.first_day)
    return planned, goal


class Effort:
    """Of each person, the parts of the days from ``first`` on in which a number is spread."""

    def __init__(self, plan: Plan, calendar: CalendarHistory, first: date) -> None:
        self.days, self.weights, self.season = calendar.days, tuple(plan.weights), tuple(plan.season)
        self.is_even = plan.shape.is_even
        self.first_day = (first - calendar.days[0]).days
        self.capacity = calendar.capacity(first)
        self.team = calendar.team_capacity(first)
        self.leads = draft_of(plan).leads if plan.uses_lead_time else {}
        self._known: dict[int, tuple[tuple[int, tuple[Fraction, ...]], ...]] = {}

    def towards(self, place: tuple[int, int] | None) -> tuple[tuple[int, tuple[Fraction, ...]], ...]:
        """Towards a stage of a segment, or towards the goal itself."""
        lead = self.leads.get(place[0], 0) if place else 0
        if lead not in self._known:
            rows = {member: self._row(row, lead) for member, row in self.capacity.items()}
            self._known[lead] = tuple(sorted(rows.items()))
        return self._known[lead]

    def _row(self, capacity: tuple[Fraction, ...], lead: int) -> tuple[Fraction, ...]:
        if not lead and self.is_even:
            return capacity
        # The team's last days: what this person can do in them comes too late.
        worked = [day for day, share in enumerate(self.team) if share]
        own = (
            sum((capacity[day] for day in worked[len(worked) - lead :]), Fraction(0)) if lead else Fraction(0)
        )
        return effort_cached(capacity, self.days[0], self.weights, self.season, own, self.first_day)


@lru_cache(maxsize=2048)
def effort_cached(
    capacity: tuple[Fraction, ...],
    start: date,
    weights: tuple[str, ...],
    season: tuple[int, ...],
    lead: Fraction,
    first_day: int,
) -> tuple[Fraction, ...]:
    """Most people of a team have the same days, and every page of the team asks for them."""
    days = days_between(start, start + timedelta(days=len(capacity) - 1))
    effort = efforts(capacity, days, shape_of(weights, season), lead)
    return (Fraction(0),) * first_day + rest_of(effort, capacity, first_day)


def _totals(plan: Plan) -> dict[tuple[int, int], dict[int, int]]:
    totals: dict[tuple[int, int], dict[int, int]] = {
        (stage.kpi_id, stage.segment_id): {} for stage in plan.stages.all()
    }
    for target in plan.targets.all():
        totals.setdefault((target.kpi_id, target.segment_id), {})[target.member_id] = target.count
    return totals


def _amounts(plan: Plan) -> dict[int, int]:
    amounts: dict[int, int] = {}
    for share in plan.shares.all():
        amounts[share.member_id] = amounts.get(share.member_id, 0) + share.amount
    return amounts


def moved(
    planned: Mapping[tuple[int, int], Schedule],
    moves: Iterable[DayMove],
    days: Sequence[date],
    capacity: Capacity,
    over: date,
) -> dict[tuple[int, int], Schedule]:
    """With what reps moved between the days of a week; days up to ``over`` take it as it is."""
    weeks: dict[tuple[tuple[int, int], int, date], dict[date, int]] = {}
    for move in moves:
        place = (move.kpi_id, move.segment_id)
        weeks.setdefault((place, move.member_id, week_start(move.day)), {})[move.day] = move.more
    after = {place: dict(schedule) for place, schedule in planned.items()}
    for (place, member, monday), more in weeks.items():
        row = after.get(place, {}).get(member)
        if row is not None and member in capacity:
            after[place][member] = _moved_week(row, more, days, capacity[member], monday, over)
    return after


def _moved_week(
    row: Sequence[int],
    more: Mapping[date, int],
    days: Sequence[date],
    capacity: Sequence[Fraction],
    monday: date,
    over: date,
) -> list[int]:
    first = max(0, (monday - days[0]).days)
    last = min(len(days), (monday - days[0]).days + 7)
    of_week = days[first:last]
    changed = with_moves(
        row[first:last],
        [more.get(day, 0) for day in of_week],
        [bool(share) for share in capacity[first:last]],
        sum(day <= over for day in of_week),
    )
    return [*row[:first], *changed, *row[last:]]


def _frozen(schedule: Schedule) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((member, tuple(row)) for member, row in sorted(schedule.items()))


def _replan_amounts(before: Schedule, totals: dict[int, int], capacity: Capacity, first_day: int) -> Schedule:
    """As ``replan``, for money: it follows each person's own line to the minor unit."""
    kept = {member: list(before.get(member, [0] * len(row)))[:first_day] for member, row in capacity.items()}
    left = left_after(totals, {member: sum(row) for member, row in kept.items()})
    rest = spread_each(
        {member: left.get(member, 0) for member in kept},
        {member: capacity[member][first_day:] for member in kept},
    )
    return {member: row + rest[member] for member, row in kept.items()}


@lru_cache(maxsize=512)
def replan_cached(
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
