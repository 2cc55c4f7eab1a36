"""`migrate` is killed at any moment: what is left is a state between two migrations, and the next run ends
where an undisturbed one does. SQLite."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

from tests.browser.server import ROOT, RealServer


def shape(server: RealServer) -> list[tuple[str, str]]:
    with sqlite3.connect(server.home / "db.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name, sql"
        )
        return [(str(name), str(sql)) for name, sql in rows]


def applied(server: RealServer) -> int:
    with sqlite3.connect(server.home / "db.sqlite3") as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE name = 'django_migrations'").fetchone()
        return database.execute("SELECT COUNT(*) FROM django_migrations").fetchone()[0] if found else 0


def run(kills: int) -> dict[str, float]:
    whole = RealServer()
    began = time.monotonic()
    whole.manage("migrate", "-v", "0")
    took, wanted, every = time.monotonic() - began, shape(whole), applied(whole)
    try:
        stopped = [_killed_once(took, wanted) for _each in range(kills)]
    finally:
        whole.stop()
    return {
        "kills": kills,
        "in_the_middle": sum(0 < count < every for count in stopped),
        "migrate_s": took,
        "fewest_applied": min(stopped),
        "most_applied": max(stopped),
    }


def _killed_once(took: float, wanted: list[tuple[str, str]]) -> int:
    server = RealServer()
    try:
        command = [sys.executable, "manage.py", "migrate", "-v", "0"]
        running = subprocess.Popen(command, cwd=ROOT, env=server.environment, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.2, 1.0) * took)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        if not (server.home / "db.sqlite3").exists():
            count = 0
        else:
            shape(server)
            count = applied(server)
        server.manage("migrate", "-v", "0")
        assert shape(server) == wanted
        return count
    finally:
        server.stop()
