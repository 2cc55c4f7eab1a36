"""The guided plan: each station turns by what is there, in any order."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.access import Access
from apps.accounts.models import Membership, Role, User
from apps.funnels.models import Kpi
from apps.goals.agreements import Kind, take_step
from apps.goals.services import withdraw_kgi
from apps.reviews.days import find_due, weekly
from apps.reviews.services import close_review, open_review
from apps.setup.path import Station, load_path
from tests.people import START, TODAY, World, log, make_key_result, make_objective, make_practice, make_signal


def _station(world: World, code: str) -> Station:
    access = Access(world.manager, world.team, Role.MANAGER, world.mai)
    return next(one for one in load_path(access).stations if one.code == code)


def stations(world: World) -> dict[str, tuple[str, str]]:
    access = Access(world.manager, world.team, Role.MANAGER, world.mai)
    return {one.code: (one.state, one.reason) for one in load_path(access).stations}


def test_path_of_an_empty_team_begins_with_the_process(world: World) -> None:
    withdraw_kgi(kgi=world.plan.kgi, by=world.manager)
    Kpi.objects.of_team(world.team).update(parked_at=world.plan.created_at)
    assert stations(world) == {
        "people": ("done", ""),
        "calendar": ("done", ""),
        "kgi": ("open", "no_process"),
        "process": ("open", "few"),
        "focus": ("open", "later"),
        "goals": ("open", "none"),
        "practice": ("open", "none"),
        "reviews": ("open", "later"),
    }


def test_path_says_what_is_missing_at_each_station(world: World) -> None:
    assert stations(world) == {
        "people": ("done", ""),
        "calendar": ("done", ""),
        "kgi": ("part", "agreement"),
        "process": ("done", ""),
        "focus": ("part", "quality"),
        "goals": ("open", "none"),
        "practice": ("open", "none"),
        "reviews": ("done", ""),
    }
    make_objective(world.team, world.manager)
    assert stations(world)["goals"] == ("part", "no_key_result")


def test_path_is_walked_by_what_the_team_does(world: World, manager: Client) -> None:
    make_signal(world.team)
    for member in (world.ren, world.rika):
        take_step(kgi=world.plan.kgi, member=member, by=member.user, kind=Kind.AGREED, seen=1, conviction=4)
    objective = make_objective(world.team, world.manager, kgi=world.plan.kgi)
    make_key_result(objective, "appointment", text="Win 15 new appointments a month")
    make_practice(world.ren)
    for due in (weekly(world.team, TODAY), find_due(world.team, "start", START)):
        assert due
        close_review(review=open_review(team=world.team, by=world.manager, due=due), by=world.manager)
    found = stations(world)
    assert {code: state for code, (state, _reason) in found.items()} == dict.fromkeys(found, "done")
    page = manager.get(reverse("setup:path", args=[world.team.pk])).content.decode()
    assert "8 of 8 stations are done" in page
    assert 'aria-current="step"' not in page


def test_path_strip_follows_until_it_is_left(world: World, manager: Client) -> None:
    people = reverse("accounts:people", args=[world.team.pk])
    go = reverse("setup:path_go", args=[world.team.pk])
    assert "Back to the guided plan" not in manager.get(people).content.decode()
    assert manager.post(go).headers["Location"] == reverse("setup:path", args=[world.team.pk])
    assert "Back to the guided plan" in manager.get(people).content.decode()
    assert "Back to the guided plan" not in manager.get("/profile/").content.decode()
    manager.post(go, {"leave": "1"})
    assert "Back to the guided plan" not in manager.get(people).content.decode()


@pytest.mark.django_db
def test_a_first_team_begins_on_its_path(client: Client) -> None:
    body = {
        "name": "Hana", "email": "hana@example.com", "password": "a-long-enough-password",
        "company": "Hanamaru", "team": "Team 1", "language": "en", "time_zone": "Asia/Tokyo",
        "currency": "JPY", "country": "JP", "preset": "telephone",
    }  # fmt: skip
    answer = client.post(reverse("setup:team_start"), body, REMOTE_ADDR="127.0.0.1")
    team = User.objects.get().memberships.get().team
    assert answer.headers["Location"] == reverse("setup:path", args=[team.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "2 of 8 stations are done" in page
    assert "Leave the path" in page


def test_a_goal_that_is_to_come_waits_for_its_agreement(world: World, manager: Client) -> None:
    """The next month's plan is written before the month begins."""
    kgi = world.plan.kgi
    type(kgi).objects.filter(pk=kgi.pk).update(start=date(2026, 7, 1), end=date(2026, 7, 31))
    assert stations(world)["kgi"] == ("part", "agreement")
    page = manager.get(reverse("setup:path", args=[world.team.pk])).content.decode()
    assert "0 of 2 have agreed." in page


def test_a_practice_that_is_over_or_to_come_is_no_practice(world: World) -> None:
    make_practice(world.ren, start=date(2026, 4, 1), end=date(2026, 4, 28))
    make_practice(world.ren, start=date(2026, 8, 1), end=date(2026, 8, 28))
    assert stations(world)["practice"] == ("open", "none")


def test_a_young_team_has_missed_nothing(world: World) -> None:
    """The organisation was made today, Wednesday: Monday's reset and the month's start were before it."""
    assert stations(world)["reviews"] == ("done", "")
    log(world.ren, "call", 3, date(2026, 6, 2))
    assert stations(world)["reviews"] == ("part", "missed")


def test_objectives_of_the_coming_period_count(world: World) -> None:
    kgi = world.plan.kgi
    type(kgi).objects.filter(pk=kgi.pk).update(start=date(2026, 7, 1), end=date(2026, 7, 31))
    make_objective(world.team, world.manager, start=date(2026, 7, 1), end=date(2026, 7, 31))
    assert stations(world)["goals"] == ("part", "no_key_result")
    codes = [due.kind for due in _station(world, "reviews").facts["coming"]]
    assert {"start", "middle", "end"} <= {str(code) for code in codes}


def test_people_come_before_practice(world: World) -> None:
    Membership.objects.filter(team=world.team).update(carries_targets=False)
    assert stations(world)["practice"] == ("open", "nobody")
    assert stations(world)["people"] == ("open", "nobody")
