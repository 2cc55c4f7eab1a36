import socket
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.setup.access import is_first_visit, new_key
from apps.setup.collected import is_fresh, remember


class Command(BaseCommand):
    help = "What ./kpi run needs before the server starts: database and static files; then the greeting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--greet", action="store_true", help="wait for the server and say where it is")
        parser.add_argument("--began", type=float, default=0.0, help="when ./kpi run began, for its time")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["greet"]:
            self._greet(options["began"])
            return
        self._find_port_free()
        call_command("migrate", verbosity=0, interactive=False)
        if not is_fresh():
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            remember()

    def _find_port_free(self) -> None:
        """Before anything is touched: another server may run here, from the same files."""
        try:
            with socket.create_server((settings.BIND, settings.PORT)):
                pass
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} is taken, perhaps by another ./kpi run. "
                f"Stop that one, or choose another port: PORT={settings.PORT + 1} ./kpi run"
            ) from error

    def _greet(self, began: float) -> None:
        self._wait_for_server()
        took = f" after {time.time() - began:.0f} s" if began else ""
        self.stdout.write(f"kpiplanner is ready{took}: {settings.SITE_URL}  (Ctrl-C stops it)")
        if is_first_visit() and not settings.IS_LOCAL:
            self.stdout.write(f"First visit, works once: {settings.SITE_URL}/welcome/?key={new_key()}")
        if not settings.HAS_MAIL:
            self.stdout.write(f"No EMAIL_URL is set: mail is written to {settings.VAR_DIR / 'mail'}")

    def _wait_for_server(self) -> None:
        host = "127.0.0.1" if settings.BIND == "0.0.0.0" else settings.BIND  # noqa: S104
        for _each in range(300):
            try:
                socket.create_connection((host, settings.PORT), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise CommandError(f"The server did not start on port {settings.PORT}.")
