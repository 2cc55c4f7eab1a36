from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.moves import with_moves

FIVE = [True] * 5 + [False] * 2


def week(*days: int) -> list[int]:
    return [*days, 0, 0]


@pytest.mark.parametrize(
    ("planned", "more", "first_open", "found"),
    [
        # As it was moved.
        (week(7, 7, 7, 7, 7), week(0, 0, 6, 0, -6), 0, week(7, 7, 13, 7, 1)),
        # Friday cannot give six any more: Wednesday gets only what there is.
        (week(7, 7, 7, 2, 2), week(0, 0, 6, 0, -6), 0, week(7, 7, 9, 2, 0)),
        # Wednesday is over and keeps its number; Thursday has less to do.
        (week(7, 7, 7, 2, 2), week(0, 0, 6, 0, -6), 3, week(7, 7, 13, 0, 0)),
    ],
)
def test_moves_after_the_plan_has_changed(
    planned: list[int], more: list[int], first_open: int, found: list[int]
) -> None:
    assert with_moves(planned, more, FIVE, first_open) == found


def test_a_day_off_gives_back_what_was_moved_onto_it() -> None:
    works = [True, True, True, True, False, False, False]
    assert with_moves(week(7, 7, 7, 7, 0), week(0, -6, 0, 0, 6), works, 0) == week(7, 7, 7, 7, 0)


numbers = st.lists(st.integers(0, 30), min_size=7, max_size=7)


@given(
    numbers,
    st.lists(st.integers(-30, 30), min_size=6, max_size=6),
    st.lists(st.booleans(), min_size=7, max_size=7),
)
def test_open_weeks_keep_their_sum(planned: list[int], more: list[int], works: Sequence[bool]) -> None:
    planned = [count if can else 0 for count, can in zip(planned, works, strict=True)]
    days = with_moves(planned, [*more, -sum(more)], works, 0)
    assert sum(days) == sum(planned)
    assert all(count >= 0 for count in days)
    assert all(can or not count for count, can in zip(days, works, strict=True))


@given(numbers, st.lists(st.integers(-30, 30), min_size=6, max_size=6), st.integers(0, 7), numbers)
def test_days_that_are_over_do_not_see_later_ones(
    planned: list[int], more: list[int], first_open: int, later: list[int]
) -> None:
    """However the plan of open days changes."""
    moved = [*more, -sum(more)]
    changed = [*planned[:first_open], *later[first_open:]]
    before = with_moves(planned, moved, [True] * 7, first_open)
    after = with_moves(changed, moved, [True] * 7, first_open)
    assert before[:first_open] == after[:first_open]
