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
from apps.domain.errors import PlanError
from apps.exchange.archive import PATHS
from apps.exchange.models import ImportRun
from apps.growth.models import Drill, Note, Practice
from apps.notices.models import Delivery, Feed, Wish
from apps.okrs.models import CheckIn, KeyResult, Objective
from apps.reviews.models import Words

SHORTEST_NAME = 2


def erase_person(*, user: User, by: User) -> None:
    """Raises PlanError ``last_owner``, ``last_manager``: somebody has to be left who may go on."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        name, email = locked.name, locked.email
        memberships = list(locked.memberships.select_related("team__organization"))
        _keep_somebody(locked, memberships)
        _drop_access(locked, memberships)
        _drop_words(locked, memberships)
        _rename(locked)
        _drop_mentions((name, email), {member.team for member in memberships})
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
    CheckIn.objects.filter(author=user).update(note="")
    # The log of sign-ins holds addresses.
    Event.objects.filter(team=None, actor=user).delete()


def _rename(user: User) -> None:
    user.name = _("Former member %(number)s") % {"number": user.pk}
    user.email = f"former-{user.pk}@erased.invalid"
    user.is_active = False
    user.set_unusable_password()
    user.save()


def _drop_mentions(words: Iterable[str], teams: set[Team]) -> None:
    """Where others wrote the name or the address: in any text of the teams."""
    former = _("former member")
    for word in words:
        if len(word) < SHORTEST_NAME:
            continue
        # A name in Latin letters is a word of its own: Ai is not in “said”.
        pattern = re.compile(
            rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])" if word.isascii() else re.escape(word), re.I
        )
        for team in teams:
            for label, path in PATHS.items():
                _replace_in(apps.get_model(label), path, team, word, pattern, former)
    for team in teams:
        ImportRun.objects.filter(team=team).update(payload=None, problems=[], preview=[], unknown={}, name="")
        Delivery.objects.filter(team=team).update(problem="")


def _replace_in(
    model: type[models.Model], path: str, team: Team, word: str, pattern: re.Pattern[str], former: str
) -> None:
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.CharField | models.TextField) or field.choices:
            continue
        if isinstance(field, models.SlugField | models.URLField):
            continue
        found = model._default_manager.filter(**{path: team.pk, f"{field.name}__icontains": word})
        for pk, text in found.values_list("pk", field.name):
            changed = pattern.sub(former, text)[: field.max_length]
            model._default_manager.filter(pk=pk).update(**{field.name: changed})


def sweep() -> None:
    """What still lies in caches, in finished jobs, and in the free pages of the file."""
    from django_tasks_db.models import DBTaskResult

    cache.clear()
    DBTaskResult.objects.finished().delete()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
