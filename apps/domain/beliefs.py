"""What is believed of a rate in the time to come, from blocks of time that are over.

Rates move: a block (four weeks) is worth no more than the distance by which blocks differ, and what is long
ago is worth less. By how much is not known beforehand, so a grid of both is scored on the past, each block
foretold from those before it, and the beliefs are mixed by how well they did (West & Harrison, Bayesian
Forecasting and Dynamic Models, 2nd ed., chapters 6 and 12: discounting and mixtures). Each person's rate is
then drawn from the team's by an unknown likeness, taken over a grid as well.

Shares have Beta beliefs and binomial counts, counts per event Gamma beliefs and Poisson counts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# How much of a block is still worth one block later; how far blocks differ, as a share of the mean; and how
# likely each is before anything is known.
KEEPS = (0.4, 0.6, 0.8, 0.9, 1.0)
KEEP_ODDS = (1.0, 2.0, 3.0, 3.0, 3.0)
DRIFTS = (0.01, 0.05, 0.1, 0.2, 0.35, 0.6)
DRIFT_ODDS = (1.0, 3.0, 4.0, 2.0, 0.8, 0.3)
STEADY = 1e-4
# How many cases the team's rate is worth for a person: from people unlike one another to people alike.
LIKENESS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
# Before anything is counted (Jeffreys), and the lowest mean of a rate with which one can reckon.
PRIOR, LEAST = 0.5, 1e-9


@dataclass(frozen=True)
class Belief:
    """``mean`` and ``spread`` (variance) of a rate in the next block; ``shift`` is the part of it by which
    that block may differ from those before. ``keep``: how much of a block is worth in the next, as the past
    made it likeliest."""

    mean: float
    spread: float
    is_share: bool
    keep: float = 1.0
    shift: float = 0.0

    @property
    def size(self) -> float:
        """Of how many cases the belief is worth."""
        if self.is_share:
            return max(self.mean * (1 - self.mean) / self.spread - 1, 1e-3)
        return self.mean / self.spread

    @property
    def shape(self) -> tuple[float, float]:
        """The two parameters of the Beta law, or shape and rate of the Gamma law."""
        if self.is_share:
            return self.mean * self.size, (1 - self.mean) * self.size
        return self.mean**2 / self.spread, self.mean / self.spread


def cleaned(hits: "Real", tries: "Real") -> tuple["Real", "Real"]:
    """Counts that corrections made negative, and what came of nothing, say nothing."""
    import numpy as np

    return np.where(tries > 0, np.maximum(hits, 0.0), 0.0), np.maximum(tries, 0.0)


def is_share(hits: "Real", tries: "Real") -> bool:
    """Whether the whole is a share of cases; else it counts several for each."""
    return bool(hits.sum() <= tries.sum())


def team_belief(
    hits: "Real", tries: "Real", *, share: bool, steady: bool = False, links: int = 1
) -> Belief | None:
    """From counts by block, the oldest first; None without a case. ``steady``: of the blocks themselves, not
    of the time to come, so that nothing fades or drifts. ``links``: of how many rates of a chain this is
    one; the drift that is thought likely beforehand is that of the whole chain."""
    import numpy as np

    hits, tries = cleaned(hits, tries)
    if share:
        hits = np.minimum(hits, tries)
    counted = tries > 0
    if not counted.any():
        return None
    drifts = (STEADY,) if steady else tuple(drift / links**0.5 for drift in DRIFTS)
    return _mixed(hits[counted], tries[counted], _ages(counted), share=share, drifts=drifts)


def _ages(counted: "NDArray[np.bool_]") -> "Real":
    """How many blocks lie between each counted one and the one before it; the last number leads to the
    block to come."""
    import numpy as np

    places = np.append(np.flatnonzero(counted), len(counted))
    return np.diff(places, prepend=places[0]).astype(float)


def _mixed(hits: "Real", tries: "Real", ages: "Real", *, share: bool, drifts: tuple[float, ...]) -> Belief:
    import numpy as np

    if len(drifts) == 1:
        keep, drift, score = np.ones(1), np.array(drifts), np.zeros(1)
    else:
        keep, drift = (part.ravel() for part in np.meshgrid(KEEPS, drifts, indexing="ij"))
        score = np.log(np.outer(KEEP_ODDS, DRIFT_ODDS).ravel())
    good, worth = np.zeros_like(keep), np.zeros_like(keep)
    for count, of, age in zip(hits, tries, ages, strict=False):
        good, worth = good * keep**age, worth * keep**age
        mean, size = _next(good, worth, drift, share=share)
        if worth.any():
            score = score + _log_score(mean, size, count, of, share=share)
        # By what was believed before: a cap that followed the outcome would pull the mean. Of a count for
        # each case nothing is believed before the first block.
        middle = mean if share or worth.any() else np.full_like(mean, (count + PRIOR) / of)
        part = size_of_drift(middle, drift, share=share)
        counts_for = part / (part + of)
        good, worth = good + count * counts_for, worth + of * counts_for
    good, worth = good * keep ** ages[-1], worth * keep ** ages[-1]
    mean, size = _next(good, worth, drift, share=share)
    odds = np.exp(score - score.max())
    odds /= odds.sum()
    spread = _spread(mean, size, share=share)
    whole_mean = float(odds @ mean)
    whole = float(odds @ (spread + (mean - whole_mean) ** 2))
    shift = float(odds @ _spread(mean, size_of_drift(mean, drift, share=share), share=share))
    return Belief(whole_mean, max(whole, LEAST**2), share, float(odds @ keep), min(shift, whole))


def _next(good: "Real", worth: "Real", drift: "Real", *, share: bool) -> tuple["Real", "Real"]:
    """Mean and size of the belief in the block that follows."""
    import numpy as np

    if share:
        mean = (good + PRIOR) / (worth + 2 * PRIOR)
        known = worth + 2 * PRIOR
    else:
        known = np.maximum(worth, LEAST)
        mean = (good + PRIOR) / known
    part = size_of_drift(mean, drift, share=share)
    return mean, known * part / (known + part)


def size_of_drift(mean: "Real", drift: "Real", *, share: bool) -> "Real":
    """Of how many cases a belief is worth that knows the mean and not how far the block lies from it."""
    import numpy as np

    if share:
        return np.asarray(np.maximum((1 - mean) / (np.maximum(mean, LEAST) * drift**2) - 1, 2.0))
    return np.asarray(1 / (np.maximum(mean, LEAST) * drift**2))


def _spread(mean: "Real", size: "Real", *, share: bool) -> "Real":
    return mean * (1 - mean) / (size + 1) if share else mean / size


def _log_score(mean: "Real", size: "Real", count: float, of: float, *, share: bool) -> "Real":
    """The logarithm of the chance of what then happened, up to a constant."""
    import numpy as np
    from scipy.special import betaln, gammaln, xlogy

    if share:
        first, second = mean * size, (1 - mean) * size
        found: Real = betaln(first + count, second + of - count) - betaln(first, second)
        return found
    shape = mean * size
    told: Real = gammaln(shape + count) - gammaln(shape) + xlogy(shape, size / (size + of))
    return told - count * np.log(size + of)


@dataclass(frozen=True)
class Beliefs:
    """Of one rate: the team's, and each person's as arrays by person."""

    team: Belief
    mean: "Real"
    spread: "Real"

    def of(self, person: int) -> Belief:
        team = self.team
        return Belief(
            float(self.mean[person]), float(self.spread[person]), team.is_share, team.keep, team.shift
        )


def people_beliefs(
    hits: "Real", tries: "Real", *, share: bool | None = None, steady: bool = False, links: int = 1
) -> Beliefs | None:
    """From counts by person and block, the oldest block first; None where nobody has a case. ``share``:
    whether it is a share of cases; by default as the counts of all say. ``steady`` and ``links`` as in
    ``team_belief``."""
    import numpy as np

    hits, tries = cleaned(hits, tries)
    if share is None:
        share = is_share(hits, tries)
    if share:
        hits = np.minimum(hits, tries)
    team = team_belief(hits.sum(axis=0), tries.sum(axis=0), share=share, steady=steady, links=links)
    if team is None:
        return None
    fade = team.keep ** np.arange(hits.shape[1] - 1, -1, -1.0)
    own_hits, own_tries = hits @ fade, tries @ fade
    mean, spread = _around(team, own_hits, own_tries)
    return Beliefs(team, mean, spread)


def _around(team: Belief, hits: "Real", tries: "Real") -> tuple["Real", "Real"]:
    """Each person's mean and spread, over all degrees of likeness, each weighed by how well it explains
    everybody's counts."""
    import numpy as np

    total = tries.sum()
    pooled = (hits.sum() + PRIOR) / (total + 2 * PRIOR)
    like = _likeness(team)[:, None]
    odds = _odds(like, pooled, hits, tries, share=team.is_share)[:, None]
    # What the others say, a little less sure than they are counted: the mean is a guess too.
    pull = like / (tries + like)
    means = pull * team.mean + (1 - pull) * np.where(tries > 0, hits / np.maximum(tries, LEAST), 0.0)
    if team.is_share:
        means = np.clip(means, LEAST, 1 - LEAST)
    own = _spread(means, like + tries, share=team.is_share)
    # Of what is unknown of the team, counting matters as far as a person leans on it. How the weather of the
    # blocks was, nobody knows better of a person than of the team; nor how that of the next one will be.
    known = max(0.0, team.spread - team.shift)
    counting = min(known, float(_spread(np.array(team.mean), np.array(total + 1.0), share=team.is_share)))
    middle = (odds * means).sum(axis=0)
    spread = (odds * (own + pull**2 * counting + (means - middle) ** 2)).sum(axis=0)
    weather = (middle / max(team.mean, LEAST)) ** 2 * (known - counting + team.shift)
    return middle, spread + (np.minimum(weather, middle * (1 - middle) / 3) if team.is_share else weather)


def _likeness(team: Belief) -> "Real":
    """In cases; of a count per event in events, so that it fits any mean."""
    import numpy as np

    grid = np.array(LIKENESS)
    return grid if team.is_share else grid / max(team.mean, LEAST)


def _odds(like: "Real", pooled: float, hits: "Real", tries: "Real", *, share: bool) -> "Real":
    import numpy as np
    from scipy.special import betaln, gammaln

    counted = tries > 0
    hits, tries = hits[counted], tries[counted]
    if share:
        mean = min(max(pooled, LEAST), 1 - LEAST)
        first, second = mean * like, (1 - mean) * like
        told = betaln(first + hits, second + tries - hits) - betaln(first, second)
    else:
        shape = pooled * like
        told = (
            gammaln(shape + hits)
            - gammaln(shape)
            + shape * np.log(like / (like + tries))
            + hits * np.log(tries / (like + tries))
        )
    score = told.sum(axis=1)
    odds = np.exp(score - score.max())
    return np.asarray(odds / odds.sum())
