"""Sentences of our own. A row names the letters that have a gap among S, M, T; the rest are ok."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.domain.smart.judge import GAP, LOOSE, MOVES, OK, UNKNOWN, WEAK, Context, judge

GOALS = [
    ("Book 12 demos with hotels by 30 June", ""),
    ("Call 40 dental practices every Monday in March", ""),
    ("Raise the renewal rate of small shops from 61% to 70% by the end of Q3", ""),
    ("Cut the time from inquiry to first answer to under four hours this quarter", ""),
    ("Sign three distributors in Kansai within six months", ""),
    ("Double the number of referrals from existing customers by December", ""),
    ("Pass the licence exam in October", ""),
    ("Visit two factories a week until the trade fair closes", ""),
    ("Get better at selling", "SMT"),
    ("Improve customer satisfaction soon", "SMT"),
    ("Do our best to increase sales", "SMT"),
    ("Be the number one team one day", "SMT"),
    ("Hold more demos with hotel managers in May", "M"),
    ("Win X customers in the region by May", "M"),
    ("Write proposals for 8 hospitals", "T"),
    ("Starting in April, call 20 clinics with our new script", "T"),
    ("6月末までに歯科医院30件へ訪問する", ""),
    ("今期中に既存顧客の解約率を5%から3%に下げる", ""),
    ("毎日40件架電し、今月中にアポを8件獲得する", ""),
    ("九月までに新規の代理店を三社開拓する", ""),
    ("\uff11\uff12\u6708\u307e\u3067\u306b\u7d39\u4ecb\u3092\uff11\uff10\u4ef6\u3082\u3089\u3048\u308b\u8cc7\u6599\u3092\u4f5c\u308b", ""),
    ("来年3月までに宅建に合格する", ""),
    ("営業力を強化する", "SMT"),
    ("もっと売上を伸ばせるように頑張る", "SMT"),
    ("なるべく早く顧客満足度を高めたい", "SMT"),
    ("今月中に提案書のひな形を作る", "M"),
    ("○件の新規契約を6月までに取る", "M"),
    ("病院向けの提案を8件出す", "T"),
    ("4月から毎回の商談後に議事録を送る", "M"),
    ("積極的に提案する", "SMT"),
    ("8/31までに新規の工場10社と契約する", ""),
    ("不良在庫を1/3に減らす", "T"),
    ("月曜の朝会で提案書を2件見直す", ""),
    ("一人ひとりが輝く営業チーム", "SMT"),
    ("一件一件の商談を十分に準備する", "SMT"),
    ("全社一丸となって目標に向かう", "SMT"),
    ("お客様への質問に3営業日以内に返信する", ""),
    ("Give it 110%", "SMT"),
    ("Answer each quotation request within 24 hours after it arrives", ""),
    ("Send 3 offers by the 15th", ""),
    ("Log every visit before noon on weekdays", "M"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "gaps"), GOALS)
def test_judge_goal(text: str, gaps: str) -> None:
    verdict = judge(text)
    assert "".join(letter for letter in "SMT" if verdict.letters[letter] == GAP) == gaps, verdict.findings


ARTICLE_KEY_RESULTS = ["月15件の新規アポ取得", "受注率15%以上の達成", "アポ獲得率30%以上", "売上前期比+15%"]


@pytest.mark.parametrize("text", ARTICLE_KEY_RESULTS)
def test_judge_the_articles_key_results_have_no_gap(text: str) -> None:
    assert GAP not in judge(text, "key_result").letters.values()


def test_judge_the_articles_objective_needs_no_number() -> None:
    verdict = judge("新規顧客との信頼構築を通じて、継続的な売上成長を実現する", "objective")
    assert (verdict.letters["S"], verdict.letters["M"]) == (OK, OK)


def test_judge_inherits_the_period() -> None:
    text = "Reduce refunds by 2%"
    assert judge(text, "key_result").letters["T"] == UNKNOWN
    parent = Context(objective="Calmer customers in the next quarter")
    assert judge(text, "key_result", context=parent).letters["T"] == OK
    over = Context(period_end=date(2026, 3, 31))
    assert judge(text, "goal", date(2026, 4, 1), over).letters["T"] == GAP


def test_judge_says_past_only_where_today_is_given() -> None:
    text = "Win 5 customers by December 31, 2014"
    assert judge(text).letters["T"] == OK
    assert judge(text, today=date(2026, 1, 1)).letters["T"] == GAP


@pytest.mark.parametrize(("target", "state"), [(100, OK), (60, GAP), (200, GAP)])
def test_judge_achievable_from_history(target: int, state: str) -> None:
    context = Context(history=[Fraction(value) for value in (90, 105, 98, 110)], target=Fraction(target))
    assert judge("Make calls", context=context).letters["A"] == state


def test_judge_achievable_without_data_cannot_tell_but_for_the_absurd() -> None:
    assert judge("Win 5 customers by May").letters["A"] == UNKNOWN
    assert judge("今月中に売上を10倍にする").letters["A"] == GAP


@pytest.mark.parametrize(
    ("text", "history", "state"),
    [
        ("Make 100 calls", (90, 105, 98), OK),
        ("Make 200 calls", (90, 105, 98), GAP),
        ("Close $50K in new contracts", (40_000, 45_000, 39_000), OK),
        ("Close $50K in new contracts", (4_000, 4_500, 3_900), GAP),
        ("月15件の新規アポ取得", (12, 14, 13), OK),
        ("月60件の新規アポ取得", (12, 14, 13), GAP),
        ("売上を15%増やす", (100, 105, 98), OK),
        ("売上を150%増やす", (100, 105, 98), GAP),
        ("Cut complaints from 20 to 16", (20, 21, 19), OK),
        ("Cut complaints from 20 to 2", (20, 21, 19), GAP),
        ("Win rate of 15%", ("0.12", "0.14", "0.13"), OK),
        ("Win rate of 60%", ("0.12", "0.14", "0.13"), GAP),
        ("Win rate of 60%", (12, 14, 13), GAP),
        ("Answer every letter", (90, 105, 98), UNKNOWN),
        ("Win 12 deals with 3 reps", (10, 12, 11), OK),
        ("新規アポ30件を5人で取る", (28, 31, 30), OK),
        ("売上1億5000万円", (140_000_000, 150_000_000, 145_000_000), OK),
        ("Win 2 more deals", (50, 52, 48), OK),
        ("Win 200 more deals", (50, 52, 48), GAP),
        ("売上を500万円伸ばす", (50_000_000, 52_000_000, 48_000_000), OK),
        ("Raise the win rate by 3 points", ("0.2", "0.21", "0.19"), OK),
        ("成約率を3ポイント上げる", (20, 21, 19), OK),
        ("売上前年比110%", (50, 52, 48), OK),
        ("受注率2割", ("0.2", "0.21", "0.19"), OK),
        ("契約を2倍にする", (50, 52, 48), GAP),
        ("Call 40 clinics and visit 8 hospitals", (40, 42, 38), UNKNOWN),
    ],
)
def test_judge_reads_the_target_from_the_text(text: str, history: tuple[object, ...], state: str) -> None:
    context = Context(history=[Fraction(str(value)) for value in history])
    assert judge(text, context=context).letters["A"] == state


@pytest.mark.parametrize(("link", "state"), [("", UNKNOWN), (LOOSE, GAP), (WEAK, GAP), (MOVES, OK)])
def test_judge_relevant_by_the_link(link: str, state: str) -> None:
    assert judge("Win 5 customers by May", context=Context(link=link)).letters["R"] == state


def test_judge_takes_the_measure_beside_the_text() -> None:
    beside = Context(is_measured=True, is_named=True, period_end=date(2026, 6, 30))
    letters = judge("Appointments", "key_result", date(2026, 6, 1), beside).letters
    assert [letters[letter] for letter in "SMT"] == [OK, OK, OK]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Raise the renewal rate by 5% by June", "percent_or_points"),
        ("6月末までに成約率を5%上げる", "percent_or_points"),
        ("Increase bookings by 20 and reduce refunds by 8 by June", "two_goals"),
        ("6月末までに訪問を20件増やし、返品を8件減らす", "two_goals"),
    ],
)
def test_judge_notes_what_can_be_read_in_two_ways(text: str, code: str) -> None:
    verdict = judge(text)
    assert code in [finding.code for finding in verdict.findings]
    assert GAP not in verdict.letters.values()


def test_findings_carry_the_words() -> None:
    codes = {finding.code: finding.words for finding in judge("Improve satisfaction soon").findings}
    assert codes["vague_time"] == ("soon",)


@given(st.text(max_size=300))
def test_judge_never_breaks(text: str) -> None:
    verdict = judge(text)
    assert list(verdict.letters) == list("SMART")
    assert set(verdict.letters.values()) <= {OK, GAP, UNKNOWN}


@pytest.mark.parametrize(
    "text", ["a" * 5000, "1" * 5000, "by " * 2000, "\u202e" * 5000, "\U0001f3af" * 5000, "件" * 5000]
)
def test_judge_answers_long_and_odd_input(text: str) -> None:
    assert len(judge(text).letters) == 5


def test_judge_reads_dates_of_the_japanese_era_and_passes_over_days_that_are_none() -> None:
    today = date(2026, 1, 1)
    assert judge("令和7年12月31日までに新規顧客を5社獲得する", today=today).letters["T"] == GAP
    assert judge("令和8年3月31日までに新規顧客を5社獲得する", today=today).letters["T"] == OK
    assert judge("2014年2月30日までに新規顧客を5社獲得する", today=today).letters["T"] == OK
