from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.levers import Cases
from apps.domain.need import CONFIDENCES, Yield, actions_for, chance_with, yield_of

# About a third, a half, a fifth, from a good year.
RICH = [Cases(1_200, 3_600), Cases(600, 1_200), Cases(120, 600)]


def law_of(steps: list[Cases], drift: float = 0.2) -> Yield:
    law = yield_of(steps, drift)
    assert law
    return law


@pytest.mark.parametrize("steps", [[], [Cases(0, 0)], [Cases(3, 10), Cases(0, 0)], [Cases(0, -2)]])
def test_without_a_case_somewhere_nothing_can_be_told(steps: list[Cases]) -> None:
    assert yield_of(steps) is None


def test_the_average_plan_is_reached_about_half_of_the_time() -> None:
    """300 contacts for 10 contracts, at rates that are known well."""
    assert chance_with(law_of(RICH), 300, 10) == pytest.approx(0.5, abs=0.06)
    asked = [actions_for(law_of(RICH), 10, confidence) for confidence in CONFIDENCES]
    assert asked == sorted(asked)
    assert 290 <= asked[0] <= 330
    assert 380 <= asked[1] <= 460


def test_fewer_cases_ask_for_more() -> None:
    thin = [Cases(step.count // 20, step.of // 20) for step in RICH]
    assert actions_for(law_of(thin), 10, 0.8) > actions_for(law_of(RICH), 10, 0.8)


STEPS = st.lists(
    st.integers(1, 10**6).flatmap(lambda of: st.integers(0, of).map(lambda count: Cases(count, of))),
    min_size=1,
    max_size=7,
)


@given(STEPS, st.integers(1, 200), st.sampled_from(CONFIDENCES))
def test_what_is_promised_is_held_and_not_by_one_too_many(
    steps: list[Cases], contracts: int, confidence: float
) -> None:
    law = law_of(steps)
    if law.mean < 1e-6:
        return
    found = actions_for(law, contracts, confidence)
    assert chance_with(law, found, contracts) >= confidence
    assert found == 1 or chance_with(law, found - 1, contracts) < confidence


@given(STEPS, st.integers(1, 200))
def test_more_goal_and_more_confidence_never_ask_for_less(steps: list[Cases], contracts: int) -> None:
    law = law_of(steps)
    if law.mean < 1e-6:
        return
    by_confidence = [actions_for(law, contracts, confidence) for confidence in CONFIDENCES]
    assert by_confidence == sorted(by_confidence)
    assert actions_for(law, contracts + 1, 0.8) >= by_confidence[1]


@pytest.mark.parametrize("scale", [1, 10, 100])
def test_closed_form_against_two_hundred_thousand_draws(scale: int) -> None:
    """Products of Beta laws with a common month's factor, drawn one by one."""
    steps = [Cases(step.count // scale, step.of // scale) for step in RICH]
    random = np.random.default_rng(11)
    draws = 200_000
    product = np.ones(draws)
    for step in steps:
        product *= random.beta(step.count + 0.5, step.of - step.count + 0.5, draws)
    product *= random.gamma(25, 1 / 25, draws)
    for contracts in (3, 10, 40):
        for confidence in CONFIDENCES:
            actions = actions_for(law_of(steps), contracts, confidence)
            held = float((random.poisson(actions * product) >= contracts).mean())
            assert held == pytest.approx(confidence, abs=0.015)


def test_what_is_promised_is_kept_by_teams_whose_truth_is_known() -> None:
    """2,000 team-months: six months of history at rates that drift by 20 % from month to month, then a month
    with as many actions as are asked for."""
    random = np.random.default_rng(23)
    kept = dict.fromkeys(CONFIDENCES, 0)
    for _team in range(2_000):
        truth = (random.uniform(0.2, 0.5), random.uniform(0.3, 0.7), random.uniform(0.1, 0.4))
        steps, calls = [[0, 0], [0, 0], [0, 0]], int(random.integers(150, 1_500))
        for _month in range(6):
            counts = _month_of(random, truth, calls)
            for step, (before, after) in enumerate(pairwise(counts)):
                steps[step][0] += after
                steps[step][1] += before
        law = yield_of([Cases(count, of) for count, of in steps])
        goal = int(random.integers(5, 30))
        for confidence in CONFIDENCES:
            actions = actions_for(law, goal, confidence) if law else 0
            kept[confidence] += _month_of(random, truth, actions)[-1] >= goal
    shares = [kept[confidence] / 2_000 for confidence in CONFIDENCES]
    assert shares == pytest.approx(CONFIDENCES, abs=0.03)


def _month_of(random: np.random.Generator, rates: tuple[float, ...], calls: int) -> list[int]:
    """Counts by stage; the month's factor lies on the last rate, as one common shock."""
    factor = random.gamma(25, 1 / 25)
    counts = [calls]
    for rate in rates[:-1]:
        counts.append(int(random.binomial(counts[-1], rate)))
    return [*counts, int(random.binomial(counts[-1], min(1.0, rates[-1] * factor)))]
