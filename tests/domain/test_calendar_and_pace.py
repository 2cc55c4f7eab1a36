from datetime import date
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.errors import PlanError
from apps.domain.pace import attainment, requirement
from apps.domain.staircase import split_over_time
from apps.domain.workdays import (
    Person,
    Week,
    WorkCalendar,
    bridge_days,
    capacities,
    period_days,
    weeks_of,
)

PLAIN = WorkCalendar()


def test_golden_week_of_2017_has_two_working_days() -> None:
    calendar = WorkCalendar(days_off=frozenset(date(2017, 5, day) for day in (3, 4, 5)))
    assert sum(capacities(calendar, period_days(date(2017, 5, 1), date(2017, 5, 7)))) == 2


def test_march_2026_has_six_clipped_weeks() -> None:
    weeks = weeks_of(period_days(date(2026, 3, 1), date(2026, 3, 31)))
    assert len(weeks) == 6
    assert weeks[0] == Week(date(2026, 3, 1), date(2026, 3, 1))
    assert weeks[-1] == Week(date(2026, 3, 30), date(2026, 3, 31))


def test_a_person_has_part_of_the_teams_calendar() -> None:
    days = period_days(date(2026, 6, 1), date(2026, 6, 5))
    person = Person(
        {date(2026, 6, 2): Fraction(1, 2), date(2026, 6, 3): Fraction(1)},
        [(date(2026, 5, 1), Fraction(1, 2)), (date(2026, 6, 5), Fraction(4, 5))],
        date(2026, 6, 2),
    )
    assert [str(share) for share in capacities(PLAIN, days, person)] == ["0", "1/4", "0", "1/2", "4/5"]


def test_bridge_days_lie_alone_between_days_off() -> None:
    calendar = WorkCalendar(days_off=frozenset({date(2026, 6, 2), date(2026, 6, 11)}))
    days = period_days(date(2026, 6, 1), date(2026, 6, 30))
    assert bridge_days(calendar, days) == [date(2026, 6, 1), date(2026, 6, 12)]


def test_an_extra_working_day_wins_over_a_day_off() -> None:
    saturday = date(2026, 6, 6)
    calendar = WorkCalendar(days_off=frozenset({saturday}), extra_days=frozenset({saturday}))
    assert calendar.works_on(saturday)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "end_before_start"),
        (date(2026, 1, 1), date(2028, 1, 1), "period_too_long"),
    ],
)
def test_period_days_refuses(start: date, end: date, code: str) -> None:
    with pytest.raises(PlanError) as error:
        period_days(start, end)
    assert error.value.code == code


def test_wednesday_evening_is_60_per_cent_and_the_weekend_is_flat() -> None:
    week = capacities(PLAIN, period_days(date(2026, 6, 1), date(2026, 6, 7)))
    running = list(accumulate(split_over_time(100, week)))
    assert running == [20, 40, 60, 80, 100, 100, 100]


@pytest.mark.parametrize(
    ("actual", "target", "expected"),
    [
        (80, 100, Fraction(4, 5)),
        (2_100_000, 2_000_000, Fraction(21, 20)),
        (-100_000, 500_000, Fraction(-1, 5)),
        (5, 0, None),
    ],
)
def test_attainment(actual: int, target: int, expected: Fraction | None) -> None:
    assert attainment(actual, target) == expected


def test_requirement_spreads_a_shortage_and_spares_a_surplus() -> None:
    work = [Fraction(1)] * 5
    assert requirement([3] * 5, work, 2, 2, 6).needed == 3
    behind = requirement([3] * 5, work, 2, 2, 1)
    assert (behind.plan, behind.catch_up, behind.needed) == (3, 2, 5)
    assert requirement([3] * 5, work, 2, 2, 9).needed == 2
    assert requirement([3] * 5, work, 4, 4, 40).needed == 0


def test_requirement_asks_nothing_on_a_day_off() -> None:
    assert requirement([3, 0, 3], [Fraction(1), Fraction(0), Fraction(1)], 1, 1, 0).needed == 0


def test_requirement_of_a_week_adds_its_share_of_the_shortage() -> None:
    work = [Fraction(1)] * 10
    week = requirement([1] * 10, work, 5, 9, 2)
    assert (week.plan, week.catch_up) == (5, 3)
    first = requirement([1] * 10, work, 0, 4, 0)
    assert (first.plan, first.catch_up) == (5, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2)])), min_size=1
    )
)
def test_doing_what_each_day_asks_reaches_the_target(plan: list[tuple[int, Fraction]]) -> None:
    planned = [units if share else 0 for units, share in plan]
    capacity = [share for _units, share in plan]
    done = 0
    for today in range(len(plan)):
        done += requirement(planned, capacity, today, today, done).needed
    assert done == sum(planned)


@given(st.data())
def test_recovering_from_any_day_reaches_the_target(data: st.DataObject) -> None:
    planned = data.draw(st.lists(st.integers(0, 20), min_size=2, max_size=15))
    capacity = [Fraction(1)] * len(planned)
    start = data.draw(st.integers(1, len(planned) - 1))
    done = data.draw(st.integers(0, sum(planned[:start])))
    for today in range(start, len(planned)):
        done += requirement(planned, capacity, today, today, done).needed
    assert done >= sum(planned)
