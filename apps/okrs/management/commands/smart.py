from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from apps.okrs.documents import answer
from apps.okrs.wording import message
from apps.web.json_lines import answer_lines


class Command(BaseCommand):
    help = "Reads one JSON document with a goal per line and writes its SMART letters. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", default="en", choices=["en", "ja"], help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]):
            answer_lines(lambda line: answer(line, message))
