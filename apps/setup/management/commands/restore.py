from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.domain.errors import PlanError
from apps.setup.backup import restore_backup
from apps.setup.wording import sentence


class Command(BaseCommand):
    help = "Puts a verified backup in the place of the database. Stop the server first."
    # The database may be what is broken.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that ./kpi manage backup made")
        parser.add_argument("--yes", action="store_true", help="do it; without it nothing happens")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This replaces the whole database. Stop the server, and say --yes.")
        try:
            former = restore_backup(options["file"])
        except PlanError as error:
            with translation.override("en"):
                raise CommandError(sentence(error)) from error
        self.stdout.write("restored")
        if former:
            self.stdout.write(f"what was there before: {former}")
