"""A list of opportunities, as CRMs export it, becomes counts for each KPI and day: either a row says which
stage an opportunity reached on which day, or a row is an opportunity with a date for each stage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from apps.accounts.models import Team, User
from apps.activity.imports import (
    NAMES,
    Difference,
    Import,
    Key,
    Lookup,
    Rows,
    Tell,
    Total,
    beside_others,
    cell_at,
    check_columns,
    count_row,
    import_entry,
    read_day,
)
from apps.activity.models import OpportunityStep
from apps.activity.services import append_many, writing_turn
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
LONGEST_NAME = 120


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

    def money(self, key: Key, amount: int) -> int:
        """It counts where the funnel says that it is won."""
        return amount if key[1] in self.lookup.carrying else 0

    @property
    def has_numbers(self) -> bool:
        """The opportunities have numbers of their own in the file."""
        return "id" in self.places


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
    name = cell_at(cells, reading.places.get("id"))[:LONGEST_NAME] or f"line {line}"
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
    totals: dict[Key, Total] = {}
    for key, amount in reading.reached.values():
        _add(totals, key, 1, reading.money(key, amount))
    return totals


def _add(totals: dict[Key, Total], key: Key, count: int, amount: int) -> None:
    counts, money = totals.get(key, (0, 0))
    totals[key] = (counts + count, money + amount)


def step_differences(team: Team, source: str, reading: Reading) -> list[Difference]:
    """What changes for opportunities that have numbers of their own: each counts where it stands now, and no
    longer where it was counted before. Those that the file does not name stay."""
    known = _known(team, source)
    deltas: dict[Key, Total] = {}
    for (name, kpi), (key, amount) in reading.reached.items():
        money = reading.money(key, amount)
        before = known.get((name, kpi))
        if before == (key, money):
            continue
        if before:
            _add(deltas, before[0], -1, -before[1])
        _add(deltas, key, 1, money)
    changed = {key: delta for key, delta in deltas.items() if any(delta)}
    return beside_others(team, source, changed)


def _known(team: Team, source: str) -> dict[tuple[str, int], tuple[Key, int]]:
    rows = OpportunityStep.objects.filter(team=team, source=source).values_list(
        "name", "kpi_id", "member_id", "segment_id", "day", "amount"
    )
    return {
        (name, kpi): ((member, kpi, segment, day), amount)
        for name, kpi, member, segment, day, amount in rows.iterator()
    }


def write_steps(*, team: Team, source: str, reading: Reading, by: User | None) -> list[Difference]:
    """What differs now, written together with where each opportunity is counted from now on."""
    with writing_turn(), transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        changes = step_differences(team, source, reading)
        append_many([import_entry(team, source, change, by) for change in changes])
        OpportunityStep.objects.bulk_create(
            [_step(team, source, reading, name, found) for (name, _kpi), found in reading.reached.items()],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["team", "source", "name", "kpi"],
            update_fields=["member", "segment", "day", "amount"],
        )
    return changes


def _step(team: Team, source: str, reading: Reading, name: str, found: tuple[Key, int]) -> OpportunityStep:
    key, amount = found
    member, kpi, segment, day = key
    return OpportunityStep(
        team=team, source=source, name=name, kpi_id=kpi, member_id=member, segment_id=segment, day=day,
        amount=reading.money(key, amount),
    )  # fmt: skip
