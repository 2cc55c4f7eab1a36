"""A sign-in ends by itself."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.session_ends import SINCE
from tests.counting import counted_queries
from tests.people import World

BEGIN = datetime(2026, 6, 1, 3, tzinfo=UTC)


@pytest.fixture
def rep(world: World) -> Client:
    client = Client()
    with time_machine.travel(BEGIN, tick=False):
        client.force_login(world.rep)
    return client


def is_in(rep: Client, days: float) -> bool:
    with time_machine.travel(BEGIN + timedelta(days=days), tick=False):
        return rep.get("/profile/").status_code == 200


@pytest.mark.parametrize(("days", "lives"), [(13.9, True), (14.1, False)])
def test_a_sign_in_ends_two_weeks_after_it_was_last_used(rep: Client, days: float, lives: bool) -> None:
    assert is_in(rep, 1)
    assert is_in(rep, 1 + days) is lives


def test_a_sign_in_in_daily_use_ends_after_ninety_days(rep: Client) -> None:
    assert all(is_in(rep, days) for days in range(10, 91, 10))
    assert not is_in(rep, 91)
    # And with it everything that was in it.
    assert "_auth_user_id" not in rep.session


def test_an_older_sign_in_gets_its_end_from_now_on(rep: Client) -> None:
    session = rep.session
    del session[SINCE]
    session.save()
    assert is_in(rep, 0)
    assert rep.session[SINCE] == "2026-06-01"


def test_use_is_written_once_a_day(rep: Client) -> None:
    def writes() -> int:
        with time_machine.travel(BEGIN + timedelta(days=1), tick=False), counted_queries() as queries:
            rep.get("/profile/")
        return sum('UPDATE "django_session"' in query["sql"] for query in queries.captured_queries)

    assert (writes(), writes()) == (1, 0)
