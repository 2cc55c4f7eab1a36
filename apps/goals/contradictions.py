"""Where the small steps between two stages do not make the rate that the plan reckons with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.chain import contradiction
from apps.funnels.models import Kpi
from apps.goals.drafts import Draft


@dataclass(frozen=True)
class Disagreement:
    before: Kpi
    after: Kpi
    segment: str
    product: Fraction
    rate: Fraction
    # The last link is open, and even if all of it went through it would not be enough.
    is_impossible: bool


def contradictions(draft: Draft, chains: Mapping[int, Sequence[Kpi]]) -> list[Disagreement]:
    found = []
    for place, (before, after) in enumerate(zip(draft.kpis, draft.kpis[1:], strict=False), start=1):
        links = chains.get(before.pk, ())
        for stream in draft.streams:
            rate = stream.rates[place]
            if links and rate:
                name = "" if draft.is_one else stream.segment.label
                found += _disagreement(before, after, name, links, rate.value)
    return found


def _disagreement(
    before: Kpi, after: Kpi, segment: str, links: Sequence[Kpi], rate: Fraction
) -> list[Disagreement]:
    rates = [kpi.rate for kpi in links]
    known = [one for one in rates if one is not None]
    if len(known) < len(rates):
        return []
    onward = links[-1].onward
    one = contradiction(known, onward, rate)
    return [Disagreement(before, after, segment, one.product, one.rate, onward is None)] if one else []
