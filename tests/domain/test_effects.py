from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.before_after import Cases, Window
from apps.domain.effects import (
    BETTER,
    EARLY,
    NO_CASES,
    OPEN,
    WORSE,
    difference,
    phases,
    total,
    weeks_of,
)

START, END = date(2026, 6, 1), date(2026, 6, 28)


def even(count: int, of: int, weeks: int = 4) -> list[Cases]:
    return [Cases(count, of)] * weeks


@pytest.mark.parametrize(
    ("before", "after", "is_share", "state"),
    [
        (even(30, 100, 8), even(60, 100), True, BETTER),
        (even(60, 100, 8), even(30, 100), True, WORSE),
        (even(30, 100, 8), even(33, 100), True, OPEN),
        # One good week is a good week.
        (even(30, 100, 8), even(60, 100, 1), True, EARLY),
        (even(1, 3, 8), even(2, 2, 4), True, EARLY),
        # Zero counts on either side.
        ([], even(30, 100), True, NO_CASES),
        (even(0, 0, 8), even(30, 100), True, NO_CASES),
        (even(30, 100, 8), [], True, EARLY),
        (even(30, 100, 8), even(0, 0), True, EARLY),
        (even(0, 100, 8), even(0, 100), True, OPEN),
        (even(0, 100, 8), even(30, 100), True, BETTER),
        (even(30, 100, 8), even(0, 100), True, WORSE),
        (even(100, 100, 8), even(100, 100), True, OPEN),
        # More meetings than appointments: what began before counts too, and it is no share any more.
        (even(120, 100, 8), even(130, 100), True, OPEN),
        # Counts over working days.
        (even(50, 5, 8), even(52, 5), False, OPEN),
        (even(50, 5, 8), even(150, 5), False, BETTER),
    ],
)
def test_difference_says_what_the_counts_carry(
    before: list[Cases], after: list[Cases], is_share: bool, state: str
) -> None:
    assert difference(before, after, is_share=is_share).state == state


def test_the_interval_of_one_even_comparison() -> None:
    """Newcombe's own example, without scatter or wandering: 56 of 70 against 48 of 80, 0.0524 to 0.3339."""
    from apps.domain import effects

    wander, effects.WANDER = effects.WANDER, 0.0
    try:
        found = difference([Cases(48, 80)], [Cases(56, 70)], is_share=True)
    finally:
        effects.WANDER = wander
    assert found.low == pytest.approx(0.0524, abs=5e-5)
    assert found.high == pytest.approx(0.3339, abs=5e-5)


WEEKS = st.lists(
    st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), min_size=1, max_size=12
).map(lambda rows: [Cases(count, of) for count, of in rows])


@given(WEEKS, WEEKS, st.booleans())
def test_the_change_lies_within_its_interval(before: list[Cases], after: list[Cases], is_share: bool) -> None:
    found = difference(before, after, is_share=is_share)
    if found.change is None:
        assert total(before).of == 0 or total(after).of == 0
        return
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-9 <= found.change <= found.high + 1e-9
    assert (found.state == BETTER) <= (found.low > 0)
    assert (found.state == WORSE) <= (found.high < 0)


@given(WEEKS, WEEKS)
def test_the_other_way_round_is_the_opposite(before: list[Cases], after: list[Cases]) -> None:
    one, other = (difference(*pair, is_share=True) for pair in ((before, after), (after, before)))
    if one.change is not None and other.change is not None:
        assert one.change == pytest.approx(-other.change)
        assert one.low == pytest.approx(-(other.high or 0))


def test_weeks_that_scatter_widen_the_interval() -> None:
    calm = difference(even(30, 100, 8), even(40, 100), is_share=True)
    wild = difference([Cases(5, 100), Cases(55, 100)] * 4, even(40, 100), is_share=True)
    assert wild.low is not None
    assert calm.low is not None
    assert wild.low < calm.low


@pytest.mark.parametrize(("a_week", "rate"), [(12, 0.3), (60, 0.3), (40, 0.1), (15, 0.7)])
def test_reps_who_change_nothing_are_rarely_called_better(a_week: int, rate: float) -> None:
    """Looked at after every week, on 500 reps, of whom each has weeks of 20 % up and down besides chance."""
    random = Random(f"{a_week} {rate}")
    claimed = sum(_is_ever_better(random, a_week, rate) for _each in range(500))
    assert claimed <= 50


def _is_ever_better(random: Random, a_week: int, rate: float, effect: float = 1) -> bool:
    def week(now: float) -> Cases:
        chance = min(0.98, now * random.lognormvariate(0, 0.2))
        tries = max(1, round(random.gauss(a_week, a_week**0.5)))
        return Cases(sum(random.random() < chance for _each in range(tries)), tries)

    before = [week(rate) for _each in range(8)]
    after = [week(rate * effect) for _each in range(8)]
    looked = (difference(before, after[:weeks], is_share=True) for weeks in range(1, 9))
    return any(found.state == BETTER for found in looked)


def test_a_change_by_half_is_found_in_time() -> None:
    """With weeks that scatter by 20 % besides chance, in about three of four."""
    random = Random(319)
    assert sum(_is_ever_better(random, 60, 0.3, 1.5) for _each in range(100)) >= 66


def test_phases_end_with_yesterday() -> None:
    found = phases(START, END, date(2026, 6, 10))
    assert found.before == Window(date(2026, 4, 6), date(2026, 5, 31))
    assert found.during == Window(START, date(2026, 6, 9))
    assert found.after is None
    assert phases(START, END, START).during is None
    later = phases(START, END, date(2026, 12, 1))
    assert later.during == Window(START, END)
    assert later.after == Window(date(2026, 6, 29), date(2026, 8, 23))


@given(st.integers(0, 200))
def test_weeks_hold_every_day_once(length: int) -> None:
    window = Window(START, START + timedelta(days=length))
    weeks = weeks_of(window)
    assert sum((week.end - week.start).days + 1 for week in weeks) == length + 1
    assert all(later.start - one.end == timedelta(days=1) for one, later in pairwise(weeks))


def test_total_adds_days_exactly() -> None:
    assert total([Cases(1, Fraction(1, 2)), Cases(2, Fraction(1, 2))]) == Cases(3, Fraction(1))
