"""What the log holds, line by line."""

import json
import logging
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kpiplanner.logs import ErrorMail, JsonLines, NoTokens, request_id
from tests.people import World


def line(record: logging.LogRecord) -> dict[str, object]:
    NoTokens().filter(record)
    found = json.loads(JsonLines().format(record))
    assert isinstance(found, dict)
    return found


def record_of(message: str, **fields: object) -> logging.LogRecord:
    record = logging.LogRecord("a", logging.ERROR, "file", 1, message, (), None)
    record.__dict__.update(fields)
    return record


def test_a_line_is_one_object_whatever_it_holds() -> None:
    text = JsonLines().format(record_of('two\nlines, "quotes" and \u3042'))
    assert "\n" not in text
    assert json.loads(text)["message"] == 'two\nlines, "quotes" and \u3042'


def test_an_error_carries_where_it_came_from() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        found = line(record_of("failed", exc_info=(ValueError, error, error.__traceback__)))
    assert "ValueError: broken" in str(found["error"])


def test_tokens_are_taken_out() -> None:
    assert "secret-token" not in str(line(record_of("GET /invitations/secret-token/ 200"))["message"])


def test_each_answer_carries_a_number_of_its_own(manager: Client) -> None:
    first, second = (manager.get("/profile/").headers["X-Request-ID"] for _each in range(2))
    assert first != second
    assert request_id.get() == ""


@pytest.mark.parametrize(
    ("handed_on", "kept"),
    [("abcdef-123456", True), ("short", False), ("x" * 65, False), ("line\u3042\u3042\u3042\u3042", False)],
)
def test_a_proxys_number_is_kept_where_it_is_one(manager: Client, handed_on: str, kept: bool) -> None:
    answer = manager.get("/profile/", headers={"X-Request-ID": handed_on})
    assert (answer.headers["X-Request-ID"] == handed_on) is kept


def test_a_request_is_told_without_tokens_and_words(
    world: World, manager: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="kpiplanner.requests"):
        manager.get(f"/teams/{world.team.pk}/people/?q=Yamada")
        manager.get("/invitations/secret-token/")
    facts = [getattr(record, "facts", {}) for record in caplog.records]
    assert [one["status"] for one in facts] == [200, 404]
    assert facts[0]["user"] == world.manager.pk
    assert facts[0]["path"] == f"/teams/{world.team.pk}/people/"
    assert "secret-token" not in caplog.text
    assert "Yamada" not in caplog.text


WORDS = "the words of a reflection"


def fail(secret: str) -> None:
    raise ValueError(secret)


def test_a_defect_is_mailed_once_without_what_people_wrote(
    db: None, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.ERROR_MAILS = ["ops@example.com"]
    cache.clear()
    logger = logging.Logger("test")
    logger.addHandler(ErrorMail(logging.ERROR))
    token = request_id.set("abc-12345")
    for _each in range(3):
        try:
            fail(WORDS)
        except ValueError:
            logger.exception("while saving %s", WORDS)
    request_id.reset(token)
    logger.error("no defect, only a line")
    [mail] = mailoutbox
    assert mail.to == ["ops@example.com"]
    assert "ValueError" in mail.subject
    assert "abc-12345" in mail.body
    assert "in fail" in mail.body
    # The line of code is shown, what it was called with is not.
    assert WORDS not in mail.body


def test_a_report_that_cannot_leave_breaks_nothing(db: None, settings: Any, monkeypatch: Any) -> None:
    settings.ERROR_MAILS = ["ops@example.com"]
    settings.EMAIL_BACKEND = "nowhere.Backend"
    monkeypatch.setattr(logging, "raiseExceptions", False)
    cache.clear()
    logger = logging.Logger("test")
    logger.addHandler(ErrorMail(logging.ERROR))
    try:
        fail("x")
    except ValueError:
        logger.exception("failed")
