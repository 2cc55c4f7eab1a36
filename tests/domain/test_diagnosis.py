"""The parts of a gap sum to it, whatever is zero."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.diagnosis import PRICE, VOLUME, Line, why

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


@given(st.data(), stages, st.booleans())
def test_why_sums_to_the_gap(data: st.DataObject, size: int, in_money: bool) -> None:
    planned = data.draw(st.lists(st.integers(1, 10**6), min_size=size, max_size=size))
    actual = data.draw(st.lists(st.integers(0, 10**6), min_size=size, max_size=size))
    amounts = (10**7, data.draw(st.integers(0, 10**8))) if in_money else (None, None)
    before, after = Line(planned, amounts[0]), Line(actual, amounts[1])
    parts = why(before, after)
    assert sum(part.effect for part in parts) == after.result - before.result
    assert len(parts) == size + in_money
