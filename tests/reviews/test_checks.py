"""The seven checks turn by what the team does, not by a switch."""

from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.access import Access
from apps.accounts.models import Role
from apps.goals.agreements import Kind, take_step
from apps.reviews.checks import load_checks
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
from tests.reviews.meetings import closed_review, make_review, url


def states(world: World) -> dict[str, str]:
    access = Access(world.manager, world.team, Role.MANAGER, world.mai)
    return {check.code: check.state for check in load_checks(access, TODAY)}


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
    stretch = next(check for check in load_checks(access, TODAY) if check.code == "stretch")
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
