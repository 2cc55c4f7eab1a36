"""How a person wants large amounts written: in full, in tens of thousands (万) or in millions."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction

from django.utils.translation import get_language

from apps.domain.money import SYMBOLS, decimals, money_text
from apps.domain.numbers import shown

FULL, MAN, MILLION = "", "man", "million"
UNITS = {MAN: 10_000, MILLION: 1_000_000}
# Digits that are read; what is behind them is cut off, as a rounded number could say that a goal is reached
# which is not.
DIGITS = 4
_wish: ContextVar[str] = ContextVar("amounts", default=FULL)


def wish() -> str:
    """Of whoever reads."""
    return _wish.get()


@contextmanager
def amounts_in(wished: str) -> Iterator[None]:
    token = _wish.set(wished)
    try:
        yield
    finally:
        _wish.reset(token)


def amount_text(minor: int | Fraction, currency: str) -> str:
    """``money_text``, or shorter where the person who reads wants that: ``123.5万円``, ``¥1.24M``. Amounts
    below one such unit stay as they are."""
    unit, language = wish(), get_language()
    if unit == MAN and language != "ja":
        unit = FULL
    units = Fraction(minor) / 10 ** decimals(currency)
    if unit == FULL or abs(units) < UNITS[unit]:
        return money_text(minor, currency)
    number = _cut(abs(units) / UNITS[unit])
    sign = "-" if units < 0 else ""
    if language != "ja":
        return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{number}M"
    word = "\u4e07" if unit == MAN else "\u767e\u4e07"
    if currency == "JPY":
        return f"{sign}{number}{word}\u5186"
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{number}{word}"


def _cut(value: Fraction) -> str:
    """``1,234``, ``437.5``, ``1.23``: at most two digits behind the point."""
    places = min(2, max(0, DIGITS - len(str(int(value)))))
    return shown(Fraction(int(value * 10**places), 10**places), places)
