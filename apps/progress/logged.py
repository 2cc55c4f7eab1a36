"""Which days were logged, as a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Membership
from apps.domain.workdays import week_start
from apps.progress.causes import logged_days
from apps.progress.queries import Progress

LOGGED, MISSED, OFF, AHEAD, OUTSIDE = "logged", "missed", "off", "ahead", "outside"


@dataclass(frozen=True)
class LoggedDay:
    day: date
    state: str


@dataclass(frozen=True)
class LoggedMonth:
    """Whole weeks from Monday. ``kept`` of ``asked`` working days that are over were logged."""

    weeks: Sequence[Sequence[LoggedDay]]
    kept: int
    asked: int


def logged_month(progress: Progress, member: Membership) -> LoggedMonth:
    logged = logged_days(progress, member)
    kgi = progress.schedule.kgi
    capacity = progress.schedule.capacity.get(member.pk, ())
    first = week_start(kgi.start).toordinal()
    last = week_start(kgi.end).toordinal() + 6
    days = []
    for number in range(first, last + 1):
        day = date.fromordinal(number)
        place = (day - kgi.start).days
        share = bool(capacity[place]) if 0 <= place < len(capacity) else False
        days.append(LoggedDay(day, _state(progress, day, works=share, logged=day in logged)))
    states = [day.state for day in days]
    kept, missed = states.count(LOGGED), states.count(MISSED)
    return LoggedMonth([days[place : place + 7] for place in range(0, len(days), 7)], kept, kept + missed)


def _state(progress: Progress, day: date, *, works: bool, logged: bool) -> str:
    kgi = progress.schedule.kgi
    if not kgi.start <= day <= kgi.end:
        return OUTSIDE
    if logged:
        return LOGGED
    if day >= progress.today:
        return AHEAD if works else OFF
    return MISSED if works else OFF
