"""Several segments towards one goal: each has a funnel and a price of its own, and the money adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from apps.domain.need import ERROR, LARGEST, Chain
from apps.domain.odds import Odds
from apps.domain.prices import Price


@dataclass(frozen=True)
class Strand:
    """One segment: its chain, how many first actions are planned in it, and what its results are worth;
    without a price results are counted."""

    chain: Chain
    planned: int
    price: Price | None

    def moments(self, times: float) -> tuple[float, float]:
        """Mean and variance of the results with so many times the planned actions."""
        chain = self.chain
        counting = self.planned * times * chain.useful + chain.under_way
        mean = counting * chain.mean
        square = 1.0
        for rate in chain.rates:
            square *= 1 + rate.spread / rate.mean**2 if rate.mean > 0 else 1.0
        return mean, mean * max(chain.clumps, 1e-3) + mean**2 * (square - 1)


def chance_of_all(strands: Sequence[Strand], goal: float, times: float = 1.0) -> float:
    """Of reaching the goal with so many times the planned actions everywhere. The number of results is taken
    as negative binomial with the exact mean and variance, and each as of the mixed price of all."""
    parts = [strand.moments(times) for strand in strands]
    mean, spread = sum(part[0] for part in parts), sum(part[1] for part in parts)
    shares = [part[0] for part in parts]
    price = _mixed([strand.price for strand in strands], shares)
    return Odds(0.0, mean, spread, price).chance(goal)


def _mixed(prices: Sequence[Price | None], shares: Sequence[float]) -> Price | None:
    """Of deals that come from each segment in these shares."""
    known = [(price, share) for price, share in zip(prices, shares, strict=True) if price and share > 0]
    whole = sum(share for _price, share in known)
    if whole <= 0:
        return next((price for price in prices if price), None)
    mean = sum(price.mean * share for price, share in known) / whole
    square = sum(price.mean**2 * (1 + price.variation) * share for price, share in known) / whole
    # How well the mixed mean is known: each segment's own doubt, weighed by what it brings.
    doubt = sum((price.mean * share / whole) ** 2 * price.variation / price.deals for price, share in known)
    variation = max(square / mean**2 - 1, 1e-9)
    return Price(mean, variation, variation * mean**2 / max(doubt, 1e-12))


def actions_for_all(strands: Sequence[Strand], goal: float, confidence: float) -> int | None:
    """The fewest first actions of all segments together, in the proportions of the plan; None where no
    number is enough."""
    planned = sum(strand.planned for strand in strands)
    asked = min(confidence + ERROR, (1 + confidence) / 2)
    if planned <= 0 or all(strand.chain.useful * strand.chain.mean <= 0 for strand in strands):
        return None
    low, high = 0, max(1, planned)
    while chance_of_all(strands, goal, high / planned) < asked:
        low, high = high, high * 2
        if high >= LARGEST:
            return None
    while high - low > 1:
        middle = ceil((low + high) / 2)
        enough = chance_of_all(strands, goal, middle / planned) >= asked
        low, high = (low, middle) if enough else (middle, high)
    return high
