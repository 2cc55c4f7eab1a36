from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Team
from apps.accounts.services import record_event
from apps.exchange.archive import write_archive


class Command(BaseCommand):
    help = "Writes a whole team into one file, which load_team reads into a fresh installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("team", type=int, help="id of the team, as in its address")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.select_related("organization").filter(pk=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team {options['team']}.")
        with options["file"].open("xb") as file:
            write_archive(team, file)
        options["file"].chmod(0o600)
        record_event(team=team, actor=None, kind="archive_made")
        self.stdout.write(f"{team.name}: {options['file']}")
