import pytest

from apps.domain.errors import PlanError
from apps.domain.money import money_text, parse_money, plain_text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("100\u4e07", "JPY", 1_000_000),
        ("\u00a51,000", "JPY", 1000),
        ("12.50", "USD", 1250),
        ("$1,250", "USD", 125_000),
    ],
)
def test_parse_money(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("12.5", "JPY", "too_fine"),
        ("12,50", "USD", "not_a_number"),
        ("\u00a5500", "USD", "other_currency"),
        ("$5", "JPY", "other_currency"),
        ("100000000000000", "JPY", "too_large"),
    ],
)
def test_parse_money_refuses(text: str, currency: str, code: str) -> None:
    with pytest.raises(PlanError) as error:
        parse_money(text, currency)
    assert error.value.code == code


def test_money_text() -> None:
    assert money_text(-125_050, "USD") == "-$1,250.50"
    assert money_text(300, "CHF") == "CHF 3.00"
    assert plain_text(1_000_000, "JPY") == "1,000,000"
