from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.domain.before_after import looks
from apps.domain.habits import mornings, silent_days, streak
from apps.domain.review_days import half_day, last_day, reset_day
from apps.domain.workdays import days_between

MONDAY = date(2026, 6, 8)
WEEK = days_between(MONDAY, MONDAY + timedelta(days=6))
ONE, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)


def test_the_reset_is_on_monday_or_after_the_holiday() -> None:
    usual = [ONE] * 5 + [NONE] * 2
    assert reset_day(WEEK, usual) == MONDAY
    assert reset_day(WEEK, [NONE, NONE, HALF, ONE, ONE, NONE, NONE]) == MONDAY + timedelta(days=2)
    assert reset_day(WEEK, [NONE] * 7) is None


def test_half_time_is_when_half_of_the_work_is_over() -> None:
    """June 2026: 22 working days, eleven of them over on the morning of Tuesday the 16th."""
    days = days_between(date(2026, 6, 1), date(2026, 6, 30))
    capacity = [ONE if day.weekday() < 5 else NONE for day in days]
    assert half_day(days, capacity) == date(2026, 6, 16)
    assert last_day(days, capacity) == date(2026, 6, 30)
    assert half_day(days[:1], capacity[:1]) is None
    assert last_day(days, [NONE] * 30) is None


@given(st.lists(st.sampled_from([NONE, HALF, ONE]), min_size=1, max_size=40))
def test_half_time_is_a_worked_day_with_half_before_it(capacity: list[Fraction]) -> None:
    days = days_between(MONDAY, MONDAY + timedelta(days=len(capacity) - 1))
    found = half_day(days, capacity)
    if found:
        place = days.index(found)
        assert capacity[place]
        assert sum(capacity[:place]) * 2 >= sum(capacity)


def test_an_action_is_looked_at_after_two_and_after_four_weeks() -> None:
    early, two, four = (looks(MONDAY, MONDAY + timedelta(days=gone)) for gone in (13, 14, 40))
    assert [one.weeks for one in (early, two, four)] == [0, 2, 4]
    assert (two.before.start, two.before.end) == (MONDAY - timedelta(days=14), MONDAY - timedelta(days=1))
    assert (two.after.start, two.after.end) == (MONDAY, MONDAY + timedelta(days=13))
    assert four.after.end == MONDAY + timedelta(days=27)


@given(st.integers(0, 60))
def test_no_look_counts_a_day_that_is_not_over(gone: int) -> None:
    found = looks(MONDAY, MONDAY + timedelta(days=gone))
    assert found.after.end < MONDAY + timedelta(days=max(1, gone))
    assert found.before.end < found.after.start


def test_silence_counts_working_days_only() -> None:
    capacity = [ONE] * 5 + [NONE] * 2 + [ONE]
    logged = [True, True, True, False, False, False, False, False]
    assert silent_days(logged, capacity) == 3
    assert silent_days([True] * 8, capacity) == 0
    assert silent_days([False] * 8, capacity) == 6


def test_a_row_pauses_on_days_off_and_waits_for_today() -> None:
    capacity = [ONE] * 5 + [NONE] * 2 + [ONE, ONE]
    assert streak([True] * 5 + [False] * 2 + [True, True], capacity) == 7
    assert streak([True] * 5 + [False] * 2 + [True, False], capacity) == 6
    assert streak([True] * 4 + [False] + [True] * 2 + [True, False], capacity) == 1
    assert streak([], []) == 0


def test_mornings_kept_and_what_they_bring() -> None:
    found = mornings([10, 10, 0, 10, 10], [10, 4, 9, 12, 0], [3, 1, 5, 4, 0], [ONE, ONE, ONE, ONE, NONE])
    assert (found.kept, found.days) == (2, 3)
    assert found.with_it == Fraction(7, 2)
    assert found.without == 1
    nothing = mornings([0], [0], [0], [ONE])
    assert (nothing.days, nothing.with_it, nothing.without) == (0, None, None)
