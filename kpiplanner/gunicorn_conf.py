"""The server: threads, because two idle phones blocked sync workers for half a minute."""

import gc
import multiprocessing
import os
import socket
from typing import Any

from kpiplanner import settings

# Seconds that the kernel keeps a connection to itself until its first byte arrives.
FIRST_BYTE = 30

bind = f"{settings.BIND}:{settings.PORT}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or multiprocessing.cpu_count())
# Two: one works while another waits for the disk. Four fight for the interpreter, and the slowest logs wait
# twice as long.
threads = int(os.environ.get("WEB_THREADS") or 2)
keepalive = 5
timeout = 60
graceful_timeout = 10
preload_app = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
loglevel = "warning"


def when_ready(server: Any) -> None:
    _leave_silent_connections_to_the_kernel(server)
    _warm_up()


def _leave_silent_connections_to_the_kernel(server: Any) -> None:
    """A phone that connects and then loses its network must not hold a thread: gthread gives each
    new connection one and waits 5 s for its request. Where the kernel can wait instead (Linux), it
    does; elsewhere a buffering proxy in front does the same."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, FIRST_BYTE)


def _warm_up() -> None:
    """Imports and builds once what each worker would otherwise pay for with its first visitors: a
    worker that takes over from one that died serves at once, and all share the memory."""
    from django.template import engines
    from django.urls import get_resolver
    from django.utils import translation

    from apps.calendars import holidays
    from apps.charts import figures
    from apps.domain import chance

    get_resolver().url_patterns  # noqa: B018  a property that imports
    engines.all()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Today")
    holidays.warm_up()
    figures.warm_up()
    chance.warm_up()
    # What is there now stays: the collector of a worker need not touch, and so copy, these pages.
    gc.collect()
    gc.freeze()
