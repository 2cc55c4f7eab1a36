"""How many first-stage actions reach a goal with a chosen confidence, and how likely a number of them does.

Rates are known from so many cases, and they move from month to month; a plan with their averages is reached
about half of the time. Contracts from N actions are Poisson around N times the product of the rates, and the
product follows a Gamma law with the exact mean and variance of a product of Beta laws, widened by the drift
between months: so contracts are negative binomial, and the number asked for is one inverse of the incomplete
Beta function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from apps.domain.chance import DRIFT
from apps.domain.levers import Cases

CONFIDENCES = (0.5, 0.8, 0.9)
# Before anything is counted (Jeffreys).
PRIOR = 0.5


@dataclass(frozen=True)
class Yield:
    """What one first-stage action brings at the end: a Gamma law by ``shape`` and ``rate``."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        return self.shape / self.rate


def yield_of(steps: Sequence[Cases], drift: float = DRIFT) -> Yield | None:
    """From the cases of each conversion, first to last; None where one has no case. Counts below zero,
    after corrections, count as none. ``drift``: by how much a month differs from the months before it, as a
    share of the mean."""
    if not steps or any(step.of <= 0 for step in steps):
        return None
    mean, square = 1.0, 1.0
    for step in steps:
        first, second = _moments(max(0, step.count), step.of)
        mean, square = mean * first, square * second
    spread = square * (1 + drift**2) - mean**2
    return Yield(mean**2 / spread, mean / spread)


def _moments(count: int, of: int) -> tuple[float, float]:
    """Mean and mean square of one rate: Beta, or above 1 Gamma."""
    hits = count + PRIOR
    if count > of:
        return hits / of, hits * (hits + 1) / of**2
    whole = of + 2 * PRIOR
    return hits / whole, hits * (hits + 1) / (whole * (whole + 1))


def chance_with(law: Yield, actions: int, contracts: int) -> float:
    """The probability that ``actions`` bring ``contracts`` or more."""
    from scipy.special import betainc

    if contracts <= 0:
        return 1.0
    if actions <= 0:
        return 0.0
    return float(betainc(contracts, law.shape, actions / (actions + law.rate)))


def actions_for(law: Yield, contracts: int, confidence: float) -> int:
    """The fewest actions that bring ``contracts`` with at least this confidence (above 0, below 1)."""
    from scipy.special import betaincinv

    assert 0 < confidence < 1
    if contracts <= 0:
        return 0
    part = float(betaincinv(contracts, law.shape, confidence))
    near = max(contracts, ceil(law.rate * part / (1 - part)))

    def is_held(actions: int) -> bool:
        return chance_with(law, actions, contracts) >= confidence

    # The inverse is rounded too: what is promised is held, and not by one too many.
    low, high = 0, near
    while not is_held(high):
        low, high = high, high + max(1, high // 1_000)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_held(middle) else (middle, high)
    return high
