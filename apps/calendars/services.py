from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.accounts.services import record_event
from apps.calendars.day_template import Block
from apps.calendars.models import CalendarDay, DayBlock, DayKind, Leave, TeamCalendar, WorkTime


@transaction.atomic
def set_calendar(*, team: Team, by: User, country: str, weekdays: str) -> None:
    TeamCalendar.objects.create(team=team, country=country, weekdays=weekdays)
    record_event(team=team, actor=by, kind="calendar_changed", country=country, weekdays=weekdays)


@transaction.atomic
def mark_days(*, team: Team, by: User, days: Iterable[date], kind: str, name: str) -> None:
    """Marks days as closed or as extra working days; a day has one mark, the last one."""
    Team.objects.select_for_update().get(pk=team.pk)
    days = list(days)
    standing = CalendarDay.objects.filter(team=team, cancelled_at=None)
    standing.filter(day__in=days).update(cancelled_at=timezone.now())
    CalendarDay.objects.bulk_create(CalendarDay(team=team, day=day, kind=kind, name=name) for day in days)
    record_event(team=team, actor=by, kind="days_marked", days=[f"{day}" for day in days], mark=kind)


@transaction.atomic
def unmark_day(*, calendar_day: CalendarDay, by: User) -> None:
    calendar_day.cancelled_at = timezone.now()
    calendar_day.save(update_fields=["cancelled_at"])
    record_event(team=calendar_day.team, actor=by, kind="day_unmarked", day=f"{calendar_day.day}")


@transaction.atomic
def take_leave(*, team: Team, user: User, by: User, start: date, end: date, is_half: bool) -> None:
    """Leave from ``start`` to ``end``; where days overlap with older leave, the new one counts."""
    User.objects.select_for_update().get(pk=user.pk)
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    standing = Leave.objects.filter(user=user, cancelled_at=None)
    standing.filter(day__in=days).update(cancelled_at=timezone.now())
    Leave.objects.bulk_create(Leave(user=user, day=day, is_half=is_half) for day in days)
    record_event(team=team, actor=by, kind="leave_taken", user=user.pk, start=f"{start}", end=f"{end}")


@transaction.atomic
def cancel_leave(*, team: Team, leave: Leave, by: User) -> None:
    leave.cancelled_at = timezone.now()
    leave.save(update_fields=["cancelled_at"])
    record_event(team=team, actor=by, kind="leave_cancelled", user=leave.user_id, day=f"{leave.day}")


@transaction.atomic
def set_work_time(*, member: Membership, by: User, first_day: date, percent: int) -> None:
    """A member's part of full time from a day on; another one for the same day is replaced."""
    standing = WorkTime.objects.filter(member=member, first_day=first_day, cancelled_at=None)
    standing.update(cancelled_at=timezone.now())
    WorkTime.objects.create(member=member, first_day=first_day, percent=percent)
    record_event(team=member.team, actor=by, kind="work_time_set", member=member.pk, percent=percent)


@transaction.atomic
def cancel_work_time(*, work_time: WorkTime, by: User) -> None:
    work_time.cancelled_at = timezone.now()
    work_time.save(update_fields=["cancelled_at"])
    team = work_time.member.team
    record_event(team=team, actor=by, kind="work_time_cancelled", member=work_time.member_id)


def close_new_year(*, team: Team, by: User, year: int, name: str) -> None:
    """29 December to 3 January, the closure most Japanese companies keep, in one click."""
    days = [date(year, 12, 29) + timedelta(days=offset) for offset in range(6)]
    mark_days(team=team, by=by, days=days, kind=DayKind.CLOSED, name=name)


def close_obon(*, team: Team, by: User, year: int, name: str) -> None:
    """13 to 16 August, when families remember their dead and most offices close."""
    days = [date(year, 8, 13) + timedelta(days=offset) for offset in range(4)]
    mark_days(team=team, by=by, days=days, kind=DayKind.CLOSED, name=name)


@transaction.atomic
def set_day(*, team: Team, member: Membership | None, by: User, blocks: Sequence[Block]) -> None:
    """The day's parts of the team, or of one member instead of the team's."""
    for block in blocks:
        DayBlock.objects.update_or_create(
            team=team,
            member=member,
            block=block.code,
            defaults={
                "name": str(block.name),
                "minutes": block.minutes,
                "activities": "\n".join(str(line) for line in block.activities),
            },
        )
    record_event(team=team, actor=by, kind="day_set", member=member.pk if member else None)


@transaction.atomic
def drop_own_day(*, member: Membership, by: User) -> None:
    DayBlock.objects.filter(member=member).delete()
    record_event(team=member.team, actor=by, kind="own_day_dropped", member=member.pk)
