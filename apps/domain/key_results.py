"""How far a key result has come. Numbers are as people read them: counts, per cent, money."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Way:
    """Where a key result starts and what it is to reach. ``start`` None: a level to be held, such as
    a rate of at least 30 %, which is measured against the level itself."""

    start: Fraction | None
    target: Fraction
    commit: Fraction | None = None
    stretch: Fraction | None = None
    lower_is_better: bool = False
    # Of a total that shall stay low: the part of the period that is over, and with it of the allowance.
    spent_by_now: Fraction | None = None


def progress(way: Way, current: Fraction) -> Fraction:
    """The part of the way that is done: 200 to 0 at 100 is 1/2. Never capped, negative on the way
    back. For a level to be held, current over target, or target over current where lower is better; for
    a total that shall stay low, 1 while it is within what is allowed by now.
    """
    if way.spent_by_now is not None:
        allowed = way.target * way.spent_by_now
        return Fraction(1) if current <= allowed else allowed / current
    if way.start is not None and way.start != way.target:
        return (current - way.start) / (way.target - way.start)
    if way.lower_is_better:
        return way.target / current if current > 0 else Fraction(1)
    return current / way.target if way.target else Fraction(1)


def level(way: Way, current: Fraction) -> str:
    """The highest of ``stretch``, ``target``, ``commit`` that is reached, else empty. A total that shall
    stay low has reached nothing before its period is over."""
    if way.spent_by_now is not None and way.spent_by_now < 1:
        return ""
    for name, wanted in (("stretch", way.stretch), ("target", way.target), ("commit", way.commit)):
        if wanted is not None and (current <= wanted if way.lower_is_better else current >= wanted):
            return name
    return ""


def expected(way: Way, elapsed: Fraction, is_running_total: bool) -> Fraction:
    """The part of the way that should be done after ``elapsed`` (0 to 1) of the working days. A level
    to be held should hold on every day; everything else grows evenly."""
    if way.spent_by_now is not None:
        return Fraction(1)
    return Fraction(1) if way.start is None and not is_running_total else elapsed


def resolved(previous: Fraction, change: Fraction, unit: str) -> Fraction:
    """The value that a change against the previous period asks for: ``percent`` of it, or ``points``
    added to it. 400 and +15 % is 460; a rate of 20 and +3 points is 23."""
    return previous * (1 + change / 100) if unit == "percent" else previous + change


def weakest(standing: Sequence[tuple[Fraction, Fraction]]) -> int | None:
    """The number of the pair (progress, expected) that is furthest behind; None where none is."""
    gaps = [done - wanted for done, wanted in standing]
    return gaps.index(min(gaps)) if gaps and min(gaps) < 0 else None
