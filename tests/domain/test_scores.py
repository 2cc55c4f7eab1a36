import pytest

from apps.domain.scores import EARLY, GOOD, NARROW, WIDE, Call, Score, score


def calls(held: int, missed: int, **rules: float) -> list[Call]:
    """Ten expected; ten came, or thirty."""
    return [
        Call(10, (9, 11), (7, 13), 10.0 if number < held else 30.0, **rules)
        for number in range(held + missed)
    ]


def told(held: int, missed: int, **rules: float) -> Score:
    found = score(calls(held, missed, **rules))
    assert found
    return found


def test_nothing_is_not_judged() -> None:
    assert score([]) is None


def test_shares_bias_and_error() -> None:
    found = told(8, 2)
    assert (found.held_half, found.held_most) == (0.8, 0.8)
    # 20 too little on two of ten, of 140 in all.
    assert found.bias == pytest.approx(-40 / 140)
    assert found.error == pytest.approx(40 / 140)


@pytest.mark.parametrize(
    ("held", "missed", "verdict"),
    [(3, 0, EARLY), (80, 20, GOOD), (76, 24, GOOD), (60, 40, NARROW), (100, 0, WIDE), (8, 0, GOOD)],
)
def test_the_verdict_allows_for_chance(held: int, missed: int, verdict: str) -> None:
    assert told(held, missed).verdict == verdict


def test_a_rule_is_compared_where_it_had_a_say() -> None:
    some = [*calls(2, 0, run_rate=14.0), *calls(1, 1)]
    found = score(some)
    assert found
    assert found.run_rate
    assert found.run_rate.calls == 2
    assert found.run_rate.error == pytest.approx(8 / 20)
    assert found.run_rate.ours == 0
    assert found.run_rate.is_beaten
    assert found.plan is None
    assert found.beats_both


def test_a_worse_forecast_beats_nobody() -> None:
    assert not told(0, 4, plan=30.0).beats_both


def test_nothing_came_and_nothing_was_foretold() -> None:
    found = score([Call(0, (0, 0), (0, 0), 0, 0.0, 0.0)])
    assert found
    assert found.error == found.bias == 0
