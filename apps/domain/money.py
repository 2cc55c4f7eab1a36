"""Amounts as people type and read them; inside they are whole minor units."""

from fractions import Fraction

from apps.domain.errors import PlanError
from apps.domain.numbers import parse_number

DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0}
SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
CURRENCIES = ("JPY", "USD", "EUR", "GBP", "AUD", "CAD", "CHF", "CNY", "HKD", "KRW", "SGD", "TWD", "VND")
LARGEST = 10**13
# Who writes a sign: an amount in another currency is refused, not read as this one.
SIGNS = {
    "¥": {"JPY", "CNY"},
    "\uffe5": {"JPY", "CNY"},
    "円": {"JPY"},
    "$": {"USD", "AUD", "CAD", "HKD", "SGD", "TWD"},
    "€": {"EUR"},
    "£": {"GBP"},
}


def decimals(currency: str) -> int:
    return DECIMALS.get(currency, 2)


def _scale(currency: str) -> int:
    return int(10 ** decimals(currency))


def parse_money(text: str, currency: str) -> int:
    """Minor units. Raises PlanError of parse_number, ``other_currency``, ``too_fine``, ``too_large``."""
    if any(sign in text and currency not in users for sign, users in SIGNS.items()):
        raise PlanError("other_currency", text=text, currency=currency)
    minor = parse_number(text) * _scale(currency)
    if minor.denominator != 1:
        raise PlanError("too_fine", currency=currency, smallest=money_text(1, currency))
    if abs(minor) > LARGEST:
        raise PlanError("too_large", largest=money_text(LARGEST, currency))
    return minor.numerator


def money_text(minor: int | Fraction, currency: str) -> str:
    """``¥1,000,000``, ``$12.50``, ``CHF 3.00``; a part of a minor unit is cut off."""
    whole = int(minor)
    places = decimals(currency)
    units, rest = divmod(abs(whole), 10**places)
    digits = f"{units:,}" + (f".{rest:0{places}d}" if places else "")
    sign = "-" if whole < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{digits}"


def plain_number(minor: int, currency: str) -> str:
    """For programs: ``1000000`` or ``12.50``, without marks that part thousands."""
    return plain_text(minor, currency).replace(",", "")


def plain_text(minor: int, currency: str) -> str:
    """For an input field: ``1,000,000``, without the sign of the currency."""
    return money_text(minor, currency).replace(SYMBOLS.get(currency, currency + " "), "")
