"""A plan as plain data: what was typed, what it asks for, and how that goes to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from django.db.models import Prefetch, prefetch_related_objects

from apps.domain.backcast import Landing, Need, Stage, Tree, backcast
from apps.domain.errors import PlanError
from apps.domain.lead_time import Deals, asked, leads_to_the_end, spared
from apps.domain.numbers import whole_up
from apps.domain.parts import Chain, is_shared, person_needs
from apps.domain.rates import Rate
from apps.domain.shape import Shape, shape_of
from apps.domain.staircase import split_by_weight
from apps.funnels.models import Kpi, Segment
from apps.goals.models import OpenDeals, Plan, PlanRate, PlanStage, PlanStream

LARGEST_NEED = 10**9

# member, segment; and with a KPI
Place = tuple[int, int]
Cell = tuple[int, int, int]


@dataclass(frozen=True)
class Grade:
    """Open deals of one grade: how many, the stage that they have reached, their chance in per cent."""

    name: str
    kpi: int
    count: int
    chance_percent: int


@dataclass(frozen=True)
class Stream:
    """One segment's part of the goal, with its price and the rates into its stages (the first None)."""

    segment: Segment
    goal: int
    unit_price: int | None
    rates: Sequence[Rate | None]
    grades: Sequence[Grade] = ()

    @property
    def contracts(self) -> Fraction:
        """Contracts wanted, exactly."""
        return Fraction(self.goal, self.unit_price or 1)


@dataclass(frozen=True)
class Form:
    """How the numbers are shaped, as stored."""

    buffer: Decimal = Decimal(0)
    weights: Sequence[str] = ()
    season: Sequence[int] = ()
    uses_lead_time: bool = False


@dataclass(frozen=True)
class StreamTree:
    """What a stream needs: ``tree`` for its goal alone; ``asked`` with the buffer and less ``off``,
    what open deals spare of each stage."""

    stream: Stream
    tree: Tree
    asked: Sequence[Need]
    off: Sequence[Fraction]
    deals: Sequence[Deals]
    landing: Landing

    @property
    def exact(self) -> list[Fraction]:
        return [need.exact for need in self.tree.needs]


@dataclass(frozen=True)
class Draft:
    """A plan as written in the form, valid in itself."""

    kpis: Sequence[Kpi]
    streams: Sequence[Stream]
    reason: str = ""
    form: Form = field(default_factory=Form)
    # Working days until the next stage, by stage; empty: as the funnel has them now.
    lead_days: Sequence[int] = ()

    @property
    def days_between(self) -> Sequence[int]:
        """Working days from each stage to the next."""
        return self.lead_days or [kpi.lead_days for kpi in self.kpis]

    @property
    def leads(self) -> dict[int, int]:
        """Working days from each stage to the end, by KPI."""
        days = leads_to_the_end(self.days_between)
        return {kpi.pk: lead for kpi, lead in zip(self.kpis, days, strict=True)}

    @property
    def shape(self) -> Shape:
        return shape_of(self.form.weights, self.form.season)

    @property
    def goal(self) -> int:
        return sum(stream.goal for stream in self.streams)

    @property
    def is_one(self) -> bool:
        return len(self.streams) == 1

    @property
    def unit_price(self) -> int | None:
        """The price of a contract; of several segments none is the plan's."""
        return self.streams[0].unit_price if self.is_one else None

    @property
    def contracts(self) -> Fraction:
        return sum((stream.contracts for stream in self.streams), Fraction(0))

    @cached_property
    def trees(self) -> list[StreamTree]:
        """Raises PlanError of ``backcast`` and ``needs_too_much`` (stage, largest)."""
        return [self._tree(stream) for stream in self.streams]

    def _tree(self, stream: Stream) -> StreamTree:
        rates = [rate.value if rate else None for rate in stream.rates]
        stages = [Stage(kpi.name, rate) for kpi, rate in zip(self.kpis, rates, strict=True)]
        price = None if stream.unit_price is None else Fraction(stream.unit_price)
        tree = backcast(stages, stream.contracts, price)
        places = {kpi.pk: place for place, kpi in enumerate(self.kpis)}
        deals = [
            Deals(places[grade.kpi], Fraction(grade.count), Fraction(grade.chance_percent, 100))
            for grade in stream.grades
            if grade.kpi in places
        ]
        off = spared(deals, rates)
        wanted = asked([need.exact for need in tree.needs], Fraction(self.form.buffer) / 100, off)
        needs = [Need(kpi.name, value, whole_up(value)) for kpi, value in zip(self.kpis, wanted, strict=True)]
        for need in needs:
            if need.whole > LARGEST_NEED:
                raise PlanError("needs_too_much", stage=need.name, largest=f"{LARGEST_NEED:,}")
        return StreamTree(stream, tree, needs, off, deals, _landing(stream, rates, needs[0].whole, deals))

    def needs(self) -> list[int]:
        """By stage, all segments together: each segment's number is rounded up by itself."""
        return [sum(tree.asked[place].whole for tree in self.trees) for place in range(len(self.kpis))]

    def exact(self) -> list[Fraction]:
        """What the goal alone needs by stage, all segments together."""
        return [
            sum((tree.exact[place] for tree in self.trees), Fraction(0)) for place in range(len(self.kpis))
        ]

    def rates(self) -> list[Fraction | None]:
        """Conversions into each stage, of several segments weighted by their numbers."""
        return [None, *(after / before for before, after in pairwise(self.exact()))]


def _landing(stream: Stream, rates: Sequence[Fraction | None], first: int, deals: Sequence[Deals]) -> Landing:
    """What the first stage's number brings at the end, with what is under way already."""
    count = Fraction(first)
    for rate in rates[1:]:
        count *= rate or 0
    count += sum((one.expected for one in deals), Fraction(0))
    amount = None if stream.unit_price is None else count * stream.unit_price
    return Landing(count, amount, count / stream.contracts)


def one_stream(
    segment: Segment,
    goal: int,
    unit_price: int | None,
    stages: Sequence[tuple[Kpi, Rate | None]],
    reason: str = "",
) -> Draft:
    """The plan of a team that does not tell segments apart."""
    stream = Stream(segment, goal, unit_price, [rate for _kpi, rate in stages])
    return Draft([kpi for kpi, _rate in stages], [stream], reason)


def parts_of_draft() -> tuple[Prefetch[str] | str, ...]:
    """What a version's draft is made of, to be fetched at once."""
    return (
        Prefetch("stages", PlanStage.objects.select_related("kpi")),
        Prefetch("streams", PlanStream.objects.select_related("segment")),
        "deals",
    )


def draft_of(plan: Plan) -> Draft:
    """A stored version as a draft. Three queries, none where its rows are prefetched."""
    prefetch_related_objects([plan], *parts_of_draft())
    stages: dict[int, list[PlanStage]] = {}
    for stage in sorted(plan.stages.all(), key=lambda stage: stage.position):
        stages.setdefault(stage.segment_id, []).append(stage)
    streams = sorted(plan.streams.all(), key=lambda stream: stream.position)
    first = stages[streams[0].segment_id]
    deals = list(plan.deals.all())
    form = Form(plan.buffer, plan.weights, plan.season, plan.uses_lead_time)
    return Draft(
        [stage.kpi for stage in first],
        [_stream_of(row, stages[row.segment_id], deals) for row in streams],
        plan.reason,
        form,
        [stage.lead_days for stage in first],
    )


def _stream_of(row: PlanStream, stages: Sequence[PlanStage], deals: Sequence[OpenDeals]) -> Stream:
    rates = [Rate(stage.rate, stage.rate_text) if stage.rate else None for stage in stages]
    grades = [
        Grade(one.grade, one.kpi_id, one.count, one.chance_percent)
        for one in deals
        if one.segment_id == row.segment_id
    ]
    return Stream(row.segment, row.goal, row.unit_price, rates, sorted(grades, key=lambda one: one.name))


# -- over people -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """How the team's numbers go to people: weights by segment, cells typed by hand, and rates of those
    who do not go by the team's."""

    weights: Mapping[Place, int]
    by_hand: Mapping[Cell, int] = field(default_factory=dict)
    rates: Mapping[Cell, PlanRate] = field(default_factory=dict)

    def members(self) -> set[int]:
        return {member for member, _segment in self.weights}

    def of_segment(self, segment: int) -> dict[int, Fraction]:
        return {member: Fraction(weight) for (member, of), weight in self.weights.items() if of == segment}


def split_of(plan: Plan) -> Split:
    """The split of a version, to carry over into the next."""
    return Split(
        weights={(share.member_id, share.segment_id): share.weight for share in plan.shares.all()},
        by_hand={
            (target.member_id, target.segment_id, target.kpi_id): target.count
            for target in plan.targets.all()
            if target.by_hand
        },
        rates={(rate.member_id, rate.segment_id, rate.kpi_id): rate for rate in plan.rates.all()},
    )


def own_stages(draft: Draft, split: Split, segment: int) -> int:
    """How many stages rest on somebody's own rate: those before the last own rate of the chain."""
    places = {kpi.pk: place for place, kpi in enumerate(draft.kpis)}
    own = [places[kpi] for (_member, of, kpi) in split.rates if of == segment and kpi in places]
    return max(own, default=0)


def split_amounts(draft: Draft, split: Split) -> dict[Place, int]:
    """Each member's part of each segment's goal."""
    return {
        (member, stream.segment.pk): amount
        for stream in draft.streams
        for member, amount in split_by_weight(stream.goal, split.of_segment(stream.segment.pk)).items()
    }


def split_needs(draft: Draft, split: Split) -> dict[Cell, int]:
    """Each member's whole number by segment and stage. Cells typed by hand stay; where the team's
    number is what is split, the others share what they leave of it by weight."""
    cells: dict[Cell, int] = {}
    for tree in draft.trees:
        cells |= _split_tree(draft, tree, split)
    return cells


def _split_tree(draft: Draft, tree: StreamTree, split: Split) -> dict[Cell, int]:
    segment = tree.stream.segment.pk
    weights = split.of_segment(segment)
    rates = [rate.value if rate else None for rate in tree.stream.rates]
    chain = Chain([need.exact for need in tree.asked], rates, tree.deals)
    own = _own_rates(draft, segment, split)
    cells: dict[Cell, int] = {}
    for place, parts in enumerate(person_needs(chain, weights, own) if weights else []):
        kpi, typed = draft.kpis[place], _typed(split, segment, draft.kpis[place].pk)
        if is_shared(chain, place, own, weights):
            parts = _rest_shared(tree.asked[place].whole, parts, weights, typed)
        # Otherwise each part is somebody's own need: what one person typed is not taken from others.
        for member, count in (parts | typed).items():
            cells[member, segment, kpi.pk] = _sensible(count, kpi)
    return cells


def _sensible(count: int, kpi: Kpi) -> int:
    if count > LARGEST_NEED:
        raise PlanError("needs_too_much", stage=kpi.name, largest=f"{LARGEST_NEED:,}")
    return count


def _own_rates(draft: Draft, segment: int, split: Split) -> dict[int, dict[int, Fraction]]:
    places = {kpi.pk: place for place, kpi in enumerate(draft.kpis)}
    found: dict[int, dict[int, Fraction]] = {}
    for (member, of, kpi), rate in split.rates.items():
        if of == segment and kpi in places:
            found.setdefault(member, {})[places[kpi]] = rate.rate
    return found


def _typed(split: Split, segment: int, kpi: int) -> dict[int, int]:
    return {
        member: count
        for (member, of, of_kpi), count in split.by_hand.items()
        if of == segment and of_kpi == kpi and (member, segment) in split.weights
    }


def _rest_shared(
    whole: int, parts: Mapping[int, int], weights: Mapping[int, Fraction], typed: Mapping[int, int]
) -> dict[int, int]:
    """What cells typed by hand leave of the team's number goes to the others by weight."""
    if not typed:
        return dict(parts)
    free = {member: weight for member, weight in weights.items() if member not in typed}
    # Nobody with weight: the rest stays open, and the page says by how much.
    rest = max(0, whole - sum(typed.values())) if any(free.values()) else 0
    return split_by_weight(rest, free)
