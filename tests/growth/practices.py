"""What the tests of practices share."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.growth.models import Practice
from apps.growth.queries import load_practices
from tests.people import TODAY, World, log


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"growth:{name}", args=[world.team.pk, *args])


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def row_of(practice: Practice, today: date = TODAY) -> Any:
    stored = Practice.objects.in_order().get(pk=practice.pk)
    return load_practices(stored.team, [stored], today)[0]


def log_weeks(member: Membership, first: date, weeks: int, meetings: int, of: int) -> None:
    """``meetings`` of ``of`` appointments in each week."""
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        log(member, "appointment", of, day)
        if meetings:
            log(member, "meeting", meetings, day)
