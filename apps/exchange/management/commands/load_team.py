from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from apps.accounts.models import Membership, Team
from apps.accounts.services import first_link
from apps.domain.errors import PlanError
from apps.exchange.archive import read_archive
from apps.exchange.wording import sentence


class Command(BaseCommand):
    help = (
        "Reads a file of archive_team into an installation that has no team yet; --links prints first links."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--links", action="store_true", help="a link for each person to choose a password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                team = read_archive(file)
        except OSError as error:
            raise CommandError(str(error)) from error
        except PlanError as error:
            raise CommandError(sentence(error)) from error
        self.stdout.write(f"{team.name}: {settings.SITE_URL}")
        if options["links"]:
            self._links(team)

    def _links(self, team: Team) -> None:
        for member in Membership.objects.filter(team=team).active().in_team_order():
            invitation = first_link(member)
            path = reverse("accounts:invitation_accept", args=[invitation.token])
            self.stdout.write(f"{member.user.name}\t{member.user.email}\t{settings.SITE_URL}{path}")
