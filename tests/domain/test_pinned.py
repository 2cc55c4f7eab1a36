"""What the statistics say of a few fixed records, and the judge of a few goals. The tests beside this one
ask whether that is good; this one says that it is still the same, so that nobody changes a formula unawares.
After a change on purpose `python -m tests.domain.test_pinned` writes it anew beside this file; a diff
shows what moved."""

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.domain.before_after import Cases
from apps.domain.beliefs import Belief, people_beliefs, size_of_drift, team_belief
from apps.domain.chance import Past, chance_of_amount, chance_of_count, chance_of_rate
from apps.domain.diagnosis import Line, why
from apps.domain.effects import difference, phases, weeks_of
from apps.domain.evidence import evidence
from apps.domain.lags import delayed, usual
from apps.domain.landing import Outcome, Record, Skill, Span, land, learn_skill, raw_forecast
from apps.domain.lead_time import Deals, spared
from apps.domain.levers import Cases as Tries
from apps.domain.levers import prior_strength, reach_of_rate
from apps.domain.need import Chain, actions_for, chance_with, crowd_actions, crowd_chance, product_law
from apps.domain.odds import Odds
from apps.domain.options import Factor, Work, cost_of_doubt, options
from apps.domain.outlook import blocks, in_time, learn_lags, rates_of, under_way
from apps.domain.pace import requirement
from apps.domain.periods import fiscal_place, fiscal_start, parts_of
from apps.domain.prices import Price, money_reached, price_of, wanted
from apps.domain.several import Strand, actions_for_all, chance_of_all
from apps.domain.staircase import replan, split_by_weight, split_over_time, spread
from apps.domain.turns import find_turn
from tests.domain.smart.judged import JUDGED

HITS = np.array([[3.0, 5, 2, 8, 6], [1, 0, 4, 2, 3], [9, 7, 8, 0, 5]])
TRIES = np.array([[20.0, 25, 18, 30, 22], [15, 0, 20, 12, 14], [40, 35, 30, 0, 28]])
# Several for each case.
MANY = HITS * 12
RATE = Belief(0.3, 0.001, is_share=True, keep=0.9, shift=0.0004)
PER_CASE = Belief(2.5, 0.04, is_share=False)
CHAIN = Chain((RATE, Belief(0.5, 0.002, is_share=True)))
EVENTS = Chain((RATE, PER_CASE), useful=0.8, under_way=12.0)
PRICE = Price(1_000.0, 0.4, 12.0)
HISTORY = [Past(90, 20), Past(120, 21), Past(75, 19)]
MONEY = [Past(900_000, 20, 9), Past(1_300_000, 21, 11), Past(700_000, 19, 8)]
SPREAD = [Past(900_000, 20), Past(1_300_000, 21), Past(700_000, 19)]
RATES = [(30, 100), (42, 110), (25, 95)]
BEFORE = [Cases(12, 40), Cases(9, 38), Cases(15, 44), Cases(8, 30)]
AFTER = [Cases(16, 40), Cases(18, 41), Cases(11, 36)]
PERSON = Tries(30, 120)
TEAM = [Tries(30, 120), Tries(55, 130), Tries(20, 110), Tries(4, 9)]
MONTHS = [Tries(8, 40), Tries(14, 41), Tries(8, 39)]
BEFORE_NOW = {1: [4, 0, 3, 0, 3], 2: [0, 1, 4, 4, 3], 3: [2, 2, 2, 0, 2]}
THREE = {
    1: [Fraction(1), Fraction(1), Fraction(1, 2), Fraction(0), Fraction(1)],
    2: [Fraction(0), Fraction(1), Fraction(1), Fraction(1), Fraction(1)],
    3: [Fraction(1), Fraction(1, 2), Fraction(1), Fraction(0), Fraction(1)],
}
WORK = Work(
    volume=Factor(300.0, 400.0, 330.0),
    rates=[Factor(0.30, 0.0004, 0.36), Factor(0.50, 0.0009, 0.55)],
    price=Factor(1_000.0, 900.0, 1_100.0),
    minutes=[5.0, 20.0, 60.0],
    days=Factor(0.8, 0.001, 0.95),
    hours_a_day=6.0,
    working_days=20.0,
    people=3,
    apart=0.05,
)
STRANDS = [Strand(CHAIN, 200, PRICE), Strand(EVENTS, 50, Price(400.0, 0.9, 30.0))]


# Three people, six months of 21 days and eight days of the seventh, three stages; numbers up and down.
PEOPLE, MONTHS_BACK, MONTH, OVER = 3, 6, 21, 8
PAST = [Span(month * MONTH, (month + 1) * MONTH) for month in range(MONTHS_BACK)]
NOW = Span(MONTHS_BACK * MONTH, (MONTHS_BACK + 1) * MONTH)
DAYS = NOW.first + OVER
PLACES = np.arange(PEOPLE)[:, None, None], np.arange(DAYS)[None, :, None], np.arange(3)[None, None, :]
COUNTS = ((PLACES[0] * 7 + PLACES[1] * 5 + PLACES[2] * 3) * 37 % 11 // (1 + 3 * PLACES[2])).astype(float)
CAPACITY = np.where(np.arange(NOW.end) % 9 == 0, 0.5, 1.0) * np.array([[1.0], [0.6], [1.0]])


def record(**changes: Any) -> Record:
    lags = learn_lags(COUNTS, [3.0, None])
    return Record(**{"counts": COUNTS, "capacity": CAPACITY, "lags": lags, "past": PAST} | changes)


def outcomes() -> list[Outcome]:
    """What was foretold a third into each past month, and what came."""
    found = []
    for span in PAST[2:]:
        at = span.first + MONTH // 3
        came = COUNTS[:, at : span.end, -1].sum(axis=1)
        found.append(Outcome(raw_forecast(record().until(at), span), came))
    return found


def numbers(found: Any) -> Any:
    """As lists of plain numbers, whatever holds them."""
    if hasattr(found, "__dataclass_fields__"):
        return [numbers(getattr(found, name)) for name in found.__dataclass_fields__]
    if isinstance(found, np.ndarray):
        return found.tolist()
    if isinstance(found, dict):
        return [numbers(one) for one in found.items()]
    if isinstance(found, (list, tuple)):
        return [numbers(one) for one in found]
    return float(found) if isinstance(found, Fraction) else found


def flat(found: Any) -> list[Any]:
    return [one for part in found for one in flat(part)] if isinstance(found, list) else [found]


def of_cases(blocks_: list[tuple[int, int]]) -> list[Tries]:
    return [Tries(count, of) for count, of in blocks_]


ASKED: dict[str, list[Callable[[], Any]]] = {
    "team_belief": [
        lambda: team_belief(HITS[0], TRIES[0], share=True),
        lambda: team_belief(MANY[2], TRIES[2], share=False),
        lambda: team_belief(HITS[2], TRIES[2], share=True, steady=True),
        lambda: team_belief(HITS[0], TRIES[0], share=True, links=3),
        lambda: team_belief(np.array([0.0, 0.0]), np.array([4.0, 3.0]), share=False),
    ],
    "people_beliefs": [
        lambda: people_beliefs(HITS, TRIES),
        lambda: people_beliefs(MANY, TRIES),
        lambda: people_beliefs(HITS, TRIES, steady=True),
        lambda: people_beliefs(np.array([[0.0, 0], [0, 0]]), np.array([[4.0, 3], [0, 0]]), share=True),
    ],
    "size_of_drift": [
        lambda: size_of_drift(np.array([0.2, 0.7]), np.array([0.1, 0.6]), share=True),
        lambda: size_of_drift(np.array([0.2, 3.0]), np.array([0.1, 0.6]), share=False),
    ],
    "belief": [
        lambda: [RATE.size, RATE.shape, PER_CASE.size, PER_CASE.shape],
    ],
    "chance_of_count": [
        lambda: [chance_of_count(target, HISTORY, 20) for target in (70, 95, 96, 130)],
        lambda: chance_of_count(100, HISTORY, 8, Past(64, 12)),
    ],
    "chance_of_amount": [
        lambda: [chance_of_amount(target, MONEY, 20) for target in (500_000, 960_000, 1_500_000)],
        lambda: chance_of_amount(1_000_000, MONEY, 8, Past(600_000, 12, 5)),
        lambda: chance_of_amount(1_000_000, SPREAD, 20),
        lambda: [
            chance_of_amount(0, MONEY, 20),
            chance_of_amount(1, [Past(0, 20)], 20),
            chance_of_amount(1, MONEY, 0),
        ],
    ],
    "chance_of_rate": [
        lambda: [chance_of_rate(Fraction(target, 100), RATES) for target in (20, 32, 45)],
        lambda: chance_of_rate(Fraction(1, 3), RATES, (20, 50), 0.5),
        lambda: [chance_of_rate(Fraction(2), RATES), chance_of_rate(Fraction(1, 9), RATES, (90, 99), 0.1)],
    ],
    "difference": [
        lambda: difference(BEFORE, AFTER, is_share=True),
        lambda: difference(BEFORE, AFTER, is_share=False, full_weeks=2),
        lambda: difference([Cases(0, 10)] * 3, [Cases(2, 10)] * 3, is_share=False),
        lambda: difference([Cases(0, 0)], AFTER, is_share=True).state,
        lambda: difference([Cases(1, 1)], AFTER, is_share=True).state,
    ],
    "weeks_of": [
        lambda: [
            len(weeks_of(window))
            for window in (
                phases(date(2026, 6, 1), date(2026, 6, 28), date(2026, 7, 20)).before,
                phases(date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 20)).during,
            )
            if window
        ],
    ],
    "reach_of_rate": [
        lambda: reach_of_rate(PERSON, TEAM, MONTHS),
        lambda: reach_of_rate(Tries(3, 9), TEAM, []),
    ],
    "prior_strength": [
        lambda: [
            prior_strength(TEAM),
            prior_strength(TEAM[:1]),
            prior_strength([Tries(30, 100), Tries(31, 100)]),
        ],
        lambda: prior_strength([Tries(10, 100), Tries(60, 100), Tries(35, 50)]),
    ],
    "actions_for": [
        lambda: [actions_for(CHAIN, ((4, 0.5), (6, 0.5)), level) for level in (0.5, 0.8, 0.9)],
        lambda: [actions_for(EVENTS, ((40, 1.0),), level) for level in (0.5, 0.8, 0.9)],
        lambda: [actions_for(CHAIN, ((1_500, 1.0),), 0.8), actions_for(CHAIN, ((1, 1.0),), 0.9)],
    ],
    "chance_with": [
        lambda: [chance_with(CHAIN, actions, ((4, 0.5), (6, 0.5))) for actions in (0, 20, 40)],
    ],
    "crowd_actions": [
        lambda: crowd_actions(np.array([0.1, 0.3]), np.array([0.0004, 0.002]), np.array([5.0, 3.0]), 0.8),
    ],
    "crowd_chance": [
        lambda: crowd_chance(
            np.array([0.1, 0.3, 0.2]),
            np.array([0.0004, 0.002, 0.001]),
            np.array([60.0, 10.0, 0.0]),
            np.array([5.0, 0.0, 1.0]),
        ),
    ],
    "odds": [
        lambda: [Odds(2.0, 6.0, 9.0).chance(goal) for goal in (1, 8, 9, 20)],
        lambda: [Odds(2.0, 6.0, 9.0).range(level) for level in (0.5, 0.8)],
        lambda: [Odds(500.0, 6.0, 9.0, PRICE).chance(goal) for goal in (400, 3_000, 6_500, 20_000)],
        lambda: [Odds(500.0, 6.0, 9.0, PRICE).range(level) for level in (0.5, 0.8)],
        lambda: [Odds(0.0, 0.4, 0.5, PRICE).range(level) for level in (0.5, 0.8)],
        lambda: [Odds(0.0, 25.0, 40.0, PRICE).chance(25_000), Odds(0.0, 25.1, 40.0, PRICE).chance(25_000)],
        lambda: [Odds(0.0, 60.0, 90.0, PRICE).chance(55_000), *Odds(0.0, 60.0, 90.0, PRICE).range(0.8)],
        lambda: [Odds(0.0, 0.0, 0.0, PRICE).chance(1), *Odds(7.0, 0.0, 0.0, PRICE).range(0.8)],
        lambda: Odds(500.0, 6.0, 9.0, PRICE).after(0.4, 0.7),
    ],
    "price_of": [
        lambda: price_of([(1, 900), (2, 2_600), (1, 700), (0, 50)], 1_000),
        lambda: price_of([(1, 900), (2, 2_600), (1, 700)], None),
    ],
    "wanted": [
        lambda: wanted(5_400, PRICE),
        lambda: wanted(5_400, Price(1_000.0, 0.01, 400.0)),
        lambda: wanted(90_000, PRICE),
    ],
    "money_reached": [
        lambda: money_reached(np.array([[2.0], [5.0]]), np.array([1_500.0, 4_000.0]), PRICE),
    ],
    "chance_of_all": [
        lambda: [chance_of_all(STRANDS, goal) for goal in (20_000, 60_000, 90_000)],
        lambda: chance_of_all(STRANDS, 60_000, 1.3),
        lambda: chance_of_all([Strand(CHAIN, 200, None)], 25),
    ],
    "actions_for_all": [
        lambda: [actions_for_all(STRANDS, 60_000, level) for level in (0.5, 0.8)],
        lambda: [
            actions_for_all([Strand(CHAIN, 1, None)], 1, 0.5),
            actions_for_all([Strand(CHAIN, 0, None)], 1, 0.5),
        ],
    ],
    "options": [
        lambda: options(WORK, [0.9, 0.6, 0.3], one_more=45_000.0),
        lambda: options(
            Work(**{**WORK.__dict__, "hours_a_day": None, "minutes": [5.0, None, 60.0]}),
            [0.9, 0.6, 0.3],
            one_more=45_000.0,
        ),
    ],
    "blocks": [
        lambda: [blocks(np.ones((1, days))) for days in (0, 7, 20, 29, 30, 31, 45)],
    ],
    "find_turn": [
        lambda: find_turn(of_cases([(10, 100), (12, 100), (11, 100), (30, 100), (28, 100)])),
        lambda: find_turn(of_cases([(10, 100), (25, 100), (8, 100), (30, 100), (28, 100)])),
        lambda: find_turn(of_cases([(0, 100), (0, 100), (100, 100)])),
    ],
    "spared": [
        lambda: spared(
            [
                Deals(1, Fraction(10), Fraction(3, 10)),
                Deals(1, Fraction(4), Fraction(1, 2)),
                Deals(2, Fraction(2), Fraction(1, 2)),
            ],
            [None, Fraction(1, 3), Fraction(1, 2)],
        ),
    ],
    "why": [
        lambda: [
            part.effect for part in why(Line([300, 100, 50, 10], 1_000, 20), Line([260, 95, 40, 9], 950, 18))
        ],
        lambda: [part.effect for part in why(Line([300, 100, 50, 10]), Line([280, 110, 52, 12]))],
    ],
    "parts_of": [
        lambda: [
            [start.isoformat(), end.isoformat()]
            for start, end in parts_of((date(2026, 4, 1), date(2026, 8, 31)), 3)
        ],
    ],
    "evidence": [
        lambda: [evidence(own, []) for own in (Tries(3, 20), Tries(30, 20), Tries(-1, 20), Tries(3, 0))],
        lambda: evidence(Tries(3, 20), [Tries(9, 30), Tries(4, 40), Tries(-2, 9)]),
        lambda: product_law(CHAIN.rates),
        lambda: product_law(EVENTS.rates),
        lambda: [cost_of_doubt(CHAIN, ((4, 1.0),), level) for level in (0.5, 0.9)],
        lambda: cost_of_doubt(EVENTS, ((40, 1.0),), 0.8),
    ],
    "pace": [
        lambda: requirement([5, 5, 5, 5], THREE[2][:4], 2, 2, 7),
        lambda: requirement([5, 5, 5, 5], THREE[2][:4], 2, 2, 15),
    ],
    "lags": [
        lambda: [[lag.kernel[:12], lag.mean] for lag in learn_lags(COUNTS, [3.0, None])],
        lambda: learn_lags(COUNTS, [None, 9.0])[1].kernel[:12],
        lambda: usual(4.0).kernel[:12],
        lambda: in_time(learn_lags(COUNTS, [3.0, None]), CAPACITY[0, DAYS:]),
        lambda: delayed(COUNTS[:, :30, 0], (0.5, 0.3, 0.2), 33).sum(axis=1),
    ],
    "landing": [
        lambda: rates_of(record()),
        lambda: rates_of(record(), steady=True),
        lambda: under_way(record(), NOW),
        lambda: raw_forecast(record(), NOW),
        lambda: raw_forecast(record(planned=np.full((PEOPLE, NOW.end - DAYS), 7.0)), NOW),
        lambda: raw_forecast(record(counts=COUNTS[:, :, :1], lags=[]), NOW),
        lambda: raw_forecast(record(counts=np.where(np.arange(DAYS)[:, None] > 60, COUNTS, 0.0)), NOW),
        lambda: land(raw_forecast(record(), NOW), Skill(0.3, 1.4, 0.8)),
        lambda: [learn_skill(outcomes(), place) for place in (0.1, 0.4, 0.9)],
        lambda: learn_skill([], 0.4),
    ],
    "spread": [
        lambda: [list(row) for row in spread({1: 17, 2: 9, 3: 0}, THREE).values()],
        lambda: [list(row) for row in spread({1: 3, 2: 3, 3: 3}, THREE).values()],
        lambda: split_by_weight(10, {1: Fraction(1), 2: Fraction(2), 3: Fraction(1, 2)}),
        lambda: split_over_time(11, THREE[1]),
        lambda: replan(BEFORE_NOW, {1: 17, 2: 9, 3: 4}, THREE, 2),
    ],
    "judge": JUDGED,
    "fiscal_start": [
        lambda: [fiscal_start(date(2026, month, 9), 4).isoformat() for month in (3, 4, 12)],
    ],
    "fiscal_place": [
        lambda: [
            fiscal_place((date(2026, 10, 1), date(2026, 12, 31)), 4),
            fiscal_place((date(2026, 10, 1), date(2027, 3, 31)), 4),
            fiscal_place((date(2027, 1, 1), date(2027, 3, 31)), 4),
        ],
        lambda: [
            fiscal_place((date(2026, 5, 1), date(2026, 7, 31)), 4),
            fiscal_place((date(2026, 4, 1), date(2026, 5, 31)), 4),
        ],
    ],
}


PINNED = Path(__file__).with_name("pinned.json")


def answers(name: str) -> list[list[Any]]:
    return [flat(numbers(ask())) for ask in ASKED[name]]


@pytest.mark.parametrize("name", ASKED)
def test_the_numbers_are_the_same(name: str) -> None:
    said = json.loads(PINNED.read_text())[name]
    for now, before in zip(answers(name), said, strict=True):
        assert len(now) == len(before)
        for one, other in zip(now, before, strict=True):
            assert one == (pytest.approx(other, rel=1e-7) if isinstance(other, float) else other)


if __name__ == "__main__":
    PINNED.write_text(
        json.dumps({name: answers(name) for name in ASKED}, indent=1, ensure_ascii=False) + "\n"
    )
