"""Teams that do not look like the one in the pictures."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Membership, Team
from apps.accounts.services import found_team
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.reviews.days import due_reviews
from apps.reviews.models import Review
from apps.reviews.numbers import GOAL, numbers_between
from apps.reviews.services import close_review
from apps.reviews.steps import AGENDA
from tests.people import TODAY, World, log, make_member, make_segment, make_user
from tests.reviews.meetings import LAST_WEEK, MONDAY, make_review, post, url


def walk(client: Client, review: Review) -> None:
    for step in AGENDA[review.kind]:
        assert client.get(url("review_step", review, step)).status_code == 200, step
    for name in ("minutes", "minutes_markdown"):
        assert client.get(url(name, review)).status_code == 200


def test_a_team_without_goal_or_funnel_can_still_meet(world: World) -> None:
    manager = make_user("Nao")
    team = found_team(owner=manager, company="New", team_name="Empty", currency="JPY", time_zone="Asia/Tokyo")
    make_member(team, make_user("Kei"), "rep")
    review = Review.objects.create(
        team=team, kind="weekly", day=MONDAY, start=LAST_WEEK[0], end=LAST_WEEK[1], opened_by=manager
    )
    client = Client()
    client.force_login(manager)
    walk(client, review)
    assert post(client, "review_close", review).status_code == 302
    walk(client, review)
    assert post(client, "rates_decide", review).status_code == 404


@pytest.mark.parametrize("kind", ["start", "middle", "end"])
def test_meetings_of_the_month_without_an_objective(world: World, manager: Client, kind: str) -> None:
    review = Review.objects.create(
        team=world.team, kind=kind, day=TODAY, start=LAST_WEEK[0], end=LAST_WEEK[1]
    )
    walk(manager, review)


def test_a_goal_in_contracts_counts_contracts(world: World, manager: Client) -> None:
    Kgi.objects.filter(pk=world.plan.kgi_id).update(counts=Kgi.Counts.CONTRACTS)
    log(world.ren, "contract", 2, LAST_WEEK[0], amount=150_000)
    numbers = numbers_between(world.team, *LAST_WEEK)
    assert numbers.cell(world.ren.pk, GOAL).done == 2
    assert not numbers.is_amount
    walk(manager, make_review(world))


def test_a_rep_who_left_keeps_the_row_of_then(world: World, manager: Client) -> None:
    log(world.rika, "call", 30, LAST_WEEK[0])
    Membership.objects.filter(pk=world.rika.pk).update(ended_at=timezone.now() - timedelta(days=4))
    review = make_review(world)
    page = manager.get(url("review_step", review, "numbers")).content.decode()
    assert "Rika" in page
    assert "<strong>30</strong>" in page
    walk(manager, review)
    close_review(review=review, by=world.manager)
    walk(manager, review)


def test_segments_are_added_up(world: World, manager: Client) -> None:
    other = make_segment(world.team)
    log(world.ren, "call", 3, LAST_WEEK[0])
    log(world.ren, "call", 4, LAST_WEEK[0], segment=other)
    assert numbers_between(world.team, *LAST_WEEK).cell(world.ren.pk, world.kpi("call").pk).done == 7
    walk(manager, make_review(world))


def test_a_stage_that_was_parked_stays_in_the_frozen_numbers(world: World, manager: Client) -> None:
    log(world.ren, "meeting", 3, LAST_WEEK[0])
    review = close_review(review=make_review(world), by=world.manager)
    Kpi.objects.filter(pk=world.kpi("meeting").pk).update(parked_at=timezone.now(), name="Old name")
    assert "Old name" in manager.get(url("review_step", review, "numbers")).content.decode()
    walk(manager, review)


def test_a_team_that_never_works_has_no_review(world: World, manager: Client) -> None:
    team = Team.objects.get(pk=world.team.pk)
    team.calendars.update(weekdays="")
    days = {due.kind for due in due_reviews(team, date(2026, 6, 10))}
    assert days == set()
