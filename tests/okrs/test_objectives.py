"""The pages of objectives: lists, one objective, its end."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.goals.services import withdraw_kgi
from apps.okrs.judging import judge_objective, linked_objectives
from apps.okrs.models import Judged, KeyResult, Objective
from apps.okrs.services import next_period
from tests.people import END, START, TODAY, World, log, make_key_result, make_objective

HTMX = {"HX-Request": "true"}
ARTICLE = [
    ("月15件の新規アポ取得", "S", "appointment", {"measure": "count"}),
    ("受注率15%以上の達成", "MT", "contract", {"measure": "rate"}),
    ("アポ獲得率30%以上", "MR", "appointment", {"measure": "rate"}),
    ("売上前期比+15%", "RT", "", {"measure": "amount", "compares": "percent"}),
]


def url(world: World, name: str, *args: Any) -> str:
    return reverse(f"okrs:{name}", args=[world.team.pk, *args])


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def data(**changes: Any) -> dict[str, Any]:
    return {"text": "Earn trust", "start": START, "end": END} | changes


# -- writing ---------------------------------------------------------------------------------------


def test_objective_new_leads_to_its_first_key_result(world: World, manager: Client) -> None:
    answer = manager.post(url(world, "objective_new"), data(why="Few are loyal", kgi=world.plan.kgi_id))
    stored = Objective.objects.get()
    assert answer.headers["Location"] == url(world, "key_result_new", stored.pk)
    assert (stored.text, stored.kgi_id, stored.author) == ("Earn trust", world.plan.kgi_id, world.manager)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "x" * 5000},
        {"end": START - timedelta(days=1)},
        {"end": "2028-01-01"},
        {"start": "soon"},
        {"kgi": 999_999},
        {"parent": 999_999},
        {"member": 999_999},
        {"why": "w" * 501},
    ],
)
def test_objective_new_refuses_and_keeps_what_was_typed(
    world: World, manager: Client, changes: dict[str, Any]
) -> None:
    answer = manager.post(url(world, "objective_new"), data(**changes))
    assert answer.status_code == 422
    assert not Objective.objects.exists()
    if changes.get("text") != "":
        assert str(changes.get("text", "Earn trust")) in answer.content.decode()


def test_objective_new_by_a_rep_is_the_reps_own(world: World, rep: Client) -> None:
    rep.post(url(world, "objective_new"), data(member=world.rika.pk))
    assert Objective.objects.get().member == world.ren


@pytest.mark.parametrize(
    "text", ["\U0001f3af" * 60, "売上を+15% and more", "\u202eabc مرحبا", "〇〇を十二件"]
)
def test_objective_new_takes_any_script(world: World, manager: Client, text: str) -> None:
    assert manager.post(url(world, "objective_new"), data(text=text)).status_code == 302
    assert manager.get(url(world, "objective", Objective.objects.get().pk)).status_code == 200


def test_objective_edit_from_two_tabs_loses_nothing(world: World, manager: Client) -> None:
    stored = make_objective(world.team, world.manager)
    path = url(world, "objective_edit", stored.pk)
    assert manager.post(path, data(text="First tab", seen=1)).status_code == 302
    answer = manager.post(path, data(text="Second tab", seen=1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First tab" in page
    assert "Second tab" in page
    assert 'name="seen" value="2"' in page
    stored.refresh_from_db()
    assert (stored.text, stored.version) == ("First tab", 2)
    assert manager.post(path, data(text="Second tab", seen=2)).status_code == 302


def test_objective_edit_cannot_hang_below_itself(world: World, manager: Client) -> None:
    top = make_objective(world.team, world.manager)
    below = make_objective(world.team, world.manager, parent=top)
    path = url(world, "objective_edit", top.pk)
    assert manager.post(path, data(seen=1, parent=below.pk)).status_code == 422
    assert manager.post(path, data(seen=1, parent=top.pk)).status_code == 422


def test_what_is_typed_is_judged_and_not_stored(world: World, manager: Client) -> None:
    answer = manager.post(url(world, "objective_new"), data(text="頑張る", save=""), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<form" not in page
    assert "is-gap" in page
    assert not Objective.objects.exists()


# -- who sees and who may --------------------------------------------------------------------------


def test_a_colleagues_objective_is_hidden_unless_the_team_is_open(world: World, rep: Client) -> None:
    hers = make_objective(world.team, world.manager, "Rika learns SPIN", member=world.rika)
    teams = make_objective(world.team, world.manager, "All of us")
    secret = make_key_result(teams, "call", text="Only Rika's", member=world.rika)
    assert rep.get(url(world, "objective", hers.pk)).status_code == 404
    assert "Rika learns SPIN" not in text_of(rep, url(world, "objective_list"))
    assert "Only Rika" not in text_of(rep, url(world, "objective", teams.pk))
    assert rep.post(url(world, "check_in_create", secret.pk), {"confidence": 3}).status_code == 404
    world.team.visibility = "open"
    world.team.save()
    assert rep.get(url(world, "objective", hers.pk)).status_code == 200
    assert "Only Rika" in text_of(rep, url(world, "objective", teams.pk))
    assert rep.get(url(world, "objective_edit", hers.pk)).status_code == 403


def test_a_rep_edits_the_own_objective_alone(world: World, rep: Client) -> None:
    own = make_objective(world.team, world.manager, member=world.ren)
    teams = make_objective(world.team, world.manager)
    assert rep.get(url(world, "objective_edit", own.pk)).status_code == 200
    assert rep.get(url(world, "objective_edit", teams.pk)).status_code == 403
    carried = make_key_result(teams, "call", member=world.ren)
    assert rep.post(url(world, "check_in_create", carried.pk), {"confidence": 3}).status_code == 302
    assert rep.post(url(world, "key_result_park", carried.pk)).status_code == 403


def test_the_objective_above_is_told_to_those_who_may_see_it(
    world: World, manager: Client, rep: Client
) -> None:
    hers = make_objective(world.team, world.manager, "Secret of Rika", member=world.rika)
    goal = make_objective(world.team, world.manager, member=world.ren, parent=hers)
    assert "Secret of Rika" in text_of(manager, url(world, "objective", goal.pk))
    assert "Secret of Rika" not in text_of(rep, url(world, "objective", goal.pk))
    # Nor does saving by somebody who does not see it cut it off.
    assert "Secret of Rika" not in text_of(rep, url(world, "objective_edit", goal.pk))
    assert rep.post(url(world, "objective_edit", goal.pk), data(seen=1)).status_code == 302
    goal.refresh_from_db()
    assert goal.parent == hers


def test_what_was_chosen_stays_a_choice(world: World, manager: Client) -> None:
    above = make_objective(world.team, world.manager, "Above")
    goal = make_objective(world.team, world.manager, parent=above, kgi=world.plan.kgi)
    manager.post(url(world, "objective_close", above.pk), {"grade": 5, "lesson": "Less"})
    manager.post(reverse("goals:plan_withdraw", args=[world.team.pk, world.plan.kgi_id]))
    typed = data(seen=1, parent=above.pk, kgi=world.plan.kgi_id)
    assert manager.post(url(world, "objective_edit", goal.pk), typed).status_code == 302
    goal.refresh_from_db()
    assert (goal.parent, goal.kgi) == (above, world.plan.kgi)
    page = text_of(manager, url(world, "objective", goal.pk))
    assert reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id]) not in page


def test_the_link_to_the_goal_goes_up_and_ends_with_a_withdrawn_one(world: World) -> None:
    top = make_objective(world.team, world.manager, kgi=world.plan.kgi)
    middle = make_objective(world.team, world.manager, parent=top)
    low = make_objective(world.team, world.manager, parent=middle)

    def relevant() -> str:
        linked = linked_objectives(world.team)
        return judge_objective(low, TODAY, linked).verdict.letters["R"]

    assert relevant() == "ok"
    withdraw_kgi(kgi=world.plan.kgi, by=world.manager)
    assert relevant() == "unknown"


def test_an_objective_that_becomes_a_persons_takes_its_key_results_along(
    world: World, manager: Client, rep: Client
) -> None:
    goal = make_objective(world.team, world.manager)
    carried = make_key_result(goal, "call", member=world.rika)
    manager.post(url(world, "objective_edit", goal.pk), data(seen=1, member=world.ren.pk))
    carried.refresh_from_db()
    assert carried.member is None
    assert carried.text in text_of(rep, url(world, "objective", goal.pk))


def test_an_objective_keeps_its_key_results_days_inside(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    make_key_result(goal, "call", start=date(2026, 6, 15), text="The second half")
    answer = manager.post(url(world, "objective_edit", goal.pk), data(seen=1, end=date(2026, 6, 14)))
    assert answer.status_code == 422
    assert "“The second half” has days of its own" in answer.content.decode()


def test_what_is_closed_is_not_written_and_stands_still(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    key_result = make_key_result(goal, "call", 10)
    log(world.ren, "call", 4)
    manager.post(url(world, "objective_close", goal.pk), {"grade": 5, "lesson": "Less"})
    writes = [
        ("objective_edit", goal.pk, data(seen=1, text="Changed")),
        ("objective_park", goal.pk, {}),
        ("key_result_new", goal.pk, {"text": "x", "measure": "hand", "target": "1"}),
        ("key_result_edit", key_result.pk, {"text": "x", "measure": "hand", "target": "1", "seen": 1}),
        ("key_result_park", key_result.pk, {}),
        ("check_in_create", key_result.pk, {"confidence": 3}),
        ("key_result_align", key_result.pk, {}),
    ]
    for name, pk, typed in writes:
        answer = manager.post(url(world, name, pk), typed, follow=True)
        assert "This objective is closed." in answer.content.decode(), name
    assert goal.key_results.count() == 1
    with time_machine.travel("2026-06-12T03:00:00Z", tick=False):
        manager.force_login(world.manager)
        log(world.ren, "call", 6, date(2026, 6, 12))
        page = text_of(manager, url(world, "objective", goal.pk))
    assert "40%" in page
    assert "100%" not in page
    assert "weakest" not in page


# -- one objective ---------------------------------------------------------------------------------


def test_objective_tells_its_weakest_key_result(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    make_key_result(goal, "call", 10, text="Many calls")
    make_key_result(goal, "appointment", 10, text="Some appointments")
    log(world.ren, "call", 10)
    page = text_of(manager, url(world, "objective", goal.pk))
    assert "The weakest key result is “Some appointments”: 0% done, 40% expected by tonight." in page
    assert "50%" in page


def test_objective_shows_what_was_logged_at_once(world: World, manager: Client, rep: Client) -> None:
    goal = make_objective(world.team, world.manager)
    make_key_result(goal, "appointment", 15)
    assert "0 cases" in text_of(manager, url(world, "objective", goal.pk))
    from tests.home.test_views import create

    assert create(rep, world, kpi=world.kpi("appointment").pk, count=3).status_code == 302
    page = text_of(manager, url(world, "objective", goal.pk))
    assert "3 cases" in page
    assert "20%" in page


def test_the_articles_objective_carries_its_letters(world: World, manager: Client) -> None:
    """Typed in Japanese, with four key results: no gap in the letters that the article gives them."""
    text = "新規顧客との信頼構築を通じて、継続的な売上成長を実現する"
    goal = make_objective(world.team, world.manager, text, kgi=world.plan.kgi)
    for day in (date(2026, 5, 6), date(2026, 4, 8), date(2026, 3, 11)):
        for code, count in (("call", 36), ("appointment", 9), ("meeting", 6), ("contract", 1)):
            log(world.ren, code, count, day, amount=100_000 if code == "contract" else 0)
    targets = (15, 15, 30, 15)
    for (words, _letters, code, fields), target in zip(ARTICLE, targets, strict=True):
        make_key_result(goal, code, target, text=words, **fields)
    from apps.accounts.access import Access
    from apps.okrs.focus import load_focus
    from apps.okrs.pages import load_page

    access = Access(world.manager, world.team, "manager", world.mai)
    card = load_page(access, goal, TODAY, load_focus(world.team, TODAY)).card
    for row, (words, letters, _code, _fields) in zip(card.rows, ARTICLE, strict=True):
        states = {mark.letter: mark.state for mark in row.judgement.marks}
        assert row.key_result.text == words
        assert all(states[letter] == "ok" for letter in letters), (words, row.judgement.remarks)
    assert all(letter.by for letter in card.carried)
    page = text_of(manager, url(world, "objective", goal.pk))
    assert "none yet" not in page


def test_what_is_beyond_its_target_makes_up_for_no_other(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    make_key_result(goal, "call", 1)
    make_key_result(goal, "meeting", 10)
    log(world.ren, "call", 9)
    page = text_of(manager, url(world, "objective", goal.pk))
    assert "900%" in page
    assert '<span class="stat-value">50%</span>' in page


def test_objective_without_any_key_result_says_what_to_do(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    assert "No key result yet" in text_of(manager, url(world, "objective", goal.pk))


# -- parking, copying, closing ---------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("start", "end", "after"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), (date(2026, 7, 1), date(2026, 7, 31))),
        (date(2026, 10, 1), date(2026, 12, 31), (date(2027, 1, 1), date(2027, 3, 31))),
        (date(2026, 6, 1), date(2026, 6, 28), (date(2026, 6, 29), date(2026, 7, 26))),
    ],
)
def test_next_period(start: date, end: date, after: tuple[date, date]) -> None:
    assert next_period(start, end) == after


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


# -- the list --------------------------------------------------------------------------------------


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
        with CaptureQueriesContext(connection) as caught:
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
