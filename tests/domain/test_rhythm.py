from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.rhythm import stall

WEEK = [Fraction(1)] * 5 + [Fraction(0)] * 2


@pytest.mark.parametrize(
    ("done", "in_a_row", "behind"),
    [
        ([15, 15], False, None),
        ([7, 7], True, None),
        ([7, 8], False, None),
        ([15, 12, 9], False, Fraction(1, 5)),
        ([15, 13, 9], False, None),
        ([15, 7, 7], True, Fraction(16, 45)),
        ([], False, None),
    ],
)
def test_a_stall_is_two_weak_days_or_a_fifth_behind(
    done: Sequence[int], in_a_row: bool, behind: Fraction | None
) -> None:
    """15 a day from Monday to Friday. On Tuesday evening nothing is said about the middle of the week."""
    found = stall([15] * 5 + [0, 0], done, WEEK)
    if not in_a_row and behind is None:
        assert found is None
    else:
        assert found is not None
        assert (found.is_in_a_row, found.behind) == (in_a_row, behind)


def test_days_off_do_not_break_a_row() -> None:
    """Friday and Monday are weak; the weekend between them is not a good day."""
    planned = [15, 15, 15, 15, 15, 0, 0] * 2
    found = stall(planned, [15, 15, 15, 15, 3, 0, 0, 2], WEEK * 2)
    assert found is not None
    assert found.is_in_a_row
    assert stall(planned, [15, 15, 15, 15, 3, 0, 0], WEEK * 2) is None


def test_a_week_without_a_plan_does_not_stall() -> None:
    assert stall([0] * 7, [0] * 5, [Fraction(0)] * 7) is None
    assert stall([0] * 7, [0] * 5, WEEK) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=7, max_size=7))
def test_doing_the_plan_never_stalls(days: list[tuple[int, int]]) -> None:
    planned = [asked for asked, _more in days]
    assert stall(planned, [asked + more for asked, more in days], WEEK) is None
