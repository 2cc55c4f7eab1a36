"""The parts of a gap sum to it, whatever is zero."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.diagnosis import DAYS, PRICE, VOLUME, Line, summed, why

PLAN = Line((300, 100, 50, 10), 1_000_000)


def effects(actual: Line, planned: Line = PLAN) -> dict[str | int, Fraction]:
    return {part.factor: part.effect for part in why(planned, actual)}


def test_why_names_the_one_thing_that_differs() -> None:
    half_the_calls = effects(Line((150, 50, 25, 5), 500_000))
    assert half_the_calls == {VOLUME: -500_000, 1: 0, 2: 0, 3: 0, PRICE: 0}
    cheap = effects(Line((300, 100, 50, 10), 800_000))
    assert cheap == {VOLUME: 0, 1: 0, 2: 0, 3: 0, PRICE: -200_000}
    leak = effects(Line((300, 100, 25, 5), 500_000))
    assert leak == {VOLUME: 0, 1: 0, 2: -500_000, 3: 0, PRICE: 0}


def test_why_shares_what_two_did_together() -> None:
    """Half the calls and half the rate: each did the same part of what is missing."""
    parts = effects(Line((150, 25), None), Line((300, 100), None))
    assert parts == {VOLUME: Fraction(-75, 2), 1: Fraction(-75, 2)}


@pytest.mark.parametrize(
    "actual",
    [
        Line((0, 0, 0, 0), 0),
        Line((300, 0, 0, 0), 0),
        Line((0, 0, 3, 1), 90_000),
        Line((0, 0, 0, 2), 90_000),
        Line((0, 0, 0, 0), 90_000),
        Line((300, 100, 50, 10), 0),
        Line((300, 400, 50, -2), -150_000),
    ],
)
def test_why_handles_zeros_exactly(actual: Line) -> None:
    assert sum(effects(actual).values()) == actual.result - PLAN.result


def test_why_blames_no_rate_that_nobody_could_measure() -> None:
    parts = effects(Line((0, 0, 0, 0), 0))
    assert parts == {VOLUME: -1_000_000, 1: 0, 2: 0, 3: 0, PRICE: 0}


stages = st.integers(1, 8)


@given(st.data(), stages, st.booleans(), st.booleans())
def test_why_sums_to_the_gap(data: st.DataObject, size: int, in_money: bool, has_days: bool) -> None:
    """With zeros anywhere, in the plan as well."""
    counts = st.lists(st.integers(0, 10**6), min_size=size, max_size=size)

    def line() -> Line:
        return Line(
            data.draw(counts),
            data.draw(st.integers(0, 10**8)) if in_money else None,
            data.draw(st.integers(0, 30)) if has_days else None,
        )

    before, after = line(), line()
    parts = why(before, after)
    assert sum(part.effect for part in parts) == after.result - before.result
    assert len(parts) == size + in_money + has_days


def test_why_tells_days_from_what_was_done_on_them() -> None:
    planned, actual = Line((100, 20), days=10), Line((60, 12), days=6)
    assert {part.factor: part.effect for part in why(planned, actual)} == {DAYS: -8, VOLUME: 0, 1: 0}


def test_a_teams_parts_are_the_sums_of_its_peoples() -> None:
    people = [why(PLAN, Line((150, 60, 40, 9), 700_000)), why(PLAN, Line((0, 0, 0, 0), 0)), []]
    whole = {part.factor: part.effect for part in summed(people)}
    assert whole[VOLUME] == sum(part.effect for one in people for part in one if part.factor == VOLUME)
    assert sum(whole.values()) == 700_000 - 2 * 1_000_000
