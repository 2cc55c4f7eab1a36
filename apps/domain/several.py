"""Several segments towards one goal: each has a funnel and a price of its own, and the money adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from apps.domain.need import ERROR, LARGEST, Chain
from apps.domain.prices import Price


@dataclass(frozen=True)
class Strand:
    """One segment: its chain, how many first actions are planned in it, and what its results are worth;
    without a price results are counted."""

    chain: Chain
    planned: int
    price: Price | None

    def moments(self, times: float) -> tuple[float, float]:
        """Mean and variance of what it brings with so many times the planned actions."""
        chain = self.chain
        counting = self.planned * times * chain.useful + chain.under_way
        mean = counting * chain.mean
        square = 1.0
        for rate in chain.rates:
            square *= 1 + rate.spread / rate.mean**2 if rate.mean > 0 else 1.0
        spread = mean * max(chain.clumps, 1e-3) + mean**2 * (square - 1)
        if self.price is None:
            return mean, spread
        unit, variation = self.price.mean, self.price.variation
        money = spread + mean * variation + mean**2 * variation / self.price.deals
        return mean * unit, money * unit**2


def chance_of_all(strands: Sequence[Strand], goal: float, times: float = 1.0) -> float:
    """Of reaching the goal with so many times the planned actions everywhere; the sum is taken as a Gamma law
    with the exact mean and variance. Counts of few results are smoothed."""
    from scipy.special import gammaincc

    parts = [strand.moments(times) for strand in strands]
    mean, spread = sum(part[0] for part in parts), sum(part[1] for part in parts)
    if goal <= 0:
        return 1.0
    if mean <= 0 or spread <= 0:
        return float(mean >= goal)
    # A goal in whole results is reached from half a result before it on.
    edge = goal - 0.5 if all(strand.price is None for strand in strands) else goal
    shape = mean**2 / spread
    return float(gammaincc(shape, shape * max(edge, 0.0) / mean))


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
