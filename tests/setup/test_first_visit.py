from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership, Organization, Team
from apps.activity.models import Entry
from apps.activity.queries import tally_drifts
from apps.funnels.models import Kpi
from apps.goals.drafts import draft_of
from apps.goals.queries import current_kgi, load_schedule
from apps.setup.access import new_key
from apps.setup.sample import make_sample

FIRST = {
    "name": "Hana",
    "email": "hana@example.com",
    "password": "a-long-enough-password",
    "company": "Hanamaru",
    "team": "Team 1",
    "preset": "telephone",
    "currency": "JPY",
    "country": "JP",
    "language": "en",
    "time_zone": "Asia/Tokyo",
}


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(headers={"accept-language": "en"})


def test_empty_installation_shows_two_choices(visitor: Client) -> None:
    page = visitor.get("/", follow=True).content.decode()
    assert "Start with my team" in page
    assert "Look around with a sample team" in page


def test_first_team_has_funnel_calendar_and_manager(visitor: Client) -> None:
    answer = visitor.post(reverse("setup:team_start"), FIRST)
    assert answer.status_code == 302
    team = Team.objects.get()
    assert Membership.objects.get(team=team).role == "manager"
    assert Kpi.objects.of_team(team).running()[0].code == "call"
    assert visitor.get(reverse("setup:welcome")).headers["Location"] == "/"
    assert visitor.get(reverse("goals:plan_new", args=[team.pk])).status_code == 200


@pytest.mark.parametrize("field", ["name", "email", "password", "company", "team", "preset", "currency"])
def test_first_team_refuses_what_is_missing(visitor: Client, field: str) -> None:
    answer = visitor.post(reverse("setup:team_start"), FIRST | {field: ""})
    assert answer.status_code == 422
    assert not Organization.objects.exists()


def test_another_address_needs_the_one_time_link(visitor: Client) -> None:
    away: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7"}
    welcome = reverse("setup:welcome")
    assert visitor.get(welcome, **away).status_code == 403
    assert visitor.post(reverse("setup:team_start"), FIRST, **away).status_code == 403
    assert visitor.post(reverse("setup:sample_start"), **away).status_code == 403
    key = new_key()
    assert visitor.get(f"{welcome}?key=wrong", **away).status_code == 403
    assert visitor.get(f"{welcome}?key={key}", **away).status_code == 200
    assert visitor.get(welcome, **away).status_code == 200
    assert Client().get(f"{welcome}?key={key}", **away).status_code == 403
    assert visitor.post(reverse("setup:team_start"), FIRST, **away).status_code == 302


def test_a_proxy_is_not_this_machine(visitor: Client) -> None:
    answer = visitor.get(reverse("setup:welcome"), headers={"X-Forwarded-For": "192.0.2.7"})
    assert answer.status_code == 403


def test_an_installation_for_others_always_needs_the_link(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy on the same machine makes every visitor look local."""
    monkeypatch.setattr(settings, "IS_LOCAL", False)
    assert visitor.get(reverse("setup:welcome")).status_code == 403


def test_sample_signs_in_with_one_click_until_a_real_team_exists(visitor: Client) -> None:
    visitor.post(reverse("setup:sample_start"))
    rep = Membership.objects.filter(role="rep").first()
    assert rep is not None
    path = reverse("setup:sample_sign_in", args=[rep.pk])
    assert visitor.post(path).status_code == 302
    assert visitor.get("/").headers["Location"] == reverse("home:today", args=[rep.team_id])
    Client().post(reverse("setup:team_start"), FIRST)
    assert Client().post(path).status_code == 404


def test_sample_can_be_switched_off(visitor: Client, settings: Any) -> None:
    settings.SAMPLE = False
    assert "sample" not in visitor.get(reverse("setup:welcome")).content.decode()
    assert visitor.post(reverse("setup:sample_start")).status_code == 404


def test_sample_is_believable_and_its_books_are_right(db: None) -> None:
    today = date(2026, 11, 20)
    team = make_sample(language="ja", today=today)
    assert team.name == "インサイドセールス1課"
    assert Membership.objects.filter(team=team, role="rep").count() == 6
    assert 1000 < Entry.objects.count() < 3000
    assert tally_drifts() == []
    weekend = Entry.objects.filter(day__week_day__in=[1, 7]).count()
    assert weekend == 0
    kgi = current_kgi(team, today)
    assert kgi is not None
    schedule = load_schedule(kgi, today)
    assert [need.whole for need in draft_of(schedule.plan).trees[0].asked] == [1800, 600, 300, 60]


def test_sample_is_the_same_every_time(db: None) -> None:
    today = date(2026, 11, 20)
    first = make_sample(language="en", today=today)
    logged = list(Entry.objects.filter(team=first).order_by("id").values_list("day", "count", "amount"))
    Organization.objects.all().delete()
    from apps.accounts.models import User

    User.objects.all().delete()
    second = make_sample(language="en", today=today)
    assert logged == list(
        Entry.objects.filter(team=second).order_by("id").values_list("day", "count", "amount")
    )


def test_prepare_prints_the_link_for_another_address(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from apps.setup.management.commands import prepare

    monkeypatch.setattr(prepare.Command, "_wait_for_server", lambda _self: None)
    monkeypatch.setattr(settings, "IS_LOCAL", False)
    call_command("prepare", "--greet")
    key = (Path(settings.VAR_DIR) / "first-visit-key").read_text()
    assert f"/welcome/?key={key}" in capsys.readouterr().out


def test_the_second_to_start_at_once_is_led_to_the_first_ones_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both had the form open; the installation belongs to whoever was faster."""
    visitor.post(reverse("setup:team_start"), FIRST)
    monkeypatch.setattr("apps.setup.views._guard", lambda _request: None)
    second = Client().post(reverse("setup:team_start"), FIRST | {"email": "eve@example.com"})
    assert second.headers["Location"] == "/"
    assert Organization.objects.count() == 1
    taken = Client().post(reverse("setup:team_start"), FIRST)
    assert taken.status_code == 422
    assert "email" in taken.context["form"].errors


def test_the_sample_is_made_once(visitor: Client, settings: Any) -> None:
    visitor.post(reverse("setup:sample_start"))
    visitor.post(reverse("setup:sample_start"))
    assert Team.objects.count() == 1
    rep = Membership.objects.filter(role="rep").first()
    assert rep
    settings.SAMPLE = False
    assert visitor.post(reverse("setup:sample_sign_in", args=[rep.pk])).status_code == 404
