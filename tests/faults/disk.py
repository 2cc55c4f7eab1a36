"""The disk is full while a rep logs: what was acknowledged is there, pages go on being read, and with room
again everything that was refused is taken."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.browser.server import RealServer
from tests.browser.test_server import Phone, entries, make_sample

SIZE = "96m"
CHUNK = 64 * 1024
# Logs that may still find room, in pages that the database already has.
MOST = 5_000


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own; as root alone."""
    with tempfile.TemporaryDirectory(prefix="kpi-disk-") as place:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], check=True)
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * CHUNK)
        except OSError:
            return filler


def run(rounds: int) -> dict[str, float]:
    """Figures. Raises AssertionError where a log is lost or doubled, or the database is harmed."""
    with small_disk() as disk:
        server = RealServer()
        # The database lies on the small disk; the files that the server sends stay where they are.
        server.environment["DATABASE_URL"] = f"sqlite:///{disk / 'db.sqlite3'}"
        try:
            server.manage("prepare")
            server.start()
            make_sample(server)
            return _fill_and_empty(server, disk, rounds)
        finally:
            server.stop()


def _fill_and_empty(server: RealServer, disk: Path, rounds: int) -> dict[str, float]:
    before, phone = entries(server), Phone(server, 2)
    stored = refused = 0
    for _round in range(rounds):
        filler = fill(disk)
        waiting: list[dict[str, object]] = []
        for _each in range(MOST):
            if len(waiting) == 20:
                break
            data: dict[str, object] = {"id": uuid4(), "day": phone.day, "kpi": phone.kpi, "count": 1}
            status = phone.post("/teams/1/entries/", data)
            assert status in (200, 503), status
            stored += status == 200
            if status == 503:
                waiting.append(data)
        assert len(waiting) == 20, "the disk never was full"
        refused += len(waiting)
        assert "<main" in phone.get("/teams/1/today/")
        filler.unlink()
        for data in waiting:
            assert phone.post("/teams/1/entries/", data) == 200
        stored += len(waiting)
    assert entries(server) - before == stored, (entries(server) - before, stored)
    assert "All tallies equal" in server.manage("tallies", "--check")
    assert "check ok" in server.manage("shell", "-c", INTEGRITY)
    return {"rounds": rounds, "refused": refused, "stored": stored}


INTEGRITY = (
    "from django.db import connection; cursor = connection.cursor(); "
    "print('check', cursor.execute('PRAGMA integrity_check').fetchone()[0])"
)
