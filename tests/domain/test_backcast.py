from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.backcast import Stage, backcast, contracts_for, land
from apps.domain.errors import PlanError
from apps.domain.numbers import exact_text
from apps.domain.rates import parse_rate


def chain(*rates: str) -> list[Stage]:
    """A funnel, first stage first, from rates given last step first (as goals are walked back)."""
    return [
        Stage("0"),
        *(Stage(str(number), parse_rate(rate).value) for number, rate in enumerate(reversed(rates), 1)),
    ]


# (contracts, rates from the last step back, whole needs from the last stage back), figures as published
PUBLISHED = [
    (10, ("20%", "50%", "1/3"), (10, 50, 100, 300)),  # listoru, the reverse tree of the seed article
    (14, ("40%", "50%", "35%", "10%"), (14, 35, 70, 200, 2000)),  # mysalesprocess.com/sales-math
    (20, ("20%", "40%"), (20, 100, 250)),  # ist-c.co.jp
    (20, ("40%", "50%", "80%", "5%"), (20, 50, 100, 125, 2500)),  # Creme CRM's example
    (15, ("3%",), (15, 500)),  # a float answers 501
    (15, ("6%",), (15, 250)),
    (22, ("11%",), (22, 200)),
    (11, ("44%",), (11, 25)),
    (21, ("35%",), (21, 60)),
    (3, ("37%", "43%", "57%", "7%"), (3, 9, 19, 34, 473)),  # rounding at each step asks for 529
]


@pytest.mark.parametrize(("contracts", "rates", "needs"), PUBLISHED)
def test_backcast_needs(contracts: int, rates: tuple[str, ...], needs: tuple[int, ...]) -> None:
    tree = backcast(chain(*rates), Fraction(contracts))
    assert tuple(need.whole for need in reversed(tree.needs)) == needs


def test_backcast_uses_exact_contracts_upstream() -> None:
    """250,000 at 1,400 is 178.57 jobs: 179 to win, but 358 and 511 from the exact value."""
    tree = backcast(chain("50%", "70%"), contracts_for(Fraction(250_000), Fraction(1_400)))
    assert [need.whole for need in reversed(tree.needs)] == [179, 358, 511]


def test_backcast_lands_a_little_above_the_goal() -> None:
    landing = backcast(chain("37%", "43%", "57%", "7%"), Fraction(3)).landing
    assert round(float(landing.attainment) * 100, 2) == 100.09
    assert landing.amount is None


def test_backcast_lands_exactly_on_the_article() -> None:
    landing = backcast(chain("20%", "50%", "1/3"), Fraction(10), Fraction(100_000)).landing
    assert [landing.count, landing.amount, landing.attainment] == [
        Fraction(10),
        Fraction(1_000_000),
        Fraction(1),
    ]


@pytest.mark.parametrize(
    ("stages", "contracts", "code"),
    [
        ([], 1, "no_stages"),
        ([Stage("a")], 0, "goal_not_positive"),
        ([Stage("a")], -3, "goal_not_positive"),
        ([Stage("a"), Stage("b")], 1, "rate_missing"),
        ([Stage("a"), Stage("b", Fraction(0))], 1, "rate_zero"),
    ],
)
def test_backcast_refuses(stages: list[Stage], contracts: int, code: str) -> None:
    with pytest.raises(PlanError) as error:
        backcast(stages, Fraction(contracts))
    assert error.value.code == code


@pytest.mark.parametrize(
    ("goal", "price", "code"), [(0, 1, "goal_not_positive"), (1, 0, "price_not_positive")]
)
def test_contracts_for_refuses(goal: int, price: int, code: str) -> None:
    with pytest.raises(PlanError) as error:
        contracts_for(Fraction(goal), Fraction(price))
    assert error.value.code == code


rates = st.fractions(min_value=Fraction(1, 1000), max_value=2, max_denominator=1000)


@given(st.integers(1, 10**9), st.lists(rates, max_size=7))
def test_backcast_is_enough_and_one_less_is_not(contracts: int, values: list[Fraction]) -> None:
    stages = [Stage("first"), *(Stage(str(number), rate) for number, rate in enumerate(values))]
    tree = backcast(stages, Fraction(contracts))
    first = tree.needs[0].whole
    assert tree.landing.count >= contracts
    assert land(stages, first - 1, Fraction(contracts)).count < contracts
    assert all(need.exact <= need.whole < need.exact + 1 for need in tree.needs)


@given(st.integers(1, 10**6), st.integers(1, 10**6), rates)
def test_backcast_never_asks_less_for_more(one: int, other: int, rate: Fraction) -> None:
    small, large = sorted((one, other))
    stages = [Stage("a"), Stage("b", rate)]
    assert (
        backcast(stages, Fraction(small)).needs[0].whole <= backcast(stages, Fraction(large)).needs[0].whole
    )


@given(st.fractions())
def test_exact_text_loses_nothing(value: Fraction) -> None:
    assert Fraction(exact_text(value)) == value
