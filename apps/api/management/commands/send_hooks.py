from typing import Any

from django.core.management.base import BaseCommand

from apps.api.hooks import send_waiting


class Command(BaseCommand):
    help = "Sends webhooks again that nobody took, each when its time has come. Run it every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"taken {send_waiting()}")
