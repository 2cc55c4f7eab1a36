"""Whose rates stand in the plan."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.domain.rates import parse_rate
from apps.goals.drafts import draft_of
from apps.goals.models import PlanRate, PlanTarget
from apps.goals.services import latest_plan
from tests.goals.plans import HTMX, meetings_won, revise, url
from tests.people import (
    World,
    default_segment,
    log,
)


def test_own_rates_give_different_calls_for_the_same_contracts(world: World, manager: Client) -> None:
    meetings_won(world)
    assert manager.post(url(world, "plan_rates"), {"seen": 1, "own": "1"}).status_code == 302
    plan = latest_plan(world.plan.kgi)
    rates = {rate.member_id: rate for rate in plan.rates.all()}
    assert (rates[world.ren.pk].cases, rates[world.ren.pk].of_cases) == (20, 50)
    assert rates[world.ren.pk].since == date(2026, 5, 1)
    targets = PlanTarget.objects.filter(plan=plan)
    calls = dict(targets.filter(kpi=world.kpi("call")).values_list("member_id", "count"))
    assert calls == {world.ren.pk: 75, world.rika.pk: 300}
    contracts = dict(targets.filter(kpi=world.kpi("contract")).values_list("member_id", "count"))
    assert contracts == {world.ren.pk: 5, world.rika.pk: 5}
    page = manager.get(url(world, "plan")).content.decode()
    assert "is the sum of the parts" in page
    assert "375" in page


def test_few_cases_are_said_and_not_taken_by_one_click(world: World, manager: Client) -> None:
    log(world.ren, "meeting", 4, date(2026, 5, 12))
    log(world.ren, "contract", 2, date(2026, 5, 12))
    page = manager.get(url(world, "plan_rates")).content.decode()
    assert "own 50%, 2 of 4" in page
    assert "rests on few cases" in page
    manager.post(url(world, "plan_rates"), {"seen": 1, "own": "1"})
    assert not PlanRate.objects.exists()


def member_form(manager: Client, world: World) -> dict[str, Any]:
    form = manager.get(url(world, "member_rates", world.ren.pk)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_member_rates_shows_the_change_and_saves_it(world: World, manager: Client) -> None:
    meetings_won(world)
    step = f"{world.kpi('contract').pk}_{default_segment(world.team).pk}"
    data = member_form(manager, world) | {f"source_{step}": "typed", f"typed_{step}": "25%"}
    fragment = manager.post(url(world, "member_rates", world.ren.pk), data, headers=HTMX)
    assert "120" in fragment.content.decode()
    assert latest_plan(world.plan.kgi).number == 1
    data |= {"save": "1"}
    assert manager.post(url(world, "member_rates", world.ren.pk), data).status_code == 302
    rate = PlanRate.objects.get()
    assert (rate.source, rate.rate) == ("typed", Fraction(1, 4))
    # The next version keeps it, the team's rate takes it away.
    revise(world, draft_of(latest_plan(world.plan.kgi)))
    assert latest_plan(world.plan.kgi).rates.get().rate == Fraction(1, 4)
    back = member_form(manager, world) | {f"source_{step}": "team", "save": "1"}
    assert manager.post(url(world, "member_rates", world.ren.pk), back).status_code == 302
    assert not latest_plan(world.plan.kgi).rates.exists()


def test_member_rates_refuses_a_typed_rate_that_is_none(world: World, manager: Client) -> None:
    step = f"{world.kpi('contract').pk}_{default_segment(world.team).pk}"
    for typed, message in (("", "Type the rate"), ("0%", "nothing arrives"), ("20", "Which one is it?")):
        data = member_form(manager, world) | {f"source_{step}": "typed", f"typed_{step}": typed, "save": "1"}
        answer = manager.post(url(world, "member_rates", world.ren.pk), data)
        assert answer.status_code == 422
        assert message in answer.content.decode()


def test_member_rates_offers_the_best_month(world: World, manager: Client) -> None:
    for month, contracts in ((3, 10), (4, 20), (5, 12)):
        log(world.ren, "meeting", 50, date(2026, month, 12))
        log(world.ren, "contract", contracts, date(2026, month, 12))
    page = manager.get(url(world, "member_rates", world.ren.pk)).content.decode()
    assert "20 of 50 in April 2026" in page
    assert "42 of 150 since Mar 1, 2026" in page


def test_a_stale_page_of_rates_changes_nothing(world: World, manager: Client) -> None:
    meetings_won(world)
    revise(world, draft_of(world.plan))
    answer = manager.post(url(world, "plan_rates"), {"seen": 1, "own": "1"}, follow=True)
    assert "Somebody else saved version 2" in answer.content.decode()
    assert not PlanRate.objects.exists()


def test_plan_new_takes_measured_rates(world: World, manager: Client) -> None:
    meetings_won(world)
    page = manager.get(reverse("goals:plan_new", args=[world.team.pk]), {"rates": "measured"})
    assert page.context["form"][f"rate_{world.kpi('contract').pk}"].value() == "30/150"
    assert page.context["form"][f"rate_{world.kpi('meeting').pk}"].value() == "50%"


def test_a_rate_stays_as_it_was_measured_until_another_is_chosen(world: World, manager: Client) -> None:
    meetings_won(world)
    manager.post(url(world, "plan_rates"), {"seen": 1, "own": "1"})
    log(world.ren, "meeting", 50, date(2026, 5, 13))
    page = manager.get(url(world, "member_rates", world.ren.pk)).content.decode()
    assert "as in the plan: own" in page
    assert "20 of 50 since May 1, 2026" in page
    assert "20 of 100 since May 1, 2026" in page
    data = member_form(manager, world) | {"save": "1"}
    assert manager.post(url(world, "member_rates", world.ren.pk), data).status_code == 302
    rate = latest_plan(world.plan.kgi).rates.get(member=world.ren)
    assert (rate.rate, rate.cases, rate.of_cases) == (Fraction(2, 5), 20, 50)


def test_an_own_rate_falls_away_where_its_stage_follows_another(world: World, manager: Client) -> None:
    """40 % of meetings is no rate of appointments."""
    meetings_won(world)
    manager.post(url(world, "plan_rates"), {"seen": 1, "own": "1"})
    draft = draft_of(latest_plan(world.plan.kgi))
    stream = draft.streams[0]
    without = replace(
        draft,
        kpis=[kpi for kpi in draft.kpis if kpi.code != "meeting"],
        streams=[replace(stream, rates=[None, stream.rates[1], parse_rate("10%")])],
        lead_days=(),
    )
    revise(world, without)
    assert not latest_plan(world.plan.kgi).rates.exists()


def test_rates_typed_while_somebody_saved_stay_in_the_form(world: World, manager: Client) -> None:
    step = f"{world.kpi('contract').pk}_{default_segment(world.team).pk}"
    data = member_form(manager, world) | {f"source_{step}": "typed", f"typed_{step}": "27%", "save": "1"}
    revise(world, draft_of(world.plan))
    answer = manager.post(url(world, "member_rates", world.ren.pk), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="27%"' in page
    assert 'name="seen" value="2"' in page
    assert manager.post(url(world, "member_rates", world.ren.pk), data | {"seen": 2}).status_code == 302


def test_a_rate_that_asks_for_the_impossible_is_told(world: World, manager: Client) -> None:
    step = f"{world.kpi('contract').pk}_{default_segment(world.team).pk}"
    data = member_form(manager, world) | {f"source_{step}": "typed", f"typed_{step}": "0.0000001%"}
    answer = manager.post(url(world, "member_rates", world.ren.pk), data, headers=HTMX)
    assert answer.status_code == 422
    assert "would be needed more than" in answer.content.decode()
    saved = manager.post(url(world, "member_rates", world.ren.pk), data | {"save": "1"})
    assert saved.status_code == 422
    assert latest_plan(world.plan.kgi).number == 1


def test_the_tree_shows_the_sum_of_the_parts(world: World, manager: Client) -> None:
    meetings_won(world)
    manager.post(url(world, "plan_rates"), {"seen": 1, "own": "1"})
    rows = manager.get(url(world, "plan")).context["picture"].rows
    assert next((row.needed, row.carried, sum(row.by_day)) for row in rows) == (300, 375, 375)
    assert rows[-1].carried == rows[-1].needed == 10
