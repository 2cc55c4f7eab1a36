"""What owners do with their company."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import translation

from apps.accounts.models import Membership, Organization, Team, User
from apps.accounts.services import found_member, record_event
from apps.calendars.models import DayKind, TeamCalendar
from apps.calendars.services import mark_days
from apps.domain.errors import PlanError
from apps.funnels.services import start_funnel


@transaction.atomic
def add_team(
    *, company: Organization, by: User, name: str, time_zone: str, country: str, preset: str
) -> Team:
    """A further team, managed by the owner until it is handed over."""
    _still_owner(company, by)
    team = Team.objects.create(organization=company, name=name, time_zone=time_zone)
    found_member(team=team, by=by)
    TeamCalendar.objects.create(team=team, country=country)
    with translation.override(by.language or translation.get_language() or "en"):
        start_funnel(team=team, by=by, preset=preset)
    return team


@transaction.atomic
def add_owner(*, company: Organization, by: User, user: User) -> None:
    """Raises PlanError ``no_longer_owner``, ``not_in_company``."""
    _still_owner(company, by)
    is_in = Membership.objects.active().filter(team__organization=company, user=user).exists()
    if not is_in or not user.is_claimed:
        raise PlanError("not_in_company")
    company.owners.add(user)
    record_event(team=None, actor=by, kind="owner_added", organization=company.pk, user=user.pk)


@transaction.atomic
def remove_owner(*, company: Organization, by: User, user: User) -> None:
    """Raises PlanError ``no_longer_owner`` where ``by`` was removed meanwhile, ``last_owner``."""
    _still_owner(company, by)
    if not company.owners.exclude(pk=user.pk).exists():
        raise PlanError("last_owner")
    company.owners.remove(user)
    record_event(team=None, actor=by, kind="owner_removed", organization=company.pk, user=user.pk)


def _still_owner(company: Organization, by: User) -> None:
    """Under the lock of the company: of two who remove each other, the slower one finds itself out."""
    locked = Organization.objects.select_for_update().get(pk=company.pk)
    if not locked.owners.filter(pk=by.pk).exists():
        raise PlanError("no_longer_owner")


@transaction.atomic
def close_days(*, company: Organization, by: User, days: Sequence[date], name: str) -> int:
    """Closes days in every team at once; how many teams."""
    _still_owner(company, by)
    teams = list(company.teams.order_by("pk"))
    for team in teams:
        mark_days(team=team, by=by, days=days, kind=DayKind.CLOSED, name=name)
    return len(teams)
