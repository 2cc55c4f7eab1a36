from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event


class Command(BaseCommand):
    help = (
        "Takes somebody's second step away, who lost key and recovery codes: the password alone counts then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        taken, _rows = Authenticator.objects.filter(user=user).delete()
        if taken:
            record_event(team=None, actor=user, kind="second_step_removed", address="operator")
        self.stdout.write(f"{taken} taken away")
