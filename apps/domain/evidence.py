"""What a measured rate is worth: where the true one lies, given how few cases there are and what the
others of the team show."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from apps.domain.beliefs import PRIOR, Belief, people_beliefs
from apps.domain.levers import Cases

if TYPE_CHECKING:
    from apps.domain.beliefs import Real

# The true rate lies within in four of five; for a claim against a plan, in nineteen of twenty.
LEVEL, SURE = 0.8, 0.95
# What lies outside on either side.
OUTSIDE = ((1 - LEVEL) / 2, (1 + LEVEL) / 2, (1 - SURE) / 2, (1 + SURE) / 2)
ABOVE, BELOW, NEAR = "above", "below", "near"


@dataclass(frozen=True)
class Evidence:
    """``mean`` is the rate to expect, ``low`` to ``high`` hold the true one in four of five, ``surely`` in
    nineteen of twenty; ``more`` cases would make that half as wide, None where no number would: rates move by
    themselves."""

    count: int
    of: int
    mean: float
    low: float
    high: float
    surely: tuple[float, float]
    more: int | None

    def against(self, planned: float) -> str:
        """ABOVE or BELOW the plan where chance alone seldom brings that, else NEAR."""
        low, high = self.surely
        return BELOW if high < planned else ABOVE if low > planned else NEAR


def evidence(own: Cases, others: Sequence[Cases]) -> Evidence | None:
    """None without a case. ``others``: the same rate of the others of the team; negative counts, after
    corrections, count as none, and what is above 1 with them as 1."""
    if own.of <= 0:
        return None
    known = [one for one in others if one.of > 0]
    everybody = np_cases([own, *known])
    belief = people_beliefs(*everybody, share=max(0, own.count) <= own.of, steady=True)
    assert belief
    return evidence_of(own, belief.of(0)) if known else evidence_of(own, _alone(own))


def evidence_of(own: Cases, belief: Belief) -> Evidence:
    """What is believed, beside the cases it rests on."""
    from scipy.special import betaincinv, gammaincinv

    first, second = belief.shape
    if belief.is_share:
        ends = [float(betaincinv(first, second, part)) for part in OUTSIDE]
    else:
        ends = [float(gammaincinv(first, part)) / second for part in OUTSIDE]
    low, high, lowest, highest = ends
    return Evidence(own.count, own.of, belief.mean, low, high, (lowest, highest), _more(belief))


def _more(belief: Belief) -> int | None:
    """Half the width is a quarter of the variance; what is by drift, no case takes away."""
    wanted = belief.spread / 4 - belief.shift
    if wanted <= 0:
        return None
    each = belief.mean * (1 - belief.mean) if belief.is_share else belief.mean
    return ceil(each / wanted - each / (belief.spread - belief.shift))


def _alone(own: Cases) -> Belief:
    """Without anybody to compare with (Jeffreys)."""
    count = max(0, own.count)
    if count > own.of:
        mean = (count + PRIOR) / own.of
        return Belief(mean, mean / own.of, is_share=False)
    size = own.of + 2 * PRIOR
    mean = (count + PRIOR) / size
    return Belief(mean, mean * (1 - mean) / (size + 1), is_share=True)


def np_cases(people: Sequence[Cases]) -> tuple["Real", "Real"]:
    """Counts and cases as arrays of people with one block."""
    import numpy as np

    hits = np.array([[one.count] for one in people], dtype=float)
    return hits, np.array([[one.of] for one in people], dtype=float)
