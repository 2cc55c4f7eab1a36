from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.errors import PlanError
from apps.domain.numbers import parse_number, shown
from apps.domain.rates import parse_rate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20%", Fraction(1, 5)),
        ("20 %", Fraction(1, 5)),
        ("\uff12\uff10\uff05", Fraction(1, 5)),  # full width
        ("0.2", Fraction(1, 5)),
        (".2", Fraction(1, 5)),
        ("1/3", Fraction(1, 3)),
        ("\uff11\uff0f\uff13", Fraction(1, 3)),
        ("1 in 5", Fraction(1, 5)),
        ("3 out of 10", Fraction(3, 10)),
        ("5件に1件", Fraction(1, 5)),
        ("10社中3社", Fraction(3, 10)),
        ("3人に1人", Fraction(1, 3)),
        ("2割", Fraction(1, 5)),
        ("3分の1", Fraction(1, 3)),
        ("1:4", Fraction(1, 4)),
        ("\u00bd", Fraction(1, 2)),
        ("1 in every 5", Fraction(1, 5)),
        ("3割5分", Fraction(7, 20)),
        ("12.5%", Fraction(1, 8)),
        ("1", Fraction(1)),
        ("100%", Fraction(1)),
        ("150%", Fraction(3, 2)),
        ("3/2", Fraction(3, 2)),
        ("20 per event", Fraction(20)),
        ("1件に3件", Fraction(3)),
    ],
)
def test_parse_rate_reads(text: str, value: Fraction) -> None:
    rate = parse_rate(text)
    assert rate.value == value
    assert rate.is_above_one == (value > 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rate_missing"),
        ("  ", "rate_missing"),
        ("0", "rate_zero"),
        ("0 %", "rate_zero"),
        ("0/5", "rate_zero"),
        ("-20%", "rate_negative"),
        ("abc", "rate_unreadable"),
        ("1/0", "rate_unreadable"),
        ("0件に1件", "rate_unreadable"),
        ("20%%", "rate_unreadable"),
        ("0,2", "rate_unreadable"),
        ("<b>", "rate_unreadable"),
        ("🎯", "rate_unreadable"),
        ("9" * 41, "too_long"),
    ],
)
def test_parse_rate_refuses(text: str, code: str) -> None:
    with pytest.raises(PlanError) as error:
        parse_rate(text)
    assert error.value.code == code


def test_parse_rate_asks_what_a_bare_number_means() -> None:
    with pytest.raises(PlanError) as error:
        parse_rate("20")
    assert error.value.code == "rate_ambiguous"
    assert parse_rate(str(error.value.facts["percent"])).value == Fraction(1, 5)
    assert parse_rate(str(error.value.facts["per_event"])).value == 20


@given(st.text(max_size=60))
def test_parse_rate_never_breaks(text: str) -> None:
    with suppress(PlanError):
        assert parse_rate(text).value > 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000,000", 1_000_000),
        ("100万", 1_000_000),
        ("\uff11\uff10\uff10\u4e07\u5186", 1_000_000),
        ("1.5億", 150_000_000),
        ("1億5000万", 150_000_000),
        ("1億5000万30", 150_000_030),
        ("¥250000", 250_000),
        ("1,000円", 1000),
        ("250k", 250_000),
        ("7/3", Fraction(7, 3)),
        ("1e6", 1_000_000),
        ("-5", -5),
    ],
)
def test_parse_number_reads(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("abc", "not_a_number"),
        ("1/0", "not_a_number"),
        ("1e999999999", "not_a_number"),
        ("万", "not_a_number"),
        ("5万3億", "not_a_number"),
        ("nan", "not_a_number"),
        ("12,50", "not_a_number"),
        ("1.250,00", "not_a_number"),
        ("1,0000", "not_a_number"),
        ("1" * 41, "too_long"),
    ],
)
def test_parse_number_refuses(text: str, code: str) -> None:
    with pytest.raises(PlanError) as error:
        parse_number(text)
    assert error.value.code == code


@given(st.text(max_size=60))
def test_parse_number_never_breaks(text: str) -> None:
    with suppress(PlanError):
        assert isinstance(parse_number(text), Fraction)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(472583, 1000), "472.58"),
        (Fraction(10), "10"),
        (Fraction(1, 3), "0.33"),
        (Fraction(1800), "1,800"),
        (Fraction(-1, 3), "-0.33"),
        (Fraction(-1, 1000), "0"),
        (Fraction(5, 1000), "0.01"),
    ],
)
def test_shown(value: Fraction, text: str) -> None:
    assert shown(value) == text


def test_an_error_shows_its_facts() -> None:
    assert repr(PlanError("too_many_rows", largest=5)) == "PlanError('too_many_rows', {'largest': 5})"
