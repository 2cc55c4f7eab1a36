from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.periods import following, month_of, periods_before, previous

JUNE = (date(2026, 6, 1), date(2026, 6, 30))
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("window", "before"),
    [
        (JUNE, (date(2026, 5, 1), date(2026, 5, 31))),
        ((date(2026, 1, 1), date(2026, 3, 31)), (date(2025, 10, 1), date(2025, 12, 31))),
        ((date(2024, 2, 1), date(2024, 2, 29)), (date(2024, 1, 1), date(2024, 1, 31))),
        ((date(2026, 6, 1), date(2026, 6, 28)), (date(2026, 5, 4), date(2026, 5, 31))),
        ((date(2026, 6, 10), date(2026, 6, 10)), (date(2026, 6, 9), date(2026, 6, 9))),
    ],
)
def test_previous(window: tuple[date, date], before: tuple[date, date]) -> None:
    assert previous(window) == before


def test_periods_before_run_backwards() -> None:
    assert [start.month for start, _end in periods_before(JUNE, 3)] == [5, 4, 3]


@pytest.mark.parametrize(
    ("start", "end", "after"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), (date(2026, 7, 1), date(2026, 7, 31))),
        (date(2026, 10, 1), date(2026, 12, 31), (date(2027, 1, 1), date(2027, 3, 31))),
        (date(2026, 6, 1), date(2026, 6, 28), (date(2026, 6, 29), date(2026, 7, 26))),
    ],
)
def test_following(start: date, end: date, after: tuple[date, date]) -> None:
    assert following((start, end)) == after


def test_month_of() -> None:
    assert month_of(date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


@given(days, days)
def test_periods_stand_side_by_side(one: date, other: date) -> None:
    period = min(one, other), max(one, other)
    before, after = previous(period), following(period)
    assert (period[0] - before[1]).days == (after[0] - period[1]).days == 1
    assert previous(after) == period or period[0].day == 1 or after[0].day == 1
