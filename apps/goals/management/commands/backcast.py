from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from apps.goals.documents import answer
from apps.goals.wording import sentence
from apps.web.json_lines import answer_lines


class Command(BaseCommand):
    help = "Reads one JSON document per line and writes the reverse tree of each. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", default="en", choices=["en", "ja"], help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]):
            answer_lines(lambda line: answer(line, sentence))
