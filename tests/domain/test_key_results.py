from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.key_results import Way, expected, level, progress, resolved, weakest


@pytest.mark.parametrize(
    ("start", "target", "current", "done"),
    [
        (200, 0, 100, Fraction(1, 2)),
        (40, 60, 40, Fraction(0)),
        (0, 15, 15, Fraction(1)),
        (0, 15, 24, Fraction(8, 5)),
        (20, 30, 15, Fraction(-1, 2)),
        (None, 30, 24, Fraction(4, 5)),
        (30, 30, 24, Fraction(4, 5)),
    ],
)
def test_progress(start: int | None, target: int, current: int, done: Fraction) -> None:
    way = Way(None if start is None else Fraction(start), Fraction(target))
    assert progress(way, Fraction(current)) == done


def test_progress_of_a_level_that_shall_stay_low() -> None:
    way = Way(None, Fraction(5), lower_is_better=True)
    assert progress(way, Fraction(10)) == Fraction(1, 2)
    assert progress(way, Fraction(4)) == Fraction(5, 4)
    assert progress(way, Fraction(0)) == 1


@given(st.fractions(-1000, 1000), st.fractions(-1000, 1000), st.fractions(0, 1))
def test_progress_is_the_part_of_the_way(start: Fraction, target: Fraction, part: Fraction) -> None:
    if start != target:
        assert progress(Way(start, target), start + (target - start) * part) == part


@pytest.mark.parametrize(
    ("current", "reached"), [(9, ""), (10, "commit"), (14, "commit"), (15, "target"), (25, "stretch")]
)
def test_level(current: int, reached: str) -> None:
    way = Way(Fraction(0), Fraction(15), commit=Fraction(10), stretch=Fraction(20))
    assert level(way, Fraction(current)) == reached


def test_level_where_lower_is_better() -> None:
    way = Way(Fraction(20), Fraction(10), commit=Fraction(15), lower_is_better=True)
    assert [level(way, Fraction(value)) for value in (20, 15, 10, 3)] == ["", "commit", "target", "target"]


def test_a_total_that_shall_stay_low_is_an_allowance() -> None:
    def way(spent: str) -> Way:
        return Way(Fraction(0), Fraction(10), lower_is_better=True, spent_by_now=Fraction(spent))

    assert progress(way("1/2"), Fraction(0)) == 1
    assert progress(way("1/2"), Fraction(5)) == 1
    assert progress(way("1/2"), Fraction(10)) == Fraction(1, 2)
    assert expected(way("1/2"), Fraction(1, 2), is_running_total=True) == 1
    assert level(way("1/2"), Fraction(0)) == ""
    assert level(way("1"), Fraction(9)) == "target"
    assert progress(Way(Fraction(0), Fraction(0), None, None, True, Fraction(1, 2)), Fraction(3)) == 0


def test_expected_grows_with_the_days_but_for_a_level_to_be_held() -> None:
    half = Fraction(1, 2)
    assert expected(Way(Fraction(0), Fraction(10)), half, is_running_total=True) == half
    assert expected(Way(None, Fraction(10)), half, is_running_total=True) == half
    assert expected(Way(None, Fraction(30)), half, is_running_total=False) == 1


def test_resolved_against_the_previous_period() -> None:
    assert resolved(Fraction(400), Fraction(15), "percent") == 460
    assert resolved(Fraction(20), Fraction(3), "points") == 23


def test_weakest_is_the_one_furthest_behind() -> None:
    half = Fraction(1, 2)
    assert weakest([(half, half), (Fraction(1, 4), half), (Fraction(1, 5), Fraction(1, 5))]) == 1
    assert weakest([(half, half)]) is None
    assert weakest([]) is None
