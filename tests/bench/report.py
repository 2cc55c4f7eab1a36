"""docs/benchmarks.md, from the figures of one run."""

import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import django

Figures = dict[str, float]
ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"

# Ratio, what it says, at most.
AIMS = (
    (
        "team_page_over_minimal_view",
        "The team's page (50 reps, a month) over a minimal view of its numbers",
        1.5,
    ),
    ("team_page_after_log_over_minimal_view", "The same, both right after a log of one of the fifty", 1.5),
    ("one_insert_over_log_post", "Logs a second: session, CSRF and one INSERT over the whole log", 2.0),
    (
        "history_100x",
        "The worst of the five pages with 100 times the history (fastest of each)",
        1.2,
    ),
    ("organisation_over_team", "The company's page (1,000 reps in 20 teams) over the team's page", 3.0),
    ("tail_p99_over_p50", "Slowest hundredth over the middle, team's page, 8 clients", 2.5),
    ("log_tail_p99_over_p50", "The same of logging", 2.5),
)
PAGES = {
    "team_page": "Team's page",
    "today": "Today",
    "plan": "Plan",
    "organisation": "Company",
    "objectives": "Objectives",
}
FELT = ("lcp_ms", "inp_ms", "cls", "kb", "kb_without_css")
DATABASES = {"": "SQLite", "pg_": "PostgreSQL"}


def write_report(figures: Figures, *, quick: bool) -> None:
    named = [prefix for prefix in DATABASES if f"{prefix}team_page_ms" in figures]
    text = [_head(figures, quick=quick), _ratios(figures, named)]
    for prefix in named:
        text += [f"## {DATABASES[prefix]}\n", _pages(figures, prefix), _logging(figures, prefix)]
    if "felt_today_first_lcp_ms" in figures:
        text.append(_felt(figures))
    PAGE.write_text("\n".join([*text, _engine(figures)]))


def _head(figures: Figures, *, quick: bool) -> str:
    described = ["git", "describe", "--always", "--dirty= and changes after it"]
    commit = subprocess.run(described, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    machine = f"{int(figures['cores'])} cores, {_memory()} GB, {platform.system()} {platform.machine()}"
    made = f"Python {platform.python_version()}, Django {django.__version__}, SQLite {sqlite3.sqlite_version}"
    small, large = (f"{int(figures[name]):,}" for name in ("history_small_rows", "history_large_rows"))
    word = " --quick" if quick else ""
    rows, all_rows = (f"{int(figures[name]):,}" for name in ("rows", "rows_large"))
    return f"""# Benchmarks

Made by `./kpi bench{word} --write` on {datetime.now(UTC):%Y-%m-%d}, at commit {commit}; {machine}; {made}.
The server (gunicorn, two workers), the clients and the database share these cores. Rows of the team's
history: {small}, and {large} on a second server beside it; of the company: {rows}, and {all_rows}.
Milliseconds of one client over HTTP; only ratios carry over to another machine. First: one visit after the
start. After a log: the median, with a log before each. Again, p95, p99: nothing has changed since. Bare SQL:
the fastest of ten, of the statement alone, which remembers nothing. kB: before packing.
"""


def _memory() -> int:
    text = Path("/proc/meminfo").read_text() if Path("/proc/meminfo").exists() else "MemTotal: 0"
    return round(int(text.split()[1]) / 1024 / 1024)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _ratios(figures: Figures, named: list[str]) -> str:
    rows = []
    for ratio, words, most in AIMS:
        found = [figures[f"{prefix}ratio_{ratio}"] for prefix in named]
        cells = [f"{value:.2f}{'' if value <= most else ' **missed**'}" for value in found]
        rows.append((words, f"{most:g}", *cells))
    for page, words in PAGES.items():
        cells = [f"{figures[f'{prefix}ratio_{page}_history']:.2f}" for prefix in named]
        rows.append((f"{words}: 100 times the history", "1.2", *cells))
    control = [f"{figures[f'{prefix}ratio_minimal_history']:.2f}" for prefix in named]
    rows.append(("For comparison, the minimal view: 100 times the history", "", *control))
    return "## Ratios\n\n" + _table(("", "at most", *(DATABASES[one] for one in named)), rows)


def _pages(figures: Figures, prefix: str) -> str:
    rows = []
    for page, words in PAGES.items():
        of = {name.removeprefix(f"{prefix}{page}_"): value for name, value in figures.items()}
        sql = f"{of['sql_ms']:.2f}" if "sql_ms" in of and f"{prefix}{page}_sql_ms" in figures else "–"
        times = [
            of[name] for name in ("first_ms", "first_large_ms", "after_log_ms", "ms", "p95_ms", "p99_ms")
        ]
        cells = [*(f"{value:.0f}" for value in times), sql]
        rows.append((words, *cells, f"{of['queries']:.0f}", f"{of['bytes'] / 1000:.0f}"))
    head = (
        "",
        "first",
        "first, 100 times the history",
        "after a log",
        "again",
        "p95",
        "p99",
        "bare SQL",
        "queries",
        "kB",
    )
    minimal, hello = figures[f"{prefix}minimal_ms"], figures[f"{prefix}hello_ms"]
    least = f"\nThe minimal view: {minimal:.0f} ms; an empty answer through all middleware: {hello:.1f} ms.\n"
    eight = [figures[f"{prefix}team_page_c8_p{percent}_ms"] for percent in (50, 95, 99)]
    a_second = figures[f"{prefix}team_page_c8_a_second"]
    crowd = (
        f"Eight clients at the team's page: {a_second:.0f} a second, p50 / p95 / p99 {eight[0]:.0f} /"
        f" {eight[1]:.0f} / {eight[2]:.0f} ms.\n"
    )
    start = (
        f"From starting the server to its first answer {figures[f'{prefix}cold_start_s']:.1f} s;"
        f" {figures[f'{prefix}worker_mb']:.0f} MB a worker after it.\n"
    )
    return _table(head, rows) + least + crowd + start


def _logging(figures: Figures, prefix: str) -> str:
    rows: list[tuple[str, ...]] = [
        (words, f"{figures[f'{prefix}{name}_a_second']:.0f}")
        for name, words in (
            ("log_post", "A log, with the new numbers in the answer"),
            ("one_insert", "Session, user, CSRF, one INSERT"),
            ("naked_insert", "One INSERT and nothing else"),
        )
    ]
    eight = [figures[f"{prefix}log_post_c8_p{percent}_ms"] for percent in (50, 95, 99)]
    return (
        "\n" + _table(("Eight reps at once", "a second"), rows) + f"\nA log: p50 / p95 / p99 {eight[0]:.0f} /"
        f" {eight[1]:.0f} / {eight[2]:.0f} ms.\n"
    )


SLOW_PHONE = """## On a slow phone

Chromium, 1.6 Mbit/s, 150 ms there and back, a processor four times slower, the sample team; the first visit
with an empty cache. Aims: LCP below 2,000 ms, again below 1,000; INP below 150 ms; CLS below 0.02; Today's
first visit at most 60 kB beyond style.

"""


def _felt(figures: Figures) -> str:
    rows: list[tuple[str, ...]] = []
    for page in ("today", "team_page", "plan"):
        for visit in ("first", "again"):
            of = {key: figures[f"felt_{page}_{visit}_{key}"] for key in FELT}
            cells = (f"{of['lcp_ms']:.0f}", f"{of['inp_ms']:.0f}", f"{of['cls']:.3f}")
            rows.append((f"{PAGES[page]}, {visit}", *cells, f"{of['kb']:.0f}", f"{of['kb_without_css']:.0f}"))
    return SLOW_PHONE + _table(("", "LCP ms", "INP ms", "CLS", "kB", "kB without style"), rows)


def _engine(figures: Figures) -> str:
    ours, numpy = figures["crowd_10000x5x23_ms"], figures["crowd_plain_numpy_ms"]
    return f"""## The engine

10,000 reps x 5 steps x 23 days in exact whole numbers {ours:.0f} ms of processor time; plain numpy for the
same sums in floating point, which is not exact, {numpy:.0f} ms: {ours / numpy:.2f} of it (aim: at most 1.5).
"""
