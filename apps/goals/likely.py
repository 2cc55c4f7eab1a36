"""How likely the plan's first-stage number reaches the goal, and what more confidence asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cached_property
from itertools import pairwise
from math import ceil

from apps.accounts.models import Membership, Team
from apps.activity.records import Ledger, load_ledger
from apps.domain.beliefs import Belief, Beliefs
from apps.domain.lags import Lag
from apps.domain.need import (
    CONFIDENCES,
    Chain,
    actions_for,
    chance_with,
    crowd_actions,
    crowd_chance,
    crowd_product,
)
from apps.domain.outlook import in_time, learn_lags, rates_of, under_way
from apps.domain.periods import Period
from apps.domain.prices import Price, Wanted, certain, price_of, wanted
from apps.domain.several import Strand, actions_for_all, chance_of_all
from apps.funnels.models import Kpi
from apps.goals.drafts import Draft, Stream
from apps.goals.models import Kgi, Plan

# A buffer that the form of a plan takes.
LARGEST_BUFFER = Decimal(200)
# The confidence for which a list says what each person needs, and up to how many people it does so exactly.
LISTED, EXACT_UP_TO = 0.8, 100


@dataclass(frozen=True)
class Asked:
    """So many first-stage actions for that confidence; None where no number is enough. ``buffer`` is by how
    many per cent the plan's need has to grow for it; None where that is less
    than nothing, or more than a plan takes."""

    confidence: float
    actions: int | None
    buffer: Decimal | None


@dataclass(frozen=True)
class MemberChance:
    """A person's own number at the person's own rates."""

    member: Membership
    planned: int
    chance: float
    asked: int | None


@dataclass(frozen=True)
class Likely:
    """``missing``: the step of which nothing was counted yet; then nothing else is known. ``useful`` is the
    part of what is begun in the period that ends in it, ``begun`` what is under way already, in first
    actions."""

    kpi: Kpi
    planned: int
    missing: Kpi | None
    since: date
    chance: float = 0.0
    asked: Sequence[Asked] = ()
    useful: float = 1.0
    begun: int = 0
    # How likely each of several numbers is enough, for the picture.
    course: Sequence[tuple[int, float]] = ()
    people: Sequence[MemberChance] = ()

    def of(self, confidence: float) -> Asked | None:
        return next((one for one in self.asked if one.confidence == confidence), None)


@dataclass(frozen=True)
class Basis:
    """What the past says of one stream before its period: rates, waiting times, price, what is under way."""

    ledger: Ledger
    lags: Sequence[Lag]
    rates: Sequence[Beliefs | None]
    price: Price | None
    begun: Sequence[float]
    useful: float = 1.0
    places: Mapping[int, int] = field(default_factory=dict)

    @property
    def missing(self) -> Kpi | None:
        for (_before, after), rate in zip(pairwise(self.ledger.kpis), self.rates, strict=True):
            if rate is None or rate.team.mean <= 0:
                return after
        return None

    @cached_property
    def team(self) -> Chain:
        return self._chain([rate.team for rate in self.rates if rate], sum(self.begun))

    def of(self, member: int) -> Chain:
        place = self.places[member]
        return self._chain([rate.of(place) for rate in self.rates if rate], self.begun[place])

    def _chain(self, rates: Sequence[Belief], begun: float) -> Chain:
        chain = Chain(tuple(rates), self.useful)
        return Chain(chain.rates, chain.useful, begun / chain.mean if chain.mean > 0 else 0.0)

    def wanted(self, goal: float, *, is_money: bool) -> Wanted:
        if is_money and self.price:
            return wanted(goal, self.price)
        return certain(ceil(goal))


def load_basis(
    team: Team,
    kpis: Sequence[Kpi],
    stream: Stream,
    period: Period,
    today: date,
    members: Sequence[Membership],
) -> Basis:
    """As known on the morning of the period's first day, or now where it is still to come."""
    last = date.fromordinal(min(today, period[0]).toordinal() - 1)
    ledger = load_ledger(team, kpis, members, period, last, segments=[stream.segment.pk])
    lags = learn_lags(ledger.counts, ledger.typed_leads)
    record, span = ledger.record(lags), ledger.span
    planned_price = None if stream.unit_price is None else float(stream.unit_price)
    price = price_of(ledger.deals, planned_price) if planned_price is not None else None
    graded = sum(grade.count * grade.chance_percent / 100 for grade in stream.grades)
    known = under_way(record, span).tolist()
    # What people typed of open deals is newer than what the counts let one expect.
    begun = [graded / len(members)] * len(members) if graded and members else known
    worked = ledger.capacity[:, span.first : span.end].sum(axis=0)
    places = {member.pk: place for place, member in enumerate(members)}
    return Basis(ledger, lags, rates_of(record), price, begun, in_time(lags, worked), places)


def load_likely(
    team: Team, kgi: Kgi, draft: Draft, planned: Sequence[int], today: date, plan: Plan | None = None
) -> Likely | None:
    """``planned``: the first stage's number by segment. ``plan``: the stored version whose people are looked
    at as well; of one segment only. None for a plan without a step, or that asks for nothing."""
    kpis, total = draft.kpis, sum(planned)
    if len(kpis) < 2 or total <= 0:
        return None
    members = list(Membership.objects.filter(team=team, carries_targets=True).in_team_order())
    period = (kgi.start, kgi.end)
    bases = [load_basis(team, kpis, stream, period, today, members) for stream in draft.streams]
    since = min(basis.ledger.days[0] for basis in bases)
    missing = next((basis.missing for basis in bases if basis.missing is not None), None)
    if missing is not None:
        return Likely(kpis[0], total, missing, since)
    effort = _one(bases[0], kgi, draft) if draft.is_one else _all(bases, kgi, draft, planned)
    found = Likely(
        kpis[0],
        total,
        None,
        since,
        effort.chance(total),
        [_asked(effort, draft, one) for one in CONFIDENCES],
        bases[0].useful,
        round(sum(basis.team.under_way for basis in bases)),
        _course(effort, total),
    )
    return replace(found, people=_people(bases[0], plan, kgi)) if plan and draft.is_one else found


@dataclass(frozen=True)
class Effort:
    """The chance by first actions, and the actions by confidence."""

    chance: Callable[[int], float]
    actions: Callable[[float], int | None]


def _one(basis: Basis, kgi: Kgi, draft: Draft) -> Effort:
    goal = basis.wanted(float(draft.goal), is_money=kgi.is_amount)
    chain = basis.team
    return Effort(
        lambda actions: chance_with(chain, actions, goal),
        lambda confidence: actions_for(chain, goal, confidence),
    )


def _all(bases: Sequence[Basis], kgi: Kgi, draft: Draft, planned: Sequence[int]) -> Effort:
    """Of several segments together, each growing with the plan."""
    strands = [
        Strand(basis.team, number, basis.price if kgi.is_amount else None)
        for basis, number in zip(bases, planned, strict=True)
    ]
    goal, total = float(draft.goal), sum(planned)
    return Effort(
        lambda actions: chance_of_all(strands, goal, actions / total),
        lambda confidence: actions_for_all(strands, goal, confidence),
    )


def _asked(effort: Effort, draft: Draft, confidence: float) -> Asked:
    """With the buffer that makes the plan's need that large: open deals are taken off after it."""
    actions = effort.actions(confidence)
    if actions is None:
        return Asked(confidence, None, None)
    average = float(sum(tree.exact[0] for tree in draft.trees))
    spared = float(sum(tree.exact[0] - tree.asked[0].exact for tree in draft.trees))
    spared += average * float(draft.form.buffer) / 100
    buffer = (Decimal((actions + spared) / average) - 1) * 100
    found = buffer.quantize(Decimal("0.01"), rounding=ROUND_UP)
    # Less than the goal needs on average is no plan, and more than a plan takes neither.
    return Asked(confidence, actions, found if 0 <= found <= LARGEST_BUFFER else None)


def _course(effort: Effort, planned: int) -> list[tuple[int, float]]:
    """The chance by effort, from none to well beyond what is planned and what 90 % ask for."""
    most = effort.actions(CONFIDENCES[-1]) or planned
    end = max(planned, min(most, 5 * planned)) * 5 // 4
    numbers = sorted({end * step // 24 for step in range(25)} | {planned})
    return [(number, effort.chance(number)) for number in numbers]


@dataclass(frozen=True)
class _Part:
    """What a person is asked for, and carries of the goal."""

    member: Membership
    planned: int
    goal: int


def _people(basis: Basis, plan: Plan, kgi: Kgi) -> list[MemberChance]:
    first = basis.ledger.kpis[0].pk
    counts = {target.member_id: target.count for target in plan.targets.all() if target.kpi_id == first}
    goals = {share.member_id: share.amount for share in plan.shares.all()}
    parts = [
        _Part(member, counts.get(member.pk, 0), goals.get(member.pk, 0)) for member in basis.ledger.members
    ]
    asked = [part for part in parts if part.planned > 0 and part.goal > 0]
    if len(asked) > EXACT_UP_TO:
        return _people_at_once(basis, asked, is_money=kgi.is_amount)
    return [_person(basis, part, is_money=kgi.is_amount) for part in asked]


def _person(basis: Basis, part: _Part, *, is_money: bool) -> MemberChance:
    chain, needed = basis.of(part.member.pk), basis.wanted(float(part.goal), is_money=is_money)
    chance = chance_with(chain, part.planned, needed)
    return MemberChance(part.member, part.planned, chance, actions_for(chain, needed, LISTED))


def _people_at_once(basis: Basis, parts: Sequence[_Part], *, is_money: bool) -> list[MemberChance]:
    """By the closed form: a list of thousands needs no last point."""
    import numpy as np

    places = [basis.places[part.member.pk] for part in parts]
    rates = [rate for rate in basis.rates if rate]
    mean, spread = crowd_product(
        np.stack([rate.mean[places] for rate in rates], axis=1),
        np.stack([rate.spread[places] for rate in rates], axis=1),
    )
    goals = np.array([float(part.goal) for part in parts])
    # The mean number of unlike deals that passes an amount (renewal theory).
    price = basis.price if is_money else None
    contracts = goals / price.mean + (1 + price.variation) / 2 if price else goals
    begun = np.array([basis.begun[place] for place in places]) / mean
    planned = np.array([part.planned for part in parts]) * basis.useful + begun
    chances = crowd_chance(mean, spread, planned, contracts)
    needed = np.maximum(0.0, crowd_actions(mean, spread, contracts, LISTED) - begun)
    asked = [ceil(one / basis.useful) if basis.useful > 0 else None for one in needed.tolist()]
    return [
        MemberChance(part.member, part.planned, chance, number)
        for part, chance, number in zip(parts, chances.tolist(), asked, strict=True)
    ]
