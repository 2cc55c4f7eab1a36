"""Whether a rate is another one than before, said only where the counts can carry it.

The interval of a difference is put together from the intervals of its two sides (MOVER): Wilson's for
shares (Newcombe, Statistics in Medicine 17, 1998, 873), Jeffreys' for counts (Zou and Donner, Statistics
in Medicine 27, 2008, 1693). Weeks that scatter more than chance alone widen both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt

from apps.domain.before_after import WEEK, Cases, Window

# Of a hundred comparisons without any difference, about five stand outside the interval: half of those above.
LEVEL = 0.95
Z = 1.959964
# Fewer cases than this on either side say nothing.
FEWEST_CASES = 10
# The first verdict: before that a good week is a good week, and how much weeks scatter is not known.
FEWEST_WEEKS = 3
# How far a rate wanders from month to month although nothing was changed: the standard deviation of its
# log odds (of a count: of its logarithm). 30 % moves by about three points.
WANDER = 0.15
# As many weeks as the guess weighs that weeks scatter by chance alone.
CALM_WEEKS = 2

# What stands before and after is looked at for so long, whatever the length in between: whoever begins
# after a bad week would else be compared with that week.
SPAN = 8 * WEEK

EARLY, BETTER, WORSE, OPEN, NO_CASES = "early", "better", "worse", "open", "no_cases"


@dataclass(frozen=True)
class Difference:
    """``low`` and ``high`` bound the difference of the two values (fractions of one, or per unit); all
    three are None where a side has no case."""

    state: str
    before: Cases
    after: Cases
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Phases:
    """``during`` and ``after`` are None while no day of them is over."""

    before: Window
    during: Window | None
    after: Window | None


def phases(start: date, end: date, today: date) -> Phases:
    """Before, during and after the days from ``start`` to ``end``; ``today`` is not over. What ended before
    it began (``end`` before ``start``) has neither during nor after."""
    over = today - timedelta(days=1)
    before = Window(start - SPAN, min(start - timedelta(days=1), over))
    if end < start:
        return Phases(before, None, None)
    during = Window(start, min(end, over))
    after = Window(end + timedelta(days=1), min(end + SPAN, over))
    return Phases(before, _if_begun(during), _if_begun(after))


def _if_begun(window: Window) -> Window | None:
    return window if window.start <= window.end else None


def weeks_of(window: Window) -> list[Window]:
    """In sevens from its first day; the last may be shorter. None of a window that has not begun."""
    days = (window.end - window.start).days + 1
    starts = [window.start + timedelta(days=7 * week) for week in range((days + 6) // 7)]
    return [Window(first, min(first + timedelta(days=6), window.end)) for first in starts]


def total(weeks: Sequence[Cases]) -> Cases:
    """All the weeks as one."""
    return Cases(sum(week.count for week in weeks), sum((week.of for week in weeks), Fraction(0)))


def difference(
    before: Sequence[Cases], after: Sequence[Cases], *, is_share: bool, full_weeks: int | None = None
) -> Difference:
    """``before`` and ``after`` week by week; of ``after`` the first ``full_weeks`` are whole (None: all).
    ``is_share``: of so many cases so many; otherwise a number of things over cases or working days. The
    state is EARLY before ``FEWEST_WEEKS`` whole weeks with cases or with fewer than ``FEWEST_CASES`` of them,
    NO_CASES where nothing stood before, else by whether zero lies within the interval."""
    first, second = total(before), total(after)
    if first.of <= 0 or first.value is None:
        return Difference(NO_CASES, first, second)
    if second.value is None:
        return Difference(EARLY, first, second)
    # More came out than went in: what began earlier counts too, and a share is no share any more.
    share = is_share and first.value <= 1 and second.value <= 1
    scatter = _scatter(before, after, share)
    (low_1, high_1), (low_2, high_2) = _limits(first, scatter, share), _limits(second, scatter, share)
    one, two = float(first.value), float(second.value)
    change = two - one
    low = change - sqrt((two - low_2) ** 2 + (high_1 - one) ** 2)
    high = change + sqrt((high_2 - two) ** 2 + (one - low_1) ** 2)
    worked = sum(week.of > 0 for week in after[:full_weeks])
    return Difference(_state(worked, first, second, low, high), first, second, change, low, high)


def _state(worked: int, first: Cases, second: Cases, low: float, high: float) -> str:
    if worked < FEWEST_WEEKS or min(_weight(first), _weight(second)) < FEWEST_CASES:
        return EARLY
    return BETTER if low > 0 else WORSE if high < 0 else OPEN


def _weight(cases: Cases) -> float:
    return float(cases.of)


def _scatter(before: Sequence[Cases], after: Sequence[Cases], share: bool) -> float:
    """By how much weeks differ more than chance lets them (1: not at all): Pearson's statistic over its
    degrees of freedom, with a guess of 1 that weighs ``CALM_WEEKS``."""
    found, freedom = 0.0, 0
    for weeks in (before, after):
        one, other = _pearson([week for week in weeks if week.of > 0], share)
        found, freedom = found + one, freedom + other
    return max(1.0, (found + CALM_WEEKS) / (freedom + CALM_WEEKS))


def _pearson(weeks: Sequence[Cases], share: bool) -> tuple[float, int]:
    mean = total(weeks).value if weeks else None
    if not mean or (share and mean >= 1):
        return 0.0, 0
    rate = float(mean)
    spread = rate * (1 - rate) if share else rate
    chi = sum((week.count - float(week.of) * rate) ** 2 / (float(week.of) * spread) for week in weeks)
    return chi, len(weeks) - 1


def _limits(cases: Cases, scatter: float, share: bool) -> tuple[float, float]:
    of, value = float(cases.of), float(cases.value or 0)
    spread = value * (1 - value) if share else max(value, 0.5 / of)
    # What wanders does not become surer by counting more of it.
    wandering = WANDER**2 * of * (spread if share else value**2 / spread)
    worth = of / (scatter + wandering)
    return _wilson(value, worth) if share else _jeffreys(value * worth, worth)


def _wilson(share: float, of: float) -> tuple[float, float]:
    middle = share + Z**2 / (2 * of)
    reach = Z * sqrt(share * (1 - share) / of + Z**2 / (4 * of**2))
    whole = 1 + Z**2 / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def _jeffreys(count: float, of: float) -> tuple[float, float]:
    from scipy.special import gammaincinv

    outside = (1 - LEVEL) / 2
    low = float(gammaincinv(count + 0.5, outside)) / of if count > 0 else 0.0
    return low, float(gammaincinv(count + 0.5, 1 - outside)) / of
