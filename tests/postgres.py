"""Runs the suite on a real PostgreSQL: `python -m tests.postgres [words for pytest]`.

The server comes from TEST_DATABASE_URL; else from the system's binaries, started as an unprivileged
user in a folder of its own; else from the pgserver wheel.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def system_server(folder: Path, home: Path, *, is_durable: bool = False) -> Iterator[str]:
    data, prefix = home / "data", unprivileged()
    if prefix:
        shutil.chown(home, "nobody")
    run = [*prefix, "env", "LC_ALL=C", f"HOME={home}"]
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home}
    subprocess.run(
        [*run, folder / "initdb", "-D", data, "-U", "kpi", "-A", "trust", "-E", "UTF8"], check=True, **quiet
    )  # type: ignore[call-overload]
    port = free_port()
    options = f"-k {home} -p {port} -c listen_addresses=127.0.0.1"
    # A test's database need not survive a power cut; a measured one has to.
    options += "" if is_durable else " -c fsync=off"
    control = [*run, folder / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", home / "log", "start"], check=True, **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgres://kpi@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)  # type: ignore[call-overload]


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
        with system_server(folder, home, is_durable=is_durable) if folder else wheel_server(home) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main(words: list[str]) -> int:
    with server() as url:
        command = [sys.executable, "-m", "pytest", "-m", MARKS, "--ignore=tests/domain", *words]
        return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
