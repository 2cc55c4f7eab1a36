"""How likely a number is reached, from earlier periods and the working capacity that is left.

Rates move between periods, so an average alone promises too much: each prediction carries the noise
of counting, the uncertainty of the average and a drift from period to period. Gamma-Poisson and Beta
predictive laws, after Gelman et al., Bayesian Data Analysis, 3rd ed., chapter 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# How far a period differs from the ones before, as a share of their mean, before data say more.
DRIFT = 0.2
# How many periods of data that prior weighs as much as.
DRIFT_WEIGHT = 3


@dataclass(frozen=True)
class Past:
    """What an earlier period brought, and its capacity (working days of all who worked on it)."""

    value: Fraction | int
    capacity: Fraction | int


def chance_of_count(
    target: Fraction | int, history: Sequence[Past], capacity: Fraction | int, done: Fraction | int = 0
) -> float:
    """Probability that ``done`` and a count in the coming ``capacity`` reach ``target``.

    The rate per unit of capacity is Gamma (Jeffreys' prior), the count Poisson with a common factor
    for the period: negative binomial. Raises AssertionError for a history without capacity.
    """
    from scipy.special import betainc

    missing = _whole_up(Fraction(target) - Fraction(done))
    if missing <= 0:
        return 1.0
    if capacity <= 0:
        return 0.0
    total, worked = _sums(history)
    mean = (total + 0.5) / worked * float(capacity)
    spread = _drift_of_counts(history, total / worked)
    # Relative variance of the rate: of this period, of the mean of periods, of counting few.
    relative = spread * (1 + 1 / len(history)) + 1 / (total + 0.5)
    size = 1 / relative
    return float(betainc(missing, size, mean / (mean + size)))


def chance_of_amount(
    target: Fraction | int, history: Sequence[Past], capacity: Fraction | int, done: Fraction | int = 0
) -> float:
    """As ``chance_of_count`` for money and other measures without a natural unit: a Gamma law with
    the relative spread of the earlier periods."""
    from scipy.special import gammaincc

    missing = float(Fraction(target) - Fraction(done))
    if missing <= 0:
        return 1.0
    total, worked = _sums(history)
    if capacity <= 0 or total <= 0:
        return 0.0
    mean = total / worked * float(capacity)
    spread = _pooled_spread(_relative_squares(history, total / worked), len(history))
    shape = 1 / (spread * (1 + 1 / len(history)))
    return float(gammaincc(shape, missing * shape / mean))


def chance_of_rate(target: Fraction, history: Sequence[tuple[int, int]]) -> float:
    """Probability that the next period's rate is at least ``target``; ``history`` holds successes
    and trials by period. Beta around the pooled rate, its precision bounded by the drift. Above
    ``target`` 1 the answer is 0: a share cannot pass it."""
    from scipy.special import betainc

    if target <= 0:
        return 1.0
    if target > 1:
        return 0.0
    trials = sum(of for _count, of in history)
    successes = min(sum(count for count, _of in history), trials)
    first, second = successes + 0.5, trials - successes + 0.5
    mean = first / (first + second)
    drifting = max((1 - mean) / (mean * DRIFT**2) - 1, 1.0)
    # The next period's own trials are noise as well: as many as an average period had.
    usual = max(1.0, trials / max(1, len(history)))
    precision = 1 / (1 / (first + second) + 1 / drifting + 1 / usual)
    return float(1 - betainc(mean * precision, (1 - mean) * precision, float(target)))


def warm_up() -> None:
    """Imports scipy before the first visitor needs it."""
    chance_of_count(1, [Past(1, 1)], 1)


def _whole_up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _sums(history: Sequence[Past]) -> tuple[float, float]:
    worked = float(sum(Fraction(past.capacity) for past in history))
    assert worked > 0, "a history has capacity"
    return max(0.0, float(sum(Fraction(past.value) for past in history))), worked


def _drift_of_counts(history: Sequence[Past], rate: float) -> float:
    """Squared relative drift between periods, beyond what counting alone explains."""
    expected = [rate * float(past.capacity) for past in history]
    squares = sum(value**2 for value in expected)
    excess = sum(
        (float(past.value) - value) ** 2 - value for past, value in zip(history, expected, strict=True)
    )
    return _pooled_spread(max(0.0, excess / squares) * len(history) if squares else 0.0, len(history))


def _relative_squares(history: Sequence[Past], rate: float) -> float:
    return sum(
        (float(past.value) / (rate * float(past.capacity)) - 1) ** 2 for past in history if past.capacity
    )


def _pooled_spread(squares: float, periods: int) -> float:
    """The drift of the data and the prior's, weighed by the periods that stand behind each."""
    return (squares + DRIFT_WEIGHT * DRIFT**2) / (max(0, periods - 1) + DRIFT_WEIGHT)
