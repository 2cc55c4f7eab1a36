import re
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CREATED = re.compile(r'"POT-Creation-Date:[^\n]*\n')


class Command(BaseCommand):
    help = "Collects the sentences to translate; --check proves that the catalogue is complete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, fail where it is not complete"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / CATALOGUE
        before = path.read_text()
        self._collect()
        after = path.read_text()
        if options["check"] or CREATED.sub("", before) == CREATED.sub("", after):
            path.write_text(before)
        # The order follows that of the files, which moves with them: it is no reason to refuse.
        if options["check"] and sentences(before) != sentences(after):
            raise CommandError("The catalogue is not up to date. Run ./kpi messages.")
        self._report(path)

    def _collect(self) -> None:
        call_command(
            "makemessages",
            locale=["ja"],
            no_location=True,
            no_wrap=True,
            no_obsolete=True,
            ignore_patterns=[".venv/*", "node_modules/*", "var/*", "tests/*"],
            verbosity=0,
        )

    def _report(self, path: Path) -> None:
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale="ja") if message.id]
        open_ones = [message.id for message in messages if message.fuzzy or not message.string]
        for sentence in open_ones:
            self.stdout.write(f"not translated: {sentence!r}")
        if open_ones:
            raise CommandError(f"{len(open_ones)} of {len(messages)} messages are not translated.")
        broken = [str(message.id) for message in messages if not fills(str(message.id), str(message.string))]
        if broken:
            raise CommandError(f"These cannot be filled in: {broken}")
        self.stdout.write(f"All {len(messages)} messages are translated.")


def sentences(catalogue: str) -> set[tuple[str | None, str, str, bool]]:
    found = read_po(StringIO(catalogue), locale="ja")
    return {(each.context, str(each.id), str(each.string), each.fuzzy) for each in found if each.id}


def fills(sentence: str, translated: str) -> bool:
    """The translation has the same placeholders, and no per cent sign that breaks them."""
    names = dict.fromkeys(PLACEHOLDER.findall(sentence), "fact")
    if names.keys() != set(PLACEHOLDER.findall(translated)):
        return False
    try:
        return not names or bool(sentence % names and translated % names)
    except (TypeError, ValueError):
        return False
