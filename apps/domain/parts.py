"""What each person has to do: from the team's rates top-down, from own rates bottom-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.errors import PlanError
from apps.domain.lead_time import Deals, spared
from apps.domain.numbers import whole_up
from apps.domain.staircase import split_by_weight


@dataclass(frozen=True)
class Chain:
    """A team's needs at every stage and its rates *into* each stage (the first is not read).

    ``asked`` are exact, after buffer and opening pipeline; ``deals`` are that pipeline, whose worth in
    steps depends on whose rates are taken.
    """

    asked: Sequence[Fraction]
    rates: Sequence[Fraction | None]
    deals: Sequence[Deals] = ()

    @property
    def wanted(self) -> Fraction:
        """The end result with its buffer, before the pipeline spares any of it."""
        return self.asked[-1] + spared(self.deals, self.rates)[-1]


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
        if is_shared(chain, stage, own, weights):
            found.append(split_by_weight(whole_up(asked), weights))
        else:
            found.append(
                {key: whole_up(_own_need(chain, stage, key, weights, own)) for key in sorted(weights)}
            )
    return found


def is_shared(chain: Chain, stage: int, own: Mapping[int, OwnRates], weights: Mapping[int, Fraction]) -> bool:
    """Whether the stage's number is the team's, split by weight: nobody who carries a part has another
    rate between it and the end."""
    carriers = [key for key, weight in weights.items() if weight] or list(weights)
    after = range(stage + 1, len(chain.asked))
    return not any(
        place in own.get(key, {}) and own[key][place] != chain.rates[place]
        for key in carriers
        for place in after
    )


def _own_need(
    chain: Chain,
    stage: int,
    key: int,
    weights: Mapping[int, Fraction],
    own: Mapping[int, OwnRates],
) -> Fraction:
    """Back from the person's part of the end result through own rates; the pipeline's part spares what
    it would have taken at these rates."""
    whole = sum(weights.values())
    part = weights[key] / whole if whole else Fraction(1, len(weights))
    rates = [own.get(key, {}).get(place, rate) for place, rate in enumerate(chain.rates)]
    need = chain.wanted * part
    for place in range(len(chain.asked) - 1, stage, -1):
        rate = rates[place]
        if rate is None or rate <= 0:
            raise PlanError("rate_zero", stage=str(place))
        need /= rate
    return max(Fraction(0), need - spared(chain.deals, rates)[stage] * part)
