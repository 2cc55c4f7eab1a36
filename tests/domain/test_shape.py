from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.errors import PlanError
from apps.domain.shape import Shape, efforts, rest_of, shape_of
from apps.domain.staircase import split_over_time, spread

MONDAY = date(2026, 6, 1)


def days(length: int, start: date = MONDAY) -> list[date]:
    return [start + timedelta(days=offset) for offset in range(length)]


def worked(pattern: str) -> list[Fraction]:
    """``1`` a working day, ``h`` half of one, anything else a day off."""
    return [{"1": Fraction(1), "h": Fraction(1, 2)}.get(letter, Fraction(0)) for letter in pattern]


FOUR_WEEKS = worked("11111.." * 4)


def by_week(counts: Sequence[int]) -> list[int]:
    return [sum(counts[first : first + 7]) for first in range(0, len(counts), 7)]


def test_weights_are_for_equal_parts_of_the_period() -> None:
    shape = shape_of(["30", "30", "20", "20"], [])
    assert by_week(split_over_time(100, efforts(FOUR_WEEKS, days(28), shape))) == [30, 30, 20, 20]


def test_a_clipped_week_gets_what_falls_into_it() -> None:
    """Two days, then three weeks and three days: the first quarter of 20 days ends in the second week."""
    capacity = worked("11....." + "11111.." * 3 + "111....")
    shape = shape_of(["40", "30", "20", "10"], [])
    assert by_week(split_over_time(100, efforts(capacity, days(35), shape))) == [16, 36, 26, 16, 6]


def test_a_season_moves_numbers_between_months() -> None:
    capacity = [Fraction(1)] * 61
    shape = shape_of([], [100] * 5 + [150, 50] + [100] * 5)
    counts = split_over_time(200, efforts(capacity, days(61), shape))
    june = sum(counts[:30])
    assert june == 200 * 45 // (45 + Fraction(31, 2))
    assert sum(counts) == 200


@pytest.mark.parametrize(
    ("weights", "season", "code"),
    [
        (["0", "0"], [], "weights_zero"),
        (["1", "-1"], [], "weights_negative"),
        (["1"] * 13, [], "too_many_weights"),
        ([], [0] * 12, "season_zero"),
        ([], [-1] + [1] * 11, "season_negative"),
    ],
)
def test_a_shape_that_asks_for_nothing_is_refused(weights: list[str], season: list[int], code: str) -> None:
    with pytest.raises(PlanError) as refused:
        shape_of(weights, season)
    assert refused.value.code == code


def test_a_lead_time_leaves_nothing_for_the_last_days() -> None:
    effort = efforts(FOUR_WEEKS, days(28), lead=Fraction(5))
    counts = split_over_time(75, effort)
    assert by_week(counts) == [25, 25, 25, 0]


def test_a_lead_time_as_long_as_the_period_is_even() -> None:
    assert efforts(FOUR_WEEKS, days(28), lead=Fraction(20)) == tuple(FOUR_WEEKS)


def test_somebody_who_works_only_where_nothing_is_asked_still_carries_the_number() -> None:
    capacity = worked("......." * 3 + "11111..")
    shape = Shape(season={6: Fraction(0)})
    assert efforts(capacity, days(28), shape) == tuple(capacity)
    effort = efforts(FOUR_WEEKS, days(28), shape_of(["50", "50", "0", "0"], []))
    assert sum(effort[14:]) == 0
    assert rest_of(effort, FOUR_WEEKS, 14) == tuple(FOUR_WEEKS[14:])


def test_a_steep_shape_stays_as_it_was_wanted() -> None:
    """Four fifths in the last quarter are 3.2 times even; that was decided, not heaped up."""
    effort = efforts(FOUR_WEEKS, days(28), shape_of(["5", "5", "10", "80"], []))
    for first in (1, 8, 15, 22):
        assert rest_of(effort, FOUR_WEEKS, first) == tuple(effort[first:])


def test_season_moves_earlier_with_the_line() -> None:
    """With a month of lead, July's numbers are done in June."""
    june_and_july = [Fraction(day.weekday() < 5) for day in days(61)]
    shape = shape_of([], [100] * 6 + [300] + [100] * 5)
    effort = efforts(june_and_july, days(61), shape, Fraction(22))
    assert sum(effort[30:]) == 300 * 1 // 100
    assert effort[0] == 3


def test_what_is_left_late_is_not_heaped_on_one_day() -> None:
    effort = efforts(FOUR_WEEKS, days(28), lead=Fraction(5))
    # On the Thursday of the third week two useful days of seven are left: at 3.5 times too steep.
    assert rest_of(effort, FOUR_WEEKS, 16) == tuple(effort[16:])
    assert rest_of(effort, FOUR_WEEKS, 17) == tuple(FOUR_WEEKS[17:])


rows = st.text(alphabet="1h.", min_size=28, max_size=28).map(worked)
shapes = st.builds(
    shape_of,
    st.lists(st.integers(0, 50).map(str), min_size=0, max_size=5).filter(
        lambda weights: not weights or any(map(int, weights))
    ),
    st.one_of(st.just([]), st.lists(st.integers(1, 200), min_size=12, max_size=12)),
)


@given(rows, shapes, st.integers(0, 25))
def test_effort_stands_only_on_working_days_and_never_vanishes(
    capacity: list[Fraction], shape: Shape, lead: int
) -> None:
    effort = efforts(capacity, days(28), shape, Fraction(lead))
    assert all(share >= 0 for share in effort)
    assert all(not share or can for share, can in zip(effort, capacity, strict=True))
    assert bool(any(effort)) == bool(any(capacity))


@given(st.dictionaries(st.integers(1, 6), rows, min_size=1), shapes, st.integers(0, 10), st.data())
def test_random_teams_with_leave_and_weights_sum_in_both_directions(
    people: dict[int, list[Fraction]], shape: Shape, lead: int, data: st.DataObject
) -> None:
    """Rows sum to the totals, nothing lands on a day off, every running total is within one of its line,
    the team's too."""
    totals = {key: data.draw(st.integers(0, 120)) for key in people}
    effort = {key: efforts(row, days(28), shape, Fraction(lead)) for key, row in people.items()}
    schedule = spread(totals, effort)
    lines = []
    for key, row in schedule.items():
        able = any(people[key])
        assert sum(row) == (totals[key] if able else 0)
        assert all(not count or can for count, can in zip(row, people[key], strict=True))
        if able:
            whole = sum(effort[key])
            line = [totals[key] * done / whole for done in accumulate(effort[key])]
            assert all(abs(so_far - at) < 1 for so_far, at in zip(accumulate(row), line, strict=True))
            lines.append(line)
    team = [sum(column) for column in zip(*schedule.values(), strict=True)]
    if lines:
        exact = [sum(values) for values in zip(*lines, strict=True)]
        assert all(abs(so_far - at) < 1 for so_far, at in zip(accumulate(team), exact, strict=True))
