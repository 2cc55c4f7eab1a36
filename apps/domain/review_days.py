"""On which days a team looks back and ahead: its own working days decide, not the calendar's Mondays."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate


def reset_day(days: Sequence[date], capacity: Sequence[Fraction]) -> date | None:
    """The first day of a week that is worked: Monday, or the day after a holiday. None where the whole
    week is off. ``capacity`` is the team's by day."""
    return next((day for day, share in zip(days, capacity, strict=True) if share), None)


def half_day(days: Sequence[date], capacity: Sequence[Fraction]) -> date | None:
    """The first worked day of a period by whose morning half of the period's work is over, at least a
    day after its start; None in a period with fewer than two working days."""
    worked = [day for day, share in zip(days, capacity, strict=True) if share]
    whole = sum(capacity, Fraction(0))
    before = dict(zip(days, [Fraction(0), *accumulate(capacity)], strict=False))
    return next((day for day in worked[1:] if before[day] * 2 >= whole), None)


def last_day(days: Sequence[date], capacity: Sequence[Fraction]) -> date | None:
    """The last day that is worked."""
    return reset_day(list(reversed(days)), list(reversed(capacity)))
