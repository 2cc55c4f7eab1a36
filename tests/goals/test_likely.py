"""How likely the plan's number reaches the goal, from the team's own cases."""

from datetime import date

from django.test import Client
from django.urls import reverse

from apps.goals.drafts import draft_of
from apps.goals.likely import Likely, load_likely
from tests.people import TODAY, World, log


def likely(world: World, planned: int = 300) -> Likely | None:
    return load_likely(world.team, draft_of(world.plan), planned, TODAY)


def log_spring(world: World) -> None:
    """At the plan's own rates: a third, a half, a fifth."""
    for month in (3, 4, 5):
        for code, count in (("call", 600), ("appointment", 200), ("meeting", 100), ("contract", 20)):
            log(world.ren, code, count, date(2026, month, 12), amount=2_000_000 if code == "contract" else 0)


def test_the_average_plan_is_reached_about_every_other_time(world: World) -> None:
    log_spring(world)
    found = likely(world)
    assert found
    assert 0.42 <= found.chance <= 0.58
    numbers = [one.actions for one in found.asked]
    assert numbers == sorted(numbers)
    assert numbers[0] < 350 < numbers[1]
    more = likely(world, numbers[2])
    assert more
    assert 0.9 <= more.chance < 0.91


def test_the_step_without_a_case_is_named(world: World) -> None:
    log(world.ren, "call", 600, date(2026, 5, 12))
    log(world.ren, "appointment", 0 + 5, date(2026, 5, 12))
    found = likely(world)
    assert found
    assert found.missing == world.kpi("contract")


def test_the_plan_page_says_it_in_words(world: World, manager: Client, rep: Client) -> None:
    page = reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])
    assert "Not known yet" in manager.get(page).content.decode()
    log_spring(world)
    for client in (manager, rep):
        text = client.get(page).content.decode()
        assert "With 300 (Call) about 50% of such periods reach the goal." in text
        assert "80% of such periods" in text
