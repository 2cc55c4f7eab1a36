"""The rhythm with fifty reps: closing a review, its pages, an evening, a round of mails."""

import time
from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Team
from apps.calendars.queries import today_in
from apps.reviews.days import weekly
from apps.reviews.models import Review
from apps.reviews.services import close_review, open_review
from tests.bench.timing import median_ms

STEPS = ("numbers", "causes", "rates", "week", "actions", "close")


def measure_reviews() -> dict[str, float]:
    team = Team.objects.select_related("organization").get()
    manager = team.memberships.get(role="manager").user
    review = _this_week(team, manager)

    def close() -> None:
        with transaction.atomic():
            close_review(review=review, by=manager)
            transaction.set_rollback(True)

    client = Client()
    client.force_login(manager)
    figures = {"review_close_50_reps_ms": median_ms(close, 7)}
    for step in STEPS:
        path = f"/teams/{team.pk}/reviews/{review.pk}/steps/{step}/"
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        figures[f"review_{step}_queries"] = len(caught)
        figures[f"review_{step}_ms"] = median_ms(lambda path=path: client.get(path), 5)  # type: ignore[misc]
    return figures | _evening(team) | _mails(team)


def _this_week(team: Team, by: Any) -> Review:
    """Of this week, or of the week before where this one has no working day."""
    today = today_in(team)
    due = weekly(team, today) or weekly(team, today - timedelta(days=7))
    assert due
    return open_review(team=team, by=by, due=due)


def _evening(team: Team) -> dict[str, float]:
    """A whole day of numbers with a reflection, as one request."""
    member = team.memberships.filter(role="rep").order_by("pk")[0]
    client = Client()
    client.force_login(member.user)
    kpis = list(team.funnel.stages())
    segment = team.segments.get()
    today = today_in(team)

    def write() -> None:
        body = {"id": uuid4(), "day": today, "first": "Call Yamada", "causes": ["other_work"]}
        body |= {f"total_{kpi.pk}_{segment.pk}": 40 for kpi in kpis[:3]}
        assert client.post(f"/teams/{team.pk}/evening/", body).status_code == 302

    return {"evening_ms": median_ms(write, 10)}


def _mails(team: Team) -> dict[str, float]:
    """Everything that a Monday morning asks for, made and put into the outbox of the tests."""
    from django.conf import settings
    from django.core import mail

    from apps.notices.due import send_due

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    due = weekly(team, today_in(team)) or weekly(team, today_in(team) - timedelta(days=7))
    assert due
    moment = datetime.combine(due.day, clock(9), ZoneInfo(team.time_zone))
    began = time.process_time()
    sent = send_due(moment)
    return {"monday_mails": sent, "monday_mails_s": time.process_time() - began}
