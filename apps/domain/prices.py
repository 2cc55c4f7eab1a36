"""What a deal is worth: deals differ, so a goal in money is not one number of contracts but several, each
with its odds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# By how much single deals differ, as a squared share of their mean, before there are deals to see it; and how
# many deals that guess, and the price of the plan, are worth.
VARIATION, GUESS_WORTH = 0.25, 5.0
# Numbers of contracts that are told apart, at most, and the odds below which one is left out.
THRESHOLDS, LEAST = 24, 1e-7

# Numbers of contracts and how likely each is the one that is needed; the weights sum to 1.
Wanted = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Price:
    """``mean`` in the unit of the goal, ``variation`` the squared share by which deals differ from it, seen
    in so many ``deals``."""

    mean: float
    variation: float
    deals: float


def price_of(sums: Sequence[tuple[int, int]], planned: float | None) -> Price | None:
    """From sums of deals as (number, amount); what was taken back, or came without an amount, is left out.
    ``planned``: the plan's price, which counts for as much as a few deals. None without either."""
    known = [(count, amount) for count, amount in sums if count > 0 and amount > 0]
    deals = sum(count for count, _amount in known)
    worth = GUESS_WORTH if planned else 0.0
    if not deals + worth:
        return None
    mean = (sum(amount for _count, amount in known) + worth * (planned or 0.0)) / (deals + worth)
    squares = sum((amount - count * mean) ** 2 / count for count, amount in known) / mean**2
    # Each sum is one look at the variation; the mean takes one of them.
    looks = max(0, len(known) - 1)
    found = (min(squares, 25.0 * max(1, looks)) + GUESS_WORTH * VARIATION) / (looks + GUESS_WORTH)
    return Price(mean, found, deals + worth)


def certain(contracts: int) -> Wanted:
    """A goal of so many contracts."""
    return ((contracts, 1.0),)


def wanted(goal: float, price: Price) -> Wanted:
    """How many contracts make up a goal in money, with the odds of each number."""
    import numpy as np

    if goal <= 0:
        return certain(0)
    middle = goal / price.mean
    reach = 8 * sqrt(middle * price.variation + middle**2 * price.variation / price.deals) + 8
    numbers = np.arange(max(0, int(middle - reach)), int(middle + reach) + 2)
    reached = money_reached(numbers.astype(float), goal, price)
    odds = np.diff(reached, prepend=0.0)
    odds[-1] += 1 - reached[-1]
    known = odds > LEAST
    return _grouped(numbers[known], odds[known])


def money_reached(numbers: "Real", goal: "float | Real", price: Price) -> "Real":
    """The chance that so many deals bring the goal, above 0: their sum follows a Gamma law. Arrays of either
    are set against each other."""
    import numpy as np
    from scipy.special import gammaincc

    some = np.maximum(numbers, 1.0)
    shape = 1 / (price.variation * (1 / some + 1 / price.deals))
    found = gammaincc(shape, shape * goal / (some * price.mean))
    return np.where(numbers > 0, found, 0.0)


def _grouped(numbers: "NDArray[np.int64]", odds: "Real") -> Wanted:
    """Neighbours together where there are many; each group asks for its mean, rounded up."""
    import numpy as np

    odds = odds / odds.sum()
    if len(numbers) <= THRESHOLDS:
        return tuple((int(number), float(part)) for number, part in zip(numbers, odds, strict=True))
    places = np.minimum((np.cumsum(odds) * THRESHOLDS).astype(int), THRESHOLDS - 1)
    found = []
    for place in np.unique(places):
        of = places == place
        weight = float(odds[of].sum())
        found.append((ceil(float(numbers[of] @ odds[of]) / weight - 1e-9), weight))
    return tuple(found)
