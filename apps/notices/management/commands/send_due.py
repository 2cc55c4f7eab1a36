from typing import Any

from django.core.management.base import BaseCommand

from apps.notices.due import keep_due, send_due


class Command(BaseCommand):
    help = (
        "Sends the mails and messages that are due and keeps forecasts, each once. Run it every five minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sent {send_due()}")
        self.stdout.write(f"kept {keep_due()}")
