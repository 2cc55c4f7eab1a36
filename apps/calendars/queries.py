from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.accounts.models import Membership, Team
from apps.calendars.holidays import public_holidays
from apps.calendars.models import CalendarDay, DayKind, Leave, TeamCalendar, WorkTime
from apps.domain.workdays import LONGEST_PERIOD, Person, WorkCalendar, capacities, days_between
from apps.web.marks import remembered

HALF = Fraction(1, 2)


def today_in(team: Team) -> date:
    """Today, where the team works."""
    return day_of(team, timezone.now())


def day_of(team: Team, moment: datetime) -> date:
    """The team's day at a moment."""
    return moment.astimezone(ZoneInfo(team.time_zone)).date()


@dataclass(frozen=True)
class Fact:
    """Something known from one day on, perhaps until it was cancelled on another."""

    known: date
    cancelled: date | None

    def stands(self, as_of: date, base: date) -> bool:
        """Known before ``as_of``, or by the end of ``base``; what is cancelled no longer stands."""
        return _before(self.known, as_of, base) and not (
            self.cancelled is not None and _before(self.cancelled, as_of, base)
        )

    def changes(self) -> list[date]:
        """The days from which it counts, and no longer counts: each the day after."""
        return [day + timedelta(days=1) for day in (self.known, self.cancelled) if day is not None]


def _before(known: date, as_of: date, base: date) -> bool:
    return known < as_of or known <= base


@dataclass(frozen=True)
class Week(Fact):
    country: str
    weekdays: str


@dataclass(frozen=True)
class Mark(Fact):
    day: date
    kind: str


@dataclass(frozen=True)
class Away(Fact):
    user: int
    day: date
    share: Fraction


@dataclass(frozen=True)
class Share(Fact):
    member: int
    first_day: date
    share: Fraction


@dataclass(frozen=True)
class CalendarHistory:
    """A team's calendar over a run of days, as it was known on any day.

    A change counts from the day after it was entered, so that no number of today or before moves.
    ``base`` is a day by whose end everything counts at once: the day on which a plan was written.
    """

    days: Sequence[date]
    base: date
    weeks: Sequence[Week]
    marks: Sequence[Mark]
    away: Sequence[Away]
    shares: Sequence[Share]
    members: Sequence[Membership]
    left: dict[int, date]

    def change_days(self, last: date) -> list[date]:
        """The days up to ``last`` from which a change counts that concerns this run of days."""
        found = {day for week in self.weeks for day in week.changes()}
        for mark in self.marks:
            found |= {day for day in mark.changes() if day <= mark.day}
        for away in self.away:
            found |= {day for day in away.changes() if day <= away.day}
        for share in self.shares:
            found |= set(share.changes())
        found |= {day + timedelta(days=1) for day in self.left.values()}
        after = max(self.base, self.days[0])
        return sorted(day for day in found if after < day <= min(last, self.days[-1]))

    def calendar(self, as_of: date) -> WorkCalendar:
        standing = [week for week in self.weeks if week.stands(as_of, self.base)]
        # A team that entered its week late has worked that week before.
        week = (standing or self.weeks[:1] or [Week(self.base, None, "JP", "01234")])[-1]
        marks = {mark.day: mark.kind for mark in self.marks if mark.stands(as_of, self.base)}
        closed = {day for day, kind in marks.items() if kind == DayKind.CLOSED}
        holidays = public_holidays(week.country, {day.year for day in self.days})
        return WorkCalendar(
            weekdays=frozenset(map(int, week.weekdays)),
            days_off=frozenset(closed | holidays.keys()),
            extra_days=frozenset(day for day, kind in marks.items() if kind == DayKind.EXTRA),
        )

    def team_capacity(self, as_of: date = date.max) -> tuple[Fraction, ...]:
        return capacities(self.calendar(as_of), self.days)

    def capacity(self, as_of: date = date.max) -> dict[int, tuple[Fraction, ...]]:
        """Each member's capacity by day, after leave, joining and leaving."""
        calendar = self.calendar(as_of)
        absences: dict[int, dict[date, Fraction]] = {}
        for away in self.away:
            if away.stands(as_of, self.base):
                absences.setdefault(away.user, {})[away.day] = away.share
        # Most people have the team's days: those who are alike share one row.
        rows: dict[tuple[object, ...], tuple[Fraction, ...]] = {}
        found = {}
        for member in self.members:
            person = self._person(member, absences, as_of)
            alike = (tuple(person.absences.items()), tuple(person.shares), person.joined, person.left)
            if alike not in rows:
                rows[alike] = capacities(calendar, self.days, person)
            found[member.pk] = rows[alike]
        return found

    def _person(self, member: Membership, absences: dict[int, dict[date, Fraction]], as_of: date) -> Person:
        left = self.left.get(member.pk)
        is_gone = left is not None and _before(left, as_of, self.base)
        shares = {
            share.first_day: share.share
            for share in self.shares
            if share.member == member.pk and share.stands(as_of, self.base)
        }
        return Person(
            absences.get(member.user_id, {}),
            sorted(shares.items()),
            joined=member.joined_on,
            left=left if is_gone else None,
        )


def load_calendar(
    team: Team, days: Sequence[date], members: Iterable[Membership] = (), base: date = date.max
) -> CalendarHistory:
    """Four queries, however many members and changes."""
    people = tuple(members)
    return remembered(
        "calendar",
        team.pk,
        (days[0], days[-1], len(days), people, base),
        lambda: _load_calendar(team, days, people, base),
        is_small=True,
    )


def _load_calendar(
    team: Team, days: Sequence[date], members: Sequence[Membership], base: date
) -> CalendarHistory:
    window = (days[0], days[-1])
    marks = CalendarDay.objects.filter(team=team, day__range=window)
    away = Leave.objects.filter(user__in={member.user_id for member in members}, day__range=window)

    part_time = WorkTime.objects.filter(member__in=members, first_day__lte=days[-1])

    def known(row: TeamCalendar | CalendarDay | Leave | WorkTime) -> date:
        return day_of(team, row.created_at)

    def cancelled(row: CalendarDay | Leave | WorkTime) -> date | None:
        return day_of(team, row.cancelled_at) if row.cancelled_at else None

    return CalendarHistory(
        days=days,
        base=base,
        weeks=[
            Week(known(row), None, row.country, row.weekdays)
            for row in TeamCalendar.objects.filter(team=team)
        ],
        marks=[Mark(known(row), cancelled(row), row.day, row.kind) for row in marks.order_by("pk")],
        away=[
            Away(known(row), cancelled(row), row.user_id, row.day, HALF if row.is_half else Fraction(1))
            for row in away.order_by("pk")
        ],
        shares=[
            Share(known(row), cancelled(row), row.member_id, row.first_day, Fraction(row.percent, 100))
            for row in part_time.order_by("pk")
        ],
        members=list(members),
        left={member.pk: day_of(team, member.ended_at) for member in members if member.ended_at},
    )


def load_days(
    team: Team, first: date, last: date, members: Iterable[Membership] = ()
) -> dict[int | None, dict[date, Fraction]]:
    """Capacity by member and day as it is known now, the team's own under None; of any length."""
    members = list(members)
    found: dict[int | None, dict[date, Fraction]] = {None: {}, **{member.pk: {} for member in members}}
    start = first
    while start <= last:
        days = days_between(start, min(last, start + timedelta(days=LONGEST_PERIOD - 1)))
        calendar = load_calendar(team, days, members)
        for member, row in ((None, calendar.team_capacity()), *calendar.capacity().items()):
            found[member] |= dict(zip(days, row, strict=True))
        start = days[-1] + timedelta(days=1)
    return found


def usual_week(team: Team) -> TeamCalendar:
    """The team's week as it stands now."""
    return TeamCalendar.objects.filter(team=team).last() or TeamCalendar(team=team)
