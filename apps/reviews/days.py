"""Which reviews a team has when, on its own working calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from apps.accounts.models import Team
from apps.calendars.queries import load_calendar
from apps.domain.review_days import half_day, last_day, reset_day
from apps.domain.workdays import days_between, week_start
from apps.goals.models import Kgi
from apps.reviews.models import Review

Kind = Review.Kind
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Due:
    """A review that belongs on a day, and the days that it looks back on."""

    kind: Kind
    day: date
    start: date
    end: date


def weekly(team: Team, day: date) -> Due | None:
    """The reset of the week of ``day``: on Monday, later after a holiday, never in a week that is off.
    It looks back to the last week that had a working day."""
    monday = week_start(day)
    days = days_between(monday - 8 * WEEK, monday + timedelta(days=6))
    capacity = load_calendar(team, days).team_capacity()
    due = reset_day(days[-7:], capacity[-7:])
    if due is None:
        return None
    back = next((weeks for weeks in range(1, 8) if any(capacity[-7 * (weeks + 1) : -7 * weeks])), 1)
    start = monday - back * WEEK
    return Due(Kind.WEEKLY, due, start, start + timedelta(days=6))


def of_period(kgi: Kgi) -> list[Due]:
    """Start, half-time and end of a goal's period. The start looks back on the days of the same length
    before; half-time and end on the period itself."""
    days = days_between(kgi.start, kgi.end)
    capacity = load_calendar(kgi.team, days).team_capacity()
    before = kgi.start - (kgi.end - kgi.start) - timedelta(days=1), kgi.start - timedelta(days=1)
    previous = Kgi.objects.of_team(kgi.team).running().filter(end__lt=kgi.start).order_by("-end").first()
    looked_at = (previous.start, previous.end) if previous else before
    half = half_day(days, capacity)
    found = [
        (Kind.START, reset_day(days, capacity), looked_at),
        (Kind.MIDDLE, half, (kgi.start, half - timedelta(days=1) if half else kgi.start)),
        (Kind.END, last_day(days, capacity), (kgi.start, kgi.end)),
    ]
    return [Due(kind, day, *window) for kind, day, window in found if day]


def due_reviews(team: Team, today: date) -> list[Due]:
    """Those of this week and of the goal that runs, in the order of their days."""
    found = [weekly(team, today), weekly(team, today + WEEK)]
    kgi = Kgi.objects.of_team(team).on(today).first()
    if kgi:
        kgi.team = team
        found += of_period(kgi)
    return sorted((due for due in found if due), key=lambda due: (due.day, due.kind))


def find_due(team: Team, kind: str, day: date) -> Due | None:
    """The review of a kind that belongs on a day, also a past one."""
    found = [weekly(team, day)]
    for kgi in Kgi.objects.of_team(team).on(day):
        kgi.team = team
        found += of_period(kgi)
    return next((due for due in found if due and (due.kind, due.day) == (kind, day)), None)
