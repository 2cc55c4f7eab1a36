"""The real server against what a page or a log of its kind costs at the least, side by side in one run."""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.served.build import PASSWORD
from tests.bench.served.load import Times, Visitor, at_once, get, in_turn, post, tap
from tests.browser.server import RealServer

Figures = dict[str, float]
SECONDS, CLIENTS = 3.0, 8


@contextmanager
def served(reps: int, days: int, **environment: str) -> Iterator[tuple[RealServer, dict[str, Any]]]:
    server = RealServer(
        "kpiplanner.wsgi", DJANGO_SETTINGS_MODULE="tests.bench.served.settings", **environment
    )
    try:
        server.manage("prepare")
        code = f"from tests.bench.served.build import build, facts; build({reps}, {days}); import json; "
        facts = run(server, code + "print('facts', json.dumps(facts()))")
        began = time.perf_counter()
        server.start()
        server.wait_until_up()
        Visitor(server.port).ask("GET", "/healthz")
        yield server, facts | {"cold_start_s": time.perf_counter() - began}
    finally:
        server.stop()


def run(server: RealServer, code: str) -> dict[str, Any]:
    found = re.search(r"facts (\{.*\})", server.manage("shell", "-c", code))
    assert found
    answer: dict[str, Any] = json.loads(found[1])
    return answer


def measure_served(*, quick: bool, **environment: str) -> Figures:
    """One team of fifty, its pages and its logging; then the same with a hundred times the history."""
    times, small, large = (15, 50, 5_000) if quick else (60, 25, 2_500)
    reps = 50 if quick else 1_000
    with served(reps, small, **environment) as (server, facts):
        people = sign_in(server.port, facts)
        figures = {"cold_start_s": facts["cold_start_s"], "history_small_rows": float(facts["rows"])}
        figures |= compare_pages(people, facts, times) | compare_logging(people, facts)
        figures |= memory(server)
        before = each_page(people, facts, times)
        code = f"from tests.bench.served.build import facts, grow; grow({large}); import json; "
        facts |= run(server, code + "print('facts', json.dumps(facts()))")
        after = each_page(people, facts, times)
    figures["history_large_rows"] = float(facts["rows"])
    for name, kept in after.items():
        figures[f"{name}_large_ms"] = kept.middle
        figures[f"ratio_{name}_history"] = kept.middle / before[name].middle
    figures["ratio_history_100x"] = max(figures[f"ratio_{name}_history"] for name in after)
    return figures


def sign_in(port: int, facts: dict[str, Any]) -> dict[str, Visitor]:
    people = {}
    for name, email in (("owner", "owner"), ("rep", f"rep-{facts['team']}-0")):
        people[name] = Visitor(port)
        people[name].sign_in(f"{email}@bench.example", PASSWORD)
        people[name].ask("GET", f"/teams/{facts['team']}/progress/")
    return people


def each_page(people: dict[str, Visitor], facts: dict[str, Any], times: int) -> dict[str, Times]:
    team = facts["team"]
    pages = {
        "team_page": (people["owner"], get(f"/teams/{team}/progress/")),
        "today": (people["rep"], get(f"/teams/{team}/today/")),
        "plan": (people["owner"], get(f"/teams/{team}/plans/{facts['kgi']}/")),
        "organisation": (people["owner"], get(f"/organizations/{facts['organization']}/")),
        "objectives": (people["owner"], get(f"/teams/{team}/objectives/")),
    }
    return dict(zip(pages, in_turn(list(pages.values()), times), strict=True))


def compare_pages(people: dict[str, Visitor], facts: dict[str, Any], times: int) -> Figures:
    team, owner = facts["team"], people["owner"]
    jobs = {
        "team_page": get(f"/teams/{team}/progress/"),
        "minimal_view": get(f"/bench/minimal/{team}/"),
        "bare_sql": get(f"/bench/sql/{team}/"),
        "hello": get("/bench/hello/"),
        "organisation": get(f"/organizations/{facts['organization']}/"),
    }
    alone = dict(zip(jobs, in_turn([(owner, job) for job in jobs.values()], times), strict=True))
    figures: Figures = {}
    for name, kept in alone.items():
        figures[f"{name}_ms"] = kept.middle
    crowd = at_once(owner, jobs["team_page"], CLIENTS, SECONDS)
    figures |= {f"team_page_c8_p{percent}_ms": crowd.at(percent) for percent in (50, 95, 99)}
    figures["team_page_c8_a_second"] = crowd.a_second
    figures["ratio_tail_p99_over_p50"] = crowd.at(99) / crowd.at(50)
    figures["ratio_team_page_over_minimal_view"] = alone["team_page"].middle / alone["minimal_view"].middle
    figures["ratio_organisation_over_team"] = alone["organisation"].middle / alone["team_page"].middle
    figures["bytes_team_page"] = float(len(owner.ask("GET", f"/teams/{team}/progress/")[1]))
    figures["bytes_today"] = float(len(people["rep"].ask("GET", f"/teams/{team}/today/")[1]))
    return figures


def compare_logging(people: dict[str, Visitor], facts: dict[str, Any]) -> Figures:
    """In turns of a few seconds each, twice, so that a busy moment does not meet one alone."""
    team, rep = facts["team"], people["rep"]
    jobs = {
        "log_post": tap(team, facts["kpi"], date.today().isoformat()),  # noqa: DTZ011 - the server's day
        "one_insert": post(f"/bench/one-insert/{team}/", dict),
        "naked_insert": post(f"/bench/naked-insert/{team}/", dict),
    }
    found = {name: Times() for name in jobs}
    for _round in range(2):
        for name, job in jobs.items():
            one = at_once(rep, job, CLIENTS, SECONDS / 2)
            found[name].each += one.each
            found[name].seconds += one.seconds
    figures = {f"{name}_a_second": kept.a_second for name, kept in found.items()}
    figures |= {f"log_post_c8_p{percent}_ms": found["log_post"].at(percent) for percent in (50, 95, 99)}
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
