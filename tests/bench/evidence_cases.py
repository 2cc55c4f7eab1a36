"""Uncertainty: exact against big draws, promised against kept, landing against plain rules, and how long it
takes."""

import csv
import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from apps.domain.beliefs import Belief, team_belief
from apps.domain.landing import Record, Span, land, learn_skill, raw_forecast
from apps.domain.need import (
    CONFIDENCES,
    Chain,
    actions_for,
    chance_with,
    crowd_actions,
    crowd_product,
)
from apps.domain.odds import Odds
from apps.domain.options import cost_of_doubt, factor_of
from apps.domain.outlook import learn_lags, rates_of
from apps.domain.prices import certain
from apps.domain.scores import score
from apps.progress.landing import past_outcomes
from tests.bench.landing_cases import tell
from tests.bench.simulated import DAYS, Real, World, draw
from tests.bench.timing import alternating_ms, median_ms

Figures = dict[str, float]
PROMISES = (0.5, 0.6, 0.7, 0.8, 0.9)
# The bank's clients were called one after another: a block, the results that each plan asks for, and where
# the first plan begins.
BLOCK, WANTED, BEGIN = 250, 10, 1_000


def measure_evidence(*, quick: bool) -> Figures:
    figures = measure_exactness(60 if quick else 400)
    figures |= measure_promises(400 if quick else 2_000)
    figures |= measure_landings(40 if quick else 330)
    figures |= measure_speed()
    return figures | measure_bank()


def share(count: float, of: float) -> Belief:
    mean = (count + 0.5) / (of + 1)
    return Belief(mean, mean * (1 - mean) / (of + 2), is_share=True)


def measure_exactness(chains: int) -> Figures:
    """Random funnels of one to eight steps, thin and rich, against half a million draws each."""
    random = np.random.default_rng(1)
    worst_chance, least_held = 0.0, 1.0
    for _each in range(chains):
        cases = _funnel(random)
        product = np.ones(500_000)
        for count, of in cases:
            product *= random.beta(count + 0.5, of - count + 0.5, len(product))
        chain = Chain(tuple(share(*one) for one in cases))
        wanted, confidence = int(random.integers(1, 13)), float(random.choice(PROMISES))
        actions = actions_for(chain, certain(wanted), confidence)
        if actions is None or actions > 10**7:
            continue
        held = float((random.binomial(actions, product) >= wanted).mean())
        worst_chance = max(worst_chance, abs(held - chance_with(chain, actions, certain(wanted))))
        least_held = min(least_held, held - confidence)
    return {"exact_worst_chance_points": worst_chance * 100, "exact_least_spare_points": least_held * 100}


def _funnel(random: np.random.Generator) -> list[tuple[int, int]]:
    of = int(random.choice([20, 100, 1_000, 20_000]))
    cases = []
    for _step in range(int(random.integers(1, 9))):
        count = int(random.binomial(of, random.uniform(0.2, 0.8)))
        cases.append((count, of))
        of = max(2, count)
    return cases


def measure_promises(months: int) -> Figures:
    """Teams whose truth is known, two to twelve months of history, weather of 0 to 30 %."""
    random = np.random.default_rng(7)
    kept = dict.fromkeys(PROMISES, 0)
    for _month in range(months):
        truth = random.uniform(0.2, 0.6, int(random.integers(1, 5)))
        weather, calls = float(random.uniform(0, 0.3)), int(random.integers(150, 1_500))
        history = [_month_of(random, truth, calls, weather) for _each in range(int(random.integers(2, 13)))]
        counts = np.array(history, dtype=float)
        links = len(truth)
        rates = [
            team_belief(counts[:, step + 1], counts[:, step], share=True, links=links) or share(1, 2)
            for step in range(links)
        ]
        chain, goal = Chain(tuple(rates)), certain(int(random.integers(5, 30)))
        for promise in PROMISES:
            actions = actions_for(chain, goal, promise) or 0
            kept[promise] += _month_of(random, truth, actions, weather)[-1] >= goal[0][0]
    return {f"simulated_{promise:.0%}_kept": kept[promise] / months * 100 for promise in PROMISES}


def _month_of(random: np.random.Generator, truth: Real, calls: int, weather: float) -> list[int]:
    """Counts by stage; the month's weather lies on all rates alike, or on the last one."""
    counts = [calls]
    each = max(weather / len(truth) ** 0.5, 1e-6)
    for rate in truth:
        moved = min(0.97, float(rate) * float(random.gamma(1 / each**2, each**2)))
        counts.append(int(random.binomial(counts[-1], moved)))
    return counts


WORLDS = {
    "days": World(months=8),
    "weeks": World(months=8, lags=(5, 20)),
    "new": World(months=8, joined=5, weather=0.25),
    "rush": World(months=8, rush=1.0),
}


def measure_landings(teams: int) -> Figures:
    figures: Figures = {}
    for name, world in WORLDS.items():
        told = tell(world, teams, seed=1)
        scores = told.scores()
        for third in (1, 2, 3):
            for who in ("person", "team"):
                found = scores[f"{who}_{third}"]
                rule = found.run_rate
                assert rule
                figures[f"landing_{name}_{who}_{third}_over_run_rate"] = rule.ours / rule.error
        for who, calls in (("person", told.everybody), ("team", told.every_team), ("newcomer", told.new)):
            whole = score(calls)
            if whole:
                figures[f"landing_{name}_{who}_80_held"] = whole.held_most * 100
                figures[f"landing_{name}_{who}_50_held"] = whole.held_half * 100
    return figures


# -- how long --------------------------------------------------------------------------------------


def measure_speed() -> Figures:
    random = np.random.default_rng(3)
    means = random.uniform(0.1, 0.6, (10_000, 4))
    spreads = means * (1 - means) / random.uniform(50, 5_000, (10_000, 4))
    contracts = random.integers(1, 13, 10_000).astype(float)

    def ours() -> object:
        return crowd_actions(*crowd_product(means, spreads), contracts, 0.8)

    def plain() -> object:
        from scipy.special import betaincinv

        mean = means.prod(axis=1)
        spread = (means**2 + spreads).prod(axis=1) - mean**2
        part = betaincinv(contracts, mean**2 / spread, 0.8)
        return np.ceil(mean / spread * part / (1 - part))

    crowd, by_numpy = alternating_ms(ours, plain, 9)
    rates = tuple(share(count, of) for count, of in ((120, 400), (60, 120), (25, 60), (8, 25)))
    return {
        "need_10000_reps_ms": crowd,
        "need_10000_reps_over_numpy": crowd / by_numpy,
        "need_exact_one_rep_ms": median_ms(lambda: actions_for(Chain(rates), certain(5), 0.8), 200),
        "evidence_page_50_reps_ms": median_ms(_page_of(50), 9),
    }


def _page_of(people: int) -> Callable[[], object]:
    """All that a team's page computes: waits, rates, landing with ranges and chances, need and levers of
    all."""
    counts, capacity = draw(World(people=people, months=7), np.random.default_rng(5))
    known = 6 * DAYS + 10
    spans = [Span(month * DAYS, (month + 1) * DAYS) for month in range(7)]

    def page() -> object:
        lags = learn_lags(counts[:, :known], [None] * 3)
        record = Record(counts[:, :known], capacity, lags, spans[:-1])
        raw = raw_forecast(record, spans[-1])
        found = land(raw, learn_skill(past_outcomes(record, raw.place), raw.place))
        coming = found.mean - found.so_far
        odds = [Odds(*values) for values in zip(found.so_far, coming, found.spread, strict=True)]
        told = [(one.range(0.5), one.range(0.8), one.chance(one.expected)) for one in odds]
        rates = [one for one in rates_of(record) if one]
        levers = [
            factor_of(rate.of(person), [rate.of(other) for other in range(people)])
            for rate in rates
            for person in range(people)
        ]
        mean, spread = crowd_product(
            np.stack([rate.mean for rate in rates], axis=1), np.stack([rate.spread for rate in rates], axis=1)
        )
        need = [crowd_actions(mean, spread, np.full(people, 10.0), one) for one in CONFIDENCES]
        doubt = cost_of_doubt(Chain(tuple(rate.of(0) for rate in rates)), certain(10), 0.8)
        return told, levers, need, doubt

    return page


# -- real calls ------------------------------------------------------------------------------------


def measure_bank() -> Figures:
    """41,188 clients of a bank, called in order: plans for ten subscriptions, each consuming the clients
    that it asked for. Nothing where KPI_DATA is not set."""
    folder = os.environ.get("KPI_DATA")
    path = Path(folder) / "uci_bank_marketing" / "bank-additional-full.csv" if folder else None
    if path is None or not path.exists():
        return {}
    with path.open() as file:
        rows = [(int(row[8]), int(row[-1])) for row in csv.reader(file)]
    won = np.array([one for _month, one in rows], dtype=float)
    figures = {f"bank_{promise:.0%}_kept": _kept(won, promise) * 100 for promise in PROMISES}
    figures["bank_blocks_80_held"] = _held_by_block(won) * 100
    figures["bank_months_80_held"] = _held_by_month([month for month, _one in rows], won) * 100
    return figures


def _belief(won: Real, known: int) -> Belief:
    ends = list(range(known, BLOCK - 1, -BLOCK))[:52][::-1]
    hits = np.array([won[end - BLOCK : end].sum() for end in ends])
    found = team_belief(hits, np.full(len(ends), float(BLOCK)), share=True)
    assert found
    return found


def _kept(won: Real, promise: float) -> float:
    at = BEGIN
    kept: list[bool] = []
    while True:
        actions = actions_for(Chain((_belief(won, at),)), certain(WANTED), promise)
        if actions is None or at + actions > len(won):
            return float(np.mean(kept))
        kept.append(bool(won[at : at + actions].sum() >= WANTED))
        at += actions


def _held(belief: Belief, calls: int, came: float) -> bool:
    from scipy.stats import betabinom

    law = betabinom(calls, *belief.shape)
    return bool(law.ppf(0.1) <= came <= law.ppf(0.9))


def _held_by_block(won: Real) -> float:
    starts = range(BEGIN, len(won) - BLOCK, BLOCK)
    held = [_held(_belief(won, start), BLOCK, won[start : start + BLOCK].sum()) for start in starts]
    return float(np.mean(held))


def _held_by_month(months: Sequence[int], won: Real) -> float:
    """Runs of one month's clients; from the third on each is foretold from those before."""
    edges = [
        0,
        *(place for place in range(1, len(months)) if months[place] != months[place - 1]),
        len(months),
    ]
    hits = np.array([won[first:last].sum() for first, last in pairwise(edges)])
    calls = np.diff(np.array(edges)).astype(float)
    held = []
    for number in range(2, len(hits)):
        belief = team_belief(hits[:number], calls[:number], share=True)
        assert belief
        held.append(_held(belief, int(calls[number]), hits[number]))
    return float(np.mean(held))
