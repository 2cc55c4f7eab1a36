"""Why a result differs from its plan: an exact split into days, volume, conversions and price.

A team's parts are the sums of its people's, so that either can be read from the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

DAYS, VOLUME, PRICE = "days", "volume", "price"


@dataclass(frozen=True)
class Line:
    """Counts by stage, first action first, and the amount at the end (None: the goal is a count). ``days``
    are those worked on: then the volume is what was done on one of them."""

    counts: Sequence[Fraction | int]
    amount: Fraction | int | None = None
    days: Fraction | int | None = None

    @property
    def result(self) -> Fraction:
        return Fraction(self.counts[-1] if self.amount is None else self.amount)


@dataclass(frozen=True)
class Part:
    """What one factor did to the result, in the result's unit. ``factor`` is DAYS, VOLUME, PRICE or the
    number of the stage into which the conversion leads."""

    factor: str | int
    effect: Fraction


def why(planned: Line, actual: Line) -> list[Part]:
    """The parts of ``actual.result - planned.result``: they sum to it exactly.

    Shapley values of the product days x volume x conversions x price (Shapley 1953; Ang, Liu & Chung 2003
    for their use on products), in closed form. A factor that one line cannot tell, because nothing came
    before it, is taken from the other and has no effect; where neither can, it has none either. What
    corrections made negative counts as nothing. Raises AssertionError unless both lines have the same
    factors.
    """
    assert len(planned.counts) == len(actual.counts)
    assert (planned.amount is None) == (actual.amount is None)
    assert (planned.days is None) == (actual.days is None)
    wanted, found = _factors(_values(planned), _values(actual))
    names: list[str | int] = [VOLUME, *range(1, len(planned.counts))]
    if planned.days is not None:
        names = [DAYS, *names]
    if planned.amount is not None:
        names.append(PRICE)
    parts = [Part(name, effect) for name, effect in zip(names, _shapley(wanted, found), strict=True)]
    return _with_rest(parts, actual.result - planned.result)


def _with_rest(parts: list[Part], gap: Fraction) -> list[Part]:
    """A negative result has no factors: what it lies below nothing is the last part's."""
    rest = gap - sum((part.effect for part in parts), Fraction(0))
    if not rest:
        return parts
    return [*parts[:-1], Part(parts[-1].factor, parts[-1].effect + rest)]


def summed(people: Sequence[Sequence[Part]]) -> list[Part]:
    """A team's parts from its people's, factor by factor."""
    effects: dict[str | int, Fraction] = {}
    for parts in people:
        for part in parts:
            effects[part.factor] = effects.get(part.factor, Fraction(0)) + part.effect
    return [Part(factor, effect) for factor, effect in effects.items()]


def _values(line: Line) -> list[Fraction]:
    """Each of them the product of the factors up to it."""
    values = [Fraction(count) for count in line.counts]
    if line.days is not None:
        values.insert(0, Fraction(line.days))
    if line.amount is not None:
        values.append(Fraction(line.amount))
    return [max(Fraction(0), value) for value in values]


def _factors(planned: list[Fraction], actual: list[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """Factors whose products are the results. A value at zero before one that is not was not counted, rather
    than not done: its factor is borrowed, and the next one carries the rest."""
    wanted: list[Fraction] = []
    found: list[Fraction] = []
    reached = [Fraction(1), Fraction(1)]
    for place in range(len(planned)):
        told = [
            _factor(values, place, so_far) for values, so_far in zip((planned, actual), reached, strict=True)
        ]
        filled = [own if own is not None else (other or Fraction(1)) for own, other in (told, told[::-1])]
        reached = [so_far * factor for so_far, factor in zip(reached, filled, strict=True)]
        wanted.append(filled[0])
        found.append(filled[1])
    return wanted, found


def _factor(values: Sequence[Fraction], place: int, reached: Fraction) -> Fraction | None:
    uncounted = values[place] == 0 and any(values[place + 1 :])
    return None if uncounted or reached == 0 else values[place] / reached


def _shapley(planned: Sequence[Fraction], actual: Sequence[Fraction]) -> list[Fraction]:
    """Shapley values of a product: each factor's step, weighed over all orders of change."""
    size = len(planned)
    weights = [Fraction(factorial(k) * factorial(size - 1 - k), factorial(size)) for k in range(size)]
    effects = []
    for own in range(size):
        others = [pair for number, pair in enumerate(zip(planned, actual, strict=True)) if number != own]
        sums = _sums_by_size(others)
        step = actual[own] - planned[own]
        effects.append(step * sum(weight * part for weight, part in zip(weights, sums, strict=True)))
    return effects


def _sums_by_size(pairs: Sequence[tuple[Fraction, Fraction]]) -> list[Fraction]:
    """For each k the sum, over all choices of k factors that have changed, of the product of all:
    the coefficients of the polynomial of (planned + actual x)."""
    sums = [Fraction(1)]
    for before, after in pairs:
        grown = [Fraction(0)] * (len(sums) + 1)
        for k, value in enumerate(sums):
            grown[k] += value * before
            grown[k + 1] += value * after
        sums = grown
    return sums
