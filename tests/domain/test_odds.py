"""What a forecast means, against draws one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.domain.odds import Odds
from apps.domain.prices import Price, certain, price_of, wanted

DRAWS = 400_000
PRICE = Price(100.0, 0.36, 40.0)


def counts(mean: float, spread: float, random: np.random.Generator) -> np.ndarray:
    if spread <= mean:
        return random.poisson(mean, DRAWS)
    size = mean**2 / (spread - mean)
    return random.poisson(random.gamma(size, mean / size, DRAWS))


def money(deals: np.ndarray, random: np.random.Generator) -> np.ndarray:
    common = random.gamma(PRICE.deals / PRICE.variation, PRICE.variation / PRICE.deals, DRAWS)
    sums = random.gamma(np.maximum(deals, 1) / PRICE.variation, PRICE.variation * PRICE.mean * common)
    return np.where(deals > 0, sums, 0.0)


@pytest.mark.parametrize(("mean", "spread"), [(0.4, 0.4), (3, 3), (3, 9), (40, 40), (40, 400)])
def test_chances_within_half_a_point(mean: float, spread: float) -> None:
    random = np.random.default_rng(8)
    deals = counts(mean, spread, random)
    sums = money(deals, random)
    for part in (0.5, 1.0, 1.5):
        goal = np.ceil(mean * part)
        assert Odds(0, mean, spread).chance(goal) == pytest.approx((deals >= goal).mean(), abs=0.005)
        found = Odds(0, mean, spread, PRICE).chance(goal * 100)
        # Large sums are matched by a law of the same mean and variance.
        assert found == pytest.approx((sums >= goal * 100).mean(), abs=0.005 if mean < 25 else 0.015)


@pytest.mark.parametrize(("mean", "spread"), [(2, 2), (2, 5), (12, 12), (40, 100), (40, 20)])
@pytest.mark.parametrize("price", [None, PRICE])
def test_ranges_hold_about_as_often_as_they_say(mean: float, spread: float, price: Price | None) -> None:
    """Few whole numbers cannot hold every share: on average over the means they do, see test_landing."""
    if spread < mean:
        spread = mean
    random = np.random.default_rng(9)
    deals = counts(mean, spread, random)
    came = money(deals, random) if price else deals
    for level in (0.5, 0.8):
        low, high = Odds(0, mean, spread, price).range(level)
        held = ((low <= came) & (came <= high)).mean()
        assert held == pytest.approx(level, abs=0.17 if mean < 10 else 0.07)


LAWS = st.tuples(st.floats(0, 1e6), st.floats(0.25, 20))


@given(LAWS, st.floats(0, 1e6), st.booleans(), st.floats(0, 3))
@settings(deadline=None)
def test_every_law_gives_chances_and_ordered_ranges(
    law: tuple[float, float], so_far: float, has_price: bool, part: float
) -> None:
    mean, times = law
    odds = Odds(so_far, mean, mean * times, PRICE if has_price else None)
    goal = so_far + mean * part * odds.unit
    assert 0 <= odds.chance(goal) <= 1
    assert odds.chance(goal + odds.unit) <= odds.chance(goal) + 1e-9
    (low, high), (lowest, highest) = odds.range(0.5), odds.range(0.8)
    assert so_far <= lowest <= low <= high <= highest


def test_what_is_reached_is_certain_and_what_cannot_come_is_not() -> None:
    assert Odds(10, 5, 5).chance(10) == 1
    assert Odds(10, 0, 0).chance(11) == 0
    assert Odds(10, 0, 0).range(0.8) == (10, 10)


def test_scatter_below_counting_is_told_as_such() -> None:
    """What is nearly done varies less than a count of rare things."""
    calm, plain = Odds(0, 20, 6), Odds(0, 20, 20)
    assert calm.range(0.8)[1] - calm.range(0.8)[0] < plain.range(0.8)[1] - plain.range(0.8)[0]
    assert calm.chance(26) < plain.chance(26)


def test_a_part_of_the_way_has_a_part_of_the_spread() -> None:
    whole = Odds(5, 20, 60)
    half = whole.after(0.5, steady=0.5)
    assert half.expected == 15
    assert 0 < half.spread < whole.spread
    assert whole.after(1.0, steady=0.5).spread == pytest.approx(whole.spread)


# -- prices ----------------------------------------------------------------------------------------


def test_prices_come_from_the_sums_that_were_logged() -> None:
    found = price_of([(1, 90), (2, 220), (1, 110), (1, 80)], None)
    assert found
    assert found.mean == 100
    assert found.deals == 5
    assert price_of([(0, 50), (-1, -100), (1, 0)], None) is None


def test_the_plans_price_counts_for_a_few_deals() -> None:
    found = price_of([(5, 1_000)], 100.0)
    assert found
    assert found.mean == 150
    alone = price_of([], 100.0)
    assert alone
    assert alone.mean == 100


def test_unlike_deals_vary_more_than_like_ones() -> None:
    like = price_of([(1, 100), (1, 101), (1, 99)] * 10, None)
    unlike = price_of([(1, 10), (1, 250), (1, 40)] * 10, None)
    assert like
    assert unlike
    assert like.variation < 0.05 < unlike.variation


@given(st.floats(1, 1e9), st.floats(0.01, 4), st.floats(1, 1e4))
def test_odds_of_contract_numbers_sum_to_one(goal: float, variation: float, deals: float) -> None:
    found = wanted(goal, Price(goal / 7, variation, deals))
    assert sum(part for _number, part in found) == pytest.approx(1)
    assert all(number > 0 for number, _part in found)


def test_a_goal_of_nothing_needs_no_contract() -> None:
    assert wanted(0, PRICE) == certain(0)
    assert wanted(-5, PRICE) == certain(0)
