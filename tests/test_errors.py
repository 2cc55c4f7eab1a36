"""What a visitor is told when something broke."""

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client

from apps.home import views
from tests.people import World


@pytest.mark.parametrize("error", [OperationalError("disk is full"), InterfaceError("closed")])
def test_a_database_that_is_away_is_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    answer = _tap(world, monkeypatch, error)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    text = answer.content.decode()
    assert "try again in a moment" in text
    assert "\u30c7\u30fc\u30bf\u30d9\u30fc\u30b9" in text
    assert str(error) not in text


def test_anything_else_is_a_fault_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _tap(world, monkeypatch, DatabaseError("no such column"))
    assert answer.status_code == 500
    assert "no such column" not in answer.content.decode()


def _tap(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception):  # type: ignore[no-untyped-def]
    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(views, "log_in_team", fail)
    rep = Client(raise_request_exception=False)
    rep.force_login(world.rep)
    return rep.post(f"/teams/{world.team.pk}/entries/", {}, headers={"HX-Request": "true"})
