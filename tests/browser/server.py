"""The real server on a free port, with a database and files of its own."""

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GUNICORN = str(Path(sys.executable).parent / "gunicorn")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# By whether single sign-on is on: it brings tables of its own.
_prepared: dict[bool, Path] = {}


def _copy_files(source: Path, target: Path) -> None:
    """All but the link to the front-end files, which each server makes for itself."""

    def ignored(folder: str, _names: list[str]) -> set[str]:
        return {"vendor"} if Path(folder) == source else set()

    shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)


class RealServer:
    """gunicorn as `./kpi run` starts it. Ends only what it started."""

    def __init__(self, application: str = "kpiplanner.wsgi", **environment: str) -> None:
        self.application = application
        self.home = Path(tempfile.mkdtemp(prefix="kpi-server-"))
        (self.home / "vendor").symlink_to(ROOT / "var" / "vendor")
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        clean = {
            key: value
            for key, value in os.environ.items()
            if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        self.environment = clean | {
            "KPI_VAR": str(self.home),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "WEB_WORKERS": "2",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """An empty, migrated database and collected files. They are made once a session and copied: forty
        servers would spend minutes on the same migrations."""
        kind = "OIDC_SERVER_URL" in self.environment
        made = _prepared.get(kind)
        if made is None:
            self.manage("prepare")
            made = _prepared[kind] = Path(tempfile.mkdtemp(prefix="kpi-prepared-"))
            atexit.register(shutil.rmtree, made, ignore_errors=True)
            _copy_files(self.home, made)
        else:
            _copy_files(made, self.home)

    def copy_files_of(self, other: "RealServer") -> None:
        _copy_files(other.home, self.home)

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def start(self) -> None:
        command = [GUNICORN, "-c", "kpiplanner/gunicorn_conf.py", self.application]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=log)
        self.manage("prepare", "--greet")

    def workers(self) -> list[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def kill_worker(self, number: int) -> None:
        workers = self.workers()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(workers[number % len(workers)], signal.SIGKILL)

    def kill_all(self) -> None:
        """The whole server at once, without a goodbye."""
        assert self.process is not None
        for pid in (self.process.pid, *self.workers()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
        shutil.rmtree(self.home, ignore_errors=True)

    def wait_until_up(self, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.home / "server.log").read_text())


def started(**environment: str) -> RealServer:
    server = RealServer(**environment)
    server.prepare()
    server.start()
    return server


class MovedClock:
    """The real server on a clock that a test moves."""

    def __init__(self, moment: str, workers: int = 1) -> None:
        self.file = Path(tempfile.mkdtemp(prefix="kpi-clock-")) / "now"
        self.set(moment)
        self.server = RealServer(
            "tests.browser.clocked:application",
            KPI_TEST_CLOCK=str(self.file),
            WEB_WORKERS=str(workers),
            WEB_THREADS="1",
            # The worker's sign of life is read from the moved clock: nobody is to be killed for it.
            GUNICORN_CMD_ARGS="--timeout 0",
        )
        self.server.prepare()
        self.server.start()

    def set(self, moment: str) -> None:
        """A moment with its zone, as 2026-06-01T09:00+09:00."""
        # A new file in its place: a reader never sees half of it.
        fresh = self.file.with_suffix(".new")
        fresh.write_text(moment)
        fresh.replace(self.file)
