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


@pytest.mark.parametrize(
    ("check", "state", "reason"),
    [
        (check_few(5, 5, 0), OK, ""),
        (check_few(6, 5, 0), GAP, "kpis"),
        (check_few(5, 5, 1), GAP, "people"),
        (check_few(0, 5, 0), UNKNOWN, "none"),
        (check_behaviour(3, 5, top="Meeting", top_is_watched=True), OK, ""),
        (check_behaviour(3, 5, top="", top_is_watched=False), OK, ""),
        (check_behaviour(3, 5, top="Meeting", top_is_watched=False), GAP, "top"),
        (check_behaviour(2, 5, top="", top_is_watched=False), GAP, "results"),
        (check_behaviour(0, 0, top="", top_is_watched=False), UNKNOWN, "none"),
        (check_agreed([4, 5, None], 3), OK, ""),
        (check_agreed([4, 5], 3), GAP, "open"),
        (check_agreed([2, 3, 2], 3), GAP, "doubt"),
        (check_agreed([], 0), UNKNOWN, "none"),
        (check_stretch(0.5), OK, ""),
        (check_stretch(0.3), OK, ""),
        (check_stretch(0.8), OK, ""),
        (check_stretch(0.95), GAP, "easy"),
        (check_stretch(0.05), GAP, "hard"),
        (check_stretch(None), UNKNOWN, "none"),
        (check_both(4, 1), OK, ""),
        (check_both(4, 0), GAP, ""),
        (check_both(0, 0), UNKNOWN, "none"),
        (check_reviewed(2, 2), OK, ""),
        (check_reviewed(2, 1), GAP, ""),
        (check_reviewed(0, 0), UNKNOWN, "none"),
        (check_improving(4, 1, 0), OK, ""),
        (check_improving(4, 0, 0), GAP, ""),
        (check_improving(0, 3, 0), UNKNOWN, "none"),
    ],
)
def test_each_check_is_red_green_or_cannot_tell(check: Check, state: str, reason: str) -> None:
    assert (check.state, check.reason) == (state, reason)


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
