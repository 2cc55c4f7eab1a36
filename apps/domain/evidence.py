"""What a measured rate is worth: where the true one lies, given how few cases there are and what the
others of the team show.

The rates of a team's people are taken as drawn from one Beta law around their common mean; a person's own
cases move it to a posterior (Gelman et al., Bayesian Data Analysis, 3rd ed., chapters 2 and 5). How much the
law weighs is not known from a handful of people, and a best guess would pretend that it is: so every weight
on a grid is taken, each by how well it explains the counts. A rate above 1 counts events for each case and
gets the Gamma law.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from apps.domain.levers import Cases

# The true rate lies within in four of five; for a claim against a plan, in nineteen of twenty.
LEVEL, SURE = 0.8, 0.95
# What lies outside on either side.
OUTSIDE = ((1 - LEVEL) / 2, (1 + LEVEL) / 2, (1 - SURE) / 2, (1 + SURE) / 2)
# How many cases the others may weigh: from people who hardly resemble one another to people who are alike.
WEIGHTS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
# Without anybody to compare with (Jeffreys).
ALONE = 0.5
ABOVE, BELOW, NEAR = "above", "below", "near"


@dataclass(frozen=True)
class Evidence:
    """``mean`` is the rate to expect, ``low`` to ``high`` hold the true one in four of five, ``surely`` in
    nineteen of twenty; ``more`` cases would make that half as wide."""

    count: int
    of: int
    mean: float
    low: float
    high: float
    surely: tuple[float, float]
    more: int

    def against(self, planned: float) -> str:
        """ABOVE or BELOW the plan where chance alone seldom brings that, else NEAR."""
        low, high = self.surely
        return BELOW if high < planned else ABOVE if low > planned else NEAR


def evidence(own: Cases, others: Sequence[Cases]) -> Evidence | None:
    """None without a case. ``others``: the same rate of the others of the team; negative counts, after
    corrections, count as none, and what is above 1 with them as 1."""
    if own.of <= 0:
        return None
    known = [Cases(min(max(0, one.count), one.of), one.of) for one in others if one.of > 0]
    count = max(0, own.count)
    if count > own.of:
        return _per_case(own, count)
    if not known:
        return _share(own, count + ALONE, own.of - count + ALONE)
    return _among(own, count, known)


def _among(own: Cases, count: int, others: Sequence[Cases]) -> Evidence:
    """Over all weights of the common law: the moments of the mixture, matched by one Beta law."""
    import numpy as np
    from scipy.special import betaln

    hits = np.array([one.count for one in others], dtype=float)
    tries = np.array([one.of for one in others], dtype=float)
    # Half a case on either side: nobody is known to succeed always or never.
    mean = (hits.sum() + ALONE) / (tries.sum() + 2 * ALONE)
    weights = np.array(WEIGHTS)[:, None]
    # The mean is a guess too, from as many cases as the others' are worth under that weight.
    worth = (tries * weights / (tries + weights)).sum(axis=1, keepdims=True)
    known = 1 / (1 / (weights + 1) + 1 / (worth + 1))
    first, second = mean * weights, (1 - mean) * weights
    likely = (betaln(first + hits, second + tries - hits) - betaln(first, second)).sum(axis=1)
    own_first, own_second = (mean * known)[:, 0], ((1 - mean) * known)[:, 0]
    missed = own.of - count
    likely += betaln(own_first + count, own_second + missed) - betaln(own_first, own_second)
    share = np.exp(likely - likely.max())
    share /= share.sum()
    a, b = own_first + count, own_second + missed
    means, spreads = a / (a + b), a * b / (a + b) ** 2 / (a + b + 1)
    middle = float((share * means).sum())
    spread = float((share * (spreads + (means - middle) ** 2)).sum())
    size = middle * (1 - middle) / spread - 1
    return _share(own, middle * size, (1 - middle) * size)


def _share(own: Cases, hits: float, misses: float) -> Evidence:
    from scipy.special import betaincinv

    ends = [float(betaincinv(hits, misses, part)) for part in OUTSIDE]
    # Four times the precision halves the standard deviation.
    more = ceil(3 * (hits + misses + 1))
    return _evidence(own, hits / (hits + misses), ends, more)


def _per_case(own: Cases, count: int) -> Evidence:
    from scipy.special import gammaincinv

    events = count + ALONE
    ends = [float(gammaincinv(events, part)) / own.of for part in OUTSIDE]
    return _evidence(own, events / own.of, ends, 3 * own.of)


def _evidence(own: Cases, mean: float, ends: Sequence[float], more: int) -> Evidence:
    low, high, lowest, highest = ends
    return Evidence(own.count, own.of, mean, low, high, (lowest, highest), more)
