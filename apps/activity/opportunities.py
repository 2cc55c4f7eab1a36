"""A list of opportunities, as CRMs export it, becomes counts for each KPI and day: either a row says which
stage an opportunity reached on which day, or a row is an opportunity with a date for each stage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.activity.imports import (
    NAMES,
    Import,
    Key,
    Lookup,
    Rows,
    Tell,
    Total,
    cell_at,
    check_columns,
    count_row,
    read_day,
)
from apps.domain.errors import PlanError
from apps.domain.money import parse_money
from apps.domain.numbers import normal
from apps.funnels.models import Kpi

# A column that holds the day on which the stage with this code was reached: "at:meeting".
AT = "at:"
IGNORED = "-"
OPPORTUNITY_NAMES = {
    **{code: NAMES[code] for code in ("date", "member", "amount", "segment")},
    "stage": (*("stage", "status", "stage name"), *("フェーズ", "ステージ", "段階", "状況", "ステータス")),
    "id": (
        # Never a title: two deals may be called “renewal”.
        *("id", "opportunity id", "deal id", "record id"),
        *("商談ID", "案件ID", "案件番号", "商談番号"),
    ),
}
TELL_EVERY = 2_000
LONGEST_STAGE = 80


@dataclass
class Reading:
    """What is known on the way: each opportunity counts once at each stage, on its first day there."""

    lookup: Lookup
    places: Mapping[str, int]
    # What the file calls a stage -> code of a KPI, or IGNORED.
    stages: Mapping[str, str]
    today: date
    result: Import
    reached: dict[tuple[str, int], tuple[Key, int]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


def guess_opportunity_columns(header: Sequence[str], kpis: Sequence[Kpi]) -> dict[str, int]:
    found = [normal(cell) for cell in header]
    places = {
        code: next(found.index(normal(name)) for name in known if normal(name) in found)
        for code, known in OPPORTUNITY_NAMES.items()
        if any(normal(name) in found for name in known)
    }
    for kpi in kpis:
        for name in (kpi.name, kpi.code, f"{kpi.name}日", f"{kpi.code} date", f"{kpi.name} date"):
            if normal(name) in found:
                places.setdefault(f"{AT}{kpi.code}", found.index(normal(name)))
    return places


def read_opportunities(reading: Reading, rows: Rows, tell: Tell) -> dict[Key, Total]:
    """Counts and amounts by member, KPI, segment and day; errors and unknown stages are left in ``reading``.

    Raises PlanError ``file_empty``, ``columns_missing`` (names), ``too_many_rows`` (largest).
    """
    lines = iter(rows)
    if next(lines, None) is None:
        raise PlanError("file_empty")
    dated = [code for code in reading.places if code.startswith(AT)]
    check_columns(reading.places, ("member",) if dated else ("member", "stage", "date"))
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            count_row(reading.result)
            _read(reading, line, cells)
            if reading.result.rows % TELL_EVERY == 0:
                tell(reading.result.rows)
    return _totals(reading)


def _read(reading: Reading, line: int, cells: Sequence[str]) -> None:
    name = cell_at(cells, reading.places.get("id")) or f"line {line}"
    try:
        member = reading.lookup.member(cell_at(cells, reading.places["member"]))
        segment = reading.lookup.segment(cell_at(cells, reading.places.get("segment")))
        money = cell_at(cells, reading.places.get("amount"))
        amount = parse_money(money, reading.lookup.currency) if money else 0
        for kpi, day in _steps(reading, cells):
            _reach(reading, name, (member, kpi, segment, day), amount)
    except PlanError as error:
        reading.result.refuse(line, error)


def _steps(reading: Reading, cells: Sequence[str]) -> Iterator[tuple[int, date]]:
    """Which stages a row says were reached, and when."""
    for code, place in reading.places.items():
        if code.startswith(AT) and cell_at(cells, place):
            yield reading.lookup.kpi(code[len(AT) :]), read_day(cell_at(cells, place), reading.today)
    if "stage" in reading.places and "date" in reading.places:
        stage = cell_at(cells, reading.places["stage"])
        code = reading.stages.get(normal(stage[:LONGEST_STAGE]), stage)
        if code == IGNORED:
            return
        if normal(code) not in reading.lookup.kpis:
            reading.unknown[stage] = reading.unknown.get(stage, 0) + 1
            return
        yield reading.lookup.kpi(code), read_day(cell_at(cells, reading.places["date"]), reading.today)


def _reach(reading: Reading, name: str, key: Key, amount: int) -> None:
    known = reading.reached.get((name, key[1]))
    if known is None or key[3] < known[0][3]:
        reading.reached[name, key[1]] = (key, amount)


def _totals(reading: Reading) -> dict[Key, Total]:
    """Money counts where the funnel says that it is won."""
    carrying = set(reading.lookup.carrying)
    totals: dict[Key, Total] = {}
    for key, amount in reading.reached.values():
        count, money = totals.get(key, (0, 0))
        totals[key] = (count + 1, money + (amount if key[1] in carrying else 0))
    return totals
