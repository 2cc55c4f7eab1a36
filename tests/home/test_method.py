"""The method's page computes its examples."""

import pytest
from django.test import Client
from django.utils import translation

from apps.home.method import example_aims, example_evidence, example_goals, example_rounding, example_tree
from tests.people import World


def test_the_first_articles_tree_and_weeks() -> None:
    _tree, steps = example_tree()
    assert [step.needed for step in steps] == [300, 100, 50, 10]
    assert [list(step.weeks) for step in steps] == [
        [75, 75, 75, 75],
        [25, 25, 25, 25],
        [12, 13, 12, 13],
        [2, 3, 2, 3],
    ]


def test_rounding_once_asks_for_less_than_rounding_at_every_step() -> None:
    found = example_rounding()
    assert list(found.once) == [3, 9, 19, 34, 473]
    assert list(found.every_time) == [3, 9, 21, 37, 529]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_second_articles_goals_carry_their_letters(language: str) -> None:
    with translation.override(language):
        objective, results = example_goals()
        assert objective.judgement.gaps == ""
        assert [result.judgement.gaps for result in results] == ["", "", "", ""]
        wish, aim = example_aims()
        assert "M" in wish.judgement.gaps
        assert aim.judgement.gaps == ""


def test_the_same_change_is_told_only_from_many_cases() -> None:
    assert [found.state for found in example_evidence()] == ["open", "better"]


@pytest.mark.parametrize(("language", "word"), [("en", "Glossary"), ("ja", "用語集")])
def test_method_shows_every_example_in_both_languages(
    world: World, rep: Client, language: str, word: str
) -> None:
    world.rep.language = language
    world.rep.save()
    page = rep.get("/method/").content.decode()
    assert word in page
    for number in ("¥1,000,000", "300", "473", "529"):
        assert number in page
    assert page.count('id="') >= 7
