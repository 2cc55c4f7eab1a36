"""`./kpi manage backcast`: documents in, documents out, no database."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from django.utils import translation

from apps.goals.documents import answer
from apps.goals.wording import SENTENCES, sentence

TREE: dict[str, Any] = {
    "goal": 1000000,
    "unit_price": 100000,
    "stages": [
        {"name": "contact"},
        {"name": "appointment", "rate": "1/3"},
        {"name": "meeting", "rate": "50%"},
        {"name": "contract", "rate": "20%"},
    ],
}


def ask(**changes: Any) -> dict[str, Any]:
    document = {key: value for key, value in (TREE | changes).items() if value != "left out"}
    return answer(json.dumps(document), sentence)


def needed(result: dict[str, Any]) -> list[int]:
    return [stage["needed"] for stage in result["stages"]]


def test_backcast_answers_the_article() -> None:
    result = ask(start="2026-06-01", end="2026-06-28")
    assert needed(result) == [300, 100, 50, 10]
    assert [stage["exact"] for stage in result["stages"]] == ["300", "100", "50", "10"]
    assert result["lands_at"] == {"amount": 1000000, "attainment": 1}
    assert [week["needed"]["contact"] for week in result["weeks"]] == [75, 75, 75, 75]
    assert [week["needed"]["meeting"] for week in result["weeks"]] == [12, 13, 12, 13]
    assert result["weeks"][0]["working_days"] == 5
    assert sum(day["needed"]["contact"] for day in result["days"]) == 300
    assert result["warnings"] == []


def test_backcast_without_dates_has_no_calendar() -> None:
    assert set(ask()) == {"stages", "lands_at", "warnings"}


def test_backcast_knows_public_holidays() -> None:
    result = ask(start="2017-05-01", end="2017-05-07", country="JP")
    assert [day["capacity"] for day in result["days"]] == [1, 1, 0, 0, 0, 0, 0]
    assert result["weeks"][0]["working_days"] == 2


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"goal_count": 3, "goal": "left out", "unit_price": "left out"}, [90, 30, 15, 3]),
        ({"goal": "250000", "unit_price": "7/3"}, [3214286, 1071429, 535715, 107143]),
        ({"goal": 0.3, "unit_price": 0.1}, [90, 30, 15, 3]),  # through doubles this would be 91
        ({"goal": 1e15, "unit_price": 1}, [30 * 10**15, 10**16, 5 * 10**15, 10**15]),
    ],
)
def test_backcast_reads_numbers_exactly(changes: dict[str, Any], counts: list[int]) -> None:
    assert needed(ask(**changes)) == counts


def test_backcast_keeps_fractions_whole() -> None:
    result = ask(goal=250000, unit_price=1400)
    assert result["stages"][-1]["exact"] == "1250/7"
    assert result["lands_at"]["attainment"] > 1


def test_backcast_amount_is_null_for_counts() -> None:
    result = ask(goal_count="2.5", goal="left out", unit_price="left out")
    assert result["lands_at"]["amount"] is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"goal": 0}, "goal_not_positive", "goal"),
        ({"goal": -5}, "goal_not_positive", "goal"),
        ({"goal": "abc"}, "not_a_number", "goal"),
        ({"goal": None}, "missing", "goal"),
        ({"goal": True}, "not_a_number", "goal"),
        ({"goal": "1e999999999"}, "not_a_number", "goal"),
        ({"unit_price": 0}, "price_not_positive", "unit_price"),
        ({"unit_price": "left out"}, "missing", "unit_price"),
        ({"goal_count": 3}, "goal_twice", "goal_count"),
        ({"stages": []}, "no_stages", "stages"),
        ({"stages": "x"}, "no_stages", "stages"),
        ({"stages": [1]}, "bad_stage", "stages[0]"),
        ({"stages": [{"name": ""}]}, "missing", "stages[0].name"),
        ({"stages": [{"name": 7}]}, "bad_text", "stages[0].name"),
        ({"stages": [{"name": "a"}, {"name": "a", "rate": 1}]}, "name_twice", "stages[1].name"),
        ({"stages": [{"name": "a"}, {"name": "b"}]}, "rate_missing", "stages[1].rate"),
        ({"stages": [{"name": "a"}, {"name": "b", "rate": 0}]}, "rate_zero", "stages[1].rate"),
        ({"stages": [{"name": "a"}, {"name": "b", "rate": 20}]}, "rate_ambiguous", "stages[1].rate"),
        ({"stages": [{"name": "a"}, {"name": "b", "rate": [1]}]}, "rate_unreadable", "stages[1].rate"),
        ({"stages": [{"name": str(n), "rate": 1} for n in range(51)]}, "too_many_stages", "stages"),
        ({"start": "2026-06-01"}, "missing", "end"),
        ({"start": "1.6.2026", "end": "2026-06-02"}, "bad_date", "start"),
        ({"start": "2026-06-02", "end": "2026-06-01"}, "end_before_start", "end"),
        ({"start": "2026-06-02", "end": "2036-06-01"}, "period_too_long", "end"),
        ({"country": "Atlantis"}, "unknown_country", "country"),
    ],
)
def test_backcast_names_what_is_wrong(changes: dict[str, Any], code: str, field: str) -> None:
    error = ask(**changes)["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]


@pytest.mark.parametrize("line", ["nonsense", "[1]", "3", '"x"', '{"goal": NaN}', "{" * 2000, "[" * 100000])
def test_backcast_survives_any_line(line: str) -> None:
    assert answer(line, sentence)["error"]["code"] == "bad_json"


def test_backcast_warns_and_goes_on() -> None:
    stages = [{"name": "a", "rate": "5%"}, {"name": "b", "rate": "150%"}]
    result = ask(stages=stages, start="2026-06-06", end="2026-06-07")
    assert [warning["code"] for warning in result["warnings"]] == [
        "first_rate_ignored",
        "rate_above_one",
        "no_working_days",
    ]
    assert all(count == 0 for day in result["days"] for count in day["needed"].values())


def test_backcast_needs_no_database_and_prints_json_only() -> None:
    lines = json.dumps(TREE) + "\nbroken\n\n" + json.dumps(TREE | {"stages": [{"name": "架電"}]}) + "\n"
    command = [sys.executable, "manage.py", "backcast", "--lang", "ja"]
    # A database that does not exist and cannot be made.
    environment = {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, input=lines.encode(), env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert needed(answers[0]) == [300, 100, 50, 10]
    assert "JSON" in answers[1]["error"]["message"]
    assert answers[2]["stages"][0]["name"] == "架電"


def test_every_code_is_worded_in_both_languages() -> None:
    for code, text in SENTENCES.items():
        with translation.override("en"):
            english = str(text)
        with translation.override("ja"):
            japanese = str(text)
        assert japanese != english, code
        names = set(re.findall(r"%\((\w+)\)s", english))
        assert set(re.findall(r"%\((\w+)\)s", japanese)) == names, code
        for text_of in (english, japanese):
            if names:
                assert "%(" not in text_of % dict.fromkeys(names, "a fact"), code
