"""Workers are replaced under load without a failed request; and a long load leaves nothing behind."""

import itertools
import os
import re
import signal
import threading
import time
from pathlib import Path

from tests.bench.served.load import Times
from tests.browser.server import RealServer
from tests.browser.test_server import Phone, make_sample

CLIENTS = 8
# Seconds between two restarts; requests a second of the long load.
BETWEEN, PACE = 3.0, 50


def restarts(requests: int) -> dict[str, float]:
    """``requests`` answers, one after another on new connections, while the workers are replaced again and
    again. Raises AssertionError where one fails."""
    server = _ready()
    try:
        phones = [Phone(server, 2 + number % 6) for number in range(CLIENTS)]
        numbers, failed = itertools.count(), list[str]()

        def ask(phone: Phone) -> None:
            while next(numbers) < requests:
                try:
                    if "<main" not in phone.get("/teams/1/today/"):
                        failed.append("page")
                except Exception as error:  # noqa: BLE001 - counted, and told in the end
                    failed.append(repr(error))

        threads = [threading.Thread(target=ask, args=[phone]) for phone in phones]
        for thread in threads:
            thread.start()
        done = 0
        while any(thread.is_alive() for thread in threads):
            time.sleep(BETWEEN)
            assert server.process
            os.kill(server.process.pid, signal.SIGHUP)
            done += 1
        assert failed == [], (len(failed), failed[:3])
        return {"requests": requests, "restarts": done, "failed": len(failed)}
    finally:
        server.stop()


def soak(minutes: int) -> dict[str, float]:
    """Logs and pages at an even pace. Memory and open files of the workers after a sixth of the time and in
    the end, and the slowest hundredth of both halves, counted from when each was due. Raises AssertionError
    where an answer fails, memory grows by more than a tenth, or files stay open."""
    server = _ready()
    try:
        phones = [Phone(server, 2 + number % 6) for number in range(CLIENTS)]
        halves, failed = [Times(), Times()], list[str]()
        measured: list[tuple[float, float]] = []
        began, seconds = time.monotonic(), minutes * 60.0

        def go_on(phone: Phone) -> None:
            try:
                _steady(phone, began, seconds, halves)
            except Exception as error:  # noqa: BLE001 - told in the end, by the main thread
                failed.append(repr(error))

        threads = [threading.Thread(target=go_on, args=[phone]) for phone in phones]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(5)
            measured.append(_held(server))
        assert failed == [], failed
        first, last = measured[len(measured) // 6], measured[-1]
        assert last[0] <= first[0] * 1.1, (first, last)
        assert last[1] <= first[1] + 2 * CLIENTS, (first, last)
        return {
            "requests": len(halves[0].each) + len(halves[1].each),
            "mb_first": first[0],
            "mb_last": last[0],
            "files_first": first[1],
            "files_last": last[1],
            "p99_first_ms": halves[0].at(99),
            "p99_second_ms": halves[1].at(99),
        }
    finally:
        server.stop()


def _steady(phone: Phone, began: float, seconds: float, halves: list[Times]) -> None:
    pages = itertools.cycle(["/teams/1/today/", "/teams/1/progress/", "/teams/1/objectives/", ""])
    for number, page in enumerate(pages):
        due = began + number * CLIENTS / PACE
        if due - began > seconds:
            return
        time.sleep(max(0.0, due - time.monotonic()))
        if page:
            assert "<main" in phone.get(page), page
        else:
            assert phone.tap() == 1
        halves[due - began > seconds / 2].each.append((time.monotonic() - due) * 1000)


def _held(server: RealServer) -> tuple[float, float]:
    """Megabytes and open files of all workers."""
    memory = files = 0
    for pid in server.workers():
        text = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", text)
        memory += int(found[1]) if found else 0
        files += len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return memory / 1024, files


def _ready() -> RealServer:
    server = RealServer()
    try:
        server.manage("prepare")
        server.start()
        make_sample(server)
    except BaseException:
        server.stop()
        raise
    return server
