import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.domain.beliefs import Belief, team_belief
from apps.domain.need import (
    CONFIDENCES,
    Chain,
    actions_for,
    chance_with,
    crowd_actions,
    crowd_chance,
    crowd_product,
    product_law,
)
from apps.domain.prices import Price, certain, wanted

# About a third, a half, a fifth, from a good year.
RICH = [(1_200, 3_600), (600, 1_200), (120, 600)]


def share(count: float, of: float) -> Belief:
    """Known from so many cases, without drift."""
    mean = (count + 0.5) / (of + 1)
    return Belief(mean, mean * (1 - mean) / (of + 2), is_share=True)


def chain_of(cases: list[tuple[int, int]]) -> Chain:
    return Chain(tuple(share(*one) for one in cases))


def test_the_average_plan_is_reached_about_half_of_the_time() -> None:
    """300 contacts for 10 contracts, at rates that are known well."""
    chain = chain_of(RICH)
    assert chance_with(chain, 300, certain(10)) == pytest.approx(0.54, abs=0.02)
    asked = [actions_for(chain, certain(10), confidence) or 0 for confidence in CONFIDENCES]
    assert asked == sorted(asked)
    assert 280 <= asked[0] <= 300
    assert 360 <= asked[1] <= 400


def test_fewer_cases_ask_for_more() -> None:
    thin = [(count // 20, of // 20) for count, of in RICH]
    assert (actions_for(chain_of(thin), certain(10), 0.8) or 0) > (
        actions_for(chain_of(RICH), certain(10), 0.8) or 0
    )


def test_what_is_under_way_is_taken_off_and_what_comes_too_late_is_added() -> None:
    rates = chain_of(RICH).rates
    plain = actions_for(Chain(rates), certain(10), 0.8)
    assert plain
    assert actions_for(Chain(rates, under_way=100), certain(10), 0.8) == plain - 100
    late = actions_for(Chain(rates, useful=0.5), certain(10), 0.8)
    assert late
    assert late == pytest.approx(2 * plain, abs=2)
    assert actions_for(Chain(rates, useful=0.0), certain(10), 0.8) is None
    assert actions_for(Chain(rates, useful=0.0, under_way=plain), certain(10), 0.8) == 0


def test_nothing_wanted_needs_nothing() -> None:
    chain = chain_of(RICH)
    assert actions_for(chain, certain(0), 0.9) == 0
    assert chance_with(chain, 0, certain(0)) == 1
    assert chance_with(chain, 0, certain(1)) == 0


STEPS = st.lists(
    st.integers(1, 10**6).flatmap(lambda of: st.integers(0, of).map(lambda count: (count, of))),
    min_size=1,
    max_size=8,
)


@given(STEPS, st.integers(1, 200), st.sampled_from(CONFIDENCES))
@settings(deadline=None)
def test_what_is_promised_is_held_and_not_by_one_too_many(
    steps: list[tuple[int, int]], contracts: int, confidence: float
) -> None:
    chain = chain_of(steps)
    found = actions_for(chain, certain(contracts), confidence)
    if found is None:
        return
    assert chance_with(chain, found, certain(contracts)) >= confidence
    assert found <= 1 or chance_with(chain, found - 1, certain(contracts)) < confidence + 1e-3


@given(STEPS, st.integers(1, 200))
@settings(deadline=None)
def test_more_goal_and_more_confidence_never_ask_for_less(
    steps: list[tuple[int, int]], contracts: int
) -> None:
    chain = chain_of(steps)
    asked = [actions_for(chain, certain(contracts), confidence) for confidence in CONFIDENCES]
    found = [one for one in asked if one is not None]
    assert found == sorted(found)
    more = actions_for(chain, certain(contracts + 1), 0.8)
    if more is not None and asked[1] is not None:
        assert more >= asked[1]


@given(STEPS, st.integers(0, 7), st.integers(1, 60))
@settings(deadline=None)
def test_a_better_rate_never_asks_for_more(steps: list[tuple[int, int]], place: int, contracts: int) -> None:
    chain = chain_of(steps)
    old = chain.rates[place % len(steps)]
    # At the same number of cases.
    mean = min(0.999, old.mean * 1.2)
    if mean <= old.mean:
        return
    size = old.size + 1
    better = Belief(mean, mean * (1 - mean) / size, is_share=True)
    rates = [better if one is old else one for one in chain.rates]
    before, after = (actions_for(one, certain(contracts), 0.8) for one in (chain, Chain(tuple(rates))))
    if before is not None and after is not None and before > 20:
        assert after <= before


def draws_of(cases: list[tuple[int, int]], draws: int, random: np.random.Generator) -> np.ndarray:
    product = np.ones(draws)
    for count, of in cases:
        product *= random.beta(count + 0.5, of - count + 0.5, draws)
    return product


@pytest.mark.parametrize("scale", [1, 10, 60])
def test_exact_within_half_a_point_of_a_million_draws(scale: int) -> None:
    """Rates drawn one by one, then every contract."""
    cases = [(max(1, count // scale), of // scale) for count, of in RICH]
    random = np.random.default_rng(11)
    product = draws_of(cases, 1_000_000, random)
    for contracts in (1, 3, 10, 40):
        for confidence in CONFIDENCES:
            actions = actions_for(chain_of(cases), certain(contracts), confidence)
            assert actions
            held = float((random.binomial(actions, product) >= contracts).mean())
            promised = chance_with(chain_of(cases), actions, certain(contracts))
            assert held == pytest.approx(promised, abs=0.005)
            # Never more promised than held, as far as so many draws can tell.
            assert held >= confidence - 0.0015


def test_required_actions_within_one_per_cent_of_quadrature() -> None:
    """Two rates on a fine grid of their quantiles."""
    from scipy.special import betainc, betaincinv

    cases = [(30, 100), (8, 40)]
    places = (np.arange(400) + 0.5) / 400
    values = [betaincinv(count + 0.5, of - count + 0.5, places) for count, of in cases]
    product = np.outer(*values).ravel()
    for confidence in CONFIDENCES:
        found = actions_for(chain_of(cases), certain(5), confidence)
        assert found
        low, high = 5, 5_000
        while high - low > 1:
            middle = (low + high) // 2
            held = float(betainc(5, middle - 4, product).mean())
            low, high = (low, middle) if held >= confidence else (middle, high)
        assert found == pytest.approx(high, rel=0.01, abs=1)


def test_the_law_of_a_product_has_its_moments() -> None:
    rates = chain_of([(3, 10), (20, 50), (1, 8)]).rates
    values, weights = product_law(rates)
    mean = float(np.prod([rate.mean for rate in rates]))
    square = float(np.prod([rate.mean**2 + rate.spread for rate in rates]))
    assert float(weights @ values) == pytest.approx(mean)
    assert float(weights @ values**2) == pytest.approx(square, rel=0.02)


def test_counts_for_each_case_are_poisson() -> None:
    """A seminar brings twenty people, one in ten of them a meeting."""
    chain = Chain((Belief(20.0, 0.5, is_share=False), share(100, 1_000)))
    random = np.random.default_rng(3)
    seminars = actions_for(chain, certain(10), 0.8)
    assert seminars
    draws = 200_000
    people = random.poisson(seminars * random.gamma(800, 0.025, draws))
    held = float((random.binomial(people, random.beta(100.5, 900.5, draws)) >= 10).mean())
    assert held >= 0.8
    assert held == pytest.approx(chance_with(chain, seminars, certain(10)), abs=0.01)


def test_deals_of_unlike_size_make_a_goal_in_money_less_sure() -> None:
    chain = chain_of(RICH)
    even, uneven = Price(100.0, 1e-4, 1e6), Price(100.0, 1.0, 50.0)
    asked = [actions_for(chain, wanted(1_000.0, price), 0.8) or 0 for price in (even, uneven)]
    # Certain prices ask for ten contracts, or for one more where ten may just miss.
    assert asked[0] <= (actions_for(chain, certain(11), 0.8) or 0)
    assert asked[1] > asked[0]


def test_the_closed_form_for_many_is_close_and_on_the_safe_side() -> None:
    random = np.random.default_rng(2)
    means = random.uniform(0.1, 0.6, (300, 3))
    spreads = means * (1 - means) / random.uniform(200, 5_000, (300, 3))
    contracts = random.integers(1, 20, 300).astype(float)
    mean, spread = crowd_product(means, spreads)
    asked = crowd_actions(mean, spread, contracts, 0.8)
    for row in range(0, 300, 20):
        rates = [Belief(float(m), float(s), True) for m, s in zip(means[row], spreads[row], strict=True)]
        chain, needed = Chain(tuple(rates)), certain(int(contracts[row]))
        exact = actions_for(chain, needed, 0.8)
        assert exact
        assert exact * 0.99 - 1 <= asked[row] <= exact * 1.12 + 2
        assert chance_with(chain, int(asked[row]), needed) >= 0.795
    assert (crowd_chance(mean, spread, asked, contracts) >= 0.8).all()


def test_what_is_promised_is_kept_by_teams_whose_truth_is_known() -> None:
    """2,000 team-months: six months of history at rates that drift from month to month, then a month with as
    many actions as are asked for."""
    random = np.random.default_rng(23)
    kept = dict.fromkeys(CONFIDENCES, 0)
    for _team in range(2_000):
        truth = (random.uniform(0.2, 0.5), random.uniform(0.3, 0.7), random.uniform(0.1, 0.4))
        calls = int(random.integers(150, 1_500))
        months = np.array([_month_of(random, truth, calls) for _month in range(6)], dtype=float)
        rates = [
            team_belief(months[:, step + 1], months[:, step], share=True, links=3) or share(1, 2)
            for step in range(3)
        ]
        goal = int(random.integers(5, 30))
        chain = Chain(tuple(rates))
        for confidence in CONFIDENCES:
            actions = actions_for(chain, certain(goal), confidence) or 0
            kept[confidence] += _month_of(random, truth, actions)[-1] >= goal
    shares = [kept[confidence] / 2_000 for confidence in CONFIDENCES]
    assert shares == pytest.approx(CONFIDENCES, abs=0.03)


def _month_of(random: np.random.Generator, rates: tuple[float, ...], calls: int) -> list[int]:
    """Counts by stage; each rate of the month lies off by about 10 %, so that their product does by 18 %."""
    counts = [calls]
    for rate in rates:
        moved = min(0.99, rate * random.gamma(93, 1 / 93))
        counts.append(int(random.binomial(counts[-1], moved)))
    return counts
