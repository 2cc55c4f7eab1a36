"""What would help most: of a person, and of the team as the sum of what each can reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from apps.accounts.models import Membership
from apps.activity.records import Ledger
from apps.domain.beliefs import Belief, Beliefs
from apps.domain.landing import MONTH, paces
from apps.domain.levers import upper_quartile
from apps.domain.need import Chain
from apps.domain.options import (
    Factor,
    Option,
    Work,
    cost_of_doubt,
    factor_of,
    options,
    rhythm_says,
)
from apps.domain.outlook import in_time, rates_of
from apps.domain.prices import Price, certain, price_of, wanted
from apps.funnels.models import Kpi
from apps.progress.causes import worked_days
from apps.progress.landing import TeamLanding
from apps.progress.queries import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# A full day of work; part of the day for those who work less.
HOURS_A_DAY = 8.0
# Doubt is priced at this confidence.
CONFIDENCE = 0.8


@dataclass(frozen=True)
class Doubt:
    """How many first actions fewer were needed if one rate were known exactly."""

    before: Kpi
    kpi: Kpi
    spared: int


@dataclass(frozen=True)
class Levers:
    """``options`` in the order of gain per hour; ``missing``: the step of which nothing was counted."""

    options: Sequence[Option]
    kpis: Sequence[Kpi]
    unit: float
    rhythm: str
    logged: float
    days: float
    missing: Kpi | None = None
    doubts: Sequence[Doubt] = ()
    # Not shown to those who see their own numbers alone.
    is_hidden: bool = False

    @property
    def has_hours(self) -> bool:
        return any(option.per_hour is not None for option in self.options)


@dataclass(frozen=True)
class _Known:
    """What the record says of everybody."""

    ledger: Ledger
    rates: Sequence[Beliefs]
    pace: "Real"
    pace_spread: "Real"
    prices: Sequence[Price]
    # Working days of a month by person: fewer for part time and leave.
    days: "Real"


def load_levers(progress: Progress, landing: TeamLanding, member: Membership | None = None) -> Levers:
    """Of one person, or of the team."""
    ledger = landing.ledger
    record = ledger.record(landing.lags)
    rates = rates_of(record)
    rhythm, logged, days = _rhythm(progress, member)
    for number, (after, rate) in enumerate(zip(ledger.kpis[1:], rates, strict=True), start=1):
        if rate is None or not ledger.counts[:, :, number].any():
            return Levers([], ledger.kpis, 1.0, rhythm, logged, days, after)
    known = _known(progress, ledger, landing, [rate for rate in rates if rate])
    place = None if member is None else _place(ledger, member)
    if member is not None and place is None:
        return Levers([], ledger.kpis, 1.0, rhythm, logged, days)
    if not known.days.sum() or (place is not None and not known.days[place]):
        return Levers([], ledger.kpis, 1.0, rhythm, logged, days)
    parts = _in_time(landing, known, place)
    if place is None:
        work = _work_of_team(progress, known)
        found = options(work, parts, one_more=work.result / work.people)
    else:
        work = _work_of(progress, known, place)
        found = options(work, parts)
    return Levers(
        found,
        ledger.kpis,
        known.prices[0].mean if known.prices else 1.0,
        rhythm,
        logged,
        days,
        doubts=[] if place is None else _doubts(progress, landing, known, place),
    )


def _in_time(landing: TeamLanding, known: "_Known", place: int | None) -> list[float]:
    """By stage, the part of a month's change that still comes to its end on the own days left."""
    ledger = known.ledger
    rows = ledger.capacity[:, ledger.known : ledger.span.end]
    weights = rows.sum(axis=0) if place is None else rows[place]
    left = float(weights.sum() / (known.days.sum() if place is None else known.days[place]))
    return [left * in_time(landing.lags, weights, stage) for stage in range(len(ledger.kpis))]


def _place(ledger: Ledger, member: Membership) -> int | None:
    return next((place for place, one in enumerate(ledger.members) if one.pk == member.pk), None)


def _known(progress: Progress, ledger: Ledger, landing: TeamLanding, rates: Sequence[Beliefs]) -> _Known:
    record = ledger.record(landing.lags)
    pace = paces(record, ledger.span, ledger.capacity, stage=0)
    period = ledger.capacity[:, ledger.span.first : ledger.span.end]
    days = period.sum(axis=1) * MONTH / max(1, period.shape[1])
    spread = pace.rate**2 * (pace.own + pace.common)
    prices = _prices(ledger, landing.team.odds.price) if progress.schedule.kgi.is_amount else []
    return _Known(ledger, rates, pace.rate, spread, prices, days)


def _prices(ledger: Ledger, team: Price | None) -> list[Price]:
    """Each person's, beside the team's, which counts for as much as a few deals."""
    if team is None:
        return []
    found = []
    for row in range(len(ledger.members)):
        counts, amounts = ledger.counts[row, :, -1], ledger.amounts[row]
        pairs = [
            (int(count), int(amount)) for count, amount in zip(counts, amounts, strict=True) if amount > 0
        ]
        found.append(price_of(pairs, team.mean) or team)
    return found


def _price_factor(known: _Known, place: int) -> Factor:
    if not known.prices:
        return Factor(1.0, 0.0, 1.0)
    own = known.prices[place]
    possible = max(own.mean, upper_quartile([price.mean for price in known.prices]))
    return Factor(own.mean, own.mean**2 * own.variation / own.deals, possible)


def _work_of(progress: Progress, known: _Known, place: int) -> Work:
    """A person's month at the pace of now."""
    days = float(known.days[place])
    quartile = upper_quartile([float(pace) for pace, of in zip(known.pace, known.days, strict=True) if of])
    pace = float(known.pace[place])
    volume = Factor(pace * days, float(known.pace_spread[place]) * days**2, max(pace, quartile) * days)
    rates = [factor_of(rate.of(place), _beliefs(rate, known)) for rate in known.rates]
    return Work(
        volume,
        rates,
        _price_factor(known, place),
        _minutes(known.ledger.kpis),
        _days_factor(progress, [known.ledger.members[place]]),
        HOURS_A_DAY,
        days,
    )


def _beliefs(rate: Beliefs, known: _Known) -> list[Belief]:
    """Of those who work in this period."""
    return [rate.of(place) for place, days in enumerate(known.days) if days] or [rate.team]


def _minutes(kpis: Sequence[Kpi]) -> list[float | None]:
    """A result comes by itself: it takes no time unless somebody says so."""
    return [(0.0 if kpi.is_result else None) if kpi.minutes is None else float(kpi.minutes) for kpi in kpis]


def _days_factor(progress: Progress, members: Sequence[Membership]) -> Factor | None:
    """The part of the working days on which something was logged: it can become all of them."""
    found = [worked_days(progress, member, until_now=False) for member in members]
    wanted, worked = (float(sum(part)) for part in zip(*found, strict=True))
    if wanted <= 0 or not 0 < worked < wanted:
        return None
    return Factor(worked / wanted, 0.0, 1.0)


def _work_of_team(progress: Progress, known: _Known) -> Work:
    """The sum of all: each stage grows by what those below the quartile can gain."""
    works = [_work_of(progress, known, place) for place, days in enumerate(known.days) if days]
    volume = _summed([work.volume for work in works])
    cases = [work.volume.now for work in works]
    rates = []
    for step in range(len(known.rates)):
        factors = [work.rates[step] for work in works]
        rates.append(_weighted(factors, cases))
        cases = [of * factor.now for of, factor in zip(cases, factors, strict=True)]
    price = _weighted([work.price for work in works], cases)
    return Work(
        volume,
        rates,
        price,
        _minutes(known.ledger.kpis),
        _days_factor(
            progress, [one for one, days in zip(known.ledger.members, known.days, strict=True) if days]
        ),
        HOURS_A_DAY,
        float(known.days.sum()),
        max(1, len(works)),
        _apart(works),
    )


def _apart(works: Sequence[Work]) -> float:
    """How far the results of people differ, as a squared share."""
    results = [work.result for work in works]
    mean = sum(results) / len(results)
    if len(results) < 2 or mean <= 0:
        return 0.0
    return sum((result / mean - 1) ** 2 for result in results) / (len(results) - 1)


def _summed(factors: Sequence[Factor]) -> Factor:
    return Factor(
        sum(one.now for one in factors),
        sum(one.spread for one in factors),
        sum(one.possible for one in factors),
    )


def _weighted(factors: Sequence[Factor], weights: Sequence[float]) -> Factor:
    whole = sum(weights) or 1.0
    parts = [weight / whole for weight in weights]
    return Factor(
        sum(part * one.now for part, one in zip(parts, factors, strict=True)),
        sum(part**2 * one.spread for part, one in zip(parts, factors, strict=True)),
        sum(part * one.possible for part, one in zip(parts, factors, strict=True)),
    )


def _rhythm(progress: Progress, member: Membership | None) -> tuple[str, float, float]:
    """Whether the habit or the method is what misses, up to yesterday: today is not over."""
    members = (
        [member] if member else [one for one in progress.members if one.pk in progress.schedule.capacity]
    )
    counted = [worked_days(progress, one, until_now=False) for one in members]
    days, logged = (float(sum(pair[side] for pair in counted)) for side in (0, 1))
    goal = progress.goal_of(member) if member else progress.goal()
    attained = goal.actual / goal.expected if goal.target is not None and goal.expected > 0 else None
    return rhythm_says(logged, days, attained, max(1, len(members))), min(logged, days), days


def _doubts(progress: Progress, landing: TeamLanding, known: _Known, place: int) -> list[Doubt]:
    """Which rate's uncertainty costs most, for what the person still has to reach."""
    member = known.ledger.members[place]
    found = landing.people.get(member.pk)
    if found is None or not found.goal:
        return []
    goal = float(found.goal)
    needed = wanted(goal, known.prices[place]) if known.prices else certain(round(goal))
    chain = Chain(tuple(rate.of(place) for rate in known.rates))
    spared = cost_of_doubt(chain, needed, CONFIDENCE)
    pairs = zip(pairwise(known.ledger.kpis), spared, strict=True)
    doubts = [Doubt(before, after, fewer) for (before, after), fewer in pairs if fewer]
    return sorted(doubts, key=lambda one: -one.spared)
