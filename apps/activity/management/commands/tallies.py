from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.activity.queries import foreign_entries, tally_drifts
from apps.activity.services import rebuild_tallies


class Command(BaseCommand):
    help = "Proves that tallies equal the sum of entries (--check), or makes them so (--rebuild)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--check", action="store_true")
        choice.add_argument("--rebuild", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            rebuild_tallies()
        drifts, strangers = tally_drifts(), foreign_entries()
        for drift in drifts[:20]:
            self.stdout.write(f"{drift}")
        if drifts or strangers:
            raise CommandError(f"{len(drifts)} tallies differ; {strangers} entries belong to another team.")
        self.stdout.write("All tallies equal the sum of their entries.")
