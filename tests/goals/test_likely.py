"""How sure a plan is, from the team's own cases, and a plan made as sure as somebody wants it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from apps.activity.models import Tally
from apps.goals.drafts import draft_of
from apps.goals.likely import Likely, load_likely
from apps.goals.models import Plan
from apps.goals.services import latest_plan
from tests.goals.plans import HTMX, revise, url
from tests.goals.test_segments import two_segments
from tests.people import TODAY, World, default_segment, log

CODES = ("call", "appointment", "meeting", "contract")


def likely(world: World, planned: Sequence[int] = (300,)) -> Likely | None:
    plan = latest_plan(world.plan.kgi)
    return load_likely(world.team, world.plan.kgi, draft_of(plan), planned, TODAY, plan)


def log_spring(world: World, times: int = 1) -> None:
    """Twelve weeks at the plan's own rates: a third, a half, a fifth."""
    for week in range(12):
        day = date(2026, 5, 29) - timedelta(weeks=week)
        for code, count in zip(CODES, (150, 50, 25, 5), strict=True):
            amount = 500_000 * times if code == "contract" else 0
            log(world.ren, code, count * times, day, amount=amount)


def test_the_average_plan_is_reached_about_every_other_time(world: World) -> None:
    log_spring(world)
    found = likely(world)
    assert found
    assert 0.4 <= found.chance <= 0.62
    numbers = [one.actions or 0 for one in found.asked]
    assert numbers == sorted(numbers)
    assert numbers[0] < 350 < numbers[1]
    more = likely(world, [numbers[2]])
    assert more
    assert 0.9 <= more.chance < 0.91


def test_the_chance_grows_with_effort(world: World) -> None:
    log_spring(world)
    found = likely(world)
    assert found
    chances = [chance for _actions, chance in found.course]
    assert chances == sorted(chances)
    assert (300, found.chance) in found.course


def test_the_step_without_a_case_is_named(world: World) -> None:
    log(world.ren, "call", 600, date(2026, 5, 12))
    log(world.ren, "appointment", 5, date(2026, 5, 12))
    found = likely(world)
    assert found
    assert found.missing == world.kpi("contract")


def test_what_is_corrected_to_less_than_nothing_counts_as_nothing(world: World) -> None:
    log_spring(world)
    kpi, segment = world.kpi("meeting"), default_segment(world.team)
    Tally.objects.create(member=world.rika, day=date(2026, 5, 28), kpi=kpi, segment=segment, count=-900)
    found = likely(world)
    assert found
    assert 0 <= found.chance <= 1


def test_each_person_is_judged_by_the_own_rates(world: World) -> None:
    log_spring(world)
    found = likely(world)
    assert found
    assert {row.member for row in found.people} == {world.ren, world.rika}
    assert all(0 < row.chance < 1 for row in found.people)


def test_a_long_list_is_judged_at_once_and_close_to_exactly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_spring(world)
    exact = likely(world)
    monkeypatch.setattr("apps.goals.likely.EXACT_UP_TO", 0)
    many = likely(world)
    assert exact
    assert many
    assert [row.member for row in many.people] == [row.member for row in exact.people]
    for one, other in zip(many.people, exact.people, strict=True):
        assert one.chance == pytest.approx(other.chance, abs=0.04)
        assert one.asked == pytest.approx(other.asked, rel=0.12)


def test_several_segments_add_up(world: World) -> None:
    log_spring(world, 3)
    _new, existing, draft = two_segments(world)
    found = load_likely(world.team, world.plan.kgi, draft, [180, 50], TODAY)
    assert found
    assert found.missing
    for week in range(12):
        day = date(2026, 5, 29) - timedelta(weeks=week)
        for code, count in zip(CODES, (100, 50, 40, 16), strict=True):
            amount = 800_000 if code == "contract" else 0
            log(world.ren, code, count, day, amount=amount, segment=existing)
    found = load_likely(world.team, world.plan.kgi, draft, [180, 50], TODAY)
    assert found
    assert 0.4 <= found.chance <= 0.75
    numbers = [one.actions or 0 for one in found.asked]
    assert numbers == sorted(numbers)
    assert numbers[2] > 230
    assert not found.people


# -- the page --------------------------------------------------------------------------------------


def test_plan_likely_says_it_in_words(world: World, manager: Client, rep: Client) -> None:
    page = url(world, "plan_likely")
    assert "Not known yet" in manager.get(page).content.decode()
    log_spring(world)
    for client in (manager, rep):
        text = client.get(page).content.decode()
        assert "With 300 (Call), 1 out of 2 periods like this one reach the goal." in text
    assert "Take 80%" in manager.get(page).content.decode()
    assert "Take 80%" not in rep.get(page).content.decode()


def test_plan_likely_shows_a_rep_the_own_row_alone(world: World, rep: Client) -> None:
    log_spring(world)
    text = rep.get(url(world, "plan_likely")).content.decode()
    assert "Ren" in text
    assert "Rika" not in text


def test_plan_likely_as_fragment_is_the_short_answer(world: World, manager: Client) -> None:
    log_spring(world)
    text = manager.get(url(world, "plan_likely"), headers=HTMX).content.decode()
    assert "<html" not in text
    assert "Reached in 80%" in text
    assert url(world, "plan_likely") in manager.get(url(world, "plan")).content.decode()


def take(world: World, client: Client, **data: object) -> int:
    return client.post(url(world, "plan_likely"), {"seen": 1, "confidence": "80"} | data).status_code


def test_a_plan_is_made_for_a_chosen_confidence(world: World, manager: Client) -> None:
    log_spring(world)
    before = likely(world)
    assert before
    assert take(world, manager) == 302
    plan: Plan = latest_plan(world.plan.kgi)
    assert plan.number == 2
    assert plan.buffer > 0
    asked = draft_of(plan).needs()[0]
    wanted = before.of(0.8)
    assert wanted
    assert wanted.actions
    assert wanted.actions <= asked <= wanted.actions + 1
    after = likely(world, [asked])
    assert after
    assert after.chance >= 0.8
    # Once more changes nothing.
    assert after.of(0.8) == wanted


def test_a_surer_plan_in_the_middle_says_what_a_day_asks_from_now_on(world: World, manager: Client) -> None:
    log_spring(world)
    revise(world, draft_of(world.plan))
    Plan.objects.filter(kgi=world.plan.kgi).update(created_at="2026-05-28T03:00:00Z")
    found = manager.get(url(world, "plan_likely")).context["a_day"]
    asked = likely(world)
    assert asked
    # Eight of twenty working days are over when the change begins, with 120 of 300 planned.
    numbers = [-(-((one.actions or 0) - 120) // 12) for one in asked.asked]
    assert [one["number"] for one in found] == numbers


def test_a_period_that_is_over_offers_no_button(world: World) -> None:
    log_spring(world)
    with time_machine.travel("2026-07-02T03:00:00Z", tick=False):
        client = Client()
        client.force_login(world.manager)
        text = client.get(url(world, "plan_likely")).content.decode()
    assert "the period is over" in text
    assert "Take 80%" not in text


def test_less_confidence_takes_the_buffer_away_again(world: World, manager: Client) -> None:
    log_spring(world)
    take(world, manager, confidence="90")
    assert take(world, manager, confidence="50", seen=2) == 302
    assert latest_plan(world.plan.kgi).buffer < Decimal(10)


def test_a_confidence_out_of_reach_is_refused_in_words(world: World, manager: Client) -> None:
    page = manager.post(url(world, "plan_likely"), {"seen": 1, "confidence": "80"})
    assert page.status_code == 422
    assert "No number of actions" in page.content.decode()
    log_spring(world)
    for odd in ("", "99", "80.5", "x" * 900):
        assert take(world, manager, confidence=odd) == 422
    assert latest_plan(world.plan.kgi).number == 1


def test_a_plan_changed_by_somebody_else_is_not_overwritten(world: World, manager: Client) -> None:
    log_spring(world)
    revise(world, draft_of(world.plan))
    assert take(world, manager) == 409
    assert take(world, manager, seen="x") == 409
    assert latest_plan(world.plan.kgi).number == 2
