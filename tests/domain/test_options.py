"""Levers in the order of gain for an hour."""

import numpy as np
import pytest

from apps.domain.beliefs import Belief
from apps.domain.need import Chain
from apps.domain.options import (
    DAYS,
    HABIT,
    METHOD,
    ON_TRACK,
    PEOPLE,
    PRICE,
    RATE,
    TOO_EARLY,
    VOLUME,
    Factor,
    Work,
    chance_below,
    cost_of_doubt,
    factor_of,
    options,
    rhythm_says,
)
from apps.domain.prices import Price, certain
from apps.domain.several import Strand, actions_for_all, chance_of_all


def rate(mean: float, size: float = 500.0) -> Belief:
    return Belief(mean, mean * (1 - mean) / (size + 1), is_share=True)


def work(**changes: object) -> Work:
    fields: dict[str, object] = {
        "volume": Factor(300.0, 100.0, 330.0),
        "rates": [Factor(0.30, 0.0004, 0.36), Factor(0.50, 0.0009, 0.50)],
        "price": Factor(1_000.0, 100.0, 1_000.0),
        "minutes": [5.0, 20.0, 60.0],
    } | changes
    return Work(**fields)  # type: ignore[arg-type]


WHOLE = [1.0, 1.0, 1.0]


def test_gains_multiply_through_the_chain() -> None:
    found = {one.kind: one for one in options(work(), WHOLE)}
    assert found[VOLUME].gain == pytest.approx(30 * 0.3 * 0.5 * 1_000)
    assert found[RATE].gain == pytest.approx(300 * 0.06 * 0.5 * 1_000)
    assert found[RATE].place == 1
    assert found[RATE].low < found[RATE].gain < found[RATE].high


def test_hours_are_those_of_the_work_that_comes_on_top() -> None:
    found = {one.kind: one for one in options(work(), WHOLE)}
    # 30 calls, 9 appointments, 4.5 meetings.
    assert found[VOLUME].hours == pytest.approx((30 * 5 + 9 * 20 + 4.5 * 60) / 60)
    # 18 appointments, 9 meetings, and two hours of practice.
    assert found[RATE].hours == pytest.approx((18 * 20 + 9 * 60) / 60 + 2)


def test_the_order_is_gain_for_an_hour_and_unknown_time_comes_last() -> None:
    known = options(work(price=Factor(1_000.0, 100.0, 1_100.0)), WHOLE)
    per_hour = [one.per_hour or 0 for one in known]
    assert per_hour == sorted(per_hour, reverse=True)
    unknown = options(work(minutes=[None, 20.0, 60.0]), WHOLE)
    assert unknown[-1].kind == VOLUME
    assert unknown[-1].hours is None


def test_what_nobody_does_better_is_no_lever() -> None:
    still = work(volume=Factor(300.0, 100.0, 300.0), rates=[Factor(0.3, 0.001, 0.3), Factor(0.5, 0.001, 0.5)])
    assert options(still, WHOLE) == []


def test_missed_days_and_one_more_person_are_ways_too() -> None:
    many = work(days=Factor(0.8, 0.0, 1.0), hours_a_day=8.0, working_days=20.0)
    found = {one.kind: one for one in options(many, WHOLE, one_more=45_000.0)}
    assert found[DAYS].gain == pytest.approx(45_000 * 0.25)
    assert found[DAYS].hours == pytest.approx(4 * 8)
    assert found[PEOPLE].hours == 160
    assert PRICE not in found


def test_what_comes_too_late_is_said() -> None:
    found = {one.kind: one for one in options(work(), [0.0, 0.1, 0.5])}
    assert found[VOLUME].in_time == 0
    assert found[RATE].in_time == 0.1


def test_nothing_done_yet_has_no_levers() -> None:
    assert options(work(volume=Factor(0.0, 0.0, 0.0)), WHOLE) == []


def test_a_rate_can_become_what_a_quarter_reaches() -> None:
    people = [rate(mean) for mean in (0.2, 0.25, 0.3, 0.35, 0.4)]
    weak, strong = factor_of(people[0], people), factor_of(people[4], people)
    assert weak.possible == pytest.approx(0.35)
    assert weak.below
    assert weak.below > 0.99
    assert strong.possible == strong.now
    assert strong.below
    assert strong.below < 0.01
    assert factor_of(people[0], people[:1]).below is None


def test_the_chance_to_lie_below_grows_with_the_value() -> None:
    chances = [chance_below(rate(0.3), value) for value in (0.0, 0.25, 0.3, 0.35, 1.0)]
    assert chances == sorted(chances)
    assert chances[0] == 0
    assert chances[-1] == 1
    assert chance_below(Belief(3.0, 0.1, is_share=False), 3.0) == pytest.approx(0.5, abs=0.05)


def test_the_least_known_rate_costs_most() -> None:
    chain = Chain((rate(0.3, 5_000), rate(0.4, 30)))
    sure, unsure = cost_of_doubt(chain, certain(10), 0.8)
    assert sure is not None
    assert unsure is not None
    assert 0 <= sure < unsure
    assert cost_of_doubt(Chain(chain.rates, useful=0.0), certain(10), 0.8) == [None, None]


@pytest.mark.parametrize(
    ("logged", "days", "attained", "says"),
    [
        (10, 10.0, 0.6, METHOD),
        (8, 10.0, 0.9, METHOD),
        (8, 10.0, 0.98, ON_TRACK),
        (7, 10.0, 0.6, HABIT),
        (0, 10.0, 0.0, HABIT),
        (3, 10.0, 1.2, ON_TRACK),
        (4, 4.0, 0.1, TOO_EARLY),
        (10, 10.0, None, TOO_EARLY),
    ],
)
def test_the_habit_or_the_method(logged: int, days: float, attained: float | None, says: str) -> None:
    assert rhythm_says(logged, days, attained) == says


# -- several segments ------------------------------------------------------------------------------


def test_one_segment_alone_is_close_to_the_exact_chance() -> None:
    from apps.domain.need import actions_for, chance_with

    chain = Chain((rate(0.3), rate(0.4)))
    strand = Strand(chain, 100, None)
    assert chance_of_all([strand], 12) == pytest.approx(chance_with(chain, 100, certain(12)), abs=0.02)
    asked, exact = actions_for_all([strand], 12, 0.8), actions_for(chain, certain(12), 0.8)
    assert asked
    assert exact
    assert asked == pytest.approx(exact, rel=0.04)


def test_several_segments_grow_together() -> None:
    strands = [Strand(Chain((rate(0.3),)), 60, None), Strand(Chain((rate(0.1),)), 40, None)]
    numbers = [actions_for_all(strands, 20, confidence) or 0 for confidence in (0.5, 0.8, 0.9)]
    assert numbers == sorted(numbers)
    assert chance_of_all(strands, 20, numbers[1] / 100) >= 0.8
    assert actions_for_all([Strand(Chain((rate(0.3),), useful=0.0), 60, None)], 5, 0.8) is None
    assert actions_for_all([Strand(Chain((rate(0.3),)), 0, None)], 5, 0.8) is None
    assert chance_of_all(strands, 0) == 1


@pytest.mark.parametrize(
    ("goal", "planned"),
    [(300_000.0, (40, 20)), (100_000.0, (30, 15)), (600_000.0, (100, 20)), (3.0, (40, 20))],
)
def test_several_segments_against_four_hundred_thousand_draws(goal: float, planned: tuple[int, int]) -> None:
    """Two segments of unlike price, in money, or counted."""
    random = np.random.default_rng(6)
    draws = 400_000
    rates = [(rate(0.3, 120), rate(0.25, 80)), (rate(0.4, 90), rate(0.3, 60))]
    prices = [Price(100_000.0, 0.3, 30.0), Price(40_000.0, 0.2, 20.0)] if goal > 100 else [None, None]
    total = np.zeros(draws)
    for chain, number, price in zip(rates, planned, prices, strict=True):
        product = random.beta(*chain[0].shape, draws) * random.beta(*chain[1].shape, draws)
        deals = random.binomial(number, product)
        if price is None:
            total += deals
            continue
        common = random.gamma(price.deals / price.variation, price.variation / price.deals, draws)
        sums = random.gamma(np.maximum(deals, 1) / price.variation, price.variation * price.mean * common)
        total += np.where(deals > 0, sums, 0)
    strands = [
        Strand(Chain(chain), number, price)
        for chain, number, price in zip(rates, planned, prices, strict=True)
    ]
    assert chance_of_all(strands, goal) == pytest.approx((total >= goal).mean(), abs=0.012)
