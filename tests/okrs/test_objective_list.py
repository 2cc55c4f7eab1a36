"""The list of objectives, its letters, and a sentence of its own."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.okrs.models import Judged, KeyResult, Objective
from tests.counting import counted_queries
from tests.people import TODAY, World, make_key_result, make_objective

HTMX = {"HX-Request": "true"}


def url(world: World, name: str, *args: Any) -> str:
    return reverse(f"okrs:{name}", args=[world.team.pk, *args])


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_objective_list_is_a_tree_with_letters(world: World, manager: Client) -> None:
    top = make_objective(world.team, world.manager, "Top", kgi=world.plan.kgi)
    below = make_objective(world.team, world.manager, "Below the top", parent=top, member=world.ren)
    make_key_result(below, "", text="頑張る", target=1)
    page = text_of(manager, url(world, "objective_list"))
    assert page.index("Top") < page.index("Below the top")
    assert "depth-1" in page
    filtered = text_of(manager, url(world, "objective_list") + "?gap=M")
    assert "Below the top" in filtered
    assert "depth-1" not in filtered
    assert "No objective has an open gap" in text_of(manager, url(world, "objective_list") + "?gap=T")
    assert manager.get(url(world, "objective_list") + "?gap=X&state=odd").status_code == 200


def test_objective_list_asks_which_to_park(world: World, manager: Client, rep: Client) -> None:
    goal = make_objective(world.team, world.manager, member=world.ren)
    made = [make_key_result(goal, "call", number) for number in range(1, 5)]
    for client in (manager, rep):
        assert "Ren carries 4 key results" in text_of(client, url(world, "objective_list"))
    answer = rep.post(url(world, "key_result_park", made[0].pk), {"back": "list"}, follow=True)
    page = answer.content.decode()
    assert "carries 4" not in page
    assert "Parked: 1 of call" in page


def test_objective_list_asks_about_running_periods_alone(world: World, manager: Client) -> None:
    start, end = date(2026, 5, 1), date(2026, 5, 31)
    goal = make_objective(world.team, world.manager, member=world.ren, start=start, end=end)
    for _each in range(4):
        make_key_result(goal, "call")
    assert "carries 4" not in text_of(manager, url(world, "objective_list"))


def test_objective_list_names_too_many_kpis(world: World, manager: Client) -> None:
    assert "KPIs per person" not in text_of(manager, url(world, "objective_list"))
    world.team.kpi_limit = 3
    world.team.save()
    page = text_of(manager, url(world, "objective_list"))
    assert "4 KPIs per person; the team's limit is 3:" in page


def test_open_gaps_are_counted_week_by_week(world: World, manager: Client) -> None:
    with time_machine.travel("2026-05-20T03:00:00Z", tick=False):
        goal = make_objective(world.team, world.manager, "頑張る", kgi=world.plan.kgi)
        vague = make_key_result(goal, "", text="もっと頑張る", target=1)
    assert [row.gaps for row in Judged.objects.order_by("pk")] == ["S", "SM"]
    page = text_of(manager, url(world, "objective_list"))
    assert "Open gaps, week by week" in page
    with time_machine.travel("2026-06-03T03:00:00Z", tick=False):
        KeyResult.objects.filter(pk=vague.pk).update(text="ok")
        manager.force_login(world.manager)
        change = {"text": "Call 40 clinics in June", "measure": "count", "kpi": world.kpi("call").pk}
        path = url(world, "key_result_edit", vague.pk)
        assert manager.post(path, change | {"target": "40", "seen": 1}).status_code == 302
    from apps.okrs.queries import gaps_by_week

    weeks = gaps_by_week(world.team, TODAY, open_now=0)
    assert [(week.monday, week.gaps) for week in weeks] == [
        (date(2026, 5, 18), 3),
        (date(2026, 5, 25), 3),
        (date(2026, 6, 1), 1),
        (date(2026, 6, 8), 0),
    ]


def test_an_explained_gap_is_shown_and_not_counted(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager, kgi=world.plan.kgi)
    make_key_result(goal, "", text="頑張る", target=1, explained="The board wants it so")
    page = text_of(manager, url(world, "objective_list"))
    assert "is-explained" in page
    assert "is-gap" not in page
    assert "The board wants it so" in text_of(manager, url(world, "objective", goal.pk))


@pytest.mark.parametrize("name", ["objective_list", "glance", "focus"])
def test_queries_do_not_grow_with_objectives(world: World, manager: Client, name: str) -> None:
    def queries() -> int:
        with counted_queries() as caught:
            assert manager.get(url(world, name), headers=HTMX).status_code == 200
        return len(caught)

    def more(parent: Objective | None) -> Objective:
        goal = make_objective(world.team, world.manager, parent=parent, member=world.ren)
        make_key_result(goal, "call")
        make_key_result(goal, "", text="By hand")
        return goal

    top = more(None)
    queries()
    few = queries()
    for _each in range(4):
        more(top)
    # Above the limit of key results the notice comes in, without a query for each.
    assert queries() <= few + 1


# -- a free sentence -------------------------------------------------------------------------------


def test_goal_check_judges_a_sentence(world: World, rep: Client) -> None:
    path = url(world, "goal_check")
    live = rep.post(path, {"text": "Improve satisfaction soon"}, headers=HTMX).content.decode()
    assert "“soon” is no deadline. Which day?" in live
    assert "<form" not in live
    assert "Start typing" in rep.post(path, {"text": " "}, headers=HTMX).content.decode()
    whole = rep.post(path, {"text": "Call 40 clinics by 2026-06-30"})
    assert "No gap in sight." in whole.content.decode()
    assert rep.post(path, {"text": ""}).status_code == 422
    assert rep.post(path, {"text": "a" * 5000}).status_code == 422
    assert rep.post(path, {"text": "a" * 5000}, headers=HTMX).status_code == 200


def test_goal_check_says_what_is_past(world: World, rep: Client) -> None:
    page = rep.post(url(world, "goal_check"), {"text": "Call 40 clinics by 2025-06-30"}, headers=HTMX)
    assert "This deadline is over. What is the new one?" in page.content.decode()
