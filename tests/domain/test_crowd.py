from datetime import date, timedelta
from fractions import Fraction
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.crowd import spread_each, spread_rows
from apps.domain.shape import efforts, shape_of
from apps.domain.staircase import split_over_time

# With leave, part time and weights the denominators of a team have little in common.
shares = st.one_of(
    st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(3, 5), Fraction(1)]),
    st.fractions(0, 1, max_denominator=10**6),
)
rows = st.lists(shares, min_size=12, max_size=12)


@given(st.dictionaries(st.integers(1, 9), st.tuples(st.integers(0, 10**15), rows)))
def test_each_is_what_a_single_one_would_be(people: dict[int, tuple[int, list[Fraction]]]) -> None:
    totals = {key: total for key, (total, _row) in people.items()}
    capacity = {key: row for key, (_total, row) in people.items()}
    assert spread_each(totals, capacity) == {
        key: split_over_time(total, row) for key, (total, row) in people.items()
    }


@given(st.integers(0, 2**40), st.lists(st.integers(0, 2**11), min_size=1, max_size=9))
def test_floats_and_integers_agree(total: int, parts: list[int]) -> None:
    """The same numbers as arrays of integers give, on both sides of 2**53."""
    found = spread_rows(np.array([[total]]), np.array([parts]))[0][0].tolist()
    assert found == split_over_time(total, [Fraction(part) for part in parts])


def test_thirty_people_with_leave_and_weights_get_all_of_their_money() -> None:
    random = Random(7)
    days = [date(2026, 6, 1) + timedelta(days=day) for day in range(28)]
    shape = shape_of(["30", "30", "20", "20"], [])
    capacity = {}
    for key in range(30):
        row = [Fraction(day.weekday() < 5) for day in days]
        for place in random.sample(range(28), 4):
            row[place] *= Fraction(random.randint(0, 1), 2)
        capacity[key] = efforts(row, days, shape)
    found = spread_each(dict.fromkeys(capacity, 6_000_000), capacity)
    assert {sum(row) for row in found.values()} == {6_000_000}


def test_nobody_is_nothing() -> None:
    assert spread_each({}, {}) == {}
