"""What a visitor is told when something broke."""

import sqlite3

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.home import views
from tests.people import World


def of_sqlite(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("about the disk")
    cause.sqlite_errorcode = code
    error = OperationalError("about the disk")
    error.__cause__ = cause
    return error


AWAY = [InterfaceError("closed"), OperationalError("no route"), of_sqlite(sqlite3.SQLITE_FULL)]


@pytest.mark.parametrize("error", AWAY)
def test_a_database_that_is_away_is_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(views, "log_in_team", fail)
    answer = tap(world)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    text = answer.content.decode()
    assert "try again in a moment" in text
    assert "\u30c7\u30fc\u30bf\u30d9\u30fc\u30b9" in text
    assert str(error) not in text


def test_a_wrong_statement_is_a_fault_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing_like_it FROM accounts_team")

    monkeypatch.setattr(views, "log_in_team", fail)
    answer = tap(world)
    assert answer.status_code == 500
    assert "nothing_like_it" not in answer.content.decode()


def tap(world: World) -> HttpResponse:
    rep = Client(raise_request_exception=False)
    rep.force_login(world.rep)
    found = rep.post(f"/teams/{world.team.pk}/entries/", {}, headers={"HX-Request": "true"})
    assert isinstance(found, HttpResponse)
    return found


def test_a_stale_page_asks_its_fragments_to_sign_in_again(world: World) -> None:
    """The words of a whole page in place of a number would tell nobody anything."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.rep)
    path = reverse("home:entry_create", args=[world.team.pk])
    assert client.post(path, headers={"HX-Request": "true"}).status_code == 401
    assert "errors/csrf.html" in [template.name for template in client.post(path).templates]
