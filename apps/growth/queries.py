"""Practices as plain data: drills done, the course of the number, what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Count, Min, Q, QuerySet, Sum

from apps.accounts.models import Membership, Team
from apps.activity.models import Tally
from apps.calendars.queries import day_of, load_days
from apps.domain.before_after import Cases, Window
from apps.domain.effects import BETTER, OPEN, WORSE, Difference, Phases, difference, phases, total, weeks_of
from apps.domain.workdays import days_between, week_start
from apps.funnels.models import Kpi
from apps.funnels.queries import base_of, is_share
from apps.growth.models import Drill, DrillDone, Note, Practice
from apps.web.marks import PLAN, REST, kept_for_member

BEFORE, DURING, AFTER = "before", "during", "after"


@dataclass(frozen=True)
class DrillDay:
    """A drill on a day of its person."""

    drill: Drill
    is_done: bool
    in_week: int


def drill_on(drill: Drill, day: date) -> DrillDay:
    """One drill as it stands in the week of ``day``."""
    return _counted(Drill.objects.filter(pk=drill.pk), day)[0]


@kept_for_member(PLAN, REST)
def drills_of_day(member: Membership, day: date) -> list[DrillDay]:
    """What the member's practices ask for in the week of ``day``. One query."""
    asking = Practice.objects.on(day).filter(member=member)
    return _counted(Drill.objects.filter(practice__in=asking, parked_at=None), day)


def _counted(rows: QuerySet[Drill], day: date) -> list[DrillDay]:
    monday = week_start(day)
    week = Q(done__day__range=(monday, monday + timedelta(days=6)))
    counted = rows.annotate(in_week=Count("done", filter=week), on_day=Count("done", filter=Q(done__day=day)))
    ordered = counted.select_related("practice__kpi").order_by("practice_id", "position", "pk")
    return [DrillDay(drill, bool(drill.on_day), drill.in_week) for drill in ordered]


NOTE_IS_NEW = timedelta(days=7)


def notes_to_read(member: Membership, drills: Sequence[DrillDay], now: datetime) -> list[Note]:
    """What somebody else wrote lately about what the member practises, and was not answered yet. One query,
    none where nothing is practised."""
    practices = {row.drill.practice_id for row in drills}
    if not practices:
        return []
    recent = Note.objects.filter(practice__in=practices, created_at__gte=now - NOTE_IS_NEW)
    newest: dict[int, Note] = {}
    for note in recent.select_related("practice", "author").order_by("created_at", "pk"):
        newest[note.practice_id] = note
    return [note for note in newest.values() if note.author_id != member.user_id]


@dataclass(frozen=True)
class WeekRow:
    """A week of a practice's course: its number, and the drills done in it."""

    window: Window
    phase: str
    cases: Cases
    drills: int = 0


@dataclass(frozen=True)
class Effect:
    """What the number behind a practice did. ``of`` is the stage whose cases are counted; None: counts
    stand against working days."""

    of: Kpi | None
    before: Cases
    during: Difference
    after: Difference | None
    weeks: Sequence[WeekRow] = ()
    # The whole team in the same weeks, for comparison; None where it is only this person.
    team: Difference | None = None

    @property
    def last(self) -> Difference:
        """The verdict that says most: after, as soon as anything can be said of it."""
        return self.after if self.after and self.after.state in (BETTER, WORSE, OPEN) else self.during


@dataclass(frozen=True)
class DrillSum:
    """How often a step was done, beside how often it was meant to be, until now."""

    drill: Drill
    done: int
    wanted: int


@dataclass(frozen=True)
class PracticeRow:
    practice: Practice
    drills: Sequence[DrillSum]
    effect: Effect

    @property
    def per_cent(self) -> bool:
        return is_share(self.practice.kpi, self.effect.of)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.drills)

    @property
    def wanted(self) -> int:
        return sum(row.wanted for row in self.drills)


def load_practices(team: Team, practices: Sequence[Practice], today: date) -> list[PracticeRow]:
    """The number of queries does not grow with the practices."""
    done: dict[int, list[date]] = {}
    for drill, day in DrillDone.objects.filter(drill__practice__in=practices).values_list("drill_id", "day"):
        done.setdefault(drill, []).append(day)
    steps: dict[int, list[Drill]] = {}
    for step in Drill.objects.filter(practice__in=practices).order_by("position", "pk"):
        steps.setdefault(step.practice_id, []).append(step)
    history = History(team, practices, today)
    return [_row(practice, steps.get(practice.pk, []), done, history, today) for practice in practices]


def _row(
    practice: Practice,
    steps: Sequence[Drill],
    done: Mapping[int, Sequence[date]],
    history: "History",
    today: date,
) -> PracticeRow:
    days = [day for step in steps for day in done.get(step.pk, ())]
    return PracticeRow(
        practice,
        [
            DrillSum(step, len(done.get(step.pk, ())), _wanted(practice, step, today))
            for step in steps
            if not step.parked_at or done.get(step.pk)
        ],
        history.effect(practice, days),
    )


def _wanted(practice: Practice, step: Drill, today: date) -> int:
    """A week that has begun asks for as many as it has days, until it asks for all of them."""
    first = max(practice.start, step.since or practice.start)
    last = min(practice.last_day, today)
    if step.parked_at:
        last = min(last, day_of(practice.team, step.parked_at))
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * step.times + min(rest, step.times)


@dataclass
class History:
    """What the people of some practices counted by day, with the stage that each number stands over."""

    team: Team
    practices: Sequence[Practice]
    today: date
    counts: dict[tuple[int, int, date], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stages = list(
            Kpi.objects.filter(funnel__team=self.team, kind=Kpi.Kind.STAGE).order_by("position")
        )
        self.of = {practice.kpi_id: base_of(practice.kpi, self.stages) for practice in self.practices}
        everybody = Membership.objects.filter(team=self.team, carries_targets=True)
        self.members = list(everybody.select_related("user"))
        if self.practices:
            self._load()

    def _load(self) -> None:
        seen = [self._phases(practice) for practice in self.practices]
        first, last = min(one.before.start for one in seen), self.today
        kpis = {*self.of, *(of.pk for of in self.of.values() if of)}
        rows = Tally.objects.filter(member__team=self.team, kpi__in=kpis, day__range=(first, last)).order_by()
        found = rows.values_list("member_id", "kpi_id", "day").annotate(Sum("count"))
        self.counts = {(member, kpi, day): count for member, kpi, day, count in found}
        people = {member.pk: member for member in self.members}
        people |= {practice.member_id: practice.member for practice in self.practices}
        first_logs = Tally.objects.filter(member__in=people).order_by().values_list("member_id")
        # Who had not begun to log was not at work for this comparison.
        self.since = dict(first_logs.annotate(Min("day")))
        needs_days = any(of is None for of in self.of.values())
        self.days = load_days(self.team, first, last, people.values()) if needs_days else {}

    def _phases(self, practice: Practice) -> Phases:
        return phases(practice.start, practice.last_day, self.today)

    def effect(self, practice: Practice, drill_days: Sequence[date]) -> Effect:
        seen = self._phases(practice)
        own = [practice.member_id]
        others = sorted({member.pk for member in self.members} | set(own))
        weeks = [
            WeekRow(
                week,
                phase,
                self._cases(practice.kpi, own, week),
                sum(week.start <= day <= week.end for day in drill_days),
            )
            for phase, window in ((BEFORE, seen.before), (DURING, seen.during), (AFTER, seen.after))
            if window
            for week in weeks_of(window)
        ]
        before = self._weeks(practice, own, seen.before)
        during = self._compare(practice, own, seen.before, seen.during)
        return Effect(
            self.of[practice.kpi_id],
            total(before),
            during,
            self._compare(practice, own, seen.before, seen.after) if seen.after else None,
            weeks,
            self._compare(practice, others, seen.before, seen.during) if len(others) > 1 else None,
        )

    def _compare(
        self, practice: Practice, members: Sequence[int], before: Window, after: Window | None
    ) -> Difference:
        return difference(
            self._weeks(practice, members, before),
            self._weeks(practice, members, after),
            is_share=is_share(practice.kpi, self.of[practice.kpi_id]),
            full_weeks=((after.end - after.start).days + 1) // 7 if after else 0,
        )

    def _weeks(self, practice: Practice, members: Sequence[int], window: Window | None) -> list[Cases]:
        weeks = weeks_of(window) if window else []
        return [self._cases(practice.kpi, members, week) for week in weeks]

    def _cases(self, kpi: Kpi, members: Sequence[int], week: Window) -> Cases:
        days, of = days_between(week.start, week.end), self.of[kpi.pk]
        count = self._sum(kpi.pk, members, days)
        if of is not None:
            return Cases(count, self._sum(of.pk, members, days))
        return Cases(count, sum((self._worked(member, days) for member in members), Fraction(0)))

    def _worked(self, member: int, days: Sequence[date]) -> Fraction:
        since = self.since.get(member, date.max)
        return sum((self.days[member][day] for day in days if day >= since), Fraction(0))

    def _sum(self, kpi: int, members: Sequence[int], days: Sequence[date]) -> int:
        return sum(self.counts.get((member, kpi, day), 0) for member in members for day in days)
