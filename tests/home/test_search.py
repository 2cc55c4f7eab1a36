"""Finding people, goals and pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership, Role, User
from apps.web.marks import forget
from tests.people import CANARY, World, make_key_result, make_objective, make_practice


def look(world: World, who: str, query: str, **extra: str) -> Any:
    client = Client()
    client.force_login(getattr(world, who))
    return client.get(reverse("home:search", args=[world.team.pk]), {"q": query}, headers=extra)


def titles(answer: Any, kind: str) -> list[str]:
    return [one.title for one in getattr(answer.context["found"], kind)]


@pytest.fixture
def hanako(world: World) -> Membership:
    user = User.objects.create_user("h.yamada@example.com", None, name="山田 花子", reading="やまだ はなこ")
    return world.team.memberships.create(user=user, role=Role.REP, carries_targets=True)


@pytest.mark.parametrize("query", ["山田", "やまだ", "ﾔﾏﾀﾞ", "ヤマダハナコ", "花子 山田", "Ｈ．ＹＡＭＡＤＡ"])
def test_people_are_found_by_name_reading_and_address(world: World, hanako: Membership, query: str) -> None:
    answer = look(world, "manager", query)
    assert titles(answer, "people") == ["山田 花子"]
    assert reverse("progress:rep", args=[world.team.pk, hanako.pk]) in answer.content.decode()


def test_a_rep_finds_colleagues_but_not_their_numbers(world: World) -> None:
    answer = look(world, "rep", "rika")
    assert titles(answer, "people") == ["Rika"]
    assert reverse("progress:rep", args=[world.team.pk, world.rika.pk]) not in answer.content.decode()
    assert reverse("accounts:people", args=[world.team.pk]) in answer.content.decode()


@pytest.mark.parametrize("who", ["rep", "viewer", "manager", "owner"])
def test_nothing_of_another_company_is_found(world: World, who: str) -> None:
    make_key_result(make_objective(world.other_team, world.stranger))
    make_practice(world.other_rep)
    for query in (CANARY, "Tomo", "Team B"):
        answer = look(world, who, query)
        assert titles(answer, "people") == titles(answer, "goals") == []
        assert CANARY not in answer.content.decode().replace(query, "")


def test_addresses_are_no_way_to_find_people_for_those_who_do_not_see_them(world: World) -> None:
    for query in ("rika@example", "example.com", "@"):
        assert titles(look(world, "rep", query), "people") == []
        assert titles(look(world, "manager", query), "people") != []


def test_goals_are_found_where_they_may_be_seen(world: World) -> None:
    objective = make_objective(world.team, world.manager, text="Be the ones customers ask first")
    own = make_objective(world.team, world.manager, text="Rika asks more", member=world.rika)
    make_key_result(objective, text="Fifteen answers a week")
    assert titles(look(world, "manager", "ＡＳＫ"), "goals") == [objective.text, own.text]
    assert titles(look(world, "rep", "ask"), "goals") == [objective.text]
    assert titles(look(world, "rep", "fifteen"), "goals") == ["Fifteen answers a week"]
    assert titles(look(world, "manager", "2026-06"), "goals") != []
    assert titles(look(world, "manager", "\uff11,000,000"), "goals") == ["2026-06-01 \u2013 2026-06-28"]
    assert "Appointment" in titles(look(world, "rep", "appoint"), "goals")


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("進捗", "progress:team"),
        ("progress", "progress:team"),
        ("休暇", "calendars:calendar"),
        ("Webhook", "connections:team"),
        ("csv", "exchange:data"),
        ("しょうごう", ""),
    ],
)
def test_pages_are_found_in_both_languages(world: World, query: str, page: str) -> None:
    text = look(world, "manager", query).content.decode()
    assert "accounts:people" not in text
    found = [one.url for one in look(world, "manager", query).context["found"].pages]
    assert found == ([reverse(page, args=[world.team.pk])] if page else [])


def test_pages_of_editors_are_not_offered_to_others(world: World) -> None:
    assert titles(look(world, "rep", "webhook"), "pages") == []


def test_while_typing_only_the_list_is_sent(world: World) -> None:
    answer = look(world, "rep", "ren", **{"HX-Request": "true", "HX-Target": "found"})
    assert "<html" not in answer.content.decode()
    assert titles(answer, "people") == ["Ren"]


@pytest.mark.parametrize("query", ["", "   ", "・", "x" * 5_000, "%", "\x00", "<script>", "\U0001f600"])
def test_odd_queries_find_nothing_and_break_nothing(world: World, query: str) -> None:
    answer = look(world, "manager", query)
    assert answer.status_code == 200
    assert answer.context["found"].is_empty
    assert "<script>alert" not in answer.content.decode()


def test_queries_do_not_grow_with_people(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        user = User.objects.create_user(f"p{number}@example.com", None, name=f"Yamada {number}")
        world.team.memberships.create(user=user, role=Role.REP)
    client = Client()
    client.force_login(world.owner)
    forget()
    with django_assert_max_num_queries(17):
        answer = client.get(reverse("home:search", args=[world.team.pk]), {"q": "yamada"})
    assert len(titles(answer, "people")) == 20
