"""Numbers as people write them, read exactly and written without loss."""

import re
import unicodedata
from fractions import Fraction
from math import ceil

from apps.domain.errors import PlanError

LONGEST = 40  # characters; longer input is a mistake, and could be made to cost time
MYRIADS = {"千": 10**3, "万": 10**4, "百万": 10**6, "億": 10**8, "兆": 10**12, "k": 10**3, "m": 10**6}
DECORATION = re.compile(r"[\s¥$€£円件]|yen|jpy|usd|eur|gbp")
# A comma groups thousands; 12,50 is refused rather than read as 1250.
GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?")
RATIO = re.compile(r"([+-]?\d+)/(\d+)")
PARTS = re.compile(r"(\d+\.?\d*|\.\d+)(百万|千|万|億|兆)")


def normal(text: str) -> str:
    """Full-width characters become plain ones, capitals small, the ends trimmed."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def parse_number(text: str) -> Fraction:
    """The exact value of a number as written.

    Reads ``1,000,000``, ``¥250000``, ``7/3``, ``1.5e6``, ``100万``, ``1億5000万``, full width.
    Raises PlanError: ``missing``, ``not_a_number``, ``too_long``.
    """
    if not text.strip():
        raise PlanError("missing")
    if len(text) > LONGEST:
        raise PlanError("too_long", longest=LONGEST)
    bare = GROUPED.sub(lambda match: match[0].replace(",", ""), DECORATION.sub("", normal(text)))
    if match := RATIO.fullmatch(bare):
        if int(match[2]) == 0:
            raise PlanError("not_a_number", text=text)
        return Fraction(int(match[1]), int(match[2]))
    if PLAIN.fullmatch(bare):
        return Fraction(bare)
    return _parse_myriads(bare, text)


def _parse_myriads(bare: str, text: str) -> Fraction:
    """``1億5000万`` and ``250k``: parts with a unit, largest first, and perhaps a plain rest."""
    if bare[-1:] in ("k", "m") and PLAIN.fullmatch(bare[:-1]):
        return Fraction(bare[:-1]) * MYRIADS[bare[-1]]
    total, end, last_unit = Fraction(0), 0, 10**13
    for match in PARTS.finditer(bare):
        unit = MYRIADS[match[2]]
        if match.start() != end or unit >= last_unit:
            raise PlanError("not_a_number", text=text)
        total, end, last_unit = total + Fraction(match[1]) * unit, match.end(), unit
    rest = bare[end:]
    if end == 0 or (rest and not rest.isdecimal()):
        raise PlanError("not_a_number", text=text)
    return total + (Fraction(rest) if rest else 0)


def whole_up(value: Fraction) -> int:
    """The smallest whole number that is enough (rounds up)."""
    return ceil(value)


def exact_text(value: Fraction) -> str:
    """The value without loss: a decimal where it ends within 30 places, otherwise ``p/q``.

    >>> exact_text(Fraction(25, 2)), exact_text(Fraction(1, 3))
    ('12.5', '1/3')
    """
    denominator, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator, power = denominator // prime, power + 1
        places = max(places, power)
    if denominator != 1 or places > 30:
        return f"{value.numerator}/{value.denominator}"
    digits = abs(value.numerator) * 10**places // value.denominator
    sign = "-" if value < 0 else ""
    if places == 0:
        return f"{sign}{digits}"
    padded = str(digits).rjust(places + 1, "0")
    return f"{sign}{padded[:-places]}.{padded[-places:]}"


def shown(value: Fraction, places: int = 2) -> str:
    """For the eye: at most ``places`` decimals, half away from zero, no trailing zeros.

    >>> shown(Fraction(1_473_583, 1000)), shown(Fraction(10))
    ('1,473.58', '10')
    """
    scaled = abs(value) * 10**places
    digits = int(scaled + Fraction(1, 2))
    units, _point, rest = exact_text(Fraction(digits, 10**places)).partition(".")
    text = f"{int(units):,}.{rest}" if rest else f"{int(units):,}"
    return f"-{text}" if value < 0 and digits else text
