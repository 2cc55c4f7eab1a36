from typing import Any

from django.core.management.base import BaseCommand

from apps.notices.due import send_due


class Command(BaseCommand):
    help = "Sends the mails and chat messages that are due now, each once. Run it every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sent {send_due()}")
