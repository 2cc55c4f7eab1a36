import numpy as np
import pytest

from apps.domain.beliefs import Belief, people_beliefs
from apps.domain.levers import Cases
from apps.domain.turns import are_different, find_turn


def test_a_rate_that_fell_is_found_with_its_month() -> None:
    blocks = [Cases(34, 100), Cases(36, 100), Cases(33, 100), Cases(21, 100), Cases(23, 100), Cases(22, 100)]
    turn = find_turn(blocks)
    assert turn
    assert turn.place == 3
    assert (turn.before, turn.after) == pytest.approx((0.343, 0.22), abs=0.001)


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [Cases(3, 10)],
        [Cases(0, 0), Cases(0, 0)],
        # Few cases prove nothing, however far apart.
        [Cases(8, 10), Cases(1, 10)],
        [Cases(30, 100), Cases(28, 100), Cases(34, 100), Cases(29, 100)],
        # One bad month among months that are all over the place.
        [Cases(50, 100), Cases(20, 100), Cases(45, 100), Cases(15, 100), Cases(40, 100), Cases(22, 100)],
        [Cases(-3, 50), Cases(0, -5), Cases(4, 60)],
    ],
)
def test_what_chance_explains_is_no_turn(blocks: list[Cases]) -> None:
    assert find_turn(blocks) is None


def test_counts_for_each_case_can_turn_too() -> None:
    turn = find_turn([Cases(200, 100), Cases(210, 100), Cases(320, 100), Cases(330, 100)])
    assert turn
    assert turn.place == 2


def test_a_rate_that_never_turned_is_seldom_said_to_have() -> None:
    """2,000 courses of a year at one rate."""
    random = np.random.default_rng(41)
    said = 0
    for _course in range(2_000):
        rate = random.uniform(0.05, 0.6)
        cases = [int(of) for of in random.integers(20, 200, 12)]
        said += find_turn([Cases(int(random.binomial(of, rate)), of) for of in cases]) is not None
    assert said <= 100


def test_people_who_are_equal_are_called_different_in_at_most_one_pair_of_ten() -> None:
    random = np.random.default_rng(17)
    pairs = different = 0
    for _team in range(200):
        tries = random.integers(5, 400, (8, 6)).astype(float)
        hits = random.binomial(tries.astype(int), 0.3).astype(float)
        found = people_beliefs(hits, tries)
        assert found
        people = [found.of(person) for person in range(8)]
        for first in range(8):
            for second in range(first):
                pairs += 1
                different += are_different(people[first], people[second])
    assert different / pairs <= 0.05


def test_people_who_differ_are_told_apart() -> None:
    assert are_different(Belief(0.4, 0.0004, True), Belief(0.2, 0.0004, True))
    assert not are_different(Belief(0.4, 0.02, True), Belief(0.2, 0.02, True))
