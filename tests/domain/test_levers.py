"""Where a KPI stands best: effect times what has been shown to be possible."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.domain.levers import Cases, Pace, Reach, levers, reach_of_rate, reach_of_volume, upper_quartile


def test_upper_quartile() -> None:
    assert upper_quartile([1, 2, 3, 4, 5]) == 4
    assert upper_quartile([2]) == 2
    assert upper_quartile([0, 1]) == 0.75


def test_reach_is_the_upper_quartile_of_a_team_that_truly_differs() -> None:
    people = [Cases(200, 1000), Cases(300, 1000), Cases(400, 1000), Cases(500, 1000)]
    reach = reach_of_rate(Cases(1400, 4000), people, [])
    assert reach.shown_by == "quartile"
    assert 0.40 < reach.possible < 0.45
    assert 0.15 < reach.growth < 0.30


def test_reach_is_the_own_best_month_where_that_was_better() -> None:
    people = [Cases(200, 1000), Cases(210, 1000)]
    reach = reach_of_rate(people[0], people, [Cases(300, 800), Cases(100, 800)])
    assert reach.shown_by == "best"
    assert reach.possible > 0.3


def test_reach_does_not_believe_three_lucky_calls() -> None:
    people = [Cases(20, 100), Cases(21, 100), Cases(19, 100), Cases(3, 3)]
    assert reach_of_rate(Cases(63, 303), people, [Cases(2, 2), Cases(61, 301)]).possible < 0.3


def test_reach_without_cases_promises_nothing() -> None:
    assert reach_of_rate(Cases(0, 0), [Cases(0, 0)], []) == Reach(0.0, 0.0, "")
    assert reach_of_volume(Pace(0, 0), [], []) == Reach(0.0, 0.0, "")
    assert reach_of_volume(Pace(100, 20), [Pace(80, 20), Pace(100, 20)], [Pace(60, 20)]).growth == 0


def test_reach_of_volume_does_not_believe_one_day() -> None:
    """Sixty calls on the first day of a month, or in three days of somebody new, are no pace."""
    team = [Pace(800, 40), Pace(800, 40)]
    assert reach_of_volume(Pace(1600, 80), team, [Pace(800, 40), Pace(60, 2)]).growth == 0
    assert reach_of_volume(Pace(1690, 83), [*team, Pace(90, 3)], []).growth < 0.25
    assert reach_of_volume(Pace(1600, 80), team, [Pace(1000, 40)]).shown_by == "best"


@given(st.lists(st.builds(Cases, st.integers(0, 500), st.integers(0, 400)), min_size=1, max_size=9))
def test_reach_never_lies_below_what_is(people: list[Cases]) -> None:
    reach = reach_of_rate(people[0], people, people)
    assert 0 <= reach.now <= reach.possible


def test_levers_puts_the_greatest_gain_first() -> None:
    needs = [Fraction(300), Fraction(100), Fraction(50), Fraction(10)]
    reaches = [
        Reach(10, 11, "best"),
        Reach(0.3, 0.3, ""),
        Reach(0.5, 0.6, "quartile"),
        Reach(0.2, 0.22, "best"),
    ]
    found = levers(needs, Fraction(1_000_000), reaches)
    assert [lever.stage for lever in found] == [2, 0, 3, 1]
    assert found[0].per_unit == 20_000
    assert round(found[0].gain) == 200_000
