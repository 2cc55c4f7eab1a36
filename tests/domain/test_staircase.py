from fractions import Fraction
from itertools import accumulate
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.domain.staircase import (
    _by_flow,
    _line,
    _team_line,
    replan,
    split_by_weight,
    split_over_time,
    spread,
)

HALF = Fraction(1, 2)


def ones(count: int) -> list[Fraction]:
    return [Fraction(1)] * count


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (50, [12, 13, 12, 13]),
        (300, [75, 75, 75, 75]),
        (10, [2, 3, 2, 3]),
        (1, [0, 0, 0, 1]),
        (0, [0, 0, 0, 0]),
    ],
)
def test_split_over_four_equal_weeks(total: int, expected: list[int]) -> None:
    assert split_over_time(total, ones(4)) == expected


def test_split_over_time_gives_days_off_nothing_and_needs_no_capacity() -> None:
    assert split_over_time(4, [Fraction(1), Fraction(0), Fraction(1)]) == [2, 0, 2]
    assert split_over_time(4, [Fraction(0)] * 3) == [0, 0, 0]


def test_split_by_weight_takes_the_largest_remainder() -> None:
    assert split_by_weight(10, {1: Fraction(1), 2: Fraction(1), 3: Fraction(1)}) == {1: 4, 2: 3, 3: 3}
    assert split_by_weight(10, {1: Fraction(0), 2: Fraction(0)}) == {1: 5, 2: 5}
    assert split_by_weight(10, {}) == {}


def test_spread_of_473_calls_over_five_people_sums_in_both_directions() -> None:
    work = {key: [Fraction(day < days) for day in range(20)] for key, days in enumerate((20, 20, 18, 10, 20))}
    totals = split_by_weight(473, {key: sum(row, Fraction(0)) for key, row in work.items()})
    schedule = spread(totals, work)
    assert sum(totals.values()) == 473
    assert {key: sum(row) for key, row in schedule.items()} == totals


def test_spread_does_not_pile_up_contracts_in_the_last_week() -> None:
    totals = split_by_weight(10, dict.fromkeys(range(6), Fraction(1)))
    schedule = spread(totals, dict.fromkeys(range(6), ones(20)))
    by_week = [sum(sum(row[week * 5 : week * 5 + 5]) for row in schedule.values()) for week in range(4)]
    assert by_week == [2, 3, 2, 3]
    assert all(sum(row[:10]) == 1 for key, row in schedule.items() if totals[key] == 2)


def test_spread_solves_what_floors_cannot() -> None:
    """Two people on alternate days: the floor of the team's line would give all units to one."""
    days = 8
    work = {1: [Fraction(day % 2 == 0) for day in range(days)], 2: [Fraction(day % 2) for day in range(days)]}
    schedule = spread({1: 2, 2: 2}, work)
    assert {key: sum(row) for key, row in schedule.items()} == {1: 2, 2: 2}
    assert all(not units or work[key][day] for key, row in schedule.items() for day, units in enumerate(row))


def test_spread_without_capacity_is_zero_not_an_error() -> None:
    assert spread({1: 5}, {1: [Fraction(0)] * 3}) == {1: [0, 0, 0]}


capacity_of_a_day = st.sampled_from([Fraction(0), Fraction(1), Fraction(1), HALF, Fraction(3, 5)])


@st.composite
def teams(draw: st.DrawFn) -> tuple[dict[int, int], dict[int, list[Fraction]]]:
    people = draw(st.integers(1, 6))
    days = draw(st.integers(1, 12))
    work = {key: draw(st.lists(capacity_of_a_day, min_size=days, max_size=days)) for key in range(people)}
    totals = {key: draw(st.integers(0, 40)) for key in range(people)}
    return totals, work


@settings(max_examples=400, deadline=None)
@given(teams())
def test_spread_is_always_solved(team: tuple[dict[int, int], dict[int, list[Fraction]]]) -> None:
    totals, work = team
    schedule = spread(totals, work)
    lines = {key: _line(totals[key], work[key]) for key in totals if sum(work[key])}
    for key, row in schedule.items():
        assert sum(row) == (totals[key] if key in lines else 0)
        assert all(units >= 0 and (work[key][day] or not units) for day, units in enumerate(row))
    for key, line in lines.items():
        for day, done in enumerate(accumulate(schedule[key])):
            assert line.floor(day) <= done <= line.ceil(day)
    if lines:
        for day, exact in enumerate(_team_line(lines)):
            done = sum(sum(row[: day + 1]) for row in schedule.values())
            assert floor(exact) <= done <= ceil(exact)


@settings(max_examples=150, deadline=None)
@given(teams())
def test_the_flow_alone_solves_every_team(team: tuple[dict[int, int], dict[int, list[Fraction]]]) -> None:
    totals, work = team
    lines = {key: _line(totals[key], work[key]) for key in totals if sum(work[key])}
    if lines:
        schedule = _by_flow(lines)
        assert {key: sum(row) for key, row in schedule.items()} == {key: totals[key] for key in lines}


@given(st.integers(0, 10**12), st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_split_by_weight_sums_and_ignores_order(total: int, weights: list[int]) -> None:
    by_key = {key: Fraction(weight) for key, weight in enumerate(weights)}
    backwards = dict(reversed(by_key.items()))
    parts = split_by_weight(total, by_key)
    assert sum(parts.values()) == total
    assert parts == split_by_weight(total, backwards)


@given(st.integers(0, 10**9), st.lists(capacity_of_a_day, min_size=1, max_size=40))
def test_split_over_time_follows_the_line(total: int, capacity: list[Fraction]) -> None:
    parts = split_over_time(total, capacity)
    whole = sum(capacity)
    assert sum(parts) == (total if whole else 0)
    for done, share in zip(accumulate(parts), accumulate(capacity), strict=True):
        assert not whole or done == floor(total * share / whole)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_run_of_changes_sums_to_the_newest_totals_and_keeps_the_past(data: st.DataObject) -> None:
    people, days = data.draw(st.integers(1, 5)), data.draw(st.integers(2, 12))
    capacity = {key: ones(days) for key in range(people)}
    schedule: dict[int, list[int]] = {}
    first_day = 0
    for _version in range(data.draw(st.integers(1, 4))):
        # Somebody may be left out of a later version, as if gone.
        carriers = data.draw(st.sets(st.integers(0, people - 1), min_size=1))
        totals = {key: data.draw(st.integers(0, 40)) for key in carriers}
        before = schedule
        schedule = replan(before, totals, capacity, first_day)
        kept = sum(sum(row[:first_day]) for row in before.values())
        assert all(schedule[key][:first_day] == row[:first_day] for key, row in before.items())
        assert sum(map(sum, schedule.values())) == max(sum(totals.values()), kept)
        first_day = data.draw(st.integers(first_day, days - 1))
