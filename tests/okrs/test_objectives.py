"""Writing objectives, who sees them, the page of one."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.goals.services import withdraw_kgi
from apps.okrs.judging import judge_objective, linked_objectives
from apps.okrs.models import Objective
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
