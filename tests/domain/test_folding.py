import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.folding import folded, holds, wanted_parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾔﾏﾀﾞ ハナコ", "やまだはなこ"),
        ("ヤマダ・ハナコ", "やまだ　はなこ"),
        ("ＳＡＴＯ", "sato"),
        ("MÜLLER", "müller"),
        ("\u9ad9\u6a4b", "\u9ad8\u6a4b"),
        ("\u6e21\u9089", "\u6e21\u8fba"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ヴィーナス", "ゔぃーなす"),
        ("O'Brien", "obrien"),
        ("Jean-Luc", "jeanluc"),
        ("① 四半期", "1四半期"),
    ],
)
def test_folded_makes_one_of_what_people_take_for_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("佐藤", "斎藤"), ("は", "ば"), ("つ", "っ"), ("o", "ö")])
def test_folded_keeps_apart_what_differs(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_folded_twice_is_folded(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet="abcÄößヤやﾔ山田 -・", max_size=20), st.integers(0, 20), st.integers(1, 20))
def test_every_part_of_a_text_is_found_in_it(text: str, start: int, size: int) -> None:
    parts = wanted_parts(text[start : start + size])
    assert holds(text, parts) == bool(parts)


def test_every_part_has_to_be_there() -> None:
    assert holds("山田 花子 やまだ はなこ", wanted_parts("はなこ　ヤマダ"))
    assert not holds("山田 花子", wanted_parts("山田 太郎"))
