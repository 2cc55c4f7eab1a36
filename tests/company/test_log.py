"""Who did what; and the events alone tell how things stood."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Event, Membership, Role, Team
from apps.accounts.roster import Person
from apps.accounts.services import (
    accept_invitation,
    add_people,
    change_member,
    end_membership,
    hand_over,
    invite_member,
    record_event,
)
from apps.company.event_words import BY_KIND
from apps.company.history import Standing, as_of, replay, replay_settings
from apps.domain.errors import PlanError
from tests.access_places import Place
from tests.people import CANARY, NOON, TODAY, World, make_team, make_user

APPS = Path(__file__).resolve().parents[2] / "apps"
NO_EVENTS = {"import", "log", "signal", "detail", "stage"}


def test_every_kind_of_event_has_words(world: World) -> None:
    source = "\n".join(path.read_text() for path in APPS.rglob("*.py"))
    named = set(re.findall(r'record_event\([^)]*?kind="([a-z_]+)"', source, re.S))
    assert len(named) > 50
    assert named <= set(BY_KIND)
    Place(world)
    assert set(Event.objects.values_list("kind", flat=True)) <= set(BY_KIND)


def test_the_log_shows_who_did_what_newest_first(world: World, manager: Client) -> None:
    change_member(member=world.ren, by=world.manager, role="viewer", carries_targets=False)
    change_member(member=world.ren, by=world.manager, role="rep", carries_targets=True)
    page = manager.get(reverse("company:team_log", args=[world.team.pk])).content.decode()
    assert page.index("<ins>Rep</ins>") > 0
    assert "<del>Viewer</del>" in page
    assert "Mai" in page
    assert "changed what somebody does in the team · Ren" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page))


def test_the_log_is_filtered_and_paged(world: World, manager: Client) -> None:
    url = reverse("company:team_log", args=[world.team.pk])
    for number in range(120):
        record_event(team=world.team, actor=world.rep, kind="exported", name=f"n{number}")
    first = manager.get(url, {"group": "data"})
    assert len(first.context["page"].lines) == 50
    second = manager.get(f"{url}?{first.context['older']}")
    seen = {line.event.pk for answer in (first, second) for line in answer.context["page"].lines}
    assert len(seen) == 100
    assert len(manager.get(url, {"actor": world.colleague.pk}).context["page"].lines) == 0
    assert len(manager.get(url, {"end": "2026-06-09"}).context["page"].lines) == 0
    assert len(manager.get(url, {"start": f"{TODAY}", "group": "data"}).context["page"].lines) == 50
    assert manager.get(url, {"group": "nothing"}).status_code == 422
    assert manager.get(url, {"actor": world.stranger.pk}).status_code == 422


def test_sign_ins_are_for_owners_alone(world: World, manager: Client) -> None:
    record_event(team=None, actor=world.rep, kind="sign_in_refused", address="192.0.2.7")
    record_event(team=None, actor=world.stranger, kind="sign_in_refused", address="198.51.100.1")
    assert "192.0.2.7" not in manager.get(reverse("company:team_log", args=[world.team.pk])).content.decode()
    owner = Client()
    owner.force_login(world.owner)
    url = reverse("company:company_log", args=[world.team.organization_id])
    page = owner.get(url, {"group": "security"}).content.decode()
    assert "192.0.2.7" in page
    assert "198.51.100.1" not in page
    assert CANARY not in page


def test_queries_do_not_grow_with_events(
    world: World, manager: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        change_member(
            member=world.ren, by=world.manager, role="rep" if number % 2 else "viewer", carries_targets=True
        )
    with django_assert_max_num_queries(14):
        manager.get(reverse("company:team_log", args=[world.team.pk]))


class Random:
    """Random steps of a team through its services."""

    def __init__(self, team: Team) -> None:
        self.team, self.owner = team, team.organization.owners.get()
        self.serial = 0

    def member(self, number: int) -> Membership | None:
        found = list(Membership.objects.filter(team=self.team).order_by("pk"))
        return found[number % len(found)] if found else None

    def do(self, what: str, number: int) -> None:
        member = self.member(number)
        roles = [Role.REP, Role.VIEWER, Role.MANAGER]
        self.serial += 1
        email = f"r{self.team.pk}-{self.serial}@example.com"
        if what == "join":
            user = make_user(f"Join{self.team.pk}x{self.serial}")
            invitation = invite_member(
                team=self.team, by=self.owner, email="", role=roles[number % 3], language="en"
            )
            accept_invitation(invitation=invitation, user=user)
        elif what == "list":
            person = Person(1, "P", email, str(roles[number % 3]))
            add_people(team=self.team, by=self.owner, people=[person], language="en")
        elif member and member.ended_at is None:
            if what == "change":
                role = roles[(number // 7) % 3]
                change_member(member=member, by=self.owner, role=role, carries_targets=bool(number % 2))
            elif what == "leave":
                end_membership(member=member, by=self.owner)
            else:
                hand_over(team=self.team, by=self.owner, to=member, leaves=False)


STEPS = st.lists(
    st.tuples(st.sampled_from(["join", "list", "change", "leave", "hand"]), st.integers(0, 200)), max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_replaying_the_events_gives_the_present_state(world: World, steps: list[tuple[str, int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        team = make_team(world.owner, "Replayed")
        play = Random(team)
        for what, number in steps:
            with suppress(PlanError):  # the last who may edit stays
                play.do(what, number)
        now = {
            member.pk: Standing(str(member.role), member.carries_targets, member.ended_at is None)
            for member in Membership.objects.filter(team=team)
        }
        assert replay(Event.objects.filter(team=team).order_by("pk")) == now
        transaction.set_rollback(True)


def test_settings_are_replayed(world: World, manager: Client) -> None:
    body = {
        "name": "Renamed", "time_zone": "Asia/Tokyo", "visibility": "open", "kpi_limit": 7,
        "key_result_limit": 4, "silent_after": 3,
    }  # fmt: skip
    manager.post(reverse("accounts:team_edit", args=[world.team.pk]), body)
    world.team.refresh_from_db()
    found = replay_settings(Event.objects.filter(team=world.team).order_by("pk"))
    assert found == {name: getattr(world.team, name) for name in body}


def test_as_of_a_day_shows_what_was(world: World, manager: Client) -> None:
    team = make_team(world.owner, "Past")
    with time_machine.travel(datetime.fromisoformat(NOON) + timedelta(days=2), tick=False):
        people = [Person(1, "Aoi", "aoi@example.com", "rep")]
        add_people(team=team, by=world.owner, people=people, language="en")
    with time_machine.travel(datetime.fromisoformat(NOON) + timedelta(days=5), tick=False):
        end_membership(member=Membership.objects.get(user__email="aoi@example.com"), by=world.owner)
    days = [TODAY + timedelta(days=number) for number in (1, 2, 4, 5)]
    assert [[name for name, _standing in as_of(team, day).people] for day in days] == [
        ["Olivia"], ["Olivia", "Aoi"], ["Olivia", "Aoi"], ["Olivia"],
    ]  # fmt: skip
    answer = manager.get(reverse("company:team_as_of", args=[world.team.pk]), {"day": f"{TODAY}"})
    assert "Ren" in answer.content.decode()
    assert as_of(world.team, TODAY - timedelta(days=1)).plans == []
    assert [plan.pk for plan in as_of(world.team, TODAY).plans] == [world.plan.pk]


@pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "9999-12-31"])
def test_as_of_an_odd_day_is_refused(world: World, manager: Client, day: str) -> None:
    assert manager.get(reverse("company:team_as_of", args=[world.team.pk]), {"day": day}).status_code == 422


def test_the_log_says_which_table_and_which_system(world: World, manager: Client) -> None:
    facts: dict[str, Any] = {"team": world.team, "actor": world.manager}
    record_event(kind="exported", name="activity", **facts)
    record_event(kind="exported", name="workbook", **facts)
    record_event(kind="import_begun", source="Salesforce", **facts)
    record_event(kind="hook_added", host="crm.example.com", **facts)
    page = manager.get(reverse("company:team_log", args=[world.team.pk])).context["page"]
    assert [line.about for line in page.lines][:4] == [
        "crm.example.com",
        "Salesforce",
        "The plan as a workbook",
        "Numbers by person, KPI and day",
    ]
