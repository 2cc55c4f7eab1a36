"""What a change moves, and what it must not: versions, leave, people who go and come."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.services import end_membership
from apps.calendars.services import mark_days, take_leave
from apps.domain.errors import PlanError
from apps.goals.drafts import Draft, Grade, Split, draft_of
from apps.goals.models import Plan
from apps.goals.queries import TeamSchedule, load_schedule
from apps.goals.services import latest_plan, revise_plan
from apps.goals.versions import goal_text
from apps.progress.queries import Progress
from tests.people import END, START, TODAY, World, make_segment, weighted

YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def written_before(world: World) -> None:
    """The plan was written on the first day, not today."""
    Plan.objects.update(created_at="2026-06-01T00:00:00Z")


def schedule(world: World, day: date = END) -> TeamSchedule:
    return load_schedule(world.plan.kgi, day)


def revise(world: World, valid_from: date, split: Split | None = None, goal: int | None = None) -> Plan:
    last = latest_plan(world.plan.kgi)
    draft = draft_of(last)
    if goal:
        draft = Draft(draft.kpis, [replace(draft.streams[0], goal=goal)])
    return revise_plan(
        kgi=world.plan.kgi,
        by=world.manager,
        valid_from=valid_from,
        draft=draft,
        seen=last.number,
        split=split,
    )


def until(loaded: TeamSchedule, day: date) -> dict[Any, Any]:
    """All numbers of the days up to ``day``."""
    days = (day - START).days + 1
    return {(kpi, member): row[:days] for kpi, rows in loaded.planned.items() for member, row in rows.items()}


def call_total(world: World, loaded: TeamSchedule) -> int:
    return sum(loaded.planned_for(world.kpi("call").pk, loaded.member_ids))


def test_a_new_split_in_the_middle_still_sums_to_the_goal(world: World) -> None:
    revise(world, TOMORROW, weighted(world, ren=0, rika=1))
    loaded = schedule(world)
    assert call_total(world, loaded) == 300
    assert sum(loaded.goal_for(loaded.member_ids)) == 1_000_000
    ren = loaded.planned[world.kpi("call").pk][world.ren.pk]
    assert sum(ren[(TOMORROW - START).days :]) == 0


def test_somebody_who_leaves_does_not_move_the_past(world: World) -> None:
    before = until(schedule(world, TODAY), TODAY)
    end_membership(member=world.ren, by=world.manager)
    assert until(schedule(world), TODAY) == before
    assert until(schedule(world, TODAY), TODAY) == before
    ren = schedule(world).planned[world.kpi("call").pk][world.ren.pk]
    assert sum(ren[(TOMORROW - START).days :]) == 0


def test_the_rest_of_somebody_who_left_goes_to_the_others(world: World) -> None:
    end_membership(member=world.ren, by=world.manager)
    with time_machine.travel("2026-06-11T03:00:00Z", tick=False):
        revise(world, date(2026, 6, 12), weighted(world, rika=1))
    loaded = schedule(world)
    assert call_total(world, loaded) == 300
    assert sum(loaded.goal_for(loaded.member_ids)) == 1_000_000


def test_leave_moves_no_number_of_today_or_before(world: World) -> None:
    before = until(schedule(world, TODAY), TODAY)
    days = {"start": date(2026, 6, 15), "end": date(2026, 6, 19)}
    take_leave(team=world.team, user=world.rep, by=world.rep, is_half=False, **days)
    loaded = schedule(world)
    assert until(loaded, TODAY) == before
    assert until(schedule(world, TODAY), TODAY) == before
    row = loaded.planned[world.kpi("call").pk][world.ren.pk]
    assert sum(row[14:19]) == 0
    assert sum(row) == 150


def test_a_closure_entered_late_moves_no_day_that_is_over(world: World) -> None:
    before = until(schedule(world, TODAY), TODAY)
    mark_days(team=world.team, by=world.manager, days=[YESTERDAY, date(2026, 6, 12)], kind="closed", name="")
    assert until(schedule(world), TODAY) == before
    assert schedule(world).planned_for(world.kpi("call").pk, [world.ren.pk])[11] == 0


def test_a_closure_on_the_day_of_the_first_version_counts_from_the_start(world: World) -> None:
    Plan.objects.update(created_at="2026-06-10T00:00:00Z")
    mark_days(team=world.team, by=world.manager, days=[date(2026, 6, 1)], kind="closed", name="")
    assert schedule(world).planned_for(world.kpi("call").pk, [world.ren.pk])[0] == 0


def test_a_newer_version_replaces_one_that_would_begin_later(world: World) -> None:
    revise(world, date(2026, 6, 20), goal=2_000_000)
    revise(world, date(2026, 6, 12), goal=500_000)
    loaded = schedule(world)
    assert loaded.plan.goal == 500_000
    assert call_total(world, loaded) == 150


def test_a_later_version_is_not_in_force_before_its_day(world: World) -> None:
    revise(world, date(2026, 6, 20), goal=2_000_000)
    assert schedule(world, TODAY).plan.goal == 1_000_000
    progress = Progress(schedule(world, TODAY), world.team.memberships.all(), TODAY)
    targets = [progress.goal_of(member).target for member in (world.ren, world.rika)]
    assert targets == [500_000, 500_000]
    assert progress.goal().target == 1_000_000


def test_days_that_are_over_cannot_be_changed(world: World) -> None:
    with pytest.raises(PlanError) as error:
        revise(world, YESTERDAY, goal=2_000_000)
    assert error.value.code == "valid_from_past"


def test_a_stage_added_to_the_funnel_enters_with_the_next_version(world: World, manager: Client) -> None:
    from apps.funnels.models import Kpi

    add = reverse("funnels:stage_add", args=[world.team.pk])
    manager.post(add, {"name": "Demo", "nature": "action", "rate": "50%"})
    edit = reverse("goals:plan_edit", args=[world.team.pk, world.plan.kgi_id])
    page = manager.get(edit).content.decode()
    demo = Kpi.objects.get(funnel__team=world.team, code="demo")
    assert f'name="rate_{demo.pk}" class="form-control" value="50%"' in page


def test_the_plan_page_names_who_has_no_part_yet(world: World, manager: Client) -> None:
    world.mai.carries_targets = True
    world.mai.save()
    page = manager.get(reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])).content.decode()
    assert "Without a part in this plan: Mai." in page


def test_the_plan_page_says_from_when_a_version_applies(world: World, manager: Client) -> None:
    revise(world, date(2026, 6, 20), goal=2_000_000)
    page = manager.get(reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])).content.decode()
    assert "This is version 2. It applies from Jun 20, 2026" in page


def test_versions_are_compared_by_segment_deal_and_rate(world: World) -> None:
    """The second version splits off a segment and counts open deals: each difference has its own line."""
    first = draft_of(world.plan)
    existing = make_segment(world.team)
    old = replace(first.streams[0], goal=600_000, grades=[Grade("A", world.kpi("meeting").pk, 4, 50)])
    fresh = replace(first.streams[0], segment=existing, goal=400_000)
    revise_plan(
        kgi=world.plan.kgi,
        by=world.manager,
        valid_from=TODAY,
        draft=replace(first, streams=[old, fresh]),
        seen=1,
    )
    client = Client()
    client.force_login(world.manager)
    page = client.get(reverse("goals:plan_versions", args=[world.team.pk, world.plan.kgi_id]))
    rows = {row.label: (row.left, row.right) for row in page.context["groups"][0][1]}
    assert rows["Existing customers: Goal"][1] == "¥400,000"
    assert [pair for label, pair in rows.items() if "grade A" in label] == [("–", "4 × 50%")]


def test_a_goal_of_contracts_is_said_in_contracts(world: World) -> None:
    kgi = world.plan.kgi
    with translation.override("en"):
        assert goal_text(kgi, 1_000, "JPY") == "¥1,000"
        kgi.counts = "contracts"
        assert goal_text(kgi, 1_000, "JPY") == "1,000 contracts"
