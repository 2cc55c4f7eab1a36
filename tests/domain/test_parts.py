from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.backcast import Stage, backcast
from apps.domain.errors import PlanError
from apps.domain.lead_time import (
    Deals,
    FirstSteps,
    asked,
    last_useful_day,
    leads_to_the_end,
    spared,
)
from apps.domain.parts import Chain, is_shared, person_needs
from apps.domain.workdays import WorkCalendar, capacities, period_days
from tests.people import END, START

RATES = [None, Fraction(1, 3), Fraction(1, 2), Fraction(1, 5)]
NEEDS = [Fraction(300), Fraction(100), Fraction(50), Fraction(10)]
EQUAL = {1: Fraction(1), 2: Fraction(1)}


def test_team_rates_split_the_whole() -> None:
    assert person_needs(Chain(NEEDS, RATES), EQUAL, {}) == [
        {1: 150, 2: 150},
        {1: 50, 2: 50},
        {1: 25, 2: 25},
        {1: 5, 2: 5},
    ]


def test_own_rates_ask_for_other_numbers_with_the_same_contracts() -> None:
    """One wins a quarter of the meetings and gets 30 % of appointments from calls."""
    own = {1: {3: Fraction(1, 4), 1: Fraction(3, 10)}}
    calls, appointments, meetings, contracts = person_needs(Chain(NEEDS, RATES), EQUAL, own)
    assert contracts == {1: 5, 2: 5}
    assert meetings == {1: 20, 2: 25}
    assert appointments == {1: 40, 2: 50}
    assert calls == {1: 134, 2: 150}


def test_a_stage_after_the_last_own_rate_is_still_shared() -> None:
    """15 contracts over 2 people are 8 and 7, not 8 and 8: only calls rest on an own rate."""
    chain = Chain([need * Fraction(3, 2) for need in NEEDS], RATES)
    found = person_needs(chain, EQUAL, {1: {1: Fraction(1, 4)}})
    assert found[3] == {1: 8, 2: 7}
    assert found[0] == {1: 150 * 2, 2: 225}


def test_an_own_rate_that_is_the_teams_changes_nothing() -> None:
    own = {1: {3: Fraction(1, 5)}}
    assert person_needs(Chain(NEEDS, RATES), EQUAL, own) == person_needs(Chain(NEEDS, RATES), EQUAL, {})


def test_open_deals_spare_what_they_take_at_own_rates() -> None:
    """Four expected contracts among proposals, two for each: 20 of 50 meetings at the team's 20 %, 16 at
    a quarter. Somebody without weight changes nothing."""
    deals = [Deals(2, Fraction(8), Fraction(1, 2))]
    chain = Chain(asked(NEEDS, Fraction(0), spared(deals, RATES)), RATES, deals)
    own = {1: {3: Fraction(1, 4)}}
    meetings = person_needs(chain, EQUAL, own)[2]
    assert meetings == {1: 12, 2: 15}
    assert person_needs(chain, EQUAL, {})[2] == {1: 15, 2: 15}
    idle = EQUAL | {3: Fraction(0)}
    assert person_needs(chain, idle, {3: {3: Fraction(1, 9)}})[2] == {1: 15, 2: 15, 3: 0}


def test_a_zero_rate_of_ones_own_is_named() -> None:
    with pytest.raises(PlanError) as refused:
        person_needs(Chain(NEEDS, RATES), EQUAL, {1: {3: Fraction(0)}})
    assert refused.value.code == "rate_zero"


rates = st.fractions(min_value=Fraction(1, 50), max_value=1)


@given(
    st.dictionaries(st.integers(1, 5), st.integers(0, 9), min_size=1),
    st.dictionaries(st.tuples(st.integers(1, 5), st.integers(1, 3)), rates),
    st.integers(1, 500),
)
def test_each_part_is_the_ceiling_of_its_own_need(
    weights: dict[int, int], own: dict[tuple[int, int], Fraction], contracts: int
) -> None:
    """A part with own rates never asks for less than the contracts that it carries need, nor for one
    more than that."""
    exact = [contracts * 30, contracts * 10, contracts * 5, contracts]
    by_person: dict[int, dict[int, Fraction]] = {}
    for (key, place), rate in own.items():
        by_person.setdefault(key, {})[place] = rate
    shares = {key: Fraction(weight) for key, weight in weights.items()}
    chain = Chain([Fraction(need) for need in exact], RATES)
    found = person_needs(chain, shares, by_person)
    whole = sum(shares.values())
    for key, weight in shares.items():
        need = contracts * (weight / whole if whole else Fraction(1, len(shares)))
        for place in (3, 2, 1):
            need /= by_person.get(key, {}).get(place, RATES[place] or 1)
            if not is_shared(chain, place - 1, by_person, shares):
                assert found[place - 1][key] == ceil(need)
            else:
                assert abs(found[place - 1][key] - need) < 1
    assert sum(found[3].values()) == contracts


# -- lead time and open deals ----------------------------------------------------------------------


def test_open_deals_spare_what_would_have_led_to_them() -> None:
    """Ten in proposal, half of which will close: five contracts less to begin from the top. The stage
    that they still have to pass is not spared."""
    off = spared([Deals(2, Fraction(10), Fraction(1, 2))], RATES)
    assert off == [150, 50, 25, 0]
    assert asked(NEEDS, Fraction(0), off) == [150, 50, 25, 10]


def test_more_open_deals_than_needed_ask_for_nothing() -> None:
    off = spared([Deals(2, Fraction(100), Fraction(1))], RATES)
    assert asked(NEEDS, Fraction(0), off) == [0, 0, 0, 10]


def test_a_buffer_lifts_every_stage() -> None:
    assert asked(NEEDS, Fraction(1, 10), [Fraction(0)] * 4) == [330, 110, 55, 11]


def test_the_last_useful_day_of_a_plain_month() -> None:
    """1 to 28 June 2026, 20 working days: with eight to go the last useful day is the twelfth."""
    days = period_days(START, END)
    capacity = capacities(WorkCalendar(), days)
    day = last_useful_day(days, capacity, 8)
    assert day is not None
    assert f"{day}" == "2026-06-16"
    assert last_useful_day(days, capacity, 19) == START
    assert last_useful_day(days, capacity, 20) is None


def test_leads_add_up_towards_the_end() -> None:
    assert leads_to_the_end([1, 3, 5, 99]) == [9, 8, 5, 0]


def test_first_steps_with_and_without_lead_time() -> None:
    steps = FirstSteps(without=300, days=20, useful_days=12, with_lead=240)
    assert steps.a_day_without == 15
    assert steps.a_day == 20
    assert steps.useful_share == Fraction(3, 5)
    none = FirstSteps(without=300, days=5, useful_days=0, with_lead=300)
    assert none.a_day is None
    assert none.useful_share == 0


@given(st.lists(rates, min_size=1, max_size=5), st.integers(1, 100), st.integers(0, 200), st.integers(0, 100))
def test_doing_what_is_asked_lands_on_the_goal(
    chain: list[Fraction], contracts: int, deals: int, chance: int
) -> None:
    """What the first stage's exact need brings, with what is under way, is the goal or more."""
    stages = [Stage("first"), *(Stage(f"{number}", rate) for number, rate in enumerate(chain))]
    tree = backcast(stages, Fraction(contracts))
    open_deals = [Deals(len(chain) - 1, Fraction(deals), Fraction(chance, 100))]
    off = spared(open_deals, [None, *chain])
    first = asked([need.exact for need in tree.needs], Fraction(0), off)[0]
    brings = first
    for rate in chain:
        brings *= rate
    assert brings + open_deals[0].expected >= contracts
