"""Runs the suite on a real PostgreSQL: `python -m tests.postgres [words for pytest]`.

The server comes from TEST_DATABASE_URL; else from the system's binaries, started as an unprivileged
user in a folder of its own; else from the pgserver wheel.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

MARKS = "not browser"


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return found[0].parent if found else None


def install() -> Path | None:
    """Debian's package, where this is root with apt."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql"], check=False
        )
    return binaries()


def unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root; nobody is everywhere."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class SystemServer:
    """The system's PostgreSQL on files of its own."""

    folder: Path
    home: Path
    port: int
    is_durable: bool

    @property
    def url(self) -> str:
        return f"postgres://kpi@127.0.0.1:{self.port}/postgres"

    def run(self, *words: object) -> None:
        command = [*unprivileged(), "env", "LC_ALL=C", f"HOME={self.home}", *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, cwd=self.home)

    def control(self, *words: object) -> None:
        self.run(self.folder / "pg_ctl", "-D", self.home / "data", "-w", *words)

    def start(self) -> None:
        # A test's database need not survive a power cut; a measured one has to.
        safety = "" if self.is_durable else " -c fsync=off"
        options = f"-k {self.home} -p {self.port} -c listen_addresses=127.0.0.1{safety}"
        self.control("-o", options, "-l", self.home / "log", "start")

    def kill(self) -> None:
        """The postmaster, without a goodbye."""
        first_line = (self.home / "data" / "postmaster.pid").read_text().split()[0]
        os.kill(int(first_line), signal.SIGKILL)

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.control("-m", "immediate", "stop")

    def sql(self, statement: str) -> None:
        where = ["-h", "127.0.0.1", "-p", self.port, "-U", "kpi", "-d", "postgres"]
        self.run(self.folder / "psql", "-q", *where, "-c", statement)

    def promote(self, port: int) -> None:
        """From standby to primary, at the port of the one that is gone: what a moved address does."""
        self.control("promote")
        self.control("-m", "fast", "stop")
        replace(self, port=port).start_again()

    def start_again(self) -> None:
        """Its children go a moment after it; until then their memory is in the way."""
        for _each in range(60):
            with suppress(subprocess.CalledProcessError):
                self.start()
                return
            time.sleep(0.5)
        raise AssertionError((self.home / "log").read_text()[-2000:])


@contextmanager
def system_server(folder: Path, home: Path, *, is_durable: bool = False) -> Iterator[SystemServer]:
    if unprivileged():
        shutil.chown(home, "nobody")
    server = SystemServer(folder, home, free_port(), is_durable)
    server.run(folder / "initdb", "-D", home / "data", "-U", "kpi", "-A", "trust", "-E", "UTF8")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def wheel_server(home: Path) -> Iterator[str]:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "pgserver"], check=True)
    import pgserver  # type: ignore[import-not-found]

    server = pgserver.get_server(home / "data")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def server(*, is_durable: bool = False) -> Iterator[str]:
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="kpi-postgres-"))
    folder = binaries() or install()
    try:
        if folder is None:
            with wheel_server(home) as url:
                yield url
            return
        with system_server(folder, home, is_durable=is_durable) as system:
            yield system.url
    finally:
        shutil.rmtree(home, ignore_errors=True)


COPY = "copy_of_it"


def url_of_copy(url: str) -> str:
    return f"{url.rpartition('/')[0]}/{COPY}"


def copy(url: str) -> None:
    """The whole database beside itself; nobody may be connected to it."""
    import psycopg

    around, _slash, name = url.rpartition("/")
    with psycopg.connect(f"{around}/template1", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{COPY}"')
        connection.execute(f'CREATE DATABASE "{COPY}" TEMPLATE "{name}"')


def main(words: list[str]) -> int:
    with server() as url:
        command = [sys.executable, "-m", "pytest", "-m", MARKS, "--ignore=tests/domain", *words]
        # The same inputs have met SQLite by the thousand; here it is what PostgreSQL alone refuses.
        wanted = {"KPI_INPUTS": "500"} | os.environ | {"TEST_DATABASE_URL": url}
        return subprocess.run(command, env=wanted, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
