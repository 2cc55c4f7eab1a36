"""How likely a number is reached, from earlier periods and the working capacity that is left.

Rates move between periods, so an average alone promises too much: each prediction carries the noise
of counting, the uncertainty of the average and a drift from period to period. Gamma-Poisson and Beta
predictive laws, after Gelman et al., Bayesian Data Analysis, 3rd ed., chapter 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.numbers import whole_up

# How far a period differs from the ones before, as a share of their mean, before data say more.
DRIFT = 0.2
# How many periods of data that prior weighs as much as.
DRIFT_WEIGHT = 3


# How much single deals differ in size, as a share of their mean, where only their sums are known.
DEAL_SPREAD = 0.5


@dataclass(frozen=True)
class Past:
    """What a period brought, and its capacity (working days of all who worked on it). Of money also how
    many deals it came in: few large ones are a gamble, many small ones are not."""

    value: Fraction | int
    capacity: Fraction | int
    deals: int = 0


NOTHING_YET = Past(0, 0)


def chance_of_count(
    target: Fraction | int, history: Sequence[Past], capacity: Fraction | int, so_far: Past = NOTHING_YET
) -> float:
    """Probability that what this period brought so far and a count in the ``capacity`` that is left
    reach ``target``.

    The rate per unit of capacity is Gamma (Jeffreys' prior), the count Poisson with a common factor for
    the period, which what happened ``so_far`` tells more of: negative binomial. Raises AssertionError
    for a history without capacity.
    """
    from scipy.special import betainc

    missing = whole_up(Fraction(target) - Fraction(so_far.value))
    if missing <= 0:
        return 1.0
    if capacity <= 0:
        return 0.0
    mean, relative = _prediction(history, float(capacity), so_far, unit=1.0)
    size = 1 / relative
    return float(betainc(missing, size, mean / (mean + size)))


def chance_of_amount(
    target: Fraction | int, history: Sequence[Past], capacity: Fraction | int, so_far: Past = NOTHING_YET
) -> float:
    """As ``chance_of_count`` for money: deals are counted, and each has a size. Without the number of
    deals the periods' own spread stands for both."""
    from scipy.special import gammaincc

    missing = float(Fraction(target) - Fraction(so_far.value))
    if missing <= 0:
        return 1.0
    total, worked = _sums(history)
    if capacity <= 0 or total <= 0:
        return 0.0
    deals = sum(past.deals for past in history)
    if deals:
        unit = total / deals
        mean, relative = _prediction(history, float(capacity), so_far, unit)
        relative += (1 + DEAL_SPREAD**2) / mean
        mean *= unit
    else:
        mean = total / worked * float(capacity)
        spread = _pooled_spread(_relative_squares(history, total / worked), len(history))
        relative = spread * (1 + 1 / len(history))
    shape = 1 / relative
    return float(gammaincc(shape, missing * shape / mean))


def _prediction(history: Sequence[Past], capacity: float, so_far: Past, unit: float) -> tuple[float, float]:
    """Mean, in ``unit``, of what is to come, and its relative variance beyond counting: of this period's
    factor, of the mean of periods, of having counted few."""
    total, worked = _sums(history)
    total, done = total / unit, max(0.0, float(so_far.value)) / unit
    rate = (total + 0.5) / worked
    drift = _drift_of_counts(history, total / worked, unit)
    prior = 1 / drift
    factor = (prior + done) / (prior + rate * float(so_far.capacity))
    return rate * capacity * factor, 1 / (prior + done) + drift / len(history) + 1 / (total + 0.5)


def chance_of_rate(
    target: Fraction, history: Sequence[tuple[int, int]], so_far: tuple[int, int] = (0, 0), left: float = 1.0
) -> float:
    """Probability that this period ends at ``target`` or above; ``history`` holds successes and trials
    by period, ``so_far`` those of this one, ``left`` the part of its working days that is to come. Beta
    around the pooled rate, its precision bounded by the drift. A share cannot pass 1."""
    from scipy.special import betainc

    trials = sum(of for _count, of in history)
    successes = min(sum(count for count, _of in history), trials)
    # The trials to come are noise as well: as many as an average period has in this time.
    coming = trials / max(1, len(history)) * left
    done, of = so_far
    if coming < 1 and of > 0:
        return float(Fraction(done, of) >= target)
    coming = max(1.0, coming)
    wanted = (float(target) * (of + coming) - done) / coming
    if wanted <= 0:
        return 1.0
    if wanted > 1:
        return 0.0
    first, second = successes + done + 0.5, max(0, trials - successes + of - done) + 0.5
    mean = first / (first + second)
    drifting = max((1 - mean) / (mean * DRIFT**2) - 1, 1.0)
    precision = 1 / (1 / (first + second) + 1 / drifting + 1 / coming)
    return float(1 - betainc(mean * precision, (1 - mean) * precision, wanted))


def warm_up() -> None:
    """Imports scipy before the first visitor needs it."""
    chance_of_count(1, [Past(1, 1)], 1)


def _sums(history: Sequence[Past]) -> tuple[float, float]:
    worked = float(sum(Fraction(past.capacity) for past in history))
    assert worked > 0, "a history has capacity"
    return max(0.0, float(sum(Fraction(past.value) for past in history))), worked


def _drift_of_counts(history: Sequence[Past], rate: float, unit: float) -> float:
    """Squared relative drift between periods, beyond what counting alone explains."""
    expected = [rate * float(past.capacity) for past in history]
    squares = sum(value**2 for value in expected)
    excess = sum(
        (float(past.value) / unit - value) ** 2 - value for past, value in zip(history, expected, strict=True)
    )
    return _pooled_spread(max(0.0, excess / squares) * len(history) if squares else 0.0, len(history))


def _relative_squares(history: Sequence[Past], rate: float) -> float:
    return sum(
        (float(past.value) / (rate * float(past.capacity)) - 1) ** 2 for past in history if past.capacity
    )


def _pooled_spread(squares: float, periods: int) -> float:
    """The drift of the data and the prior's, weighed by the periods that stand behind each."""
    return (squares + DRIFT_WEIGHT * DRIFT**2) / (max(0, periods - 1) + DRIFT_WEIGHT)
