"""The seven checks turn by what the team does, not by a switch."""

import re
from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.access import Access
from apps.accounts.models import Role
from apps.goals.agreements import Kind, take_step
from apps.reviews.checks import load_checkup
from apps.reviews.days import find_due
from apps.reviews.services import add_action, close_review, open_review
from tests.people import (
    START,
    TODAY,
    World,
    log,
    make_key_result,
    make_member,
    make_objective,
    make_signal,
    make_user,
)
from tests.reviews.meetings import closed_review, make_review, post, url


def states(world: World) -> dict[str, str]:
    access = Access(world.manager, world.team, Role.MANAGER, world.mai)
    return {check.code: check.state for check in load_checkup(access, TODAY).checks}


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
    stretch = next(check for check in load_checkup(access, TODAY).checks if check.code == "stretch")
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
        with CaptureQueriesContext(connection) as caught:
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
    assert "not held" in page
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
