from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import translation

from apps.accounts.models import Organization, Team, User
from apps.accounts.services import found_team
from apps.calendars.models import TeamCalendar
from apps.domain.errors import PlanError
from apps.funnels.services import start_funnel


def lock_installation() -> None:
    """One first team at a time: a row that always exists is locked, because there is no other yet."""
    ContentType.objects.get_for_model(Organization)
    list(ContentType.objects.select_for_update().filter(app_label="accounts", model="organization"))


@transaction.atomic
def start_first_team(*, data: dict[str, Any]) -> Team:
    """Account, company, team, calendar and funnel from the first page, all or nothing; the team.

    Raises PlanError ``already_started`` when a real organisation exists.
    """
    lock_installation()
    if Organization.objects.filter(is_sample=False).exists():
        raise PlanError("already_started")
    user = User.objects.create_user(
        data["email"],
        data["password"],
        name=data["name"],
        language=data["language"],
        time_zone=data["time_zone"],
    )
    team = found_team(
        owner=user,
        company=data["company"],
        team_name=data["team"],
        currency=data["currency"],
        time_zone=data["time_zone"],
    )
    TeamCalendar.objects.create(team=team, country=data["country"])
    with translation.override(data["language"]):
        start_funnel(team=team, by=user, preset=data["preset"])
    return team
