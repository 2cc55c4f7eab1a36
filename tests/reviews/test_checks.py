"""The seven checks turn by what the team does, not by a switch."""

import re
from datetime import date, timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.access import Access
from apps.accounts.models import Role
from apps.goals.agreements import Kind, take_step
from apps.okrs.focus import load_focus
from apps.reviews.checks import load_checkup
from apps.reviews.days import find_due
from apps.reviews.services import add_action, close_review, open_review
from tests.counting import counted_queries
from tests.people import (
    START,
    TODAY,
    World,
    log,
    make_key_result,
    make_member,
    make_objective,
    make_plan,
    make_signal,
    make_user,
)
from tests.reviews.meetings import closed_review, make_review, post, url


def states(world: World) -> dict[str, str]:
    access = Access(world.manager, world.team, Role.MANAGER, world.mai)
    return {
        check.code: check.state for check in load_checkup(access, TODAY, load_focus(world.team, TODAY)).checks
    }


def test_a_fresh_team_cannot_tell_or_has_gaps(world: World) -> None:
    assert states(world) == {
        "few": "ok",
        "behaviour": "ok",
        "agreed": "gap",
        "stretch": "unknown",
        "both": "gap",
        "reviewed": "gap",
        "improving": "unknown",
    }


def test_what_the_team_does_turns_them_green(world: World) -> None:
    make_signal(world.team)
    for member in (world.ren, world.rika):
        take_step(kgi=world.plan.kgi, member=member, by=member.user, kind=Kind.AGREED, seen=1, conviction=4)
    due = find_due(world.team, "start", START)
    assert due
    close_review(review=open_review(team=world.team, by=world.manager, due=due), by=world.manager)
    review = make_review(world)
    add_action(review=review, by=world.manager, begins=TODAY, text="Ask more", kpi=world.kpi("meeting"))
    close_review(review=review, by=world.manager)
    # In the four weeks before, about as much was won as June asks for.
    for number in range(9):
        log(world.ren, "contract", 1, date(2026, 5, 6 + 2 * number), amount=100_000)
    make_key_result(make_objective(world.team, world.manager), "contract")
    found = states(world)
    assert found == dict.fromkeys(found, "ok")


def test_a_goal_far_above_the_past_is_a_wish_and_far_below_it_too_easy(world: World) -> None:
    log(world.ren, "contract", 1, date(2026, 5, 12), amount=100_000)
    assert states(world)["stretch"] == "gap"
    for number in range(1, 28):
        log(world.ren, "contract", 3, date(2026, 5, number), amount=300_000)
    access = Access(world.manager, world.team, Role.MANAGER, world.mai)
    stretch = next(
        check
        for check in load_checkup(access, TODAY, load_focus(world.team, TODAY)).checks
        if check.code == "stretch"
    )
    assert (stretch.state, stretch.reason) == ("gap", "easy")


def test_too_many_kpis_are_too_many(world: World) -> None:
    make_signal(world.team)
    make_signal(world.team, "call", name="Friendly")
    assert states(world)["few"] == "gap"


def test_reviews_without_a_trial_teach_nothing(world: World) -> None:
    closed_review(world)
    assert states(world)["improving"] == "gap"


def test_the_step_shows_all_seven_to_those_who_see_everybody(
    world: World, manager: Client, rep: Client
) -> None:
    review = make_review(world, "start", START)
    page = manager.get(url("review_step", review, "checks")).content.decode()
    assert page.count('class="letter is-') >= 7
    assert "Has everybody agreed, and means it?" in page
    assert "0 of 2 have agreed." in page
    # Of two people one's conviction is the other's average.
    assert "Has everybody agreed" not in rep.get(url("review_step", review, "checks")).content.decode()


def test_the_checks_ask_the_same_however_many_people_there_are(world: World, manager: Client) -> None:
    review = make_review(world, "start", START)

    def queries() -> int:
        with counted_queries() as caught:
            manager.get(url("review_step", review, "checks"))
        return len(caught)

    queries()
    before = queries()
    for number in range(5):
        member = make_member(world.team, make_user(f"New{number}"), "rep", position=9)
        log(member, "call", 3, TODAY - timedelta(days=1))
    assert queries() == before


def test_answers_are_kept_beside_the_data_and_in_the_course(world: World, manager: Client) -> None:
    review = make_review(world, "start", START)
    body = {"answer_agreed": "partly", "note_agreed": "Two still doubt", "answer_few": "yes"}
    assert post(manager, "answers_save", review, **body).status_code == 302
    close_review(review=review, by=world.manager)
    review.refresh_from_db()
    assert review.frozen is not None
    kept = dict(review.frozen["checks"])
    assert kept["agreed"] == "gap"
    assert review.frozen["diagnosis"] == "sound"
    page = manager.get(reverse("reviews:checks", args=[world.team.pk])).content.decode()
    assert "Partly" in page
    assert "Two still doubt" in page
    assert "Two still doubt" in manager.get(url("minutes", review)).content.decode()
    assert "Two still doubt" in manager.get(url("minutes_markdown", review)).content.decode()
    step = manager.get(url("review_step", review, "checks")).content.decode()
    assert step.count("at closing") == 7
    assert post(manager, "answers_save", review, answer_few="no").status_code == 409


def test_answers_refuse_a_note_alone_and_keep_it(world: World, manager: Client) -> None:
    review = make_review(world, "start", START)
    answer = post(manager, "answers_save", review, note_stretch="Too much")
    assert answer.status_code == 422
    assert "Please choose yes, partly or no as well." in answer.content.decode()
    assert "Too much" in answer.content.decode()
    assert post(manager, "answers_save", review, answer_few="perhaps").status_code == 422
    assert review.answers.count() == 0


def test_answers_of_two_screens_do_not_replace_each_other(world: World, manager: Client) -> None:
    review = make_review(world, "start", START)
    assert post(manager, "answers_save", review, answer_few="yes", seen="").status_code == 302
    late = post(manager, "answers_save", review, answer_few="no", note_few="Nine", seen="")
    assert late.status_code == 409
    assert "Nine" in late.content.decode()
    assert review.answers.get().answer == "yes"
    # Emptied again, with the page as it stands now.
    assert post(manager, "answers_save", review, seen="few1").status_code == 302
    assert review.answers.count() == 0


def test_vague_goals_are_called_too_abstract(world: World, manager: Client) -> None:
    for text in ("Do our best with all customers", "Try hard", "Improve somehow"):
        make_objective(world.team, world.manager, text=text)
    page = manager.get(reverse("reviews:checks", args=[world.team.pk])).content.decode()
    assert re.search("too abstract to act on: [23] of 3 goals", page)


def test_a_team_without_a_goal_is_told_so(world: World, manager: Client) -> None:
    manager.post(reverse("goals:plan_withdraw", args=[world.team.pk, world.plan.kgi_id]))
    page = manager.get(reverse("reviews:checks", args=[world.team.pk])).content.decode()
    assert "The goals are missing" in page


def test_a_stale_answer_shows_what_the_other_said_and_saving_again_keeps_both(
    world: World, manager: Client
) -> None:
    review = make_review(world, "start", START)
    post(manager, "answers_save", review, answer_few="no", note_few="Nine are too many", seen="")
    late = post(manager, "answers_save", review, answer_agreed="yes", seen="")
    page = late.content.decode()
    assert late.status_code == 409
    assert "Stored now:" in page
    assert "Nine are too many" in page
    body = {"answer_agreed": "yes", "answer_few": "no", "note_few": "Nine are too many", "seen": "few1"}
    assert post(manager, "answers_save", review, **body).status_code == 302
    assert {one.code: one.answer for one in review.answers.all()} == {"few": "no", "agreed": "yes"}


def test_a_review_that_closes_late_has_been_held(world: World) -> None:
    review = make_review(world, "start", START)
    close_review(review=review, by=world.manager)
    review.refresh_from_db()
    assert review.frozen is not None
    kept = dict(review.frozen["checks"])
    assert (kept["reviewed"], kept["improving"]) == ("ok", "gap")


def test_the_course_leaves_out_what_is_to_come(world: World, manager: Client) -> None:
    close_review(review=make_review(world, "start", START), by=world.manager)
    for month in range(7, 13):
        make_plan(world.team, world.manager, start=date(2026, month, 1), end=date(2026, month, 28))
    page = manager.get(reverse("reviews:checks", args=[world.team.pk])).content.decode()
    assert "not held" not in page
    assert page.count("Month start") == 1


def test_an_old_review_shows_the_goals_of_its_day(world: World, manager: Client, rep: Client) -> None:
    review = make_review(world, "start", START)
    make_objective(world.team, world.manager, text="Try hard in June")
    make_objective(
        world.team, world.manager, text="Try hard in August", start=date(2026, 8, 1), end=date(2026, 8, 31)
    )
    with time_machine.travel("2026-08-10T03:00:00Z", tick=False):
        for client in (manager, rep):
            client.force_login(world.manager if client is manager else world.rep)
            page = client.get(url("review_step", review, "checks")).content.decode()
            assert "Try hard in June" in page
            assert "Try hard in August" not in page


def test_a_forgotten_key_result_watches_nothing(world: World) -> None:
    for number in range(20):
        log(world.ren, "call", 10 + number, date(2026, 5, 1 + number))
        log(world.ren, "appointment", 3, date(2026, 5, 1 + number))
    assert states(world)["behaviour"] == "gap"
    old = make_objective(world.team, world.manager, start=date(2025, 1, 1), end=date(2025, 3, 31))
    for code in ("call", "appointment", "meeting", "contract"):
        make_key_result(old, code)
    assert states(world)["behaviour"] == "gap"
