from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.crowd import spread_each, spread_rows
from apps.domain.staircase import split_over_time

shares = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(3, 5), Fraction(1)])
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


def test_nobody_is_nothing() -> None:
    assert spread_each({}, {}) == {}
