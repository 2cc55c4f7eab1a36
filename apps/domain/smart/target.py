"""The number that a goal names, to be held against what was reached before."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from apps.domain.errors import PlanError
from apps.domain.numbers import parse_number
from apps.domain.smart.text import Hit

NUMBER = re.compile(
    r"\d[\d,]*(?:\.\d+)?\s?(?:百万|千|万|億|兆|k\b|m\b|million\b|thousand\b)?(?:\d[\d,]*(?:千|万))?"
)
WORDS = {"million": "m", "thousand": "k"}
PER_CENT = re.compile(r"%|per ?cent|パーセント|割(?!合|引)")
TENTHS = re.compile(r"\d\s?割(?!合|引)")
POINTS = re.compile(r"\d\s?(?:percentage )?(?:points?\b|pts?\b|pp\b|ポイント)")
TIMES = re.compile(r"\b(?:doubl|twice)|\d\s?倍(?:に|へ|$)|倍増")
# Who does it is no number to reach.
HEADS = re.compile(
    r"\b(?:with|by|using)\s+\d+\s+(?:sales\s*)?(?:reps?|people|persons?|members?|staff|agents|of us)\b|\d+[人名](?:で|体制|がかり)"
)
# From one value to another: the last is meant, and it is no change against before.
SPAN = re.compile(r"\bfrom\b.*\bto\b|から.*(?:に|へ|まで)|\u2192|->")
# A share of what was before, rather than a change: 前年比120%, 120% of last month.
RATIO = re.compile(
    r"(?:前\w{1,3}|先月|昨年|去年)(?:度|同月|同期)?比\s*\d|\d\s*%\s*of\s+(?:last|the previous|the prior)"
)
CHANGE = re.compile(
    r"(?:\bby|\+|\bup|\bgrow\w*)\s*(?:an? (?:additional|extra) )?\s*\d|\d\S*\s+(?:more|additional|extra|higher|increase|growth|up)\b"
    r"|比\s*\+|\d\s*(?:%|割|件|社|回|人|名|円|万円|億円|ポイント)?\s*(?:増|アップ|up|向上|改善|伸ば|伸び|上げ|高め|上乗せ|積み増|プラス|減|削減|下げ|短縮)|プラス\s*\d"
)
FALL = re.compile(
    r"\b(?:reduc\w*|decreas\w*|lower\w*|cut\w*|less|fewer|shorten\w*)\b|減|削減|短縮|下げ|ダウン|抑え"
)


def target_of(text: str, amounts: Sequence[Hit], history: Sequence[Fraction]) -> Fraction | None:
    """The number to reach, of ``text`` as ``uniform`` writes it. From 20 to 25 asks for 25; by 15 %, or
    10 more, is measured against the mean of ``history``; a share of 15 % is 0.15 where the history is
    one. None where several numbers stand side by side and nobody can say which is meant."""
    if not history:
        return None
    mean = sum(history, Fraction(0)) / len(history)
    if TIMES.search(text) and not SPAN.search(text):
        return mean * _factor(text)
    heads = [(match.start(), match.end()) for match in HEADS.finditer(text)]
    counted = [hit for hit in amounts if not any(start < hit.end and hit.start < end for start, end in heads)]
    found = [value for hit in _apart(counted) for value in _values(hit.words)]
    if not found or (len(found) > 1 and not SPAN.search(text)):
        return None
    return _against(text, found[-1], mean, is_share=max(history) <= 1)


def _against(text: str, wanted: Fraction, mean: Fraction, *, is_share: bool) -> Fraction:
    is_change = CHANGE.search(text) is not None and not SPAN.search(text)
    sign = -1 if lower_is_better(text) else 1
    if POINTS.search(text) and is_change:
        return mean + sign * (wanted / 100 if is_share else wanted)
    if PER_CENT.search(text):
        parts = wanted / 10 if TENTHS.search(text) else wanted / 100
        if is_change:
            return mean * (1 + sign * parts)
        if RATIO.search(text):
            return mean * parts
        return parts if is_share else parts * 100
    return mean + sign * wanted if is_change else wanted


def _factor(text: str) -> Fraction:
    times = re.search(r"(\d+(?:\.\d+)?)\s?倍", text)
    return Fraction(times[1]) if times else Fraction(2)


def other_numbers(amounts: Sequence[Hit], wanted: Fraction) -> list[Hit]:
    """The numbers of a text of which none is the one that stands in the field beside it."""
    numbered = [hit for hit in _apart(amounts) if _values(hit.words)]
    values = {value for hit in numbered for value in _values(hit.words)}
    values |= {value * 10 for hit in numbered if TENTHS.search(hit.words) for value in _values(hit.words)}
    # 3 of 10 is 30 %, whichever comes first.
    listed = [value for hit in numbered for value in _values(hit.words)]
    values |= {100 * part / whole for pair in pairwise(listed) for part, whole in (pair, pair[::-1]) if whole}
    return [] if abs(wanted) in values else numbered


def lower_is_better(text: str) -> bool:
    return FALL.search(text) is not None


def _apart(amounts: Sequence[Hit]) -> list[Hit]:
    """In the order of the text; of rules that read the same place the one that read most of it, and
    what stands side by side (1億 5000万) as one."""
    kept: list[Hit] = []
    for hit in sorted(amounts, key=lambda hit: (hit.start, -hit.end)):
        if kept and hit.start < kept[-1].end:
            continue
        if kept and hit.start == kept[-1].end:
            before = kept.pop()
            kept.append(Hit(before.words + hit.words, before.start, hit.end))
        else:
            kept.append(hit)
    return kept


def _values(words: str) -> list[Fraction]:
    values = []
    for match in NUMBER.finditer(words):
        written = match[0]
        for word, letter in WORDS.items():
            written = written.replace(word, letter)
        try:
            values.append(parse_number(written))
        except PlanError:
            continue
    return values
