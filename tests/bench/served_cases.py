"""The real server against what a page or a log of its kind costs at the least, side by side in one run."""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests import postgres
from tests.bench.served.load import Job, Times, Visitor, at_once, get, in_turn, post, tap
from tests.browser.server import RealServer

Figures = dict[str, float]
CLIENTS = 8


@dataclass(frozen=True)
class Size:
    """Reps of the company, days of history before and after growing (of the first team, of the others), how
    often each page is asked for, and for how long at once."""

    reps: int
    small: tuple[int, int]
    large: tuple[int, int]
    times: int
    seconds: float


# Quick: the first team 10,000 rows, and 1,000,000. In full: everybody 100,000 rows, and 10,000,000.
QUICK = Size(1_000, (50, 25), (5_000, 25), 13, 0.8)
FULL = Size(1_000, (25, 25), (2_500, 2_500), 60, 5.0)


@dataclass(frozen=True)
class Bench:
    """A running server with a company in it, and people who are signed in."""

    server: RealServer
    facts: dict[str, Any]
    owner: Visitor
    reps: list[Visitor]

    def pages(self) -> dict[str, tuple[Visitor, str]]:
        team = self.facts["team"]
        return {
            "team_page": (self.owner, f"/teams/{team}/progress/"),
            "today": (self.reps[0], f"/teams/{team}/today/"),
            "plan": (self.owner, f"/teams/{team}/plans/{self.facts['kgi']}/"),
            "organisation": (self.owner, f"/organizations/{self.facts['organization']}/"),
            "objectives": (self.owner, f"/teams/{team}/objectives/"),
        }

    def with_minimal(self) -> dict[str, tuple[Visitor, str]]:
        return self.pages() | {"minimal": (self.owner, f"/bench/minimal/{self.facts['team']}/")}

    def tap(self) -> Job:
        return tap(self.facts["team"], self.facts["kpi"], date.today().isoformat())  # noqa: DTZ011 - the server's


@contextmanager
def building(server: RealServer) -> Iterator[None]:
    served = server.environment
    server.environment = served | {"DJANGO_SETTINGS_MODULE": "tests.bench.served.building"}
    try:
        yield
    finally:
        server.environment = served


def run(server: RealServer, code: str) -> dict[str, Any]:
    code = f"from tests.bench.served.build import build, facts, grow; import json; {code}"
    with building(server):
        found = re.search(r"facts (\{.*\})", server.manage("shell", "-c", code))
    assert found
    answer: dict[str, Any] = json.loads(found[1])
    return answer


@contextmanager
def running(size: Size, **environment: str) -> Iterator[tuple[Bench, Bench]]:
    """The same company on two servers: with a short history, and with a hundred times as long a one."""
    server, grown = _server(**environment), _server(**(environment | _of_a_copy(environment)))
    try:
        with building(server):
            server.manage("prepare")
        # As on any day: the night has kept each team's forecast.
        made = f"build({size.reps}); grow{size.small}; from apps.notices.due import keep_due; keep_due()"
        facts = run(server, f"{made}; print('facts', json.dumps(facts({CLIENTS})))")
        _copy(server, grown)
        more = run(grown, f"grow{size.large}; print('facts', json.dumps(facts(0)))")
        more = facts | more | {"sessions": facts["sessions"]}
        facts["cold_start_s"] = _started(server)
        _started(grown)
        yield _bench(server, facts), _bench(grown, more)
    finally:
        server.stop()
        grown.stop()


def _server(**environment: str) -> RealServer:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.served.settings"}
    return RealServer("kpiplanner.wsgi", **settings, **environment)


def _of_a_copy(environment: dict[str, str]) -> dict[str, str]:
    url = environment.get("DATABASE_URL")
    return {"DATABASE_URL": postgres.url_of_copy(url)} if url else {}


def _copy(server: RealServer, grown: RealServer) -> None:
    """Nobody is connected yet: files of a database may be copied."""
    grown.copy_files_of(server)
    if url := server.environment.get("DATABASE_URL"):
        postgres.copy(url)


def _started(server: RealServer) -> float:
    began = time.perf_counter()
    server.start()
    server.wait_until_up()
    return time.perf_counter() - began


def _bench(server: RealServer, facts: dict[str, Any]) -> Bench:
    owner, *reps = [_visitor(server.port, session) for session in facts["sessions"]]
    return Bench(server, facts, owner, reps)


def _visitor(port: int, session: str) -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in(session)
    return visitor


def measure_served(size: Size, **environment: str) -> Figures:
    """One team of fifty, its pages and its logging; then beside the same with a hundred times the history."""
    with running(size, **environment) as (bench, grown):
        figures: Figures = {"history_small_rows": bench.facts["rows_of_team"], "rows": bench.facts["rows"]}
        figures["cold_start_s"] = bench.facts["cold_start_s"]
        figures |= compare_pages(bench, size) | compare_history(bench, grown, size)
        figures |= compare_logging(bench, size) | memory(bench.server)
    return figures | {"history_large_rows": grown.facts["rows_of_team"], "rows_large": grown.facts["rows"]}


def compare_history(bench: Bench, grown: Bench, size: Size) -> Figures:
    """Each page right after a log of today, as on a working day, on the two servers in turn: what rests on
    that day is worked out anew. What the first visit takes, which reads all days, stands beside it."""
    jobs, taps = [], []
    names = [*bench.pages(), "minimal"]
    for name in names:
        for one in (bench, grown):
            visitor, path = one.with_minimal()[name]
            jobs.append((visitor, get(path)))
            taps.append((one.reps[1], one.tap()))
    figures: Figures = {f"{name}_first_large_ms": once(*turn) for name, turn in grown.pages().items()}
    found = in_turn(jobs, size.times, before=taps)
    for name, small, large in zip(names, found[::2], found[1::2], strict=True):
        figures |= {f"{name}_after_log_ms": small.middle, f"{name}_large_ms": large.middle}
        # The fastest of each: what a busy moment of the machine adds says nothing of history.
        figures[f"ratio_{name}_history"] = min(large.each) / min(small.each)
    # The team's page is where history could cost most; each page's own ratio stands beside it.
    figures["ratio_history_100x"] = max(figures[f"ratio_{name}_history"] for name in bench.pages())
    figures["ratio_team_page_after_log_over_minimal_view"] = (
        figures["team_page_after_log_ms"] / figures["minimal_after_log_ms"]
    )
    return figures


def compare_pages(bench: Bench, size: Size) -> Figures:
    """Each page as it is asked for all day, and beside the least for its facts."""
    team, owner, pages = bench.facts["team"], bench.owner, bench.pages()
    first = {name: once(visitor, path) for name, (visitor, path) in pages.items()}
    jobs = {name: (visitor, get(path)) for name, (visitor, path) in bench.with_minimal().items()}
    jobs |= {"hello": (owner, get("/bench/hello/"))}
    kept = dict(zip(jobs, in_turn(list(jobs.values()), size.times), strict=True))
    figures: Figures = {}
    for name, times in kept.items():
        figures |= {
            f"{name}_ms": times.middle,
            f"{name}_p95_ms": times.at(95),
            f"{name}_p99_ms": times.at(99),
        }
    for name, (visitor, path) in pages.items():
        figures[f"{name}_first_ms"] = first[name]
        figures |= described(visitor, path, name)
    for name in ("team_page", "today", "plan", "organisation"):
        figures[f"{name}_sql_ms"] = bare_sql(owner, team, name)
        figures[f"ratio_{name}_over_sql"] = figures[f"{name}_ms"] / figures[f"{name}_sql_ms"]
    minimal = figures["minimal_ms"]
    figures["ratio_team_page_over_minimal_view"] = figures["team_page_ms"] / minimal
    figures["ratio_organisation_over_team"] = figures["organisation_ms"] / figures["team_page_ms"]
    # Each worker has seen the page before it is timed; what the first time costs stands above.
    at_once([owner] * CLIENTS, get(pages["team_page"][1]), 0.5)
    crowd = at_once([owner] * CLIENTS, get(pages["team_page"][1]), size.seconds)
    figures |= {f"team_page_c8_p{percent}_ms": crowd.at(percent) for percent in (50, 95, 99)}
    figures["team_page_c8_a_second"] = crowd.a_second
    figures["ratio_tail_p99_over_p50"] = crowd.at(99) / crowd.at(50)
    return figures


def once(visitor: Visitor, path: str) -> float:
    """What a process takes that has worked out nothing yet."""
    began = time.perf_counter()
    get(path)(visitor)
    return (time.perf_counter() - began) * 1000


def described(visitor: Visitor, path: str, name: str) -> Figures:
    """Its length before it is packed, and how many statements it took."""
    _status, text = visitor.ask("GET", path)
    queries = visitor.headers.get("X-Queries", "0")
    return {f"{name}_bytes": float(len(text)), f"{name}_queries": float(queries)}


def bare_sql(visitor: Visitor, team: int, page: str) -> float:
    """The fastest of some: as timed inside the server, around the statement alone."""
    answers = [visitor.ask("GET", f"/bench/sql/{team}/{page}/")[1].split()[1] for _each in range(10)]
    return min(map(float, answers))


def compare_logging(bench: Bench, size: Size) -> Figures:
    """In turns, so that a busy moment does not meet one alone."""
    team, reps = bench.facts["team"], bench.reps
    jobs = {
        "log_post": bench.tap(),
        "one_insert": post(f"/bench/one-insert/{team}/", dict),
        "naked_insert": post(f"/bench/naked-insert/{team}/", dict),
    }
    found = {name: Times() for name in jobs}
    at_once(reps, jobs["log_post"], 0.5)
    for _round in range(2):
        for name, job in jobs.items():
            found[name] += at_once(reps, job, size.seconds / 2)
    figures = {f"{name}_a_second": kept.a_second for name, kept in found.items()}
    figures |= {f"log_post_c8_p{percent}_ms": found["log_post"].at(percent) for percent in (50, 95, 99)}
    figures["ratio_log_tail_p99_over_p50"] = found["log_post"].at(99) / found["log_post"].at(50)
    figures["ratio_one_insert_over_log_post"] = found["one_insert"].a_second / found["log_post"].a_second
    return figures


def memory(server: RealServer) -> Figures:
    """Of a worker: what it has of its own and its share of what all have."""

    def kilobytes(pid: int) -> int:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
        return int(found[1]) if found else 0

    workers = server.workers()
    return {
        "worker_mb": sum(map(kilobytes, workers)) / 1024 / max(1, len(workers)),
        "cores": os.cpu_count() or 1,
    }
