"""A goal's text made uniform, and words found in it."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 5000  # characters that are read; a goal longer than that is judged by its beginning

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# Marks that change the direction of writing say nothing about a goal.
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
SPACES = re.compile(r"\s+")
# No quantity is longer; a wall of digits would keep the patterns busy for seconds.
LONG_NUMBER = re.compile(r"(\d{18})\d+")


def uniform(text: str) -> str:
    """Plain widths, small letters, single spaces, straight quotes and dashes."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text[:LONGEST])).lower()
    plain = plain.replace("\u2019", "'").replace("\u2018", "'")
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain)
    return SPACES.sub(" ", LONG_NUMBER.sub(r"\1", plain)).strip()


def is_japanese(text: str) -> bool:
    return JAPANESE.search(text) is not None


@dataclass(frozen=True)
class Hit:
    """Words that matched a rule, and where."""

    words: str
    start: int
    end: int


def hits(pattern: re.Pattern[str], text: str) -> list[Hit]:
    return [Hit(match[0].strip(), match.start(), match.end()) for match in pattern.finditer(text)]


def without(text: str, found: list[Hit]) -> str:
    """The text with the found places blanked, so that no other rule reads them again."""
    characters = list(text)
    for hit in found:
        characters[hit.start : hit.end] = "\u25a1" * (hit.end - hit.start)
    return "".join(characters)


def any_of(*words: str) -> str:
    """An alternation, longest first, for literal words."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
