"""How a number is shaped over a period: not every week and month asks for the same.

A shape turns a person's *capacity* by day into *effort* by day: the parts in which a number is
spread. Only the proportions of efforts matter; a day without capacity never gets any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise

from apps.domain.errors import PlanError

MOST_WEIGHTS = 12
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Shape:
    """``weights`` are for equal parts of the period's capacity (30, 30, 20, 20), ``season`` maps a
    calendar month (1 to 12) to its factor. Empty means even.

    Raises PlanError: ``weights_zero``, ``weights_negative``, ``too_many_weights`` (largest),
    ``season_zero``, ``season_negative``.
    """

    weights: tuple[Fraction, ...] = ()
    season: Mapping[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weights) > MOST_WEIGHTS:
            raise PlanError("too_many_weights", largest=MOST_WEIGHTS)
        if any(weight < 0 for weight in self.weights):
            raise PlanError("weights_negative")
        if self.weights and not sum(self.weights):
            raise PlanError("weights_zero")
        if any(factor < 0 for factor in self.season.values()):
            raise PlanError("season_negative")
        if len(self.season) == MONTHS_OF_A_YEAR and not any(self.season.values()):
            raise PlanError("season_zero")

    @property
    def is_even(self) -> bool:
        """Whether it leaves the efforts as the capacity has them."""
        return len(set(self.weights)) < 2 and all(factor == 1 for factor in self.season.values())


EVEN = Shape()


def shape_of(weights: Sequence[str], season: Sequence[int]) -> Shape:
    """As stored: weights as decimals, and the twelve months' factors in per cent. Raises PlanError of
    ``Shape``."""
    factors = {month: Fraction(percent, 100) for month, percent in enumerate(season, start=1)}
    return Shape(tuple(Fraction(weight) for weight in weights), factors)


def efforts(
    capacity: Sequence[Fraction], days: Sequence[date], shape: Shape = EVEN, lead: Fraction = Fraction(0)
) -> tuple[Fraction, ...]:
    """Effort by day, for a number that has to be done ``lead`` units of capacity earlier than the
    period's own line.

    The line rises along the weights as a curve over the capacity done; with a lead time it is the
    same line, season and all, moved earlier, so that nothing is left for the last ``lead`` units.
    What would have been done before the first day belongs to the opening pipeline; the rest of the
    line is stretched over the days that are left. A lead as long as the period leaves no such day: the
    effort is then even, for the period after.
    """
    whole = sum(capacity, Fraction(0))
    if not whole:
        return tuple(capacity)
    done = [Fraction(0), *accumulate(capacity)]
    effort = _risen(_curve(shape.weights, whole), done)
    if shape.season:
        effort = [
            share * shape.season.get(day.month, Fraction(1)) for share, day in zip(effort, days, strict=True)
        ]
    if 0 < lead < whole and any(effort):
        line = list(zip(done, [Fraction(0), *accumulate(effort)], strict=True))
        effort = _risen(line, [min(whole, value + lead) for value in done])
    return _or_even(effort, capacity)


def _risen(curve: Sequence[tuple[Fraction, Fraction]], done: Sequence[Fraction]) -> list[Fraction]:
    """By how much a line rises from one amount of capacity to the next."""
    heights = [_height(curve, value) for value in done]
    return [after - before for before, after in pairwise(heights)]


def _curve(weights: Sequence[Fraction], whole: Fraction) -> list[tuple[Fraction, Fraction]]:
    """The corners of the line: capacity done, and height."""
    if not weights:
        return [(Fraction(0), Fraction(0)), (whole, whole)]
    part = whole / len(weights)
    heights = [Fraction(0), *accumulate(weights)]
    return [(part * number, height) for number, height in enumerate(heights)]


def _height(curve: Sequence[tuple[Fraction, Fraction]], value: Fraction) -> Fraction:
    for (left, low), (right, high) in pairwise(curve):
        if left < right and value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return curve[-1][1]


def _or_even(effort: Sequence[Fraction], capacity: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Somebody who works only where the shape asks for nothing still carries the number."""
    return tuple(effort) if any(effort) else tuple(capacity)


# A day may carry so many times what an even spread would give it.
STEEPEST = 3


def rest_of(effort: Sequence[Fraction], capacity: Sequence[Fraction], first: int) -> tuple[Fraction, ...]:
    """The efforts from a day on, for what is left of a number.

    Where the shape has nothing left to ask, or would heap the rest on a few last days, the rest is
    even: nobody does a week's meetings in one day. A day is heaped when it carries more than
    STEEPEST times an even rest, and more than the shape itself wanted of it.
    """
    left, can = effort[first:], capacity[first:]
    if not any(left):
        return tuple(can)
    rest = Fraction(sum(can, Fraction(0)), sum(left, Fraction(0)))
    whole = Fraction(sum(capacity, Fraction(0)), sum(effort, Fraction(0)))
    heaped = any(
        share * rest > STEEPEST * part and rest > whole for share, part in zip(left, can, strict=True) if part
    )
    return tuple(can) if heaped else tuple(left)
