from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from apps.accounts.models import Team, User
from apps.accounts.services import record_event
from apps.calendars.models import CalendarDay, DayKind, Leave, TeamCalendar


@transaction.atomic
def set_calendar(*, team: Team, by: User, country: str, weekdays: str) -> None:
    TeamCalendar.objects.update_or_create(team=team, defaults={"country": country, "weekdays": weekdays})
    record_event(team=team, actor=by, kind="calendar_changed", country=country, weekdays=weekdays)


@transaction.atomic
def mark_days(*, team: Team, by: User, days: Iterable[date], kind: str, name: str) -> None:
    """Marks days as closed or as extra working days; a day has one mark, the last one."""
    marked = [CalendarDay(team=team, day=day, kind=kind, name=name) for day in days]
    CalendarDay.objects.bulk_create(
        marked, update_conflicts=True, unique_fields=["team", "day"], update_fields=["kind", "name"]
    )
    record_event(team=team, actor=by, kind="days_marked", days=[f"{row.day}" for row in marked], mark=kind)


@transaction.atomic
def unmark_day(*, calendar_day: CalendarDay, by: User) -> None:
    record_event(team=calendar_day.team, actor=by, kind="day_unmarked", day=f"{calendar_day.day}")
    calendar_day.delete()


@transaction.atomic
def take_leave(*, team: Team, user: User, by: User, start: date, end: date, is_half: bool) -> None:
    """Leave from ``start`` to ``end``; where days overlap with older leave, the new one counts."""
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    Leave.objects.bulk_create(
        [Leave(user=user, day=day, is_half=is_half) for day in days],
        update_conflicts=True,
        unique_fields=["user", "day"],
        update_fields=["is_half"],
    )
    record_event(team=team, actor=by, kind="leave_taken", user=user.pk, start=f"{start}", end=f"{end}")


@transaction.atomic
def cancel_leave(*, team: Team, leave: Leave, by: User) -> None:
    record_event(team=team, actor=by, kind="leave_cancelled", user=leave.user_id, day=f"{leave.day}")
    leave.delete()


def close_new_year(*, team: Team, by: User, year: int, name: str) -> None:
    """29 December to 3 January, the closure most Japanese companies keep, in one click."""
    days = [date(year, 12, 29) + timedelta(days=offset) for offset in range(6)]
    mark_days(team=team, by=by, days=days, kind=DayKind.CLOSED, name=name)
