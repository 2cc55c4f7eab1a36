"""The funnel as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.accounts.models import Team
from apps.domain.chain import Contradiction, contradiction, last_link, product
from apps.funnels.models import Kpi, Segment
from apps.web.marks import PLAN, kept_for_team


@kept_for_team(PLAN)
def running_segments(team: Team) -> list[Segment]:
    return list(Segment.objects.of_team(team).running())


@kept_for_team(PLAN)
def default_segment(team: Team) -> Segment:
    return Segment.objects.of_team(team).get(is_default=True)


@kept_for_team(PLAN)
def kpis_by_id(team: Team) -> dict[int, Kpi]:
    return {kpi.pk: kpi for kpi in Kpi.objects.of_team(team).select_related("beside")}


@kept_for_team(PLAN)
def signals_of(team: Team) -> list[Kpi]:
    return list(Kpi.objects.of_team(team).signals())


@kept_for_team(PLAN)
def chains(team: Team) -> dict[int, list[Kpi]]:
    """The links between a stage and the next one, by the stage that the chain starts from."""
    found: dict[int, list[Kpi]] = {}
    for kpi in Kpi.objects.of_team(team).details():
        assert kpi.beside_id
        found.setdefault(kpi.beside_id, []).append(kpi)
    return found


def chains_within(team: Team, kpis: Sequence[Kpi]) -> dict[int, list[Kpi]]:
    """Those between the given stages: after the last one nothing comes."""
    last = kpis[-1].pk if kpis else None
    return {stage: links for stage, links in chains(team).items() if stage != last}


@dataclass(frozen=True)
class ChainSums:
    """What the links between two stages make together."""

    product: Fraction
    rate: Fraction
    # Of the last link, where it is not typed: what makes the product the rate of the stage.
    open_link: Fraction | None
    disagreement: Contradiction | None


def chain_sums(links: Sequence[Kpi], following: Kpi | None) -> ChainSums | None:
    """None while something is open that they would need."""
    rates = [kpi.rate for kpi in links]
    known = [rate for rate in rates if rate is not None]
    if not links or len(known) < len(rates) or following is None or following.rate is None:
        return None
    onward = links[-1].onward
    return ChainSums(
        product(known) * (onward or 1),
        following.rate,
        last_link(known, following.rate) if onward is None else None,
        contradiction(known, onward, following.rate),
    )


def base_of(kpi: Kpi, stages: Sequence[Kpi]) -> Kpi | None:
    """Of whose cases a KPI is a rate: the stage before, or the one that a signal or a step stands beside;
    None for the first stage. ``stages`` in their order."""
    if kpi.kind != Kpi.Kind.STAGE:
        return kpi.beside
    before = [stage for stage in stages if stage.position < kpi.position and stage.parked_at is None]
    return before[-1] if before else None


def is_share(kpi: Kpi, of: Kpi | None) -> bool:
    """Whether its number is a part of its cases, in per cent; a count for each case, or for each day, is a
    number of its own."""
    return of is not None and not (kpi.is_signal and not kpi.is_share)
