"""The server: threads, because two idle phones blocked sync workers for half a minute."""

import multiprocessing
import os
import socket
import threading
from typing import Any

from kpiplanner import settings

# Seconds that the kernel keeps a connection to itself until its first byte arrives.
FIRST_BYTE = 30
# Seconds that a new worker serves before it imports what only some pages need.
WARM_UP_AFTER = 2

bind = f"{settings.BIND}:{settings.PORT}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or multiprocessing.cpu_count())
threads = int(os.environ.get("WEB_THREADS") or 4)
keepalive = 5
timeout = 60
graceful_timeout = 10
preload_app = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
loglevel = "warning"


def when_ready(server: Any) -> None:
    """A phone that connects and then loses its network must not hold a thread: gthread gives each
    new connection one and waits 5 s for its request. Where the kernel can wait instead (Linux), it
    does; elsewhere a buffering proxy in front does the same."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, FIRST_BYTE)


def post_worker_init(_worker: Any) -> None:
    """Pays for slow imports in the background, mostly before the first visitor does. Not at once: a
    worker that takes over from one that died has requests waiting, and needs the processor for them."""
    later = threading.Timer(WARM_UP_AFTER, _warm_up)
    later.daemon = True
    later.start()


def _warm_up() -> None:
    from apps.calendars import holidays
    from apps.charts import figures
    from apps.domain import chance

    holidays.warm_up()
    figures.warm_up()
    chance.warm_up()
