"""Where simulated months land: how often ranges hold, and how far forecasts are off beside plain rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from apps.domain.landing import Landing, Outcome, Record, Span, land, learn_skill, raw_forecast
from apps.domain.odds import Odds
from apps.domain.outlook import learn_lags
from apps.domain.scores import Call, Score, score
from tests.bench.simulated import DAYS, Real, World, draw

# Working days over in the middle of each third of a month.
PLACES = (3, 10, 17)
# Of the first months nothing is foretold.
LEARNING = 3


@dataclass
class Told:
    """Forecasts of the last month of each team, by third; of newcomers apart."""

    people: dict[int, list[Call]] = field(default_factory=dict)
    teams: dict[int, list[Call]] = field(default_factory=dict)
    new: list[Call] = field(default_factory=list)

    def scores(self) -> dict[str, Score]:
        found = {}
        for third in range(len(PLACES)):
            for name, calls in (("person", self.people), ("team", self.teams)):
                told = score(calls.get(third, []))
                assert told
                found[f"{name}_{third + 1}"] = told
        return found

    @property
    def everybody(self) -> list[Call]:
        return [call for calls in self.people.values() for call in calls]

    @property
    def every_team(self) -> list[Call]:
        return [call for calls in self.teams.values() for call in calls]


def tell(world: World, teams: int, seed: int) -> Told:
    random = np.random.default_rng(seed)
    told = Told()
    for _team in range(teams):
        _tell_team(world, random, told)
    return told


def _tell_team(world: World, random: np.random.Generator, told: Told) -> None:
    counts, capacity = draw(world, random)
    spans = [Span(month * DAYS, (month + 1) * DAYS) for month in range(world.months)]
    outcomes: list[Outcome] = []
    typed: Sequence[float | None] = [None] * len(world.lags)
    for number in range(LEARNING, world.months):
        span = spans[number]
        lags = learn_lags(counts[:, : span.first], typed)
        for third, over in enumerate(PLACES):
            known = span.first + over
            raw = raw_forecast(Record(counts[:, :known], capacity, lags, spans[:number]), span)
            came = counts[:, known : span.end, -1].sum(axis=1)
            if number == world.months - 1:
                found = land(raw, learn_skill(outcomes, raw.place))
                _Judge(counts, capacity, span, known, found).tell(
                    told, third, has_newcomer=bool(world.joined)
                )
            outcomes.append(Outcome(raw, came))


@dataclass(frozen=True)
class _Judge:
    """A forecast beside what came, and beside what the plain rules said: the pace so far goes on; as last
    month."""

    counts: Real
    capacity: Real
    span: Span
    known: int
    found: Landing

    def tell(self, told: Told, third: int, *, has_newcomer: bool) -> None:
        span, found = self.span, self.found
        came = self.counts[:, span.first : span.end, -1].sum(axis=1)
        last = self.counts[:, span.first - DAYS : span.first, -1].sum(axis=1)
        worked = np.maximum(self.capacity[:, span.first : self.known].sum(axis=1), 1)
        rate = found.so_far / worked * self.capacity[:, span.first : span.end].sum(axis=1)
        for person in range(len(came)):
            so_far = float(found.so_far[person])
            odds = Odds(so_far, float(found.mean[person]) - so_far, float(found.spread[person]))
            call = _call(odds, came[person], rate[person], last[person])
            told.people.setdefault(third, []).append(call)
            if has_newcomer and person == 0:
                told.new.append(call)
        so_far = float(found.so_far.sum())
        odds = Odds(so_far, found.team_mean - so_far, found.team_spread)
        told.teams.setdefault(third, []).append(_call(odds, came.sum(), rate.sum(), last.sum()))


def _call(odds: Odds, came: float, rate: float, last: float) -> Call:
    return Call(odds.expected, odds.range(0.5), odds.range(0.8), float(came), float(rate), float(last))
