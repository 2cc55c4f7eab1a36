"""`./kpi bench [--json]`: figures and ratios, measured side by side in one run. Nothing here fails
because a machine is slow."""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

os.environ["KPI_VAR"] = tempfile.mkdtemp(prefix="kpi-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.core.management import call_command

from tests import postgres
from tests.bench.browser_cases import measure_browser
from tests.bench.evidence_cases import measure_evidence
from tests.bench.funnel_cases import measure_funnels
from tests.bench.report import write_report
from tests.bench.review_cases import measure_reviews
from tests.bench.served_cases import FULL, QUICK, measure_served
from tests.bench.smart_cases import measure_smart
from tests.bench.timing import alternating_ms, median_ms

Figures = dict[str, float]


def measure_arithmetic() -> Figures:
    from fractions import Fraction

    from apps.domain.backcast import Stage, backcast
    from apps.domain.staircase import spread

    rates = [Fraction(37, 100), Fraction(43, 100), Fraction(57, 100), Fraction(7, 100)]
    stages = [Stage("first"), *(Stage(str(number), rate) for number, rate in enumerate(rates))]
    work = {key: [Fraction(day % 7 < 5) for day in range(30)] for key in range(50)}
    totals = dict.fromkeys(work, 473)
    return {
        "backcast_ms": median_ms(lambda: backcast(stages, Fraction(3)), 200),
        "spread_50_reps_30_days_ms": median_ms(lambda: spread(totals, work), 20),
    }


def measure_crowd() -> Figures:
    """10,000 reps x 5 stages x 23 days: ours in exact integers, plain numpy for the same sums, and the
    chain of fractions on a hundredth of the reps."""
    from fractions import Fraction

    import numpy as np

    from apps.domain.crowd import spread_rows
    from apps.domain.staircase import split_over_time

    random = np.random.default_rng(1)
    totals = random.integers(0, 2000, (10_000, 5))
    parts = random.integers(0, 3, (10_000, 23))
    parts[:, 0] = 1

    def plain() -> object:
        done = np.cumsum(parts, axis=1)
        line = totals[:, :, None] * done[:, None, :] / done[:, None, -1:]
        return np.diff(np.floor(line), axis=2, prepend=0)

    def fractions() -> object:
        return [
            split_over_time(int(total), [Fraction(int(part)) for part in row])
            for row, of_person in zip(parts[:100], totals[:100], strict=True)
            for total in of_person
        ]

    ours, by_numpy = alternating_ms(lambda: spread_rows(totals, parts), plain, 15)
    assert (spread_rows(totals, parts).sum(axis=2) == totals).all()
    return {
        "crowd_10000x5x23_ms": ours,
        "crowd_plain_numpy_ms": by_numpy,
        "crowd_over_numpy": ours / by_numpy,
        "crowd_fractions_100x5x23_ms": median_ms(fractions, 3),
    }


def make_team(reps: int) -> Any:
    from django.utils import timezone

    from apps.accounts.models import Role
    from tests.people import make_member, make_plan, make_user
    from tests.people import make_team as team_of

    today = timezone.localdate()
    manager = make_user("Mai")
    team = team_of(manager)
    for number in range(reps):
        make_member(team, make_user(f"Rep-{number}"), Role.REP, position=number)
    start = today.replace(day=1)
    end = start.replace(day=28)
    make_plan(team, manager, start=start, end=max(end, today))
    return team


def fill(team: Any, days: int) -> int:
    """Days of history for every rep, in bulk."""
    from datetime import timedelta

    from django.utils import timezone

    from apps.activity.models import Tally
    from apps.funnels.models import Kpi, Segment

    today = timezone.localdate()
    segment = Segment.objects.get(team=team)
    kpis = list(Kpi.objects.of_team(team))
    members = list(team.memberships.filter(carries_targets=True))
    rows = (
        Tally(member=member, day=today - timedelta(days=age), kpi=kpi, segment=segment, count=5)
        for age in range(days)
        for member in members
        for kpi in kpis
    )
    Tally.objects.all().delete()
    return len(Tally.objects.bulk_create(rows, batch_size=2000))


def measure_pages(reps: int, histories: tuple[int, int]) -> Figures:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from apps.activity.queries import counts_by_day

    team = make_team(reps)
    client = Client()
    client.force_login(team.memberships.get(role="manager").user)
    rep = Client()
    rep.force_login(team.memberships.filter(role="rep").first().user)
    team_page, today_page = f"/teams/{team.pk}/progress/", f"/teams/{team.pk}/today/"
    figures: Figures = {}
    for days in histories:
        figures[f"rows_{days}_days"] = fill(team, days)
        figures[f"team_page_{days}_days_ms"] = median_ms(lambda: client.get(team_page), 15)
        figures[f"today_page_{days}_days_ms"] = median_ms(lambda: rep.get(today_page), 15)
    kgi = team.kgis.get()
    members = list(team.memberships.values_list("pk", flat=True))
    figures["same_facts_by_query_ms"] = median_ms(lambda: counts_by_day(members, kgi.start, kgi.end), 30)
    for name, one, path in (("team", client, team_page), ("today", rep, today_page)):
        with CaptureQueriesContext(connection) as captured:
            one.get(path)
        figures[f"{name}_page_queries"] = len(captured)
    short, long = histories
    figures["ratio_team_page_long_over_short_history"] = (
        figures[f"team_page_{long}_days_ms"] / figures[f"team_page_{short}_days_ms"]
    )
    figures["ratio_today_long_over_short_history"] = (
        figures[f"today_page_{long}_days_ms"] / figures[f"today_page_{short}_days_ms"]
    )
    figures["ratio_team_page_over_query"] = (
        figures[f"team_page_{long}_days_ms"] / figures["same_facts_by_query_ms"]
    )
    return figures | measure_plan(team, client) | measure_logging(team, rep)


def measure_plan(team: Any, manager: Any) -> Figures:
    """Looking at, changing and splitting a plan, every time as if nobody had asked before: what is
    remembered between requests is forgotten first."""
    from django.db import transaction

    from apps.funnels.models import Kpi
    from apps.goals.queries import effort_cached, replan_cached
    from apps.goals.services import latest_plan

    kgi = team.kgis.get()
    base = f"/teams/{team.pk}/plans/{kgi.pk}/"
    kpis = Kpi.objects.of_team(team).running()
    typed = {"goal": "1,200,000", "unit_price": "100,000", "valid_from": kgi.start, "seen": 1}
    typed |= {f"rate_{kpi.pk}": kpi.rate_text for kpi in kpis[1:]}

    def forget() -> None:
        replan_cached.cache_clear()
        effort_cached.cache_clear()

    def fresh(path: str) -> Callable[[], object]:
        def look() -> object:
            forget()
            return manager.get(path)

        return look

    def preview() -> object:
        forget()
        return manager.post(f"{base}edit/", typed, headers={"HX-Request": "true"})

    def save() -> None:
        with transaction.atomic():
            data = typed | {"save": "1", "seen": latest_plan(kgi).number}
            assert manager.post(f"{base}edit/", data).status_code == 302
            transaction.set_rollback(True)

    def shaped() -> Figures:
        """Weights and lead times: the shape that costs most."""
        for lead, kpi in enumerate(kpis, start=1):
            Kpi.objects.filter(pk=kpi.pk).update(lead_days=lead)
        data = typed | {"save": "1", "weights": "30/30/20/20", "uses_lead_time": "on"}
        assert manager.post(f"{base}edit/", data).status_code == 302
        return {"plan_page_shaped_ms": median_ms(fresh(base), 7)}

    return {
        "plan_page_ms": median_ms(fresh(base), 7),
        "plan_edit_ms": median_ms(fresh(f"{base}edit/"), 7),
        "plan_preview_ms": median_ms(preview, 7),
        "plan_save_ms": median_ms(save, 7),
        "plan_split_ms": median_ms(fresh(f"{base}split/"), 7),
        "plan_rates_ms": median_ms(fresh(f"{base}rates/"), 7),
        "plan_paper_ms": median_ms(fresh(f"{base}paper/"), 7),
        **shaped(),
    }


def measure_logging(team: Any, rep: Any) -> Figures:
    """Tapping through the whole view beside the same entry through the service alone."""
    from uuid import uuid4

    from django.utils import timezone

    from apps.activity.services import log_entry, new_entry
    from apps.funnels.models import Kpi, Segment

    kpi = Kpi.objects.of_team(team).get(code="call")
    segment = Segment.objects.get(team=team)
    member = team.memberships.filter(role="rep").first()
    today = timezone.localdate()

    def tap() -> None:
        data = {"id": uuid4(), "day": today, "kpi": kpi.pk, "count": 1}
        answer = rep.post(f"/teams/{team.pk}/entries/", data, headers={"HX-Request": "true"})
        assert answer.status_code == 200

    def append() -> None:
        entry = new_entry(
            pk=uuid4(), team=team, member=member, kpi=kpi, segment=segment, day=today, count=1, by=member.user
        )
        log_entry(entry)

    figures = {"tap_ms": median_ms(tap, 30), "append_ms": median_ms(append, 60)}
    return figures | {"ratio_tap_over_append": figures["tap_ms"] / figures["append_ms"]}


def measure_goals() -> Figures:
    """The pages of objectives: 20 of them with four key results each."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from apps.accounts.models import Team
    from tests.people import make_key_result, make_objective

    team = Team.objects.select_related("organization").get()
    manager = team.memberships.get(role="manager").user
    kgi = team.kgis.get()
    for _each in range(20):
        objective = make_objective(team, manager, kgi=kgi, start=kgi.start, end=kgi.end)
        for code in ("call", "appointment", "meeting", "contract"):
            make_key_result(objective, code)
    client = Client()
    client.force_login(manager)
    base = f"/teams/{team.pk}/objectives/"
    figures: Figures = {}
    for name, path in (("list", base), ("page", f"{base}{objective.pk}/"), ("focus", f"{base}focus/")):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        figures[f"objective_{name}_queries"] = len(captured)
        figures[f"objective_{name}_ms"] = median_ms(lambda path=path: client.get(path), 10)  # type: ignore[misc]
    typed = {"text": "Win 40 more clinics", "measure": "count", "kpi": "1", "target": "40"}
    live = f"{base}{objective.pk}/results/new/"
    post = {"headers": {"HX-Request": "true"}}
    figures["smart_while_typing_ms"] = median_ms(lambda: client.post(live, typed, **post), 10)  # type: ignore[arg-type]
    return figures


def measure_import(rows: int) -> Figures:
    from datetime import timedelta

    from django.utils import timezone

    from apps.accounts.models import Team
    from apps.activity.imports import run_import
    from apps.web.tables import text_rows

    team = Team.objects.select_related("organization").get()
    members = list(team.memberships.filter(carries_targets=True).select_related("user"))
    today = timezone.localdate()
    lines = ["date,member,kpi,count"]
    days = rows // len(members) + 1
    for age in range(days):
        lines += [f"{today - timedelta(days=age)},{member.user.email},call,7" for member in members]
    text = "\n".join(lines[: rows + 1])
    began = time.perf_counter()
    planned = run_import(team=team, rows=text_rows(text), source="bench", today=today, by=None)
    return {"import_rows": planned.rows, "import_s": time.perf_counter() - began}


def within(*, quick: bool) -> Figures:
    """In this process, through Django's client."""
    call_command("migrate", verbosity=0)
    histories = (30, 300) if quick else (30, 3000)
    figures = measure_arithmetic() | measure_pages(50, histories)
    figures |= measure_crowd() | measure_goals() | measure_reviews() | measure_smart() | measure_funnels()
    figures |= measure_evidence(quick=quick)
    return figures | measure_import(2_000 if quick else 10_000)


def headline(*, quick: bool) -> Figures:
    """The real server, and the engine against plain numpy; in full on both databases, and in a browser."""
    figures = measure_served(QUICK if quick else FULL) | measure_crowd()
    if quick:
        return figures
    with postgres.server(is_durable=True) as url:
        found = measure_served(FULL, DATABASE_URL=url)
    figures |= {f"pg_{name}": value for name, value in found.items()}
    return figures | measure_browser(quick=quick)


GROUPS: dict[str, tuple[Callable[..., Figures], ...]] = {
    "served": (headline,),
    "browser": (measure_browser,),
    "within": (within,),
    "all": (headline, measure_browser, within),
}


def as_json(figures: Figures) -> str:
    """Sizes of the data, ratios of what was measured side by side, and every figure behind them."""
    rounded = {name: round(value, 3) for name, value in figures.items()}
    ratios = {name.replace("ratio_", ""): value for name, value in rounded.items() if "ratio_" in name}
    if "crowd_over_numpy" in rounded:
        ratios["spread_over_numpy"] = rounded["crowd_over_numpy"]
    sizes = {name: value for name, value in rounded.items() if "rows" in name or name == "cores"}
    return json.dumps({"sizes": sizes, "ratios": ratios, "figures": rounded})


def main() -> None:
    parser = argparse.ArgumentParser(prog="./kpi bench", description=__doc__)
    parser.add_argument("group", nargs="?", choices=GROUPS, default="served", help="what to measure")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--quick", action="store_true", help="smaller data, SQLite alone, under a minute")
    parser.add_argument("--write", action="store_true", help="docs/benchmarks.md anew")
    options = parser.parse_args()
    figures: Figures = {}
    for measure in GROUPS[options.group]:
        figures |= measure(quick=options.quick)
    if options.write:
        write_report(figures, quick=options.quick)
    if options.json:
        print(as_json(figures))
        return
    for name, value in figures.items():
        print(f"{name:45} {value:12,.2f}")


if __name__ == "__main__":
    main()
