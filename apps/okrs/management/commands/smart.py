import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from apps.okrs.documents import answer
from apps.okrs.wording import message


class Command(BaseCommand):
    help = "Reads one JSON document with a goal per line and writes its SMART letters. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", default="en", choices=["en", "ja"], help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]):
            for line in sys.stdin.buffer:
                if line.strip():
                    text = json.dumps(answer(line.decode(errors="replace"), message), ensure_ascii=False)
                    sys.stdout.buffer.write(text.encode(errors="backslashreplace") + b"\n")
                    sys.stdout.buffer.flush()
