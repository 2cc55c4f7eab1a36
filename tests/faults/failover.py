"""Two web processes before one PostgreSQL with a streaming standby. A web process is killed, the primary is
killed and starts again, then is killed for good and the standby takes its place; reps log meanwhile."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import postgres
from tests.browser.server import RealServer
from tests.browser.test_server import Phone, entries, make_sample
from tests.faults.logs import Told, use
from tests.postgres import SystemServer

# Between two breaks, so that logs go on under each state.
CALM = 4.0


def run(taps: int) -> dict[str, float]:
    """Figures. Raises AssertionError where a log is lost or doubled."""
    folder = postgres.binaries() or postgres.install()
    assert folder, "PostgreSQL is missing"
    with (
        TemporaryDirectory(prefix="kpi-primary-") as first,
        TemporaryDirectory(prefix="kpi-standby-") as second,
    ):
        for home in (first, second):
            Path(home).chmod(0o755)
        with postgres.system_server(folder, Path(first), is_durable=True) as primary:
            standby = _standby_of(primary, Path(second))
            try:
                with _web(primary.url) as servers:
                    return _log_and_break(taps, servers, primary, standby)
            finally:
                standby.stop()


def _standby_of(primary: SystemServer, home: Path) -> SystemServer:
    """It has each commit before its writer is told so."""
    if postgres.unprivileged():
        shutil.chown(home, "nobody")
    source = ["-h", "127.0.0.1", "-p", primary.port, "-U", "kpi"]
    primary.run(primary.folder / "pg_basebackup", *source, "-D", home / "data", "-R", "-X", "stream")
    standby = replace(primary, home=home, port=postgres.free_port())
    standby.start()
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.sql("SELECT pg_reload_conf()")
    return standby


@contextmanager
def _web(url: str) -> Iterator[list[RealServer]]:
    shared = {"DATABASE_URL": url, "SECRET_KEY": "one for both of them"}
    servers = [RealServer(**shared), RealServer(**shared)]
    try:
        for server in servers:
            server.manage("prepare")
            server.start()
        yield servers
    finally:
        for server in servers:
            server.stop()


def _log_and_break(
    taps: int, servers: list[RealServer], primary: SystemServer, standby: SystemServer
) -> dict[str, float]:
    make_sample(servers[0])
    before = entries(servers[0])
    phones = [Phone(servers[place % 2], member) for place, member in enumerate(range(2, 8))]
    told, began = Told(), time.monotonic()
    share = taps // len(phones) + 1
    threads = [threading.Thread(target=use, args=(phone, share, told)) for phone in phones]
    for thread in threads:
        thread.start()
    figures = _break(servers, primary, standby)
    still = sum(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()
    assert told.failures == [], told.failures[0]
    stored = entries(servers[0]) - before
    assert stored == len(told.tries), (stored, len(told.tries))
    assert "All tallies equal" in servers[0].manage("tallies", "--check")
    again = sum(tries > 1 for tries in told.tries)
    figures |= {"acknowledged": len(told.tries), "stored": stored, "sent_again": again}
    refused = sum(tries - 1 for tries in told.tries)
    figures |= {"refused": refused, "longest_s": max(told.seconds), "phones_after_the_failover": still}
    return figures | {"seconds": time.monotonic() - began}


def _break(servers: list[RealServer], primary: SystemServer, standby: SystemServer) -> dict[str, float]:
    time.sleep(CALM)
    servers[1].kill_all()
    servers[1].start()
    time.sleep(CALM)
    began = time.monotonic()
    primary.kill()
    primary.start_again()
    restarted = time.monotonic() - began
    time.sleep(CALM)
    began = time.monotonic()
    primary.kill()
    standby.promote(primary.port)
    return {"restart_s": restarted, "failover_s": time.monotonic() - began}
