"""The reverse tree: from the goal back through the funnel to the first action."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.errors import PlanError
from apps.domain.numbers import whole_up


@dataclass(frozen=True)
class Stage:
    """One stage of a funnel; ``rate`` is the conversion from the stage before into this one."""

    name: str
    rate: Fraction | None = None


@dataclass(frozen=True)
class Need:
    """How many events a stage needs: ``exact``, and ``whole``, its own ceiling."""

    name: str
    exact: Fraction
    whole: int


@dataclass(frozen=True)
class Landing:
    """What the whole first-stage number brings at the end."""

    count: Fraction
    amount: Fraction | None
    attainment: Fraction


@dataclass(frozen=True)
class Tree:
    """Needs in the order of the funnel, first stage first."""

    needs: tuple[Need, ...]
    landing: Landing


def contracts_for(goal: Fraction, unit_price: Fraction) -> Fraction:
    """How many contracts of ``unit_price`` make ``goal`` (same currency), exactly.

    Raises PlanError: ``goal_not_positive``, ``price_not_positive``.
    """
    if goal <= 0:
        raise PlanError("goal_not_positive")
    if unit_price <= 0:
        raise PlanError("price_not_positive")
    return goal / unit_price


def backcast(stages: Sequence[Stage], contracts: Fraction, unit_price: Fraction | None = None) -> Tree:
    """Walks from ``contracts`` wanted at the last stage back to the first.

    Each whole number is the ceiling of that stage's own exact value, never of another ceiling:
    rounding at each step would ask for 529 calls where 473 are enough. Raises PlanError:
    ``no_stages``, ``goal_not_positive``, ``rate_missing`` and ``rate_zero`` (stage).
    """
    if not stages:
        raise PlanError("no_stages")
    if contracts <= 0:
        raise PlanError("goal_not_positive")
    exact = [contracts]
    for stage in reversed(stages[1:]):
        exact.append(exact[-1] / _rate_of(stage))
    exact.reverse()
    needs = tuple(
        Need(stage.name, value, whole_up(value)) for stage, value in zip(stages, exact, strict=True)
    )
    return Tree(needs, land(stages, needs[0].whole, contracts, unit_price))


def land(
    stages: Sequence[Stage], first: int, contracts: Fraction, unit_price: Fraction | None = None
) -> Landing:
    """The forward check: do ``first`` events of the first stage, and this comes out."""
    count = Fraction(first)
    for stage in stages[1:]:
        count *= _rate_of(stage)
    amount = None if unit_price is None else count * unit_price
    return Landing(count, amount, count / contracts)


def _rate_of(stage: Stage) -> Fraction:
    if stage.rate is None:
        raise PlanError("rate_missing", stage=stage.name)
    if stage.rate <= 0:
        raise PlanError("rate_zero", stage=stage.name)
    return stage.rate
