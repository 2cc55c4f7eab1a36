"""The server's clock jumps by seconds, hours and days, forwards and back, while reps log and workers die.
What was acknowledged is there once, and sums agree."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta

from tests.browser.server import MovedClock
from tests.browser.test_server import Phone, entries, make_sample
from tests.faults.logs import Told, use

# Seconds between two jumps, and how many of them come before a worker is killed.
BETWEEN, JUMPS_FIRST = 0.3, 5
# Back by a day, the day of a log is still to come: it is refused, kept and taken after the next jump.
JUMPS = [timedelta(hours=-25), timedelta(hours=-1), timedelta(seconds=-5), timedelta(), timedelta(seconds=5)]
JUMPS += [timedelta(hours=1), timedelta(hours=25), timedelta(days=9)]


def run(taps: int) -> dict[str, float]:
    """Figures. Raises AssertionError where a log is lost or doubled."""
    clock = MovedClock(off_by(timedelta()), workers=2)
    try:
        make_sample(clock.server)
        return _jump_while_they_log(clock, taps)
    finally:
        clock.server.stop()


def off_by(difference: timedelta) -> str:
    return (datetime.now(UTC) + difference).isoformat()


def _jump_while_they_log(clock: MovedClock, taps: int) -> dict[str, float]:
    server, told = clock.server, Told()
    before = entries(server)
    phones = [Phone(server, member) for member in range(2, 8)]
    threads = [threading.Thread(target=use, args=(phone, taps // len(phones) + 1, told)) for phone in phones]
    for thread in threads:
        thread.start()
    jumps = killed = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(BETWEEN)
        clock.set(off_by(random.choice(JUMPS)))
        jumps += 1
        if jumps % JUMPS_FIRST == 0:
            server.kill_worker(random.randrange(10))
            killed += 1
    assert told.failures == [], told.failures[0]
    stored = entries(server) - before
    assert stored == len(told.tries), (stored, len(told.tries))
    assert "All tallies equal" in server.manage("tallies", "--check")
    again = sum(tries > 1 for tries in told.tries)
    return {"acknowledged": len(told.tries), "stored": stored, "sent_again": again} | {
        "jumps": jumps, "workers_killed": killed, "longest_s": max(told.seconds),
    }  # fmt: skip
