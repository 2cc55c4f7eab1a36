"""Objects that only the access tests need."""

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone

from apps.accounts.models import Invitation, Membership, Team, User
from apps.accounts.services import invite_member
from apps.activity.reflections import add_next_step
from apps.api.models import Hook, Parcel
from apps.api.services import add_hook, make_token
from apps.calendars.models import WorkTime
from apps.domain.rates import parse_rate
from apps.exchange.models import ImportRun
from apps.exchange.runs import start_run
from apps.funnels.models import Kpi
from apps.goals.queries import load_schedule
from apps.goals.week import WeekForm, own_week
from apps.okrs.models import KeyResult
from apps.reviews.days import weekly
from apps.reviews.models import Review
from apps.reviews.rates import decide_rates, load_rate_table
from apps.reviews.services import add_action, open_review
from tests.people import (
    CANARY,
    TODAY,
    World,
    make_key_result,
    make_objective,
    make_user,
)


def token_of(user: User, team: Team | None = None) -> int:
    token, _secret = make_token(user=user, team=team, name="CRM", scopes=["read"], days=30)
    return token.pk


def hook_of(team: Team) -> Hook:
    # Inside the own network and not allowed: whatever is sent there is refused before it leaves.
    by = team.organization.owners.get()
    return add_hook(team=team, by=by, url=f"https://127.0.0.1/{team.name}", kinds=["review.closed"])


def parcel_of(hook: Hook) -> Parcel:
    return Parcel.objects.create(hook=hook, kind="review.closed", body="{}", not_before=timezone.now())


def connection_of(name: str, team: Team, maker: User) -> Any:
    """The key of what such a URL is about."""
    if name == "team_token_revoke":
        return token_of(maker, team)
    return parcel_of(hook_of(team)).pk if name == "parcel_again" else hook_of(team).pk


def review_of(team: Team, by: User) -> Review:
    due = weekly(team, TODAY)
    assert due
    return open_review(team=team, by=by, due=due)


def foreign_review(world: World) -> Review:
    return review_of(world.other_team, world.stranger)


def action_of(review: Review) -> int:
    by = review.team.organization.owners.get()
    return add_action(review=review, by=by, begins=TODAY, text=f"Act {canary_of(review)}").pk


def canary_of(review: Review) -> str:
    return CANARY if CANARY in review.team.name else ""


def decided_plan(review: Review) -> int:
    """A version of the plan that a decision about rates made."""
    by = review.team.organization.owners.get()
    table = load_rate_table(review.team, TODAY)
    assert table
    step = table.steps[0]
    rates = {step.place: ("typed", parse_rate("30%"))}
    plan = decide_rates(
        review=review,
        by=by,
        table=table,
        rates=rates,
        valid_from=TODAY + timedelta(days=1),
        reason="Measured",
        seen=table.plan.number,
    )
    assert plan
    return plan.pk


def next_step_of(member: Membership) -> UUID:
    kpi = Kpi.objects.get(funnel__team=member.team, code="meeting")
    return add_next_step(pk=uuid4(), member=member, kpi=kpi, text="Send it", due=TODAY).pk


def day_body() -> dict[str, Any]:
    body: dict[str, Any] = {}
    for block in ("morning", "afternoon", "evening"):
        body |= {f"name_{block}": block, f"minutes_{block}": 120, f"activities_{block}": "Calls"}
    return body


def week_body(world: World) -> dict[str, Any]:
    """The week as the page shows it, nothing moved."""
    schedule = load_schedule(world.plan.kgi, TODAY + timedelta(days=4))
    form = WeekForm(week=own_week(schedule, world.ren, TODAY, TODAY))
    return {name: field.initial for name, field in form.fields.items()}


def practice_body(kpi: int, *steps: str, **fields: Any) -> dict[str, Any]:
    """A practice as its form sends it; the steps three times a week each."""
    steps = steps or ("Prepare five questions",)
    body: dict[str, Any] = {"vague": "Hear better", "text": "Ask five open questions", "kpi": kpi}
    body |= {"start": TODAY, "end": TODAY + timedelta(days=27)}
    body |= {"step-TOTAL_FORMS": len(steps), "step-INITIAL_FORMS": 0}
    for number, text in enumerate(steps):
        body |= {f"step-{number}-text": text, f"step-{number}-times": 3}
    return body | fields


def work_time_of(member: Membership) -> int:
    return WorkTime.objects.create(member=member, first_day=TODAY, percent=80).pk


def foreign_key_result(world: World) -> KeyResult:
    return make_key_result(make_objective(world.other_team, world.stranger), "appointment")


def foreign_invitation(world: World) -> Invitation:
    return invite_member(team=world.other_team, by=world.stranger, email="", role="rep", language="en")


def sign_in_of(user: User) -> int:
    """A browser in which this person is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.create()
    return int(UserSession.objects.create(user=user, ip="192.0.2.1", session_key=store.session_key).pk)


def security_key_of(user: User) -> int:
    return int(Authenticator.objects.create(user=user, type="webauthn", data={"name": "Blue key"}).pk)


def import_run_of(team: Team, by: User) -> ImportRun:
    raw = b"date,member,kpi,count\n2026-06-09,nobody@example.com,call,1\n"
    return start_run(team=team, by=by, kind="activity", source="CRM", name="x.csv", raw=raw)


def second_owner_of(world: World) -> User:
    """Beside the owner, so that one of them can go."""
    second = make_user("Olaf")
    world.team.organization.owners.add(second)
    return second
