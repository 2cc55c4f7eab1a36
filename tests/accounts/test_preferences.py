"""What people wish: the first page, large amounts, colours, less movement; the business year."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.accounts.services import found_team
from apps.domain.periods import fiscal_place, fiscal_start
from apps.goals.higher import span_text
from apps.web.amounts import amount_text, amounts_in
from tests.people import World, make_higher_goal

WISHES = {"name": "Ren", "language": "ja", "time_zone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("wish", "language", "minor", "currency", "said"),
    [
        ("", "ja", 1_234_567, "JPY", "¥1,234,567"),
        ("man", "ja", 1_234_567, "JPY", "123.4万円"),
        ("man", "ja", 1_000_000, "JPY", "100万円"),
        ("man", "ja", -12_340_000, "JPY", "-1,234万円"),
        # Cut, not rounded: a goal that is missed is not shown as reached.
        ("million", "en", 99_999_999, "JPY", "¥99.99M"),
        ("man", "ja", 9_999, "JPY", "¥9,999"),
        ("man", "en", 1_234_567, "JPY", "¥1,234,567"),
        ("million", "ja", 1_234_567, "JPY", "1.23百万円"),
        ("million", "en", 1_234_567, "JPY", "¥1.23M"),
        ("million", "en", 250_000_000, "USD", "$2.5M"),
        ("million", "en", 99_999_999, "USD", "$999,999.99"),
        ("man", "ja", 2_550_000, "USD", "$2.55万"),
        ("", "en", 1_250, "USD", "$12.50"),
    ],
)
def test_large_amounts_are_written_as_wished(
    wish: str, language: str, minor: int, currency: str, said: str
) -> None:
    with translation.override(language), amounts_in(wish):
        assert amount_text(minor, currency) == said
    with translation.override(language):
        assert "万" not in amount_text(minor, currency)


@pytest.mark.parametrize(
    ("start", "end", "first_month", "place"),
    [
        ("2026-04-01", "2027-03-31", 4, (2026, 1)),
        ("2026-04-01", "2026-09-30", 4, (2026, 1)),
        ("2026-10-01", "2027-03-31", 4, (2026, 2)),
        ("2027-01-01", "2027-03-31", 4, (2026, 4)),
        ("2027-02-01", "2027-02-28", 4, (2026, 11)),
        ("2026-01-01", "2026-12-31", 1, (2026, 1)),
        ("2026-01-01", "2026-12-31", 4, None),
        ("2026-05-01", "2026-07-31", 4, None),
        ("2026-04-02", "2026-09-30", 4, None),
        ("2026-04-01", "2026-05-31", 4, None),
    ],
)
def test_periods_have_a_place_in_the_business_year(
    start: str, end: str, first_month: int, place: tuple[int, int] | None
) -> None:
    assert fiscal_place((date.fromisoformat(start), date.fromisoformat(end)), first_month) == place


def test_the_business_year_begins_before_its_days() -> None:
    for month in range(1, 13):
        for first in range(1, 13):
            day = date(2026, month, 15)
            start = fiscal_start(day, first)
            assert start <= day < date(start.year + 1, start.month, 1)


def test_parts_of_the_year_have_the_names_that_people_use() -> None:
    half = date(2026, 10, 1), date(2027, 3, 31)
    quarter = date(2026, 7, 1), date(2026, 9, 30)
    with translation.override("ja"):
        assert (span_text(half, 4), span_text(quarter, 4)) == ("2026年度下期", "2026年度第2四半期")
    with translation.override("en"):
        assert (span_text(half, 4), span_text(quarter, 1)) == (
            "FY2026, second half",
            "FY2026, quarter 3",
        )


def test_goals_above_are_named_by_the_business_year(world: World) -> None:
    make_higher_goal(world.team, world.manager, span="half")
    client = Client()
    client.force_login(world.manager)
    page = client.get(reverse("goals:higher_goals", args=[world.team.pk]))
    assert "FY2026" in page.content.decode()
    assert page.context["form"].initial["start"] == date(2026, 4, 1)
    world.team.organization.fiscal_month = 7
    world.team.organization.save()
    page = client.get(reverse("goals:higher_goals", args=[world.team.pk]))
    # The token against forgery may hold any letters.
    assert "FY" not in re.sub(r"\w{64}", "", page.content.decode())
    assert page.context["form"].initial["start"] == date(2025, 7, 1)


@pytest.mark.parametrize(("currency", "month"), [("JPY", 4), ("USD", 1)])
def test_a_new_company_begins_its_year_as_is_usual(db: None, currency: str, month: int) -> None:
    owner = User.objects.create_user("o@example.com", "x")
    team = found_team(owner=owner, company="New", team_name="A", currency=currency, time_zone="Asia/Tokyo")
    assert team.organization.fiscal_month == month


@pytest.mark.parametrize(
    ("wish", "who", "page"),
    [
        ("", "rep", "home:today"),
        ("progress", "rep", "progress:team"),
        ("reviews", "rep", "reviews:review_list"),
        ("plan", "manager", "goals:plan_list"),
        ("objectives", "manager", "okrs:objective_list"),
        # Today is of those who log.
        ("today", "manager", "progress:team"),
        ("today", "rep", "home:today"),
    ],
)
def test_the_first_page_is_the_one_wished(world: World, wish: str, who: str, page: str) -> None:
    user = getattr(world, who)
    User.objects.filter(pk=user.pk).update(first_page=wish)
    client = Client()
    client.force_login(user)
    assert client.get("/").headers["Location"] == reverse(page, args=[world.team.pk])


def test_wishes_are_saved_and_hold_on_the_next_page(world: World) -> None:
    client = Client()
    client.force_login(world.manager)
    wishes = {"amounts": "man", "palette": "safe", "is_calm": "on", "first_page": "plan"}
    assert client.post(reverse("accounts:profile"), WISHES | wishes).status_code == 302
    page = client.get(reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])).content.decode()
    assert 'data-palette="safe" data-calm' in page
    assert "100万円" in page
    assert "¥1,000,000" not in page
    # Somebody else's page is as it was.
    other = Client()
    other.force_login(world.rep)
    text = other.get(reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])).content.decode()
    assert "100万円" not in text


def test_unknown_wishes_are_refused_beside_the_field(world: World) -> None:
    client = Client()
    client.force_login(world.manager)
    for field in ("amounts", "palette", "first_page"):
        answer: Any = client.post(reverse("accounts:profile"), WISHES | {field: "nonsense"})
        assert answer.status_code == 422
        assert answer.context["form"].errors[field]
