import json
import subprocess
import sys
from typing import Any

import pytest
from django.utils import translation

from apps.okrs.documents import answer
from apps.okrs.wording import FINDINGS, message


def ask(**document: Any) -> dict[str, Any]:
    return answer(json.dumps(document), message)


def test_smart_answers_letters_and_findings() -> None:
    with translation.override("en"):
        result = ask(text="Improve satisfaction soon")
    assert result["letters"] == {"S": "gap", "M": "gap", "A": "unknown", "R": "unknown", "T": "gap"}
    vague = next(finding for finding in result["findings"] if finding["code"] == "vague_time")
    assert vague["words"] == ["soon"]
    assert vague["message"] == "“soon” is no deadline. Which day?"


def test_smart_reads_the_context() -> None:
    context = {"history": [90, "105", 98], "target": 200, "period_end": "2026-12-31"}
    letters = ask(text="Make 200 calls", kind="key_result", context=context)["letters"]
    assert (letters["A"], letters["T"]) == ("gap", "ok")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("nonsense", "bad_json"),
        ("[1]", "bad_json"),
        ('{"text": 5}', "bad_text"),
        ('{"text": "a", "kind": "wish"}', "bad_kind"),
        ('{"text": "a", "today": "soon"}', "bad_date"),
        ('{"text": "a", "context": 1}', "bad_context"),
        ('{"text": "a", "context": {"history": 1}}', "bad_history"),
        ('{"text": "a", "context": {"history": ["x"]}}', "not_a_number"),
    ],
)
def test_smart_names_what_is_wrong(document: str, code: str) -> None:
    assert answer(document, message)["error"]["code"] == code


def test_smart_needs_no_database() -> None:
    environment = {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3", "PATH": "/usr/bin:/bin"}
    line = json.dumps({"text": "営業力を強化する"}, ensure_ascii=False).encode()
    command = [sys.executable, "manage.py", "smart", "--lang", "ja"]
    done = subprocess.run(command, input=line, env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout)["letters"]["S"] == "gap"


def test_every_finding_is_worded_in_both_languages() -> None:
    for code, text in FINDINGS.items():
        with translation.override("en"):
            english = str(text)
        with translation.override("ja"):
            assert str(text) != english, code
