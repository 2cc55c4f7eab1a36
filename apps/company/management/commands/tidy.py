from typing import Any

from django.core.management.base import BaseCommand

from apps.company.retention import tidy


class Command(BaseCommand):
    help = "Deletes what people wrote and their company does not keep any longer; once a day is enough."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tidy()} texts deleted.")
