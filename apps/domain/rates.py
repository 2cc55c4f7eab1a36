"""Conversion rates, read the way people write them and kept as exact fractions."""

import re
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.errors import PlanError
from apps.domain.numbers import LONGEST, normal

FINEST = 10**15  # both sides of the fraction fit a database integer, with room to multiply
NUMBER = r"(\d+(?:\.\d+)?|\.\d+)"
# What a Japanese speaker counts: 件 社 人 回 本 軒 名 組 通 か所
COUNTER = r"(?:件|社|人|回|本|軒|名|組|通|つ|個|店|か所|箇所)?"
# One in n: the first number is the whole. 5件に1件, 5社中1社, 10件あたり3件
OUT_OF = "(?:に|中|の内|のうち|につき|あたり|当たり|で|分の)"
WHOLE_FIRST = re.compile(rf"{NUMBER}{COUNTER}{OUT_OF}{NUMBER}{COUNTER}")
# 1 in 5, 3 of 10, 1 out of 4, 2 per 5: the second number is the whole.
PART_FIRST = re.compile(rf"{NUMBER}(?:in|of|outof|per|inevery){NUMBER}")
PERCENT = re.compile(rf"{NUMBER}(?:%|percent|pct|パーセント)")
WARI = re.compile(r"(?:(\d+(?:\.\d+)?)割)?(?:(\d+(?:\.\d+)?)分)?")
QUOTIENT = re.compile(rf"{NUMBER}[/\u2044÷:]{NUMBER}")
PER_EVENT = re.compile(rf"(?:{NUMBER}(?:perevent|each|times|倍)|1件(?:に|につき|あたり){NUMBER}{COUNTER})")
BARE = re.compile(NUMBER)


@dataclass(frozen=True)
class Rate:
    """A conversion: how many events of a stage come from one event of the stage before it."""

    value: Fraction
    text: str

    @property
    def is_above_one(self) -> bool:
        """More than one event per event, e.g. several people met in one visit."""
        return self.value > 1


def parse_rate(text: str) -> Rate:
    """Reads ``20%``, ``0.2``, ``1/3``, ``1 in 5``, ``5件に1件``, ``2割``, full width.

    A bare number above 1 could mean per cent or "per event"; it is refused with both readings
    as facts (number, percent, per_event), so that the form can offer them. Raises PlanError:
    ``rate_missing``, ``rate_zero``, ``rate_negative``, ``rate_ambiguous``,
    ``rate_unreadable``, ``rate_too_fine``, ``too_long``.
    """
    if not text.strip():
        raise PlanError("rate_missing")
    if len(text) > LONGEST:
        raise PlanError("too_long", longest=LONGEST)
    bare = re.sub(r"\s", "", normal(text))
    value = _read(bare)
    if value is None:
        raise PlanError(_why_unreadable(bare), text=text)
    if value == 0:
        raise PlanError("rate_zero", text=text)
    if max(value.numerator, value.denominator) > FINEST:
        raise PlanError("rate_too_fine")
    if value > 1 and BARE.fullmatch(bare):
        raise PlanError("rate_ambiguous", number=bare, percent=f"{bare}%", per_event=f"{bare} per event")
    return Rate(value, text.strip())


def _why_unreadable(bare: str) -> str:
    if bare.startswith("-") and _read(bare[1:]) is not None:
        return "rate_negative"
    return "rate_unreadable"


def _read(bare: str) -> Fraction | None:
    if match := PERCENT.fullmatch(bare):
        return Fraction(match[1]) / 100
    if match := BARE.fullmatch(bare):
        return Fraction(match[1])
    if match := PER_EVENT.fullmatch(bare):
        return Fraction(match[1] or match[2])
    if match := WHOLE_FIRST.fullmatch(bare):
        return _ratio(match[2], match[1])
    if match := PART_FIRST.fullmatch(bare) or QUOTIENT.fullmatch(bare):
        return _ratio(match[1], match[2])
    if bare and (match := WARI.fullmatch(bare)):
        return Fraction(match[1] or 0) / 10 + Fraction(match[2] or 0) / 100
    return None


def _ratio(part: str, whole: str) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if Fraction(whole) else None
