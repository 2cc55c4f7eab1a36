"""The server: threads, because two idle phones blocked sync workers for half a minute."""

import multiprocessing
import os

from kpiplanner import settings

bind = f"{settings.BIND}:{settings.PORT}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", multiprocessing.cpu_count()))
threads = int(os.environ.get("WEB_THREADS", 4))
keepalive = 5
timeout = 60
graceful_timeout = 10
preload_app = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
loglevel = "warning"
