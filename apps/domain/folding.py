"""Text as one looks for it: width, case, kana and spaces make no difference."""

import re
import unicodedata

KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Forms of one character that names are written with; whoever looks types the usual one.
VARIANTS = str.maketrans(
    "髙﨑邉邊斎齋齊濱濵澤德𠮷廣國嶋嶌瀨戶黑槙曾萬鷗",
    "高崎辺辺斉斉斉浜浜沢徳吉広国島島瀬戸黒槇曽万鴎",
)
# Between the parts of a name, or of a word: 山田・花子, e-mail.
BETWEEN = re.compile(r"[\s\u30fb\u00b7._'\u2019\-\u2010-\u2015]+")


def folded(text: str) -> str:
    """NFKC, without case in any alphabet, katakana as hiragana, without spaces and joints. ``ﾔﾏﾀﾞ ハナコ``,
    ``やまだはなこ`` are one; so are ``MÜLLER`` and ``müller``, ``STRASSE`` and ``straße``."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # A letter and a mark that a space held apart become one.
    return unicodedata.normalize("NFKC", BETWEEN.sub("", plain)).translate(KATAKANA).translate(VARIANTS)


def wanted_parts(query: str) -> list[str]:
    """The words of a query, each as it is looked for."""
    words = unicodedata.normalize("NFKC", query).split()
    return [part for word in words if (part := folded(word))]


def holds(text: str, parts: list[str]) -> bool:
    """Every part is somewhere in the text; no parts are in no text."""
    inside = folded(text)
    return bool(parts) and all(part in inside for part in parts)
