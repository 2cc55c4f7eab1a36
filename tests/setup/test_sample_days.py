"""The sample can be made on any day: the first of a month, a New Year's holiday, a Monday, a month's end."""

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.setup.sample import make_sample

PAGES = ("path/", "practices/", "reviews/", "reviews/checks/", "progress/", "people/", "objectives/")


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-12-01", "2026-11-30", "2027-01-01", "2026-05-05", "2026-03-02"])
def test_sample_stands_on_any_day(day: str) -> None:
    with time_machine.travel(f"{day}T03:00:00Z", tick=False):
        team = make_sample(language="ja")
        client = Client()
        client.force_login(User.objects.get(email__startswith="misaki"))
        for page in PAGES:
            assert client.get(f"/teams/{team.pk}/{page}").status_code == 200, page
