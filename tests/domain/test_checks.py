from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.checks import (
    GAP,
    OK,
    UNKNOWN,
    Check,
    check_agreed,
    check_behaviour,
    check_both,
    check_few,
    check_improving,
    check_reviewed,
    check_stretch,
    diagnose,
)


def few(state: str, reason: str, kpis: int, people: int) -> Check:
    return Check("few", state, reason, {"kpis": kpis, "limit": 5, "people": people})


def behaviour(state: str, reason: str, actions: int, top: str) -> Check:
    return Check("behaviour", state, reason, {"actions": actions, "kpis": 5, "top": top})


def agreed(state: str, reason: str, said: int, mean: Fraction) -> Check:
    return Check("agreed", state, reason, {"agreed": said, "people": 3, "mean": mean})


CHECKS: list[tuple[Callable[[], Check], Check]] = [
    (lambda: check_few(5, 5, 0), few(OK, "", 5, 0)),
    (lambda: check_few(6, 5, 0), few(GAP, "kpis", 6, 0)),
    (lambda: check_few(5, 5, 1), few(GAP, "people", 5, 1)),
    (lambda: check_few(0, 5, 0), Check("few", UNKNOWN, "none")),
    (lambda: check_behaviour(3, 5, top="Meeting", top_is_watched=True), behaviour(OK, "", 3, "Meeting")),
    (lambda: check_behaviour(3, 5, top="", top_is_watched=False), behaviour(OK, "", 3, "")),
    (lambda: check_behaviour(3, 5, top="Meeting", top_is_watched=False), behaviour(GAP, "top", 3, "Meeting")),
    (lambda: check_behaviour(2, 5, top="", top_is_watched=False), behaviour(GAP, "results", 2, "")),
    (lambda: check_behaviour(0, 0, top="", top_is_watched=False), Check("behaviour", UNKNOWN, "none")),
    (lambda: check_agreed([4, 5, None], 3), agreed(OK, "", 3, Fraction(9, 2))),
    (lambda: check_agreed([3, 3, 3], 3), agreed(OK, "", 3, Fraction(3))),
    (lambda: check_agreed([4, 5], 3), agreed(GAP, "open", 2, Fraction(9, 2))),
    (lambda: check_agreed([2, 3, 2], 3), agreed(GAP, "doubt", 3, Fraction(7, 3))),
    (lambda: check_agreed([], 0), Check("agreed", UNKNOWN, "none")),
    (lambda: check_stretch(0.5), Check("stretch", OK, "", {"chance": 0.5})),
    (lambda: check_stretch(0.3), Check("stretch", OK, "", {"chance": 0.3})),
    (lambda: check_stretch(0.8), Check("stretch", OK, "", {"chance": 0.8})),
    (lambda: check_stretch(0.95), Check("stretch", GAP, "easy", {"chance": 0.95})),
    (lambda: check_stretch(0.05), Check("stretch", GAP, "hard", {"chance": 0.05})),
    (lambda: check_stretch(None), Check("stretch", UNKNOWN, "none")),
    (lambda: check_both(4, 1), Check("both", OK, "", {"stages": 4, "signals": 1})),
    (lambda: check_both(4, 0), Check("both", GAP, "", {"stages": 4, "signals": 0})),
    (lambda: check_both(0, 0), Check("both", UNKNOWN, "none")),
    (lambda: check_reviewed(2, 2), Check("reviewed", OK, "", {"due": 2, "held": 2})),
    (lambda: check_reviewed(2, 1), Check("reviewed", GAP, "", {"due": 2, "held": 1})),
    (lambda: check_reviewed(0, 0), Check("reviewed", UNKNOWN, "none")),
    (lambda: check_improving(4, 1, 0), Check("improving", OK, "", {"actions": 1, "judged": 0})),
    (lambda: check_improving(4, 0, 2), Check("improving", OK, "", {"actions": 0, "judged": 2})),
    (lambda: check_improving(4, 0, 0), Check("improving", GAP, "", {"actions": 0, "judged": 0})),
    (lambda: check_improving(0, 3, 0), Check("improving", UNKNOWN, "none")),
]


@pytest.mark.parametrize(("ask", "answer"), CHECKS)
def test_each_check_is_red_green_or_cannot_tell_and_says_by_which_numbers(
    ask: Callable[[], Check], answer: Check
) -> None:
    assert ask() == answer


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelier_goal_never_turns_from_easy_to_hard(one: float, other: float) -> None:
    low, high = sorted((one, other))
    order = {"hard": 0, "": 1, "easy": 2}
    assert order[check_stretch(low).reason] <= order[check_stretch(high).reason]


def some(**states: str) -> list[Check]:
    codes = ("few", "behaviour", "agreed", "stretch", "both", "reviewed", "improving")
    return [Check(code, states.get(code, OK)) for code in codes]


@pytest.mark.parametrize(
    ("checks", "has_goal", "goals", "vague", "code"),
    [
        (some(), True, 6, 0, "sound"),
        (some(), True, 0, 0, "sound"),
        (some(agreed=GAP, reviewed=GAP), True, 6, 2, "sound"),
        (some(), False, 6, 0, "missing"),
        (some(few=UNKNOWN), True, 6, 0, "missing"),
        (some(few=GAP, behaviour=GAP), True, 6, 6, "too_many"),
        (some(behaviour=GAP), True, 6, 6, "off"),
        (some(stretch=UNKNOWN), True, 6, 3, "abstract"),
    ],
)
def test_diagnose_names_the_worst_first(
    checks: list[Check], has_goal: bool, goals: int, vague: int, code: str
) -> None:
    found = diagnose(checks, has_goal=has_goal, goals=goals, vague=vague)
    assert found.code == code
    assert list(found.open) == [check.code for check in checks if check.state == GAP]
