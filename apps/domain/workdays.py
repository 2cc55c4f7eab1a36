"""The working calendar: how much of each day of a period can be worked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from apps.domain.errors import PlanError

MONDAY_TO_FRIDAY = frozenset(range(5))
LONGEST_PERIOD = 400  # days: a year and the weeks around it


@dataclass(frozen=True)
class WorkCalendar:
    """A team's calendar: weekdays worked (Monday is 0), days off, extra working days."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    days_off: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        if day in self.extra_days:
            return True
        return day.weekday() in self.weekdays and day not in self.days_off

    def works_on_any(self, days: Sequence[date]) -> bool:
        return any(self.works_on(day) for day in days)


@dataclass(frozen=True)
class Person:
    """What one person takes away from the team's calendar.

    ``absences`` maps a day to the share of it that is not worked (1 or 1/2); ``shares`` are parts of
    full time with the days from which they count, in order: full time before the first, and 0 for
    somebody who has not joined yet or is about to leave. Before ``joined`` and after ``left`` there
    is no capacity.
    """

    absences: Mapping[date, Fraction] = field(default_factory=dict)
    shares: Sequence[tuple[date, Fraction]] = ()
    joined: date | None = None
    left: date | None = None

    def share_on(self, day: date) -> Fraction:
        found = Fraction(1)
        for first, share in self.shares:
            if first > day:
                break
            found = share
        return found


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday, clipped at the ends of the period."""

    start: date
    end: date


def period_days(start: date, end: date) -> tuple[date, ...]:
    """All days from ``start`` to ``end``, both included.

    Raises PlanError: ``end_before_start``, ``period_too_long`` (longest, in days).
    """
    if end < start:
        raise PlanError("end_before_start", start=start, end=end)
    if (end - start).days >= LONGEST_PERIOD:
        raise PlanError("period_too_long", longest=LONGEST_PERIOD)
    return days_between(start, end)


def days_between(start: date, end: date) -> tuple[date, ...]:
    """All days from ``start`` to ``end``, both included; none where the end comes first."""
    return tuple(start + timedelta(days=offset) for offset in range((end - start).days + 1))


def capacities(
    calendar: WorkCalendar, days: Sequence[date], person: Person | None = None
) -> tuple[Fraction, ...]:
    """Working days in each day: 0, 1, or a part of 1 for half days and part time."""
    return tuple(_capacity(calendar, day, person) for day in days)


def _capacity(calendar: WorkCalendar, day: date, person: Person | None) -> Fraction:
    if not calendar.works_on(day):
        return Fraction(0)
    if person is None:
        return Fraction(1)
    if (person.joined and day < person.joined) or (person.left and day > person.left):
        return Fraction(0)
    return max(Fraction(0), 1 - person.absences.get(day, Fraction(0))) * person.share_on(day)


def bridge_days(calendar: WorkCalendar, days: Sequence[date]) -> list[date]:
    """Single working days between two days off, which many companies close."""
    one = timedelta(days=1)
    return [
        day
        for day in days
        if calendar.works_on(day) and not calendar.works_on(day - one) and not calendar.works_on(day + one)
    ]


def week_start(day: date) -> date:
    """The Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def weeks_of(days: Sequence[date]) -> tuple[Week, ...]:
    """The weeks of a period; the first and the last are clipped at its ends."""
    weeks: list[Week] = []
    for day in days:
        if weeks and day.weekday() != 0:
            weeks[-1] = Week(weeks[-1].start, day)
        else:
            weeks.append(Week(day, day))
    return tuple(weeks)
