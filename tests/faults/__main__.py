"""`./kpi faults [run]`: long runs that break things on purpose, and what was left of them."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres
from tests.faults import books, clock, disk, endurance, failover, logs, migrations


def logs_on_sqlite(size: int) -> dict[str, float]:
    return logs.run(size)


def logs_on_postgresql(size: int) -> dict[str, float]:
    with durable_postgresql() as database:
        return logs.run(size, database, DATABASE_URL=database.url)


def books_on_sqlite(size: int) -> dict[str, float]:
    return books.run(size)


def books_on_postgresql(size: int) -> dict[str, float]:
    with durable_postgresql() as database:
        return books.run(size, database, DATABASE_URL=database.url)


@contextmanager
def durable_postgresql() -> Iterator[postgres.SystemServer]:
    """The system's own, so that its postmaster can be killed too."""
    folder = postgres.binaries() or postgres.install()
    assert folder, "PostgreSQL is missing"
    with tempfile.TemporaryDirectory(prefix="kpi-postgres-") as home:
        Path(home).chmod(0o755)
        with postgres.system_server(folder, Path(home), is_durable=True) as database:
            yield database


RUNS: dict[str, tuple[Callable[[int], dict[str, float]], int]] = {
    "logs": (logs_on_sqlite, 20_000),
    "logs-postgresql": (logs_on_postgresql, 20_000),
    "books": (books_on_sqlite, 100_000),
    "books-postgresql": (books_on_postgresql, 100_000),
    "clock": (clock.run, 5_000),
    "failover": (failover.run, 2_000),
    "migrations": (migrations.run, 50),
    "restarts": (endurance.restarts, 10_000),
    "soak": (endurance.soak, 30),
    # A disk of its own can be had by root alone.
    **({"disk": (disk.run, 20)} if os.geteuid() == 0 else {}),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./kpi faults", description=__doc__)
    parser.add_argument("run", nargs="?", choices=RUNS, help="only this one")
    parser.add_argument(
        "--size",
        type=int,
        help="logs to acknowledge, operations, kills, rounds of a full disk, requests, or minutes",
    )
    options = parser.parse_args()
    for name in [options.run] if options.run else RUNS:
        run, size = RUNS[name]
        figures = run(options.size or size)
        sys.stdout.write(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in figures.items()) + "\n")


if __name__ == "__main__":
    main()
