"""Why a result differs from its plan: an exact split into volume, conversions and price."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import factorial

VOLUME, PRICE = "volume", "price"


@dataclass(frozen=True)
class Line:
    """Counts by stage, first action first, and the amount at the end (None: the goal is a count)."""

    counts: Sequence[Fraction | int]
    amount: Fraction | int | None = None

    @property
    def result(self) -> Fraction:
        return Fraction(self.counts[-1] if self.amount is None else self.amount)


@dataclass(frozen=True)
class Part:
    """What one factor did to the result, in the result's unit. ``factor`` is VOLUME, PRICE or the
    number of the stage into which the conversion leads."""

    factor: str | int
    effect: Fraction


def why(planned: Line, actual: Line) -> list[Part]:
    """The parts of ``actual.result - planned.result``: they sum to it exactly.

    Shapley values of the product volume x conversions x price (Shapley 1953; Ang, Liu & Chung 2003
    for their use on products), in closed form, so zeros need no special case. A conversion that
    nobody could measure, because nothing came before it, keeps its planned value and has no effect.
    Raises AssertionError unless both lines have the same stages and the plan is positive throughout.
    """
    assert len(planned.counts) == len(actual.counts)
    assert all(count > 0 for count in planned.counts)
    wanted = _planned_factors(planned)
    found = _actual_factors(planned, actual, wanted)
    names: list[str | int] = [VOLUME, *range(1, len(planned.counts))]
    if planned.amount is not None:
        names.append(PRICE)
    return [Part(name, effect) for name, effect in zip(names, _shapley(wanted, found), strict=True)]


def _planned_factors(line: Line) -> list[Fraction]:
    counts = [Fraction(count) for count in line.counts]
    factors = [counts[0], *(after / before for before, after in pairwise(counts))]
    return factors if line.amount is None else [*factors, Fraction(line.amount) / counts[-1]]


def _actual_factors(planned: Line, actual: Line, wanted: Sequence[Fraction]) -> list[Fraction]:
    """Factors whose product is the actual result. A stage at zero before one that is not was not
    counted, rather than not done: it keeps its planned factor, and the next one carries the rest."""
    values = [Fraction(count) for count in actual.counts]
    if planned.amount is not None:
        values.append(actual.result)
    factors: list[Fraction] = []
    reached = Fraction(1)
    for number, value in enumerate(values):
        uncounted = value == 0 and any(values[number + 1 :])
        factor = wanted[number] if uncounted or reached == 0 else value / reached
        factors.append(factor)
        reached *= factor
    return factors


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
