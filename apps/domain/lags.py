"""How long it takes from one stage to the next, read from the days on which both were counted.

Nobody follows single customers here: a day's results are foretold from the days before by a kernel of
waiting times, and the kernel is the one under which the results were likeliest (Poisson around rate times
delayed cases). Waiting times are Weibull, in working days. Where the days say little, what people typed as
lead time decides, and without it a short wait.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# Mean waits in working days, and shapes of the law: many at once and a long tail, even, around a middle.
MEANS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 18.0, 27.0, 40.0)
SHAPES = (0.7, 1.0, 2.0)
# Longer waits are not followed.
LONGEST = 120
# A typed lead time is right within a factor of about two; without one a wait of about this many days.
TYPED_SPREAD, USUAL, USUAL_SPREAD = 0.6, 2.0, 1.5
# With fewer results a wait cannot be read.
FEWEST_RESULTS = 10


@dataclass(frozen=True)
class Lag:
    """``kernel[d]`` is the part that arrives ``d`` working days later; it sums to at most 1. ``is_read``:
    from the counts, not from what was typed or is usual."""

    kernel: tuple[float, ...]
    mean: float
    is_read: bool

    def arrived(self, days: int) -> float:
        """The part that has arrived within so many working days, the day itself with them."""
        return min(1.0, sum(self.kernel[: days + 1])) if days >= 0 else 0.0


@lru_cache(maxsize=64)
def kernel(mean: float, shape: float = 1.0) -> tuple[float, ...]:
    """A waiting time by working days: what happens within a day of its beginning stands on that day."""
    if mean <= 0:
        return (1.0,)
    import numpy as np
    from scipy.special import gamma

    scale = mean / gamma(1 + 1 / shape)
    ends = np.arange(1, LONGEST + 1) - 0.5
    below = np.concatenate(([0.0], 1 - np.exp(-((ends / scale) ** shape))))
    parts = np.diff(below)
    length = int(np.searchsorted(below, 0.999)) + 1
    return tuple(float(part) for part in parts[:length])


@lru_cache(maxsize=1)
def _choices() -> tuple[tuple[float, tuple[float, ...]], ...]:
    waits = [(0.0, (1.0,))]
    return (*waits, *((mean, kernel(mean, shape)) for mean in MEANS[1:] for shape in SHAPES))


def usual(typed: float | None) -> Lag:
    """The wait that people typed, or an ordinary one."""
    mean = USUAL if typed is None else typed
    return Lag(kernel(round(mean, 1)), mean, is_read=False)


def learn_lag(cases: "Real", results: "Real", typed: float | None = None) -> Lag:
    """From a team's counts by working day. ``typed``: the lead time in working days, if people said one."""
    import numpy as np

    cases, results = np.maximum(cases, 0.0), np.maximum(results, 0.0)
    first = min(LONGEST // 2, len(cases) // 3)
    if results[first:].sum() < FEWEST_RESULTS or cases.sum() <= 0:
        return usual(typed)
    known = [(mean, parts, _fit(cases, results, parts, first)) for mean, parts in _choices()]
    fits = np.array([fit for _mean, _parts, fit in known])
    means = np.array([mean for mean, _parts, _fit in known])
    odds = (fits - fits.max()) / _clumped(cases, results, known[int(fits.argmax())][1], first)
    score = np.exp(odds + _before(means, typed) - np.log([1 if mean == 0 else len(SHAPES) for mean in means]))
    score /= score.sum()
    return _mixture([parts for _mean, parts, _fit in known], score, float(score @ means))


def _mixture(kernels: list[tuple[float, ...]], odds: "Real", mean: float) -> Lag:
    import numpy as np

    whole = np.zeros(max(map(len, kernels)))
    for parts, weight in zip(kernels, odds, strict=True):
        whole[: len(parts)] += weight * np.array(parts)
    return Lag(tuple(whole.tolist()), mean, is_read=True)


def _before(means: "Real", typed: float | None) -> "Real":
    """What is thought likely before the counts: the logarithm of its odds."""
    import numpy as np

    middle, spread = (USUAL, USUAL_SPREAD) if typed is None else (typed, TYPED_SPREAD)
    return np.asarray(-(((np.log(means + 0.5) - np.log(middle + 0.5)) / spread) ** 2) / 2)


def delayed(cases: "Real", parts: tuple[float, ...], length: int | None = None) -> "Real":
    """Cases as they come through, day by day; along the last axis of the array. ``length``: how many days,
    by default as many as there are."""
    import numpy as np

    days = cases.shape[-1] if length is None else length
    found = np.zeros((*cases.shape[:-1], days))
    for wait, part in enumerate(parts[:days]):
        known = min(cases.shape[-1], days - wait)
        found[..., wait : wait + known] += part * cases[..., :known]
    return found


def _fit(cases: "Real", results: "Real", parts: tuple[float, ...], first: int) -> float:
    """The logarithm of the likelihood of the results from day ``first`` on, up to a constant."""
    import numpy as np
    from scipy.special import xlogy

    through = _through(cases, parts)[first:]
    seen = results[first:]
    if through.sum() <= 0:
        return -1e12
    expected = through * (seen.sum() / through.sum())
    return float(xlogy(seen, np.maximum(expected, 1e-6)).sum())


def _through(cases: "Real", parts: tuple[float, ...]) -> "Real":
    import numpy as np

    return np.convolve(cases, parts)[: len(cases)]


def _clumped(cases: "Real", results: "Real", parts: tuple[float, ...], first: int) -> float:
    """By how much days scatter more than chance lets them (1: not at all): so much less they prove."""
    import numpy as np

    through, seen = _through(cases, parts)[first:], results[first:]
    expected = np.maximum(through * (seen.sum() / max(through.sum(), 1e-9)), 0.05)
    return max(1.0, float(((seen - expected) ** 2 / expected).mean()))
