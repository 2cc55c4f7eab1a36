"""How many first-stage actions reach a goal with a chosen confidence, and how likely a number of them does.

A plan with average rates is reached about half of the time: rates are known from so many cases, they move,
and what comes of an action is chance. Of N actions with the rates given, contracts are binomial around N
times the product of the rates (a binomial of a binomial is one). The law of the product is put together on a
grid of logarithms, where a product is a convolution; the chance is the mean over that law.
For many people at once the product is matched by a Gamma law: one inverse of the incomplete Beta function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, log
from typing import TYPE_CHECKING

from apps.domain.beliefs import LEAST, Belief
from apps.domain.prices import Wanted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

CONFIDENCES = (0.5, 0.8, 0.9)
# Cells of the grid of logarithms, points at which the law is read, and what lies beyond its ends.
CELLS, POINTS, BEYOND = 512, 32, 1e-7
# By how much the reading may err: what is promised is held with this to spare.
ERROR = 5e-4
# A number of actions that nobody does; more is no answer.
LARGEST = 10**9


@dataclass(frozen=True)
class Chain:
    """The rates from the first action to the result. ``useful`` is the part of the actions that comes to its
    end in time; ``under_way`` is what is already begun, in first actions done now."""

    rates: tuple[Belief, ...]
    useful: float = 1.0
    under_way: float = 0.0

    @property
    def mean(self) -> float:
        """What one action brings on average."""
        found = 1.0
        for rate in self.rates:
            found *= rate.mean
        return found

    @cached_property
    def law(self) -> tuple["Real", "Real"]:
        """Values of the product of the rates, and how much each weighs."""
        return product_law(self.rates)

    @cached_property
    def clumps(self) -> float:
        """Variance over mean of the results for given rates, beyond 1 where one case brings several."""
        mean, spread = 1.0, 0.0
        for rate in self.rates:
            each = rate.mean * (1 - rate.mean) if rate.is_share else rate.mean
            mean, spread = mean * rate.mean, spread * rate.mean**2 + mean * each
        return spread / mean if mean > 0 else 1.0

    @property
    def has_events(self) -> bool:
        """Whether a step counts several for each case."""
        return any(not rate.is_share for rate in self.rates)


def chance_with(chain: Chain, actions: float, wanted: Wanted) -> float:
    """The probability that ``actions`` bring what is ``wanted`` or more, together with what is under way."""
    import numpy as np

    counting = actions * chain.useful + chain.under_way
    numbers = np.array([number for number, _odds in wanted], dtype=float)
    odds = np.array([part for _number, part in wanted])
    found = np.where(numbers <= 0, 1.0, _chances(chain, counting, np.maximum(numbers, 1.0)))
    return min(1.0, float(odds @ found))


def _chances(chain: Chain, counting: float, contracts: "Real") -> "Real":
    """Of each number of contracts."""
    import numpy as np
    from scipy.special import betainc, gammainc

    if counting <= 0:
        return np.zeros_like(contracts)
    values, weights = chain.law
    numbers = contracts[:, None]
    if chain.has_events and chain.clumps > 1.0 + 1e-6:
        over = 1 / (chain.clumps - 1)
        found = betainc(numbers, np.maximum(counting * values * over, LEAST), 1 - 1 / chain.clumps)
    elif chain.has_events:
        found = gammainc(numbers, counting * values)
    else:
        missed = np.maximum(counting - numbers + 1, 1e-3)
        found = np.where(numbers > counting, 0.0, betainc(numbers, missed, values))
    return np.asarray(found @ weights)


def actions_for(chain: Chain, wanted: Wanted, confidence: float) -> int | None:
    """The fewest actions that bring what is wanted with at least this confidence (above 0, below 1); None
    where no number does: nothing that is begun now ends in time, or nothing ever came of an action."""
    assert 0 < confidence < 1
    asked = min(confidence + ERROR, (1 + confidence) / 2)
    if chance_with(chain, 0, wanted) >= asked:
        return 0
    if chain.useful <= 0 or chain.mean <= 0:
        return None
    return _fewest(chain, wanted, asked)


def _fewest(chain: Chain, wanted: Wanted, asked: float) -> int | None:
    """From the closed form outwards until the number lies between two, then inwards along the chord."""

    def short(actions: int) -> float:
        return asked - chance_with(chain, actions, wanted)

    high = _start(chain, wanted, asked)
    low, by_low, by_high = 0, short(0), short(high)
    while by_high > 0:
        if high >= LARGEST:
            return None
        further = high + max(1, high // 8) * (1 if by_high < 0.02 else 4)
        low, by_low, high = high, by_high, min(LARGEST, further)
        by_high = short(high)
    turn = 0
    while high - low > 1:
        turn += 1
        middle = _between(low, high, by_low, by_high) if turn % 4 else (low + high) // 2
        found = short(middle)
        low, by_low, high, by_high = (
            (middle, found, high, by_high) if found > 0 else (low, by_low, middle, found)
        )
    return high


def _between(low: int, high: int, by_low: float, by_high: float) -> int:
    """Where the chord crosses, a little beyond it on the side that is further away."""
    place = low + (high - low) * by_low / (by_low - by_high)
    margin = max(1, (high - low) // 64)
    near = ceil(place) + (margin if place - low > high - place else -margin) * (high - low > 8)
    return min(max(near, low + 1), high - 1)


def _start(chain: Chain, wanted: Wanted, asked: float) -> int:
    """Near the answer, by the closed form."""
    from scipy.special import betaincinv

    contracts = max(1.0, sum(number * part for number, part in wanted))
    shape, rate = _gamma(chain.rates)
    part = float(betaincinv(contracts, shape, asked))
    if part >= 1:
        return LARGEST
    found = (rate * part / (1 - part) - chain.under_way) / chain.useful
    return min(LARGEST, max(1, ceil(found)))


def _gamma(rates: Sequence[Belief]) -> tuple[float, float]:
    """Shape and rate of the Gamma law with the exact mean and variance of the product."""
    mean, square = 1.0, 1.0
    for rate in rates:
        mean, square = mean * rate.mean, square * (rate.mean**2 + rate.spread)
    spread = max(square - mean**2, (LEAST * mean) ** 2)
    return mean**2 / spread, mean / spread


def crowd_actions(mean: "Real", spread: "Real", contracts: "Real", confidence: float) -> "Real":
    """For many people at once, by the closed form: ``mean`` and ``spread`` of the product of each one's
    rates. Rounded up; on the safe side of the exact number by up to 2 %."""
    import numpy as np
    from scipy.special import betaincinv

    shape, rate = mean**2 / spread, mean / spread
    part = betaincinv(contracts, shape, confidence)
    return np.asarray(np.ceil(rate * part / (1 - part)))


def crowd_chance(mean: "Real", spread: "Real", actions: "Real", contracts: "Real") -> "Real":
    """For many people at once, by the closed form."""
    import numpy as np
    from scipy.special import betainc

    shape, rate = mean**2 / spread, mean / spread
    found = betainc(np.maximum(contracts, 1), shape, actions / (actions + rate))
    return np.where(contracts <= 0, 1.0, found)


def crowd_product(means: "Real", spreads: "Real") -> tuple["Real", "Real"]:
    """Exact mean and variance of the product of each person's rates, from arrays (people, rates)."""
    mean = means.prod(axis=1)
    return mean, (means**2 + spreads).prod(axis=1) - mean**2


# -- the law of a product --------------------------------------------------------------------------


def product_law(rates: Sequence[Belief]) -> tuple["Real", "Real"]:
    """The product of independent rates at ``POINTS`` values with their weights (Gauss-Legendre over its
    quantiles). Its mean is kept."""
    import numpy as np

    first, width, cells = _convolved(rates)
    below = np.concatenate(([0.0], np.cumsum(cells)))
    edges = first + width * (np.arange(len(below)) - 0.5)
    places, weights = _points()
    values = np.exp(np.interp(places, below / below[-1], edges))
    mean = float(np.prod([rate.mean for rate in rates]))
    return values * (mean / float(weights @ values)), weights


@lru_cache(maxsize=1)
def _points() -> tuple["Real", "Real"]:
    import numpy as np

    places, weights = np.polynomial.legendre.leggauss(POINTS)
    return (places + 1) / 2, weights / 2


def _convolved(rates: Sequence[Belief]) -> tuple[float, float, "Real"]:
    """The law of the logarithm of the product: its first cell's middle, the cells' width, their weights."""
    import numpy as np

    ends = [_ends(rate) for rate in rates]
    width = max(sum(high - low for low, high in ends) / CELLS, 1e-9)
    size = 1 << (CELLS + 4 * len(rates)).bit_length()
    whole, first = np.ones(size // 2 + 1, dtype=complex), 0.0
    for rate, (low, high) in zip(rates, ends, strict=True):
        count = max(1, ceil((high - low) / width)) + 1
        edges = np.exp(low + width * (np.arange(count + 1) - 0.5))
        whole = whole * np.fft.rfft(np.diff(_below(rate, edges)), size)
        first += low
    cells = np.maximum(np.fft.irfft(whole, size), 0.0)
    return first, width, cells


def _ends(rate: Belief) -> tuple[float, float]:
    """The logarithms between which nearly all of a rate lies; what is below a ten thousandth of its mean
    brings nothing anyway."""
    from scipy.special import betaincinv, gammaincinv

    first, second = rate.shape
    if rate.is_share:
        low, high = betaincinv(first, second, [BEYOND, 1 - BEYOND])
    else:
        low, high = gammaincinv(first, [BEYOND, 1 - BEYOND]) / second
    least = rate.mean * 1e-4
    top = max(float(high), 2 * least)
    return log(max(float(low), least)), log(min(top, 1.0) if rate.is_share else top)


def _below(rate: Belief, edges: "Real") -> "Real":
    """The part of the law below each edge; the first holds all that is below it, the last all above."""
    import numpy as np
    from scipy.special import betainc, gammainc

    first, second = rate.shape
    inner = edges[1:-1]
    found = (
        betainc(first, second, np.minimum(inner, 1.0)) if rate.is_share else gammainc(first, inner * second)
    )
    return np.concatenate(([0.0], found, [1.0]))
