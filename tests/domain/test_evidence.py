from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.evidence import ABOVE, BELOW, NEAR, Evidence, evidence
from apps.domain.levers import Cases

TEAM = [Cases(30, 100), Cases(28, 100), Cases(33, 100), Cases(31, 100), Cases(29, 100)]


def of(count: int, cases: int, others: list[Cases] = TEAM) -> Evidence:
    found = evidence(Cases(count, cases), others)
    assert found
    return found


def test_nothing_counted_says_nothing() -> None:
    assert evidence(Cases(0, 0), TEAM) is None
    assert evidence(Cases(0, -3), TEAM) is None


def test_few_cases_lean_on_the_team_and_many_stand_alone() -> None:
    """Two of four is no 50 %; two hundred of four hundred is."""
    assert of(2, 4).mean == pytest.approx(0.3, abs=0.05)
    assert of(200, 400).mean == pytest.approx(0.5, abs=0.03)
    assert of(2, 4, []).mean == pytest.approx(0.5)


def test_a_team_whose_people_differ_weighs_less() -> None:
    alike, apart = TEAM, [Cases(5, 100), Cases(60, 100), Cases(20, 100), Cases(45, 100), Cases(25, 100)]
    assert abs(of(10, 20, alike).mean - 0.3) < abs(of(10, 20, apart).mean - 0.31)
    assert of(10, 20, apart).high - of(10, 20, apart).low > of(10, 20, alike).high - of(10, 20, alike).low


@pytest.mark.parametrize(
    ("count", "cases", "planned", "verdict"),
    [
        (10, 100, 0.3, BELOW),
        (60, 100, 0.3, ABOVE),
        (28, 100, 0.3, NEAR),
        # Nothing from five is no proof.
        (0, 5, 0.3, NEAR),
        (0, 200, 0.3, BELOW),
        # Several for each case, as questions in a meeting.
        (300, 100, 2.0, ABOVE),
    ],
)
def test_against_a_plan_only_what_chance_seldom_brings(
    count: int, cases: int, planned: float, verdict: str
) -> None:
    assert of(count, cases).against(planned) == verdict


PEOPLE = st.lists(
    st.integers(0, 10**6).flatmap(
        lambda cases: st.integers(-5, cases + 5).map(lambda count: Cases(count, cases))
    ),
    max_size=12,
)


@given(st.integers(1, 10**6), st.floats(0, 2), PEOPLE)
def test_the_range_stays_a_rate_and_the_sure_one_is_wider(
    cases: int, part: float, others: list[Cases]
) -> None:
    count = int(cases * part)
    found = of(count, cases, others)
    assert 0 <= found.surely[0] <= found.low <= found.high <= found.surely[1]
    assert found.mean >= 0
    assert found.more is None or found.more > 0
    if count <= cases:
        assert found.surely[1] <= 1


@given(st.integers(20, 400), st.integers(2, 8))
def test_the_cases_that_are_asked_for_halve_the_range(cases: int, tenth: int) -> None:
    """Alone, at the same share."""
    count = cases * tenth // 10
    now = of(count, cases, [])
    assert now.more
    whole = cases + now.more
    later = of(round(now.mean * whole), whole, [])
    assert (later.high - later.low) / (now.high - now.low) == pytest.approx(0.5, abs=0.06)


def test_four_of_five_ranges_hold_the_truth() -> None:
    """Teams of random size and likeness, 2,000 people."""
    random = Random(319)
    held = sum(_holds(random) for _each in range(2_000))
    assert 1_540 <= held <= 1_720


def _holds(random: Random) -> bool:
    mean, alike = random.uniform(0.1, 0.6), random.choice((20, 60, 200, 1_000))
    tries = random.choice((8, 25, 80, 250))
    people = []
    for _each in range(random.randint(1, 12)):
        rate = random.betavariate(mean * alike, (1 - mean) * alike)
        cases = random.randint(tries // 2, 2 * tries)
        people.append((rate, Cases(sum(random.random() < rate for _try in range(cases)), cases)))
    (truth, own), *others = people
    found = of(own.count, own.of, [cases for _rate, cases in others])
    return found.low <= truth <= found.high


def test_people_who_are_equal_are_seldom_told_from_their_plan() -> None:
    """Each rate is the planned one: at most one in ten is said to lie off it."""
    random = Random(7)
    said = 0
    for _each in range(500):
        team = [
            Cases(sum(random.random() < 0.3 for _try in range(cases)), cases)
            for cases in (random.randint(10, 80) for _one in range(6))
        ]
        said += of(team[0].count, team[0].of, team[1:]).against(0.3) != NEAR
    assert said <= 50
