"""What each person has to do: from the team's rates top-down, from own rates bottom-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.errors import PlanError
from apps.domain.numbers import whole_up
from apps.domain.staircase import split_by_weight


@dataclass(frozen=True)
class Chain:
    """A team's needs at every stage and its rates *into* each stage (the first is not read).

    ``asked`` are exact, after buffer and opening pipeline; ``spared`` is what the pipeline took
    away from each.
    """

    asked: Sequence[Fraction]
    rates: Sequence[Fraction | None]
    spared: Sequence[Fraction] = ()

    def spared_at(self, stage: int) -> Fraction:
        return self.spared[stage] if self.spared else Fraction(0)


# Own rates by stage; a stage that is missing goes by the team's rate.
OwnRates = Mapping[int, Fraction]


def person_needs(
    chain: Chain, weights: Mapping[int, Fraction], own: Mapping[int, OwnRates]
) -> list[dict[int, int]]:
    """Whole numbers by stage and person.

    Where nobody's own rate stands between a stage and the end, the team's number is rounded up
    once and split by weight, so the parts sum to it. From the first own rate upwards each part is
    the ceiling of that person's own exact need, and the team's number is the sum of the parts.
    Weights that sum to zero count as equal. Raises PlanError ``rate_zero`` (stage).
    """
    found: list[dict[int, int]] = []
    for stage, asked in enumerate(chain.asked):
        if _is_shared(chain, stage, own, weights):
            found.append(split_by_weight(whole_up(asked), weights))
        else:
            found.append(
                {key: whole_up(_own_need(chain, stage, key, weights, own)) for key in sorted(weights)}
            )
    return found


def _is_shared(
    chain: Chain, stage: int, own: Mapping[int, OwnRates], weights: Mapping[int, Fraction]
) -> bool:
    after = range(stage + 1, len(chain.asked))
    return not any(
        place in own.get(key, {}) and own[key][place] != chain.rates[place]
        for key in weights
        for place in after
    )


def _own_need(
    chain: Chain,
    stage: int,
    key: int,
    weights: Mapping[int, Fraction],
    own: Mapping[int, OwnRates],
) -> Fraction:
    """Back from the person's part of the end result through own rates; the pipeline's part of each
    stage is spared by weight."""
    whole = sum(weights.values())
    part = weights[key] / whole if whole else Fraction(1, len(weights))
    need = (chain.asked[-1] + chain.spared_at(len(chain.asked) - 1)) * part
    for place in range(len(chain.asked) - 1, stage, -1):
        rate = own.get(key, {}).get(place, chain.rates[place])
        if rate is None or rate <= 0:
            raise PlanError("rate_zero", stage=str(place))
        need /= rate
    return max(Fraction(0), need - chain.spared_at(stage) * part)
