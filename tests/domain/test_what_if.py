"""The article's numbers turned in every direction."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.what_if import Enough, Setting, brings, enough, needed_a_day, needed_actions

ARTICLE = Setting(
    Fraction(1_000_000), Fraction(100_000), (Fraction(1, 3), Fraction(1, 2), Fraction(1, 5)), Fraction(20), 1
)


def test_needed_actions_of_the_article() -> None:
    assert needed_actions(ARTICLE) == 300
    assert needed_a_day(ARTICLE) == 15
    assert brings(ARTICLE, Fraction(15)) == 1_000_000


def test_needed_a_day_without_work_is_unknown() -> None:
    assert needed_a_day(Setting(ARTICLE.goal, ARTICLE.price, ARTICLE.rates, Fraction(0), 3)) is None
    assert needed_a_day(Setting(ARTICLE.goal, ARTICLE.price, ARTICLE.rates, Fraction(20), 0)) is None


@pytest.mark.parametrize(
    ("factor", "needed"),
    [
        ("actions", 15),
        (0, Fraction(5, 12)),
        (1, Fraction(5, 8)),
        (2, Fraction(1, 4)),
        ("price", 125_000),
        ("days", 25),
        ("people", 2),
        ("goal", 800_000),
    ],
)
def test_enough_at_twelve_calls_a_day(factor: str | int, needed: Fraction | int) -> None:
    found = {one.factor: one for one in enough(ARTICLE, Fraction(12))}
    assert found[factor].needed == needed
    assert found[factor].is_possible


def test_enough_names_a_rate_that_no_stage_reaches() -> None:
    found = {one.factor: one for one in enough(ARTICLE, Fraction(5))}
    assert found[0].is_possible
    assert found[1] == Enough(1, Fraction(1, 2), Fraction(3, 2), is_possible=False)


def test_enough_of_nothing_is_nothing() -> None:
    assert enough(ARTICLE, Fraction(0)) == []


def changed(setting: Setting, one: Enough) -> Setting:
    """The setting with one factor as it would be enough."""
    if isinstance(one.factor, int):
        rates = list(setting.rates)
        rates[one.factor] = one.needed
        return replace(setting, rates=tuple(rates))
    if one.factor == "people":
        return replace(setting, people=int(one.needed))
    values: dict[str, Any] = {} if one.factor == "actions" else {one.factor: one.needed}
    return replace(setting, **values)


rates = st.lists(st.fractions(Fraction(1, 100), 1), min_size=0, max_size=7).map(tuple)


@given(
    st.integers(1, 10**9),
    st.integers(1, 10**7),
    rates,
    st.integers(1, 60),
    st.integers(1, 500),
    st.integers(1, 200),
)
def test_each_lever_alone_is_enough(
    goal: int, price: int, of: tuple[Fraction, ...], days: int, people: int, a_day: int
) -> None:
    setting = Setting(Fraction(goal), Fraction(price), of, Fraction(days), people)
    for one in enough(setting, Fraction(a_day)):
        pace = one.needed if one.factor == "actions" else Fraction(a_day)
        after = changed(setting, one)
        assert brings(after, pace) >= after.goal
        if one.factor != "people":
            assert brings(after, pace) == after.goal
