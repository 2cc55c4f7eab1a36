"""The company in its owners' hands."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Event, Organization, Team, User
from apps.activity.models import Reflection
from apps.activity.reflections import save_reflection
from apps.calendars.models import CalendarDay
from apps.company import services
from apps.company.retention import tidy
from apps.domain.errors import PlanError
from apps.growth.services import add_note
from tests.people import TODAY, World, make_practice, make_team


@pytest.fixture
def owner(world: World) -> Client:
    client = Client()
    client.force_login(world.owner)
    return client


def at(world: World, name: str, *more: int) -> str:
    return reverse(f"company:{name}", args=[world.team.organization_id, *more])


def test_a_second_team_stands_in_one_form(world: World, owner: Client) -> None:
    body = {"name": "Team C", "preset": "telephone", "time_zone": "Asia/Tokyo", "country": "JP"}
    answer = owner.post(at(world, "team_add"), body)
    team = Team.objects.get(name="Team C")
    assert answer.headers["Location"] == reverse("accounts:people_add", args=[team.pk])
    assert team.organization == world.team.organization
    assert team.funnel.kpis.count() > 3
    assert team.calendars.get().country == "JP"
    assert team.memberships.get().user == world.owner
    assert owner.post(at(world, "team_add"), body | {"preset": "none"}).status_code == 422


def test_owners_come_from_the_company(world: World, owner: Client) -> None:
    assert owner.post(at(world, "owner_add"), {"user": world.rep.pk}).status_code == 302
    assert world.rep in world.team.organization.owners.all()
    assert owner.post(at(world, "owner_add"), {"user": world.stranger.pk}).status_code == 422
    with pytest.raises(PlanError, match="not_in_company"):
        services.add_owner(company=world.team.organization, by=world.owner, user=world.stranger)


def test_two_owners_who_remove_each_other_leave_one(world: World, owner: Client) -> None:
    company = world.team.organization
    company.owners.add(world.manager)
    services.remove_owner(company=company, by=world.owner, user=world.manager)
    # The other one's click was on its way.
    with pytest.raises(PlanError, match="no_longer_owner"):
        services.remove_owner(company=company, by=world.manager, user=world.owner)
    assert list(company.owners.all()) == [world.owner]
    answer = owner.post(at(world, "owner_remove", world.owner.pk), follow=True)
    assert "A company needs an owner" in answer.content.decode()
    assert list(company.owners.all()) == [world.owner]


def test_the_whole_company_closes_at_once(world: World, owner: Client) -> None:
    second = make_team(world.owner, "Team C")
    Team.objects.filter(pk=second.pk).update(organization=world.team.organization)
    body = {"start": "2026-08-13", "end": "2026-08-16", "name": "Obon"}
    assert owner.post(at(world, "days_close"), body).status_code == 302
    closed = CalendarDay.objects.filter(name="Obon", cancelled_at=None)
    assert closed.filter(team=world.team).count() == 4
    assert closed.filter(team=second).count() == 4
    assert not closed.filter(team=world.other_team).exists()
    for wrong in ({"end": "2026-08-01"}, {"end": "2027-08-01"}):
        assert owner.post(at(world, "days_close"), body | wrong).status_code == 422


def test_the_nightly_command_says_how_many_texts_went(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    save_reflection(world.ren, TODAY, {"did": "much", "words": "hard", "first": "Yamada"})
    world.team.organization.keep_words_months = 3
    world.team.organization.save()
    with time_machine.travel(datetime.combine(TODAY + timedelta(days=100), time(3), UTC), tick=False):
        call_command("tidy")
        call_command("tidy")
    assert capsys.readouterr().out == "1 texts deleted.\n0 texts deleted.\n"


def test_words_go_when_the_company_does_not_keep_them(world: World, owner: Client) -> None:
    save_reflection(world.ren, TODAY, {"did": "much", "words": "hard", "first": "Yamada"})
    add_note(practice=make_practice(world.ren), by=world.rep, text="Friday is hard")
    late = TODAY + timedelta(days=100)
    assert tidy(late) == 0
    assert (
        owner.post(
            at(world, "settings"), {"name": "A", "fiscal_month": 4, "keep_words_months": 3}
        ).status_code
        == 302
    )
    assert tidy(TODAY + timedelta(days=80)) == 0
    assert tidy(late) == 2
    kept = Reflection.objects.get()
    assert (kept.did, kept.words, kept.first) == ("", "", "")
    assert tidy(late) == 0
    assert owner.post(at(world, "settings"), {"name": "", "keep_words_months": 0}).status_code == 422


def test_settings_show_everybody_without_more_queries(
    world: World, owner: Client, django_assert_max_num_queries: Any
) -> None:
    from apps.accounts.models import Membership

    for number in range(60):
        user = User.objects.create_user(f"p{number}@example.com", None, name=f"P{number}")
        Membership.objects.create(team=world.team, user=user, role="rep")
    with django_assert_max_num_queries(16):
        page = owner.get(at(world, "settings")).content.decode()
    assert "P59" in page
    assert Organization.objects.get(pk=world.team.organization_id).name in page


def test_what_owners_do_is_in_the_log(world: World, owner: Client) -> None:
    owner.post(at(world, "owner_add"), {"user": world.rep.pk})
    owner.post(at(world, "settings"), {"name": "Another name", "fiscal_month": 4})
    kinds = Event.objects.filter(team=None, facts__organization=world.team.organization_id)
    assert set(kinds.values_list("kind", flat=True)) == {"owner_added", "company_changed"}
    page = owner.get(at(world, "company_log")).content.decode()
    assert "made somebody owner of the company" in page
    assert date(2026, 6, 10) == TODAY


def test_an_owner_who_was_removed_meanwhile_is_led_out(
    world: World, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was open when a colleague took the rights away; it is refused in words, not as a 404."""
    world.team.organization.owners.add(world.manager)

    def too_late(**_what: Any) -> None:
        raise PlanError("no_longer_owner")

    bodies: list[tuple[str, str, dict[str, object]]] = [
        ("team_add", "add_team", {
            "name": "Team C", "preset": "telephone", "time_zone": "Asia/Tokyo", "country": "JP",
        }),
        ("owner_add", "add_owner", {"user": world.rep.pk}),
        ("days_close", "close_days", {"start": "2026-12-29", "end": "2026-12-30", "name": "New Year"}),
    ]  # fmt: skip
    for page, service, body in bodies:
        monkeypatch.setattr(services, service, too_late)
        answer = owner.post(at(world, page), body)
        assert answer.headers["Location"] == "/", page
    assert not Team.objects.filter(name="Team C").exists()
    assert not CalendarDay.objects.exists()


def test_an_owner_who_steps_back_leaves_the_page(world: World, owner: Client) -> None:
    world.team.organization.owners.add(world.manager)
    answer = owner.post(at(world, "owner_remove", world.owner.pk))
    assert answer.headers["Location"] == "/"
    assert list(world.team.organization.owners.all()) == [world.manager]
    assert owner.get(at(world, "settings")).status_code == 404
