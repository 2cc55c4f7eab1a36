"""The number that a goal names, to be held against what was reached before."""

import re
from collections.abc import Sequence
from fractions import Fraction

from apps.domain.errors import PlanError
from apps.domain.numbers import parse_number
from apps.domain.smart.text import Hit

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?\s?(?:百万|千|万|億|兆|k\b|m\b|million\b|thousand\b)?")
WORDS = {"million": "m", "thousand": "k"}
PER_CENT = re.compile(r"%|per ?cent|パーセント")
# A change against what was before, rather than a level.
CHANGE = re.compile(
    r"(?:\bby|\+|\bup|\bgrow\w*|\bmore)\s*(?:an? (?:additional|extra) )?\s*\d|\d\s*%\s*(?:more|higher|increase|growth|up\b)"
    r"|前\w{1,3}比\s*\+|\d\s*%\s*(?:増|アップ|up|向上|改善|伸|上げ|高め|上乗せ|プラス)|プラス\s*\d"
)
FALL = re.compile(
    r"\b(?:reduc\w*|decreas\w*|lower\w*|cut\w*|less|fewer|shorten\w*)\b|減|削減|短縮|下げ|ダウン|抑え"
)


def target_of(text: str, amounts: Sequence[Hit], history: Sequence[Fraction]) -> Fraction | None:
    """The number to reach, of ``text`` as ``uniform`` writes it. From 20 to 25 asks for 25; by 15 %
    is measured against the mean of ``history``; a share of 15 % is 0.15 where the history is one."""
    found = [value for hit in _apart(amounts) for value in _values(hit.words)]
    if not found or not history:
        return None
    wanted = found[-1]
    if not PER_CENT.search(text):
        return wanted
    mean = sum(history, Fraction(0)) / len(history)
    if CHANGE.search(text):
        return mean * (1 + (-wanted if lower_is_better(text) else wanted) / 100)
    return wanted / 100 if max(history) <= 1 else wanted


def _apart(amounts: Sequence[Hit]) -> list[Hit]:
    """In the order of the text; of rules that read the same place, the one that read most of it."""
    kept: list[Hit] = []
    for hit in sorted(amounts, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def lower_is_better(text: str) -> bool:
    return FALL.search(text) is not None


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
