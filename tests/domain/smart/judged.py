"""Goals whose verdicts `tests/domain/test_pinned.py` keeps."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from apps.domain.smart.judge import LOOSE, MOVES, WEAK, Context, judge
from tests.domain.smart.test_judge import GOALS

HISTORY_OF_A_GOAL = [Fraction(value) for value in (90, 105, 98)]
TARGETS = [
    "Make 100 calls",
    "Make 200 calls by June",
    "Make 20 calls by June",
    "Cut complaints from 100 to 96 in May",
    "Cut complaints from 100 to 2",
    "Win rate of 60% by the end of Q3",
    "契約を2倍にする",
    "月15件の新規アポ取得",
    "6月末までに成約率を5%上げる",
    "Increase bookings by 20 and reduce refunds by 8 by June",
    "今月中に売上を10倍にする",
]


NOT_ONES_OWN = [
    "マーケティング部に月20件のリードを出してもらう",
    "部下に月20件訪問させる",
    "なるべく早く病院に提案する",
    "できるだけ多くの病院を訪問する",
]


def verdict_of(text: str, **known: Any) -> list[Any]:
    verdict = judge(text, today=date(2026, 1, 1), context=Context(**known))
    return [verdict.letters, [[one.letter, one.code, one.words, one.facts] for one in verdict.findings]]


JUDGED: list[Callable[[], Any]] = [
    lambda: [verdict_of(text) for text, _gaps in GOALS],
    lambda: [verdict_of(text, history=HISTORY_OF_A_GOAL) for text in TARGETS],
    lambda: [verdict_of("Win 5 customers by May", link=link) for link in ("", LOOSE, WEAK, MOVES)],
    lambda: [verdict_of(text, objective="Calmer customers") for text in TARGETS],
    lambda: verdict_of("Appointments", is_measured=True, is_named=True, period_end=date(2026, 6, 30)),
    lambda: verdict_of("Make calls", history=HISTORY_OF_A_GOAL, target=Fraction(400)),
    lambda: verdict_of("Win 0 to 5 customers by December 31, 2014"),
    lambda: [verdict_of(text) for text in NOT_ONES_OWN],
    lambda: verdict_of("Win 3 of 10 and 25 more by June", is_measured=True, target=Fraction(30)),
    lambda: verdict_of("Win 3 of 10 and 25 more by June", is_measured=True, target=Fraction(40)),
    lambda: [verdict_of("Calls", period_end=date(2026, 1, day)) for day in (1, 2)],
    lambda: verdict_of("Calls", period_end=date(2025, 12, 31)),
    lambda: [judge("Calls", kind).letters for kind in ("objective", "key_result", "goal")],
    lambda: judge("Calls", "key_result").findings,
]
