"""A person goes for good: name, address and words. Numbers stay in the team's sums."""

import re
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.cache import cache
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Event, Invitation, Membership, Organization, Role, Team, User
from apps.accounts.services import record_event
from apps.activity.models import NextStep, Reflection
from apps.api.models import Token
from apps.domain.errors import PlanError
from apps.exchange.archive import PATHS
from apps.exchange.models import ImportRun
from apps.growth.models import Drill, Note, Practice
from apps.notices.models import Delivery, Feed, Wish
from apps.okrs.models import CheckIn, KeyResult, Objective
from apps.reviews.models import Words

SHORTEST_NAME = 2
# Text that people write in their own words: here a name may stand. What is not named in one of these two
# is no text of people; a test asks for every field.
HUMAN = {
    "accounts.Team": ("name",),
    "calendars.CalendarDay": ("name",),
    "calendars.DayBlock": ("name", "activities"),
    "funnels.Kpi": ("name", "rate_source"),
    "funnels.Segment": ("name",),
    "activity.Reflection": ("did", "words", "first"),
    "activity.NextStep": ("text",),
    "activity.OpportunityStep": ("name",),
    "goals.Plan": ("reason",),
    "goals.AgreementStep": ("reason",),
    "goals.WhatIf": ("name",),
    "okrs.Objective": ("text", "why", "explained", "lesson"),
    "okrs.KeyResult": ("text", "explained"),
    "okrs.CheckIn": ("note",),
    "growth.Practice": ("vague", "aim", "explained", "lesson"),
    "growth.Drill": ("text", "partner", "evidence"),
    "growth.Note": ("text",),
    "reviews.Review": ("learned",),
    "reviews.Words": ("well", "hard", "learned", "support"),
    "reviews.RateDecision": ("reason",),
    "reviews.CheckAnswer": ("note",),
    "reviews.Verdict": ("note",),
    "reviews.Action": ("text", "hypothesis"),
}
CODES = {
    "calendars.TeamCalendar": ("country", "weekdays"),
    "calendars.DayBlock": ("block",),
    "funnels.Funnel": ("preset",),
    "funnels.Kpi": ("unit", "rate_text", "onward_text", "target_text"),
    "activity.Entry": ("source",),
    "activity.OpportunityStep": ("source",),
    "goals.HigherGoal": ("counts",),
    "goals.OpenDeals": ("grade",),
    "goals.PlanStage": ("rate_text",),
    "goals.PlanRate": ("rate_text",),
    "okrs.KeyResult": ("unit",),
    "okrs.Judged": ("gaps",),
    "reviews.Review": ("step",),
    "reviews.RateDecision": ("before_text", "after_text"),
    "reviews.CheckAnswer": ("code",),
    "accounts.Event": ("kind",),
}
# Written by one person, in the own name: it goes as a whole.
BY_AUTHOR = {
    "goals.Plan": ("reason",),
    "goals.AgreementStep": ("reason",),
    "okrs.CheckIn": ("note",),
    "reviews.Words": ("well", "hard", "learned", "support"),
    "reviews.RateDecision": ("reason",),
    "reviews.CheckAnswer": ("note",),
    "reviews.Verdict": ("note",),
}


def erase_person(*, user: User, by: User) -> None:
    """Raises PlanError ``last_owner``, ``last_manager``: somebody has to be left who may go on."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        name, email, reading = locked.name, locked.email, locked.reading
        memberships = list(locked.memberships.select_related("team__organization"))
        companies = {member.team.organization_id for member in memberships}
        companies |= set(locked.owned_organizations.values_list("pk", flat=True))
        _keep_somebody(locked, memberships)
        _drop_access(locked, memberships)
        _drop_words(locked, memberships)
        _rename(locked)
        _drop_mentions((name, email, reading), list(Team.objects.filter(organization__in=companies)))
        for member in memberships:
            record_event(team=member.team, actor=by, kind="person_erased", member=member.pk)
    sweep()


def _keep_somebody(user: User, memberships: Iterable[Membership]) -> None:
    for company in Organization.objects.select_for_update().filter(owners=user):
        if not company.owners.exclude(pk=user.pk).exists():
            raise PlanError("last_owner")
    for member in memberships:
        managers = Membership.objects.active().filter(team=member.team, role=Role.MANAGER)
        owners = member.team.organization.owners
        if member.ended_at or member.role != Role.MANAGER or owners.exclude(pk=user.pk).exists():
            continue
        if not managers.exclude(pk=member.pk).exists():
            raise PlanError("last_manager")


def _drop_access(user: User, memberships: list[Membership]) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    for model in (Authenticator, EmailAddress):
        model.objects.filter(user=user).delete()
    Token.objects.filter(user=user).delete()
    if apps.is_installed("allauth.socialaccount"):
        apps.get_app_config("socialaccount").get_model("SocialAccount")._default_manager.filter(
            user=user
        ).delete()
    Invitation.objects.filter(email=user.email).delete()
    Invitation.objects.filter(member__in=memberships).delete()
    for kind in (Feed, Wish):
        kind._default_manager.filter(member__in=memberships).delete()
    user.owned_organizations.clear()
    standing = Membership.objects.filter(user=user, ended_at=None)
    standing.update(ended_at=timezone.now(), carries_targets=False)


def _drop_words(user: User, memberships: list[Membership]) -> None:
    """What the person wrote, and what others wrote for the person alone."""
    Reflection.objects.filter(member__in=memberships).update(did="", words="", first="")
    NextStep.objects.filter(member__in=memberships).delete()
    Words.objects.filter(member__in=memberships).update(well="", hard="", learned="", support="")
    practices = Practice.objects.filter(member__in=memberships)
    Note.objects.filter(models.Q(author=user) | models.Q(practice__in=practices)).delete()
    gone = _("(erased)")
    Drill.objects.filter(practice__in=practices).update(text=gone, partner="", evidence="")
    practices.update(vague=gone, aim=gone, lesson="", explained="")
    own = Objective.objects.filter(member__in=memberships)
    KeyResult.objects.filter(objective__in=own).update(text=gone)
    own.update(text=gone, why="", lesson="", explained="")
    CheckIn.objects.filter(
        models.Q(key_result__member__in=memberships) | models.Q(key_result__objective__member__in=memberships)
    ).update(note="")
    for label, fields in BY_AUTHOR.items():
        apps.get_model(label)._default_manager.filter(author=user).update(**dict.fromkeys(fields, ""))
    # The log of sign-ins holds addresses.
    Event.objects.filter(team=None, actor=user).delete()


def _rename(user: User) -> None:
    user.name = _("Former member %(number)s") % {"number": user.pk}
    user.reading = ""
    user.email = f"former-{user.pk}@erased.invalid"
    user.is_active = False
    user.set_unusable_password()
    user.save()


def _drop_mentions(words: Iterable[str], teams: list[Team]) -> None:
    """Where others wrote the name or the address: in any text of the company's teams."""
    former = _("former member")
    for word in words:
        if len(word) >= SHORTEST_NAME:
            _replace(word, teams, former)
    # Files on their way, and what was read of them, may name anybody.
    runs = ImportRun.objects.filter(team__in=teams)
    runs.exclude(state=ImportRun.State.DONE).update(state=ImportRun.State.DROPPED)
    runs.update(payload=None, problems=[], preview=[], unknown={}, name="", header=[], columns={}, stages={})
    Delivery.objects.filter(team__in=teams).update(problem="")


def _replace(word: str, teams: list[Team], former: str) -> None:
    # A name in Latin letters is a word of its own: Ai is not in “said”.
    bare = re.escape(word)
    pattern = re.compile(rf"(?<![A-Za-z0-9]){bare}(?![A-Za-z0-9])" if word.isascii() else bare, re.I)
    keys = [team.pk for team in teams]
    for label, fields in HUMAN.items():
        manager = apps.get_model(label)._default_manager
        for name in fields:
            found = manager.filter(**{f"{PATHS[label]}__in": keys, f"{name}__icontains": word})
            for pk, text in found.values_list("pk", name):
                field = manager.model._meta.get_field(name)
                changed = pattern.sub(former, text)[: getattr(field, "max_length", None)]
                manager.filter(pk=pk).update(**{name: changed})


def sweep() -> None:
    """What still lies in caches, in finished jobs, and in the free pages of the file."""
    from django_tasks_db.models import DBTaskResult

    cache.clear()
    DBTaskResult.objects.finished().delete()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
