"""Who carries how much: weights, cells typed by hand."""

from typing import Any

from django.test import Client

from apps.goals.models import PlanTarget
from apps.goals.services import latest_plan
from tests.goals.plans import HTMX, url
from tests.people import World


def split(world: World, **cells: Any) -> dict[str, Any]:
    last = latest_plan(world.plan.kgi)
    return {f"weight_{world.ren.pk}": 1, f"weight_{world.rika.pk}": 1, "seen": last.number} | cells


def calls_by_member(world: World) -> dict[int, int]:
    rows = PlanTarget.objects.filter(plan=latest_plan(world.plan.kgi), kpi=world.kpi("call"))
    return dict(rows.values_list("member_id", "count"))


def test_plan_split_by_weight(world: World, manager: Client) -> None:
    data = split(world) | {f"weight_{world.ren.pk}": 3, "save": "1"}
    assert manager.post(url(world, "plan_split"), data).status_code == 302
    assert calls_by_member(world) == {world.ren.pk: 225, world.rika.pk: 75}


def test_plan_split_keeps_a_cell_typed_by_hand_and_shares_the_rest(world: World, manager: Client) -> None:
    cell = {f"cell_{world.ren.pk}_{world.kpi('call').pk}": 100}
    fragment = manager.post(url(world, "plan_split"), split(world) | cell, headers=HTMX)
    assert fragment.status_code == 200
    assert "200" in fragment.content.decode()
    manager.post(url(world, "plan_split"), split(world) | cell | {"save": "1"})
    assert calls_by_member(world) == {world.ren.pk: 100, world.rika.pk: 200}


def test_plan_split_that_differs_from_the_goal_is_a_notice(world: World, manager: Client) -> None:
    call = world.kpi("call").pk
    cells = {f"cell_{world.ren.pk}_{call}": 200, f"cell_{world.rika.pk}_{call}": 150}
    answer = manager.post(url(world, "plan_split"), split(world) | cells, headers=HTMX)
    assert answer.status_code == 200
    assert "50 more than the 300 needed" in answer.content.decode()
    short = {f"cell_{world.ren.pk}_{call}": 100, f"cell_{world.rika.pk}_{call}": 150}
    answer = manager.post(url(world, "plan_split"), split(world) | short, headers=HTMX)
    assert "50 of the 300 needed are carried by nobody" in answer.content.decode()


def test_plan_split_refuses_weights_that_sum_to_zero(world: World, manager: Client) -> None:
    data = split(world) | {f"weight_{world.ren.pk}": 0, f"weight_{world.rika.pk}": 0, "save": "1"}
    answer = manager.post(url(world, "plan_split"), data)
    assert answer.status_code == 422
    assert "add up to zero" in answer.content.decode()


def test_plan_split_after_somebody_else_is_refused(world: World, manager: Client) -> None:
    stale = split(world) | {f"weight_{world.ren.pk}": 3, "save": "1"}
    manager.post(url(world, "plan_split"), split(world) | {"save": "1"})
    answer = manager.post(url(world, "plan_split"), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else saved version 2" in page
    assert 'value="3"' in page
    assert 'name="seen" value="2"' in page
    assert manager.post(url(world, "plan_split"), stale | {"seen": 2}).status_code == 302
