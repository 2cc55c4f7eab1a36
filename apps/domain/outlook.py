"""What a team's record says of the time to come: the belief in each rate, what is under way, and how much of
what is begun now still ends in time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apps.domain.beliefs import Beliefs, people_beliefs
from apps.domain.lags import Lag, delayed, learn_lag
from apps.domain.landing import Record, Span, raw_flow, whole_wait

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# Working days of a block: four weeks, so that months of different length weigh alike.
BLOCK = 20


def learn_lags(counts: "Real", typed: Sequence[float | None]) -> list[Lag]:
    """From each stage into the next. ``counts`` by person, working day and stage; ``typed``: the working days
    that people named from each stage to the next, None where nobody did."""
    team = counts.sum(axis=0)
    return [learn_lag(team[:, step], team[:, step + 1], lead) for step, lead in enumerate(typed)]


def rates_of(record: Record, *, steady: bool = False) -> list[Beliefs | None]:
    """The belief in each rate, of the team and of each person, from blocks that end with the record. Results
    are held against the cases that had the time to become them. None of a rate without a case."""
    found = []
    for step, lag in enumerate(record.lags):
        through = delayed(record.counts[:, :, step], lag.kernel)
        hits, tries = blocks(record.counts[:, :, step + 1]), blocks(through)
        found.append(people_beliefs(hits, tries, steady=steady, links=len(record.lags)))
    return found


def blocks(values: "Real") -> "Real":
    """Sums over ``BLOCK`` days by person, the last one full; a short rest stands in the first."""
    import numpy as np

    days = values.shape[1]
    if days == 0:
        return np.zeros((len(values), 1))
    starts = list(range(days % BLOCK, days, BLOCK)) if days >= BLOCK else [0]
    if starts[0] > BLOCK // 2:
        starts = [0, *starts]
    elif starts[0]:
        starts[0] = 0
    return np.asarray(np.add.reduceat(values, starts, axis=1))


def in_time(lags: Sequence[Lag], weights: "Real", stage: int = 0) -> float:
    """The part of what is begun at a stage on the days left, spread by ``weights``, that comes to its end on
    them. 1 where nothing is left to spread."""
    import numpy as np

    total = float(weights.sum())
    wait = whole_wait(lags[stage:])
    if total <= 0:
        return 0.0
    arrived = np.cumsum(wait)
    ages = np.minimum(np.arange(len(weights) - 1, -1, -1), len(arrived) - 1)
    return float(weights @ arrived[ages]) / total


def under_way(record: Record, span: Span) -> "Real":
    """Results that come in the period of what was begun before it, by person."""
    import numpy as np

    nothing = np.zeros((len(record.counts), span.end - record.counts.shape[1]))
    return raw_flow(record, span, nothing)
