"""Where a period lands: what is counted so far, and what is still to come, with how far that may be off.

What is to come is foretold in two ways. By *pace*: each person's results a working day, drawn towards the
team's by how alike its people are (Gamma-Poisson, as batting averages in Brown 2008, Annals of Applied
Statistics 2, 113), times a factor of the period that all share. By *flow*: what is begun and not yet ended
comes through with its waiting times, and what is still to be begun follows it. Past periods say how much to
trust either, how far people scatter around it, and how far whole teams do: a common shock does not cancel
out in a sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from apps.domain.lags import LONGEST, Lag, delayed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# So many working days are about a month; what is older than one is worth this part of it.
MONTH, FADE = 21, 0.8
# How far people differ, and periods, as squared shares of the mean, before data say more; and how many
# people and periods those guesses weigh.
APART, APART_WEIGHT = 0.15, 3.0
SHOCK, SHOCK_WEIGHT = 0.04, 2.0
# And how far the rest of a period may differ from its first days.
TURN = 0.005
# A period in equal parts of its working days, whose pace differs (most is signed at the end), and how many
# results of each part an even pace is worth.
PARTS, EVEN = 5, 20.0
# Of how many cases the team's rate is worth for a person, in results.
LIKE = 6.0
# How many past forecasts the guesses weigh: of equal trust in both ways, of a scatter as computed.
TRUST_WEIGHT, SCATTER_WEIGHT, TEAM_WEIGHT = 3.0, 12.0, 4.0
# Whole teams are seldom seen at the end of a period: their ranges begin a little wider.
TEAM_SCATTER = 1.3
# Whoever logs within so many days of the first is no newcomer.
FIRST_DAYS = 10
WIDEST, NARROWEST = 6.0, 0.25
# Below so many results to come a forecast teaches nothing of scatter.
FEWEST = 0.1
# How much of a period lies between two forecasts of which one counts for the other by a third.
NEAR = 0.2


@dataclass(frozen=True)
class Span:
    """Working days of a period by their places: from ``first`` up to, without, ``end``."""

    first: int
    end: int


@dataclass(frozen=True)
class Record:
    """``counts`` by person, working day and stage; ``capacity`` by person and working day, which may go on
    beyond the counts. ``lags`` lead from each stage into the next. ``planned``: first actions still asked of
    each person on the days after the counts, if a plan says so."""

    counts: "Real"
    capacity: "Real"
    lags: Sequence[Lag]
    past: Sequence[Span] = ()
    planned: "Real | None" = None

    def until(self, known: int) -> "Record":
        """As it was known when so many days were over."""
        past = [span for span in self.past if span.end <= known]
        return Record(self.counts[:, :known], self.capacity, self.lags, past)


@dataclass(frozen=True)
class Raw:
    """What is to come by person, told in both ways. ``place`` is the part of the period that is over; ``own``
    and ``common`` are the squared shares by which a person and all of them together may be off."""

    place: float
    so_far: "Real"
    pace: "Real"
    flow: "Real"
    own: "Real"
    common: float

    def mixed(self, trust: float) -> "Real":
        return trust * self.pace + (1 - trust) * self.flow


@dataclass(frozen=True)
class Outcome:
    """A forecast of the past and what came after it, by person."""

    raw: Raw
    came: "Real"


@dataclass(frozen=True)
class Skill:
    """What past periods say of the forecasts: the part of trust that pace deserves, and by how much people
    and the whole team scatter compared with what is computed (1: as much)."""

    trust: float = 0.5
    people: float = 1.0
    team: float = 1.0
    outcomes: int = 0


@dataclass(frozen=True)
class Landing:
    """Expected results at the end and their variance: by person, and of all together."""

    so_far: "Real"
    mean: "Real"
    spread: "Real"
    team_mean: float
    team_spread: float


def raw_forecast(record: Record, span: Span) -> Raw:
    """From the counts so far, for the period that holds the day after them."""
    import numpy as np

    known = record.counts.shape[1]
    record = _of_those_who_work(record)
    so_far = record.counts[:, span.first : known, -1].sum(axis=1)
    exposure = _ripe(record) * _profile(record, span)
    pace = paces(record, span, exposure, stage=-1)
    left = exposure[:, max(known, span.first) : span.end].sum(axis=1)
    by_pace = pace.rate * left
    flow = _flow(record, span) if record.counts.shape[2] > 1 else by_pace
    place = (max(known, span.first) - span.first) / max(1, span.end - span.first)
    return Raw(place, so_far, np.maximum(by_pace, 0), np.maximum(flow, 0), pace.own, pace.common)


@dataclass(frozen=True)
class Pace:
    """Results, or actions, of a working day by person in this period, the period's factor with them; ``own``
    and ``common`` as in ``Raw``."""

    rate: "Real"
    own: "Real"
    common: float


def paces(record: Record, span: Span, exposure: "Real", stage: int) -> Pace:
    """Of a stage, for a unit of exposure: capacity, or what of it can bear results."""
    import numpy as np

    known = record.counts.shape[1]
    done = np.maximum(record.counts[:, :, stage], 0.0)
    days = np.arange(known)
    fade = np.where(days < span.first, FADE ** ((span.first - days) / MONTH), 0.0)
    past, worked = done @ fade, exposure[:, :known] @ fade
    now = done[:, span.first : known].sum(axis=1)
    now_worked = exposure[:, span.first : known].sum(axis=1)
    all_worked = (worked + now_worked).sum()
    mean = ((past + now).sum() + 0.5) / (all_worked + 1.0) if all_worked > 0 else 0.0
    noise = done @ fade**2 + now
    alike = 1 / _apart(past + now, mean * (worked + now_worked), noise)
    # Before this period, and then what it has shown so far of all together.
    before = (alike + past) / (alike / max(mean, 1e-12) + worked)
    shock = 1 / _shock(record, exposure, stage)
    factor = (shock + now.sum()) / (shock + float(before @ now_worked))
    rate = (alike + past + now) / (alike / max(mean, 1e-12) + worked + now_worked * factor) * factor
    return Pace(rate, 1 / (alike + past + now), 1 / (shock + now.sum()) + TURN)


def _of_those_who_work(record: Record) -> Record:
    """Whoever never counted anything and is asked for nothing is expected to bring nothing."""
    import numpy as np

    works = np.count_nonzero(record.counts, axis=(1, 2)) > 0
    if record.planned is not None:
        works = works | (record.planned.sum(axis=1) > 0)
    return replace(record, capacity=record.capacity * works[:, None])


def _ripe(record: Record) -> "Real":
    """Capacity as far as results can come of it: whoever is new has begun nothing that could end."""
    import numpy as np

    counted = np.count_nonzero(record.counts, axis=2) > 0
    known = counted.shape[1]
    first = np.where(counted.any(axis=1), counted.argmax(axis=1), known)
    days = np.arange(record.capacity.shape[1])
    worked = np.where(days >= first[:, None], record.capacity, 0.0)
    # Whoever is there from the start of the record was there before it.
    before = np.where(first < FIRST_DAYS, worked.mean(axis=1), 0.0)
    wait = whole_wait(record.lags)
    padded = np.concatenate([np.repeat(before[:, None], len(wait), axis=1), worked], axis=1)
    return delayed(padded, wait)[:, len(wait) :]


def whole_wait(lags: Sequence[Lag]) -> tuple[float, ...]:
    """From the first stage to the last."""
    import numpy as np

    whole = np.ones(1)
    for lag in lags:
        whole = np.convolve(whole, lag.kernel)[:LONGEST]
    return tuple((whole / whole.sum()).tolist())


def _apart(found: "Real", expected: "Real", noise: "Real") -> float:
    """How far people differ beyond chance, whose variance is ``noise``, as a squared share."""
    import numpy as np

    squares = float((expected**2).sum())
    if squares <= 0:
        return APART
    excess = max(0.0, float(((found - expected) ** 2 - noise).sum()))
    people = int(np.count_nonzero(expected))
    found_apart = excess / squares * people
    return min(4.0, max(0.005, (found_apart + APART_WEIGHT * APART) / (max(0, people - 1) + APART_WEIGHT)))


def _shock(record: Record, exposure: "Real", stage: int) -> float:
    """How far whole periods differ from those before them beyond chance, as a squared share."""
    import numpy as np

    total, weight = SHOCK_WEIGHT * SHOCK, SHOCK_WEIGHT
    for one, other in zip(record.past, record.past[1:], strict=False):
        first = np.maximum(record.counts[:, one.first : one.end, stage], 0).sum()
        second = np.maximum(record.counts[:, other.first : other.end, stage], 0).sum()
        days = exposure[:, one.first : one.end].sum(), exposure[:, other.first : other.end].sum()
        if first <= 0 or min(days) <= 0:
            continue
        expected = first / days[0] * days[1]
        noise = expected + expected**2 / first
        # A difference of two periods holds the shock of either.
        total += max(0.0, (second - expected) ** 2 - noise) / expected**2 / 2
        weight += 1
    return float(min(1.0, max(0.002, total / weight)))


def _profile(record: Record, span: Span) -> "Real":
    """How much more or less comes on a day than on an even one, by its place in its period."""
    import numpy as np

    done = np.maximum(record.counts[:, :, -1], 0.0).sum(axis=0)
    sums, days = np.zeros(PARTS), np.zeros(PARTS)
    whole = record.capacity.sum(axis=0)
    for past in record.past:
        parts = _parts(past)
        np.add.at(sums, parts, done[past.first : past.end])
        np.add.at(days, parts, whole[past.first : past.end])
    even = sums.sum() / days.sum() if days.sum() > 0 else 0.0
    factors = (sums + EVEN) / (days * even + EVEN)
    found = np.ones(record.capacity.shape[1])
    for one in (*record.past, span):
        found[one.first : one.end] = factors[_parts(one)][: len(found) - one.first]
    return found


def _parts(span: Span) -> "NDArray[np.intp]":
    import numpy as np

    length = span.end - span.first
    return np.minimum(np.arange(length) * PARTS // max(1, length), PARTS - 1)


def _flow(record: Record, span: Span) -> "Real":
    """What comes through to the end: from what is begun, and from what will be begun on the days left."""
    known = record.counts.shape[1]
    coming = paces(record, span, record.capacity, stage=0)
    ahead = coming.rate[:, None] * record.capacity[:, known : span.end]
    if record.planned is not None:
        ahead = _followed(record.planned, ahead)
    return raw_flow(record, span, ahead)


def raw_flow(record: Record, span: Span, ahead: "Real") -> "Real":
    """Results by person from the days of the period that are left. ``ahead``: first actions by person and day
    from the end of the record to the end of the period."""
    import numpy as np

    known = record.counts.shape[1]
    start = max(known, span.first)
    cases = np.concatenate([np.maximum(record.counts[:, :, 0], 0.0), ahead], axis=1)
    for step, lag in enumerate(record.lags, start=1):
        done = np.maximum(record.counts[:, :, step], 0.0)
        through = delayed(cases, lag.kernel)
        rate = _rates_of_flow(done, through[:, :known], _counted_since(record, step - 1) + round(lag.mean))
        later = rate[:, None] * through[:, known:]
        cases = np.concatenate([done, later], axis=1)
    return np.asarray(cases[:, start : span.end].sum(axis=1))


def _counted_since(record: Record, stage: int) -> int:
    """The first day on which anybody counted a stage: a funnel may have been changed on the way."""
    counted = record.counts[:, :, stage].sum(axis=0) > 0
    return int(counted.argmax()) if counted.any() else 0


def _rates_of_flow(done: "Real", through: "Real", since: int) -> "Real":
    """Each person's conversion of what came through, drawn towards the team's, the recent weighing more."""
    import numpy as np

    days = np.arange(done.shape[1])
    fade = np.where(days >= since, FADE ** ((done.shape[1] - days) / MONTH), 0.0)
    hits, tries = done @ fade, through @ fade
    whole = tries.sum()
    mean = (hits.sum() + 0.5) / (whole + 1.0)
    return np.asarray((LIKE + hits) / (LIKE / max(mean, 1e-12) + tries))


def _followed(planned: "Real", ahead: "Real") -> "Real":
    """What is begun at people's pace, on the days on which their plans ask for it."""
    import numpy as np

    asked = planned.sum(axis=1)
    follow = np.where(asked > 0, ahead.sum(axis=1) / np.maximum(asked, 1e-9), 0.0)
    return np.where(asked[:, None] > 0, planned * follow[:, None], ahead)


# -- what past forecasts teach ---------------------------------------------------------------------


def learn_skill(outcomes: Sequence[Outcome], place: float) -> Skill:
    """How much to trust pace and flow, and how wide the ranges have to be, with so much of a period over.
    Forecasts from the same part of a period count in full, others less."""
    from math import exp

    if not outcomes:
        return Skill()
    near = [exp(-abs(one.raw.place - place) / NEAR) for one in outcomes]
    trust = _trust(outcomes, near)
    people, people_weight = SCATTER_WEIGHT, SCATTER_WEIGHT
    team, team_weight = TEAM_WEIGHT * TEAM_SCATTER, TEAM_WEIGHT
    for one, weight in zip(outcomes, near, strict=True):
        mean = one.raw.mixed(trust)
        error, counted = one.came - mean, mean > FEWEST
        people += weight * float((error[counted] ** 2 / people_spread(mean, one.raw)[counted]).sum())
        people_weight += weight * int(counted.sum())
        if mean.sum() > FEWEST:
            team += weight * float(error.sum() ** 2 / team_spread(mean, one.raw))
            team_weight += weight
    return Skill(trust, _bounded(people / people_weight), _bounded(team / team_weight), len(outcomes))


def _bounded(value: float) -> float:
    return min(WIDEST, max(NARROWEST, value))


def _trust(outcomes: Sequence[Outcome], near: Sequence[float]) -> float:
    """The mixture of both ways with the smallest squared error, drawn towards one half."""
    over, under = 0.0, 0.0
    for one, weight in zip(outcomes, near, strict=True):
        apart = one.raw.pace - one.raw.flow
        missed = one.came - one.raw.flow
        noise = one.raw.mixed(0.5) + 0.5
        over += weight * float((apart * missed / noise).sum() + apart.sum() * missed.sum() / noise.sum())
        under += weight * float((apart**2 / noise).sum() + apart.sum() ** 2 / noise.sum())
    guess = TRUST_WEIGHT * under / max(sum(near), 1e-9)
    whole = under + guess
    return min(1.0, max(0.0, (over + guess / 2) / whole)) if whole > 0 else 0.5


def people_spread(mean: "Real", raw: Raw) -> "Real":
    """Variance of what is to come of each person."""
    import numpy as np

    found: Real = mean + mean**2 * (raw.own + raw.common)
    return np.maximum(found, 1e-9)


def team_spread(mean: "Real", raw: Raw) -> float:
    """Variance of the sum: what people are off each by themselves cancels out, the common part does not."""
    return float(mean.sum() + (mean**2 * raw.own).sum() + mean.sum() ** 2 * raw.common) or 1e-9


def land(raw: Raw, skill: Skill) -> Landing:
    import numpy as np

    mean = raw.mixed(skill.trust)
    spread = _widened(mean, people_spread(mean, raw), skill.people)
    whole = float(mean.sum())
    team = float(_widened(np.array([whole]), np.array([team_spread(mean, raw)]), skill.team)[0])
    return Landing(raw.so_far, raw.so_far + mean, spread, float(raw.so_far.sum()) + whole, team)


def _widened(mean: "Real", spread: "Real", by: float) -> "Real":
    import numpy as np

    return np.maximum(spread * by, mean * min(1.0, by))
