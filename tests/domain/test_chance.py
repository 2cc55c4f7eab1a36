"""Probabilities: bounds, order, known values, and promises kept by simulated periods."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.chance import DRIFT, Past, chance_of_amount, chance_of_count, chance_of_rate

PLAIN = [Past(90, 20), Past(105, 20), Past(98, 20)]
counts = st.integers(0, 10_000)
pasts = st.lists(st.builds(Past, counts, st.integers(1, 400)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("target", "low", "high"), [(50, 0.97, 1), (98, 0.4, 0.55), (150, 0.005, 0.06), (300, 0, 0.001)]
)
def test_chance_of_count_around_the_mean(target: int, low: float, high: float) -> None:
    assert low <= chance_of_count(target, PLAIN, 20) <= high


def test_chance_of_count_knows_the_days_that_are_left() -> None:
    assert chance_of_count(98, PLAIN, 10) < 0.05
    assert chance_of_count(98, PLAIN, 10, Past(55, 10)) > 0.3
    assert chance_of_count(98, PLAIN, 0, Past(97, 20)) == 0.0
    assert chance_of_count(98, PLAIN, 0, Past(98, 20)) == 1.0
    assert chance_of_count(-3, PLAIN, 0) == 1.0


def test_chance_without_any_result_is_small_and_not_zero() -> None:
    never = [Past(0, 20)] * 4
    assert 0 < chance_of_count(1, never, 20) < 0.25
    assert chance_of_amount(1, never, 20) == 0.0
    with pytest.raises(AssertionError):
        chance_of_count(1, [Past(5, 0)], 20)


@given(pasts, counts, counts, st.integers(1, 400))
def test_chance_of_count_is_ordered(history: list[Past], one: int, other: int, capacity: int) -> None:
    low, high = sorted((one, other))
    easy, hard = (chance_of_count(target, history, capacity) for target in (low, high))
    assert 0 <= hard <= easy <= 1
    assert chance_of_count(high, history, capacity + 10) >= hard - 1e-9
    assert chance_of_count(high, history, capacity, Past(low, 0)) >= hard - 1e-9


@given(pasts, st.integers(1, 10**9), st.integers(1, 10**9))
def test_chance_of_amount_is_ordered(history: list[Past], one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= chance_of_amount(high, history, 20) <= chance_of_amount(low, history, 20) <= 1


@given(st.lists(st.tuples(counts, counts), max_size=12), st.fractions(0, 2), st.fractions(0, 2))
def test_chance_of_rate_is_ordered(history: list[tuple[int, int]], one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert 0 <= chance_of_rate(high, history) <= chance_of_rate(low, history) <= 1


def test_chance_of_rate_around_the_measured_one() -> None:
    history = [(20, 100), (22, 100), (18, 100)]
    assert chance_of_rate(Fraction("0.1"), history) > 0.9
    assert 0.35 < chance_of_rate(Fraction("0.2"), history) < 0.6
    assert chance_of_rate(Fraction("0.4"), history) < 0.05
    assert chance_of_rate(Fraction("1.2"), history) == 0.0


def test_a_promise_is_kept_as_often_as_it_says() -> None:
    """Periods with a drift of 20 %: what is promised at about 70 % comes true about as often."""
    random = Random(7)
    promised, kept = 0.0, 0
    tries = 600
    for _each in range(tries):
        rate = random.uniform(2, 8)
        months = [_month(rate, random) for _month_number in range(5)]
        target = round(rate * 20 * 0.9)
        promised += chance_of_count(target, [Past(month, 20) for month in months[:4]], 20)
        kept += months[4] >= target
    assert abs(promised - kept) / tries < 0.06


def test_a_promise_of_money_is_kept_also_with_few_deals() -> None:
    """About ten deals a month of very different size, from the middle of the month on."""
    random = Random(11)
    cells: dict[int, list[int]] = {}
    for _each in range(2_000):
        rate = random.uniform(0.3, 0.7)
        past = [_deals(rate, 20, random) for _number in range(4)]
        so_far, rest = _deals(rate, 10, random), _deals(rate, 10, random)
        history = [Past(amount, 20, deals) for amount, deals in past]
        target = round(rate * 20 * 100_000 * random.uniform(0.6, 1.4))
        said = chance_of_amount(target, history, 10, Past(so_far[0], 10, so_far[1]))
        cells.setdefault(min(9, int(said * 10)), []).append(so_far[0] + rest[0] >= target)
    for tenth, kept in cells.items():
        if len(kept) >= 80:
            assert abs(sum(kept) / len(kept) - (tenth + 0.5) / 10) < 0.15, (tenth, sum(kept), len(kept))


def _deals(rate: float, days: int, random: Random) -> tuple[int, int]:
    """Amount and number of deals of some days."""
    number = sum(random.random() < rate for _day in range(days))
    return sum(round(random.gammavariate(4, 25_000)) for _deal in range(number)), number


def test_what_happened_so_far_tells_of_the_rest() -> None:
    slow, quick = Past(20, 10), Past(80, 10)
    left = [chance_of_count(so_far.value + 50, PLAIN, 10, so_far) for so_far in (slow, quick)]
    assert left[0] < 0.4 < left[1]


def test_chance_of_rate_from_here() -> None:
    history = [(20, 100), (22, 100), (18, 100)]
    fifth = Fraction("0.2")
    assert (
        chance_of_rate(fifth, history, (5, 50), 0.5)
        < 0.2
        < 0.8
        < chance_of_rate(fifth, history, (20, 50), 0.5)
    )
    assert chance_of_rate(fifth, history, (20, 100), 0.0) == 1.0
    assert chance_of_rate(fifth, history, (19, 100), 0.0) == 0.0


def _month(rate: float, random: Random) -> int:
    mean = rate * 20 * random.gammavariate(1 / DRIFT**2, DRIFT**2)
    return (
        sum(random.random() < mean / 10_000 for _each in range(10_000))
        if mean < 30
        else round(random.gauss(mean, mean**0.5))
    )
