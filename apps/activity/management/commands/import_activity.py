from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import Membership, Team
from apps.activity.imports import Import, plan_import, run_import
from apps.activity.wording import sentence
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi
from apps.web.tables import decode, text_rows

SHOWN = 50


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
            return plan_import(team=team, rows=text_rows(text), source=source, today=today)
        return run_import(team=team, rows=text_rows(text), source=source, today=today, by=None)

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
        for error in planned.errors[:SHOWN]:
            self.stderr.write(_("line %(line)s: ") % {"line": error.line} + sentence(error.cause))
        if planned.errors:
            facts = {"errors": planned.wrong, "rows": planned.rows}
            raise CommandError(_("%(errors)s of %(rows)s rows cannot be read; nothing is written.") % facts)
        facts = {"rows": planned.rows, "changed": len(planned.differences)}
        text = _("%(rows)s rows read, %(changed)s differ from what the source said before.")
        self.stdout.write(text % facts)
        self._report_others(planned)
        if planned.differences:
            dry = _("Nothing is written: this was a dry run.")
            self.stdout.write(_("Written.") if is_written else dry)

    def _report_others(self, planned: Import) -> None:
        beside = planned.beside_others[:SHOWN]
        members = Membership.objects.filter(pk__in={change.key[0] for change in beside})
        names = dict(members.values_list("pk", "user__name"))
        codes = dict(
            Kpi.objects.filter(pk__in={change.key[1] for change in beside}).values_list("pk", "code")
        )
        text = _("%(day)s, %(name)s, %(kpi)s: %(other)s from elsewhere, %(own)s by this import.")
        for change in beside:
            member, kpi, _segment, day = change.key
            facts = {"day": day, "name": names[member], "kpi": codes[kpi]}
            facts |= {"other": change.elsewhere[0], "own": f"{change.count:+}"}
            self.stdout.write(text % facts)
