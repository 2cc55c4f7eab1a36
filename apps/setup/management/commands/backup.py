from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.domain.errors import PlanError
from apps.setup.backup import backup_folder, make_backup
from apps.setup.wording import sentence


class Command(BaseCommand):
    help = "Copies the whole database and verifies the copy; the server may go on. Keeps the last 14."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=None, help="the folder; by default BACKUP_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["to"] or backup_folder()
        try:
            made = make_backup(folder)
        except PlanError as error:
            with translation.override("en"):
                raise CommandError(sentence(error)) from error
        rows = sum(found[0] for found in made.tables.values())
        self.stdout.write(
            f"{folder / made.file}" + (f" ({rows:,} rows, verified)" if rows else " (verified)")
        )
