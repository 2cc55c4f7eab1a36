from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.capacity import Work, loads, ways_out
from apps.domain.chain import contradiction, last_link, needs_between, product

DAY = {"morning": 150, "afternoon": 210, "evening": 45}


def test_37_calls_of_4_minutes_do_not_fit_90_minutes() -> None:
    """An example that a planner of hours has to see: 148 of 90 minutes."""
    work = [Work(1, "morning", Fraction(4), Fraction(37))]
    (way,) = ways_out(work, {"morning": 90, "afternoon": 100})
    assert way.over == 58
    assert way.fewer == Fraction(90, 148)
    assert way.minutes_each == Fraction(90, 37)
    assert way.factor == Fraction(148, 90)
    assert way.elsewhere == 100


def test_what_fits_has_no_way_out() -> None:
    work = [Work(1, "morning", Fraction(6), Fraction(15)), Work(2, "afternoon", Fraction(60), Fraction(3))]
    found = loads(work, DAY)
    assert [int(load.needed) for load in found] == [90, 180, 0]
    assert [int(load.free) for load in found] == [60, 30, 45]
    assert ways_out(work, DAY) == []


def test_a_block_without_minutes_fits_nothing() -> None:
    (way,) = ways_out([Work(1, "morning", Fraction(5), Fraction(2))], {"morning": 0})
    assert way.fewer is None
    assert way.factor is None
    assert way.minutes_each is None


amounts = st.fractions(min_value=Fraction(1, 10), max_value=60)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=4), st.integers(0, 300))
def test_each_way_out_is_enough_and_not_more(pairs: list[tuple[Fraction, Fraction]], minutes: int) -> None:
    work = [Work(number, "morning", each, a_day) for number, (each, a_day) in enumerate(pairs)]
    for way in ways_out(work, {"morning": minutes}):
        needed = sum(one.needed for one in work)
        largest = work[way.largest]
        assert way.factor is None or minutes * way.factor == needed
        if way.minutes_each is not None and way.fewer is not None:
            assert needed - largest.needed + way.minutes_each * largest.a_day == minutes
            assert needed - largest.needed + way.fewer * largest.needed == minutes


# -- the chain between two stages ------------------------------------------------------------------


def test_the_last_link_makes_the_product_the_rate() -> None:
    links = [Fraction(1, 5), Fraction(1, 2)]
    assert last_link(links, Fraction(1, 20)) == Fraction(1, 2)
    assert product([*links, Fraction(1, 2)]) == Fraction(1, 20)


@pytest.mark.parametrize(
    ("links", "onward", "rate", "disagrees"),
    [
        (["1/5", "1/2"], "1/2", "1/20", False),
        (["1/5", "1/2"], "1/2", "1/10", True),
        (["1/5", "1/2"], None, "1/10", False),
        (["1/5", "1/2"], None, "1/5", True),
    ],
)
def test_links_that_contradict_the_rate_are_named(
    links: list[str], onward: str | None, rate: str, disagrees: bool
) -> None:
    known = [Fraction(link) for link in links]
    found = contradiction(known, Fraction(onward) if onward else None, Fraction(rate))
    assert (found is not None) == disagrees


def test_each_step_of_a_chain_rounds_up_by_itself() -> None:
    assert needs_between(Fraction(40), [Fraction(3, 20), Fraction(1, 3)]) == [6, 2]
