"""Several processes do at random whatever changes the books (logs, corrections, undos, cancellations, shared
contracts, whole days, late entries, imports, sums made anew) and are killed at any moment: in the end each
sum is that of its entries."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.browser.server import ROOT, RealServer
from tests.browser.test_server import make_sample
from tests.postgres import SystemServer

PROCESSES = 4
# Seconds between two kills, and worker kills between two of the database.
BETWEEN, DATABASE_EVERY = 1.5, 10


def run(operations: int, database: SystemServer | None = None, **environment: str) -> dict[str, float]:
    """Figures; ``database`` is killed too. Raises AssertionError where a sum is not that of its entries."""
    server = RealServer(**environment)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        server.manage("prepare")
        make_sample(server)
        began = time.monotonic()
        workers += [_worker(server) for _each in range(PROCESSES)]
        kills = databases = 0
        while _told(server).count("d") < operations:
            time.sleep(BETWEEN)
            place = random.randrange(PROCESSES)
            _end(workers[place])
            kills += 1
            if database and kills % DATABASE_EVERY == 0:
                database.kill()
                database.start_again()
                databases += 1
            workers[place] = _worker(server)
        took = time.monotonic() - began
        for worker in workers:
            _end(worker)
        assert "All tallies equal" in server.manage("tallies", "--check")
        figures = {name: float(_told(server).count(letter)) for letter, name in OUTCOMES.items()}
        assert not figures["broken"], figures
        return figures | {"processes_killed": kills, "databases_killed": databases, "seconds": took}
    finally:
        for worker in workers:
            _end(worker)
        server.stop()


# What a worker notes of each operation, one letter each.
OUTCOMES = {"d": "done", "r": "refused", "a": "away", "b": "broken"}


def _notes(server: RealServer) -> Path:
    return server.home / "told"


def _told(server: RealServer) -> str:
    return _notes(server).read_text() if _notes(server).exists() else ""


def _worker(server: RealServer) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.bookkeeper", str(_notes(server))]
    return subprocess.Popen(command, cwd=ROOT, env=server.environment)


def _end(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
