import pytest

from apps.web.management.commands.messages import fills


@pytest.mark.parametrize(
    ("sentence", "translated", "is_sound"),
    [
        ("Grade %(grade)s in per cent", "確度%(grade)s (パーセント)", True),
        ("Grade %(grade)s in per cent", "確度%(grade)s (%)", False),
        ("%(n)s %% of it", "その%(n)s%%", True),
        ("By %(name)s", "%(nam)sによる", False),
        ("100 % of all", "全体の100%", True),
    ],
)
def test_a_translation_that_breaks_its_sentence_is_found(
    sentence: str, translated: str, is_sound: bool
) -> None:
    assert fills(sentence, translated) == is_sound
