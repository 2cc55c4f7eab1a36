from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.accounts.models import Membership, Team
from apps.calendars.holidays import public_holidays
from apps.calendars.models import CalendarDay, DayKind, Leave, TeamCalendar
from apps.domain.workdays import Person, WorkCalendar, capacities

HALF = Fraction(1, 2)


def today_in(team: Team) -> date:
    """Today, where the team works."""
    return timezone.now().astimezone(ZoneInfo(team.time_zone)).date()


def day_of(team: Team, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(team.time_zone)).date()


def work_calendar(team: Team, days: Sequence[date]) -> WorkCalendar:
    """The team's calendar for a run of days: weekdays, public holidays, closures, extra days."""
    settings = TeamCalendar.objects.filter(team=team).first() or TeamCalendar(team=team)
    special = dict(
        CalendarDay.objects.filter(team=team, day__range=(days[0], days[-1])).values_list("day", "kind")
    )
    closed = {day for day, kind in special.items() if kind == DayKind.CLOSED}
    holidays = public_holidays(settings.country, {day.year for day in days})
    return WorkCalendar(
        weekdays=frozenset(map(int, settings.weekdays)),
        days_off=frozenset(closed | holidays.keys()),
        extra_days=frozenset(day for day, kind in special.items() if kind == DayKind.EXTRA),
    )


def people_capacity(
    calendar: WorkCalendar, members: Iterable[Membership], days: Sequence[date]
) -> dict[int, tuple[Fraction, ...]]:
    """Each member's capacity by day, after leave, joining and leaving; one query for all."""
    members = list(members)
    absences = _absences({member.user_id for member in members}, days)
    return {
        member.pk: capacities(
            calendar,
            days,
            Person(absences.get(member.user_id, {}), joined=member.joined_on, left=member.left_on),
        )
        for member in members
    }


def _absences(users: set[int], days: Sequence[date]) -> Mapping[int, dict[date, Fraction]]:
    absences: dict[int, dict[date, Fraction]] = {}
    rows = Leave.objects.filter(user__in=users, day__range=(days[0], days[-1]))
    for user, day, is_half in rows.values_list("user_id", "day", "is_half"):
        absences.setdefault(user, {})[day] = HALF if is_half else Fraction(1)
    return absences
