"""Parking, copying, deleting, closing."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.domain.errors import PlanError
from apps.okrs.models import KeyResult, Objective
from apps.okrs.services import close_objective, save_key_result, save_objective
from tests.people import World, make_key_result, make_objective


def url(world: World, name: str, *args: Any) -> str:
    return reverse(f"okrs:{name}", args=[world.team.pk, *args])


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_objective_park_leaves_it_visible_quietly(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    make_key_result(goal, "call")
    manager.post(url(world, "objective_park", goal.pk))
    assert goal.text not in text_of(manager, url(world, "objective_list"))
    assert goal.text in text_of(manager, url(world, "objective_list") + "?state=parked")
    manager.post(url(world, "objective_park", goal.pk))
    assert goal.text in text_of(manager, url(world, "objective_list"))


def test_objective_copy_goes_into_the_next_period(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager, start=date(2026, 6, 1), end=date(2026, 6, 30))
    make_key_result(goal, "call", 40, end=date(2026, 6, 15))
    parked = make_key_result(goal, "meeting")
    manager.post(url(world, "key_result_park", parked.pk))
    answer = manager.post(url(world, "objective_copy", goal.pk))
    copy = Objective.objects.exclude(pk=goal.pk).get()
    assert answer.headers["Location"] == url(world, "objective_edit", copy.pk)
    assert (copy.start, copy.end) == (date(2026, 7, 1), date(2026, 7, 31))
    copied = copy.key_results.get()
    assert (copied.kpi, int(copied.target), copied.end, copied.version) == (world.kpi("call"), 40, None, 1)
    assert goal.key_results.count() == 2


def test_a_save_that_comes_late_opens_nothing_again(world: World) -> None:
    """Read before somebody closed it, saved after."""
    goal = make_objective(world.team, world.manager)
    key_result = make_key_result(goal, "call")
    late, late_result = Objective.objects.get(pk=goal.pk), KeyResult.objects.get(pk=key_result.pk)
    close_objective(objective=goal, by=world.manager, grade=5, lesson="Less")
    with pytest.raises(PlanError, match="goal_outdated"):
        save_objective(objective=late, by=world.manager, seen=1)
    with pytest.raises(PlanError, match="goal_outdated"):
        save_key_result(key_result=late_result, by=world.manager, seen=1)
    goal.refresh_from_db()
    assert goal.closed_at is not None


def test_objective_delete_takes_back_a_slip_alone(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    key_result = make_key_result(goal, "call")
    manager.post(url(world, "objective_copy", goal.pk))
    copy = Objective.objects.latest("pk")
    manager.post(url(world, "objective_delete", copy.pk))
    assert list(Objective.objects.all()) == [goal]
    manager.post(url(world, "check_in_create", key_result.pk), {"confidence": 3})
    answer = manager.post(url(world, "objective_delete", goal.pk), follow=True)
    assert "not deleted" in answer.content.decode()
    assert Objective.objects.exists()


def test_objective_close_with_grade_lesson_and_what_goes_on(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    done, rest = make_key_result(goal, "call", 1), make_key_result(goal, "meeting", 5)
    path = url(world, "objective_close", goal.pk)
    assert manager.post(path, {"grade": 11, "lesson": "Ask more"}).status_code == 422
    assert manager.post(path, {"grade": 7, "lesson": ""}).status_code == 422
    answer = manager.post(path, {"grade": 7, "lesson": "Ask more", "carry_over": [rest.pk]})
    goal.refresh_from_db()
    carried = Objective.objects.get(carried_from=goal)
    assert answer.headers["Location"] == url(world, "objective", carried.pk)
    assert (goal.grade, goal.lesson, goal.closed_at is not None) == (7, "Ask more", True)
    assert [key_result.kpi for key_result in carried.key_results.all()] == [world.kpi("meeting")]
    assert done.objective_id == goal.pk
    page = text_of(manager, url(world, "objective_list") + "?state=closed")
    assert "0.7" in page
    assert "Ask more" in page
    # Closing twice, from another tab, changes nothing.
    again = manager.post(path, {"grade": 1, "lesson": "Late"}, follow=True).content.decode()
    assert "This objective is closed." in again
    goal.refresh_from_db()
    assert goal.grade == 7
    manager.post(url(world, "objective_reopen", goal.pk))
    goal.refresh_from_db()
    assert goal.closed_at is None
    assert goal.grade is None
    assert goal.lesson == "Ask more"
