from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.accounts.models import Team
from apps.activity.csv_import import Import, decode, plan_import, run_import
from apps.activity.wording import sentence
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError

SHOWN_ERRORS = 50


class Command(BaseCommand):
    help = (
        "Imports activity from a CSV file with the columns date, member, kpi, count and, optionally, amount "
        "and segment. Each row is the total that the source knows for that day; importing the same file "
        "again changes nothing. --dry-run shows what would change and writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--team", required=True, help="id or unique name of the team")
        parser.add_argument("--source", default="csv", help="name of the system that the file comes from")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
        parser.add_argument("--lang", default="en", choices=["en", "ja"], help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]):
            team = self._team(options["team"])
            try:
                self._report(self._run(team, options), is_written=not options["dry_run"])
            except PlanError as error:
                raise CommandError(sentence(error)) from error

    def _run(self, team: Team, options: dict[str, Any]) -> Import:
        text = decode(self._bytes(options["file"]))
        source, today = options["source"], today_in(team)
        if options["dry_run"]:
            return plan_import(team=team, text=text, source=source, today=today)
        return run_import(team=team, text=text, source=source, today=today, by=None)

    def _team(self, wanted: str) -> Team:
        teams = Team.objects.select_related("organization")
        found = list(teams.filter(pk=int(wanted)) if wanted.isdecimal() else teams.filter(name=wanted))
        if len(found) != 1:
            raise CommandError(f"{len(found)} teams have the id or name {wanted!r}; exactly one is needed.")
        return found[0]

    def _bytes(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error

    def _report(self, planned: Import, *, is_written: bool) -> None:
        for error in planned.errors[:SHOWN_ERRORS]:
            self.stderr.write(f"line {error.line}: {sentence(error.cause)}")
        if planned.errors:
            raise CommandError(
                f"{len(planned.errors)} of {planned.rows} rows cannot be read; nothing is written."
            )
        changed = len(planned.differences)
        self.stdout.write(f"{planned.rows} rows read, {changed} differ from what the source said before.")
        for change in planned.beside_hand_made[:SHOWN_ERRORS]:
            self.stdout.write(
                f"beside hand-made entries: member {change.key[0]}, KPI {change.key[1]}, {change.key[3]}: "
                f"{change.by_hand[0]} by hand, {change.count:+} by this import"
            )
        if changed:
            self.stdout.write("Written." if is_written else "Nothing is written: this was a dry run.")
