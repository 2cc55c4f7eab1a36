"""What a forecast means: the chance of a number, and the range that holds it so often.

Counts to come are negative binomial around their mean (Poisson or binomial where they scatter as much as that
or less); money is a sum of as many deals.
"""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

from apps.domain.prices import Price, money_reached

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# From so many deals on, their sum is taken as one Gamma law.
MANY = 25.0
# How far beyond its mean a count is followed, in standard deviations, and how many numbers at most are told
# apart.
REACH, NUMBERS = 12.0, 600
# Into how many amounts the money to come is divided.
AMOUNTS = 240
NOTHING = 1e-9
# The smallest deals are those below which this part of them lies.
SMALLEST = 0.02


@dataclass(frozen=True)
class Odds:
    """``so_far`` is what is sure, in the unit of the goal; ``mean`` and ``spread`` (variance) are of the
    deals to come. Without a price the deals themselves are counted."""

    so_far: float
    mean: float
    spread: float
    price: Price | None = None

    @property
    def unit(self) -> float:
        return self.price.mean if self.price else 1.0

    @property
    def expected(self) -> float:
        """On average at the end, in the unit of the goal."""
        return self.so_far + self.mean * self.unit

    @cached_property
    def _numbers(self) -> "tuple[NDArray[np.int64], Real]":
        """Numbers of deals to come, and the chance of at most so many."""
        import numpy as np

        deviation = sqrt(max(self.spread, self.mean))
        low = max(0, int(self.mean - REACH * deviation))
        high = int(self.mean + REACH * deviation + 10)
        step = max(1, (high - low) // NUMBERS)
        numbers = np.arange(low, high + step, step)
        return numbers, _at_most(numbers, self.mean, self.spread)

    def chance(self, goal: float) -> float:
        """Of ending at the goal or above."""
        missing = goal - self.so_far
        if missing <= 0:
            return 1.0
        if self.mean <= NOTHING:
            return 0.0
        if self.price is None:
            return float(1 - _at_most(_array(missing - 1e-9), self.mean, self.spread)[0])
        if self.mean > MANY:
            return self._gamma_chance(missing)
        numbers, below = self._numbers
        each = _each(below)
        return min(1.0, float(each @ money_reached(numbers.astype(float), missing, self.price)))

    def range(self, level: float) -> tuple[float, float]:
        """What holds the end in this share of cases, as much left out on either side. Of whole numbers a
        number counts by half for each side of itself, so that ranges hold as many as they say."""
        low, high = (1 - level) / 2, (1 + level) / 2
        if self.mean <= NOTHING:
            return self.so_far, self.so_far
        if self.price is None:
            first, last = self._count_range(low, high)
            return self.so_far + first, self.so_far + last
        return self.so_far + self._money(low, is_low=True), self.so_far + self._money(high, is_low=False)

    def _count_range(self, low: float, high: float) -> tuple[float, float]:
        import numpy as np

        numbers, below = self._numbers
        middle = below - _each(below) / 2
        first = int(np.searchsorted(middle, low))
        last = int(np.searchsorted(middle, high, side="right")) - 1
        last = max(first, last)
        return float(numbers[min(first, len(numbers) - 1)]), float(numbers[min(last, len(numbers) - 1)])

    @cached_property
    def _amounts(self) -> "tuple[Real, Real]":
        """Amounts to come, and the chance of at most so much."""
        import numpy as np

        assert self.price
        numbers, below = self._numbers
        each = _each(below)
        likely = each > NOTHING
        values, odds = numbers[likely].astype(float)[:, None], each[likely]
        most = (self.mean + REACH * sqrt(max(self.spread, self.mean)) + 5) * self.unit * 2
        # Closer together where amounts are small.
        amounts = np.linspace(0.0, 1.0, AMOUNTS) ** 2 * most
        passed = money_reached(values, np.maximum(amounts, NOTHING), self.price)
        return amounts, 1 - odds @ passed

    def _money(self, part: float, *, is_low: bool) -> float:
        """The amount that is not passed in this part of cases."""
        import numpy as np

        if self.mean > MANY:
            return self._gamma_money(part)
        numbers, below = self._numbers
        nothing = float(below[0]) if numbers[0] == 0 else 0.0
        # Nothing at all counts by half for the low end, as whole numbers do: above it, the smallest deals.
        if part <= (nothing / 2 if is_low else nothing):
            return 0.0
        amounts, at_most = self._amounts
        return float(np.interp(max(part, nothing + SMALLEST * (1 - nothing)), at_most, amounts))

    @property
    def _gamma(self) -> tuple[float, float]:
        """Shape and rate of the Gamma law with the mean and variance of the money to come."""
        assert self.price
        each = self.price.variation * (1 / self.mean + 1 / self.price.deals)
        shape = 1 / (self.spread / self.mean**2 + each)
        return shape, shape / (self.mean * self.unit)

    def _gamma_chance(self, missing: float) -> float:
        from scipy.special import gammaincc

        shape, rate = self._gamma
        return float(gammaincc(shape, rate * missing))

    def _gamma_money(self, part: float) -> float:
        from scipy.special import gammaincinv

        shape, rate = self._gamma
        return float(gammaincinv(shape, part) / rate)

    def after(self, part: float, steady: float) -> "Odds":
        """When only this part of what is to come has come. ``steady``: the part of the spread that is not of
        counting, and grows with the square."""
        counting = min(self.spread, self.mean)
        rest = max(0.0, self.spread - counting)
        return Odds(
            self.so_far,
            self.mean * part,
            counting * part + rest * (steady * part**2 + (1 - steady) * part),
            self.price,
        )


def _array(value: float) -> "Real":
    import numpy as np

    return np.array([value])


def _each(below: "Real") -> "Real":
    import numpy as np

    return np.diff(below, prepend=0.0)


def _at_most(numbers: "NDArray[np.generic]", mean: float, spread: float) -> "Real":
    """The chance of at most so many."""
    import numpy as np
    from scipy.special import betainc, gammaincc

    counts = np.floor(np.asarray(numbers, dtype=float))
    if spread > mean * 1.001:
        size = mean**2 / (spread - mean)
        return np.asarray(1 - betainc(counts + 1, size, mean / (size + mean)))
    if spread > mean * 0.999:
        return np.asarray(gammaincc(counts + 1, mean))
    share = 1 - spread / mean
    tries = mean / share
    inside = np.minimum(counts + 1, tries)
    found = 1 - betainc(inside, np.maximum(tries - counts, NOTHING), share)
    return np.where(counts + 1 > tries, 1.0, found)
