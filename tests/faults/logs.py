"""Reps log at once while workers, the whole server and, on PostgreSQL, the database are killed. What was
acknowledged is there once, and sums agree."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.browser.server import RealServer
from tests.browser.test_server import Phone, entries, make_sample
from tests.postgres import SystemServer

# Seconds between two kills, and how many of worker kills come before one of the whole server.
BETWEEN, WORKERS_FIRST = 1.5, 6
# So many worker kills between two of the database.
DATABASE_EVERY = 10


@dataclass
class Told:
    """What phones were told: how often each log was sent until it was acknowledged, and for how long."""

    tries: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)


def use(phone: Phone, taps: int, told: Told) -> None:
    try:
        for _each in range(taps):
            began = time.monotonic()
            told.tries.append(phone.tap())
            told.seconds.append(time.monotonic() - began)
    except BaseException as error:  # noqa: BLE001 - told in the end, by the main thread
        told.failures.append(error)


def run(taps: int, database: SystemServer | None = None, **environment: str) -> dict[str, float]:
    """Figures; ``database`` is killed too. Raises AssertionError where a log is lost or doubled."""
    server = RealServer(**environment)
    try:
        server.manage("prepare")
        server.start()
        make_sample(server)
        before = entries(server)
        phones = [Phone(server, member) for member in range(2, 8)]
        told = Told()
        threads = [
            threading.Thread(target=use, args=(phone, taps // len(phones) + 1, told)) for phone in phones
        ]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        kills = _kill_while(threads, server, database)
        took = time.monotonic() - began
        assert told.failures == [], told.failures[0]
        stored = entries(server) - before
        assert stored == len(told.tries), (stored, len(told.tries))
        assert "All tallies equal" in server.manage("tallies", "--check")
        again = sum(tries > 1 for tries in told.tries)
        figures = {"acknowledged": len(told.tries), "stored": stored, "sent_again": again, "seconds": took}
        return figures | kills | {"longest_s": max(told.seconds)}
    finally:
        server.stop()


def _kill_while(
    threads: list[threading.Thread], server: RealServer, database: SystemServer | None
) -> dict[str, float]:
    workers = servers = databases = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(BETWEEN)
        if database and workers >= DATABASE_EVERY * (databases + 1):
            database.kill()
            database.start_again()
            databases += 1
        elif (workers + servers) % (WORKERS_FIRST + 1) == WORKERS_FIRST:
            server.kill_all()
            server.start()
            servers += 1
        else:
            server.kill_worker(random.randrange(10))
            workers += 1
    return {"workers_killed": workers, "servers_killed": servers, "databases_killed": databases}
