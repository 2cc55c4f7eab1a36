"""Settings tried beside the plan."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.goals.models import Plan, WhatIf
from tests.people import World

HTMX = {"HX-Request": "true"}


def url(world: World) -> str:
    return reverse("goals:what_if", args=[world.team.pk, world.plan.kgi_id])


def data(world: World, **changes: Any) -> dict[str, Any]:
    rates = {"appointment": "1/3", "meeting": "50%", "contract": "20%"}
    typed = {f"rate_{world.kpi(code).pk}": rate for code, rate in rates.items()}
    base = {"goal": "1,000,000", "unit_price": "100,000", "days": "20", "people": "2", "a_day": "6"}
    return base | typed | changes


def test_what_if_starts_from_the_plan(world: World, rep: Client) -> None:
    page = rep.get(url(world)).content.decode()
    # 300 calls over two people and twenty days.
    assert '<span class="stat-value">7.5</span>' in page
    assert '<span class="stat-value">300</span>' in page


def test_what_if_answers_while_somebody_slides(world: World, rep: Client) -> None:
    answer = rep.post(url(world), data(world, people="3", save=""), headers=HTMX)
    page = answer.content.decode()
    assert "<form" not in page
    assert '<span class="stat-value">5</span>' in page
    assert "the plan: 7.5" in page
    assert not WhatIf.objects.exists()


def test_what_if_names_what_alone_would_be_enough(world: World, rep: Client) -> None:
    """At six calls a day 240 of 300 are made: each factor alone has to be 1.25 times as large."""
    page = rep.post(url(world), data(world), headers=HTMX).content.decode()
    for needed in ("41.7%", "62.5%", "25%", "¥125,000", "7.5", "¥800,000"):
        assert f"<strong>{needed}</strong>" in page
    far = rep.post(url(world), data(world, a_day="1"), headers=HTMX).content.decode()
    assert "not by this alone" in far


@pytest.mark.parametrize(
    "changes",
    [{"goal": "0"}, {"unit_price": "-1"}, {"people": "1.5"}, {"days": "x"}, {"a_day": "0"}, {"days": ""}],
)
def test_what_if_says_what_is_wrong(world: World, rep: Client, changes: dict[str, str]) -> None:
    assert rep.post(url(world), data(world, **changes), headers=HTMX).status_code == 422
    answer = rep.post(url(world), data(world, **changes))
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_what_if_is_kept_by_name_and_compared(world: World, manager: Client, rep: Client) -> None:
    manager.post(url(world), data(world, people="3", name="One more person", save=""))
    manager.post(url(world), data(world, goal="1,200,000", name="More", save=""))
    manager.post(url(world), data(world, people="4", name="One more person", save=""))
    assert sorted(WhatIf.objects.values_list("name", flat=True)) == ["More", "One more person"]
    page = rep.get(url(world)).content.decode()
    assert "Side by side" in page
    assert "3.8" in page
    assert "360" in page
    assert Plan.objects.get(kgi=world.plan.kgi).goal == 1_000_000
    assert rep.post(url(world), data(world, name="Mine", save="")).status_code == 403
    one = WhatIf.objects.get(name="More")
    manager.post(reverse("goals:what_if_delete", args=[world.team.pk, world.plan.kgi_id, one.pk]))
    assert WhatIf.objects.count() == 1


def test_what_if_stops_at_twelve(world: World, manager: Client) -> None:
    for number in range(13):
        manager.post(url(world), data(world, name=f"Number {number}", save=""))
    assert WhatIf.objects.count() == 12


def test_what_if_that_no_longer_fits_is_left_out(world: World, manager: Client) -> None:
    WhatIf.objects.create(kgi=world.plan.kgi, name="Old stages", values={"goal": "5"})
    assert "Old stages" not in manager.get(url(world)).content.decode()
