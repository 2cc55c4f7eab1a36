"""A review of the week before TODAY, and what tests do with it."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.reviews.days import find_due, weekly
from apps.reviews.models import Review
from apps.reviews.services import close_review, open_review
from tests.people import TODAY, World

MONDAY = date(2026, 6, 8)
LAST_WEEK = (MONDAY - timedelta(days=7), MONDAY - timedelta(days=1))


def make_review(world: World, kind: str = Review.Kind.WEEKLY, day: date = MONDAY) -> Review:
    if kind == Review.Kind.WEEKLY:
        due = weekly(world.team, TODAY)
        assert due
        return open_review(team=world.team, by=world.manager, due=due)
    due = find_due(world.team, kind, day)
    assert due
    # Its day is still to come: as if it had been opened then.
    return Review.objects.create(team=world.team, kind=due.kind, day=due.day, start=due.start, end=due.end)


def closed_review(world: World) -> Review:
    return close_review(review=make_review(world), by=world.manager)


def url(name: str, review: Review, *more: object) -> str:
    return reverse(f"reviews:{name}", args=[review.team_id, review.pk, *more])


def post(client: Client, name: str, review: Review, *more: object, **body: Any) -> Any:
    return client.post(url(name, review, *more), body)
