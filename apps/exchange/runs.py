"""An import from its upload to its writing; whatever is slow is done by the task worker."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.accounts.services import record_event
from apps.activity.imports import (
    Difference,
    Import,
    Key,
    Lookup,
    Total,
    differences,
    guess_columns,
    read_totals,
    write_totals,
)
from apps.activity.opportunities import (
    Reading,
    guess_opportunity_columns,
    read_opportunities,
    step_differences,
    write_steps,
)
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.numbers import normal
from apps.exchange.models import ImportRun
from apps.funnels.models import Kpi
from apps.web.tables import open_table

SHOWN = 20
# A worker that was killed leaves a run behind; after this long it may be begun again.
STALE = timedelta(minutes=10)
LONGEST_CELL = 80

State = ImportRun.State
DROPPED: dict[str, Any] = {
    "state": State.DROPPED, "payload": None, "preview": [], "problems": [], "unknown": {},
}  # fmt: skip


def start_run(*, team: Team, by: User, kind: str, source: str, name: str, raw: bytes) -> ImportRun:
    """Raises PlanError of ``open_table``, ``file_empty``."""
    run = ImportRun(team=team, author=by, kind=kind, source=source, name=name[:200])
    with open_table(io.BytesIO(raw)) as rows:
        _line, header = next(iter(rows), (0, []))
    if not any(cell.strip() for cell in header):
        raise PlanError("file_empty")
    run.header = [cell.strip()[:LONGEST_CELL] for cell in header]
    run.columns, run.stages = _remembered(run)
    run.pack(raw)
    # The file is read before: nobody's log waits for a spreadsheet to be unpacked.
    with transaction.atomic():
        run.save()
        record_event(team=team, actor=by, kind="import_begun", run=run.pk, source=source)
    return run


def _remembered(run: ImportRun) -> tuple[dict[str, str], dict[str, str]]:
    """As the last file from there was read, where its columns are there again; else by their names."""
    earlier = ImportRun.objects.filter(team=run.team, kind=run.kind, source=run.source)
    last = earlier.exclude(columns={}).order_by("-pk").first()
    if last and set(last.columns.values()) <= set(run.header):
        return last.columns, last.stages
    if run.kind == ImportRun.Kind.OPPORTUNITIES:
        places = guess_opportunity_columns(run.header, list(Kpi.objects.of_team(run.team)))
    else:
        places = guess_columns(run.header)
    return {code: run.header[place] for code, place in places.items()}, last.stages if last else {}


@transaction.atomic
def claim(run: ImportRun, state: str) -> bool:
    """Whether this caller takes the run into ``state``; somebody else may have."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    is_stale = locked.is_busy and locked.updated_at < timezone.now() - STALE
    if locked.is_over or (locked.is_busy and not is_stale):
        return False
    if state == State.WRITING and (locked.state != State.READ or locked.wrong or locked.unknown):
        return False
    if state == State.WRITING and is_outdated(locked):
        return False
    ImportRun.objects.filter(pk=run.pk).update(state=state, updated_at=timezone.now())
    return True


def is_outdated(run: ImportRun) -> bool:
    """A file that came later from the same place is written already."""
    same = ImportRun.objects.filter(team=run.team, source=run.source, kind=run.kind, state=State.DONE)
    return same.filter(pk__gt=run.pk).exists()


def read_run(run: ImportRun) -> None:
    """Reads the file and keeps what it would change, or what is wrong with it."""
    result = Import()
    try:
        found = _read(run, result)
        changes = [] if result.errors else _changes(run, found)
    except PlanError as error:
        _keep_failure(run, error)
        return
    problems = [[error.line, error.code, _plain(error.facts)] for error in result.errors]
    unknown = {stage[:LONGEST_CELL]: count for stage, count in list(found.unknown.items())[:50]}
    _finish(
        run,
        State.READ,
        rows=result.rows,
        wrong=result.wrong,
        changed=len(changes),
        beside_others=sum(any(change.elsewhere) for change in changes),
        problems=problems,
        unknown=unknown,
        preview=[_shown(change) for change in changes[:SHOWN]],
    )


def _finish(run: ImportRun, state: str, **found: Any) -> None:
    """Only while the run is still in work: it may have been dropped meanwhile, and its file with it."""
    busy = ImportRun.objects.filter(pk=run.pk, state__in=(State.READING, State.WRITING))
    busy.update(state=state, updated_at=timezone.now(), **found)


def write_run(run: ImportRun) -> None:
    """Writes what differs now, all or nothing."""
    result = Import()
    try:
        found = _read(run, result)
        if result.errors or found.unknown:
            # The team's people or funnel changed since the file was looked at.
            read_run(run)
            return
        changes = _write(run, found)
    except PlanError as error:
        _keep_failure(run, error)
        return
    _finish(run, State.DONE, changed=len(changes), payload=None, preview=[])
    facts = {"run": run.pk, "rows": run.rows, "changed": len(changes)}
    record_event(team=run.team, actor=run.author, kind="import_written", **facts)


@transaction.atomic
def drop_run(*, run: ImportRun, by: User) -> bool:
    """Whether it is dropped: what is written, or being written, stays."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.is_over or locked.state == State.WRITING:
        return False
    ImportRun.objects.filter(pk=run.pk).update(**DROPPED)
    record_event(team=run.team, actor=by, kind="import_dropped", run=run.pk)
    return True


@dataclass(frozen=True)
class Found:
    """What stands in a file: sums, and of opportunities how they came about."""

    totals: dict[Key, Total]
    reading: Reading | None = None

    @property
    def unknown(self) -> dict[str, int]:
        return self.reading.unknown if self.reading else {}

    @property
    def is_whole(self) -> bool:
        """Opportunities without numbers cannot be followed: the list has to be all there is of its days."""
        return self.reading is not None


def _read(run: ImportRun, result: Import) -> Found:
    def tell(rows: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(rows=rows, updated_at=timezone.now())

    lookup, today, places = Lookup(run.team), today_in(run.team), _places(run)
    with open_table(io.BytesIO(run.unpack())) as rows:
        if run.kind == ImportRun.Kind.ACTIVITY:
            return Found(read_totals(lookup, rows, today, result, places, tell))
        stages = {normal(stage[:LONGEST_CELL]): code for stage, code in run.stages.items()}
        reading = Reading(lookup, places, stages, today, result)
        return Found(read_opportunities(reading, rows, tell), reading)


def ledger_source(run: ImportRun) -> str:
    """Calls and opportunities of one system are told apart: the one list says nothing of the other."""
    if run.kind == ImportRun.Kind.ACTIVITY:
        return run.source
    # With numbers of their own, and without: two ways of counting that know nothing of each other.
    return f"{run.kind} {'by number' if 'id' in run.columns else 'by day'}: {run.source}"


def _places(run: ImportRun) -> dict[str, int]:
    return {code: run.header.index(name) for code, name in run.columns.items() if name in run.header}


def _changes(run: ImportRun, found: Found) -> list[Difference]:
    source = ledger_source(run)
    if found.reading and found.reading.has_numbers:
        return step_differences(run.team, source, found.reading)
    return differences(run.team, source, found.totals, is_whole=found.is_whole)


def _write(run: ImportRun, found: Found) -> list[Difference]:
    source, by = ledger_source(run), run.author
    if found.reading and found.reading.has_numbers:
        return write_steps(team=run.team, source=source, reading=found.reading, by=by)
    return write_totals(team=run.team, totals=found.totals, source=source, by=by, is_whole=found.is_whole)


def _keep_failure(run: ImportRun, error: PlanError) -> None:
    _finish(run, State.FAILED, problems=[[0, error.code, _plain(error.facts)]], wrong=1)


def fail_run(run: ImportRun) -> None:
    """Something nobody foresaw: said on the page, while the log of the worker says what."""
    _keep_failure(run, PlanError("import_failed"))


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact if isinstance(fact, int) else str(fact)[:LONGEST_CELL] for name, fact in facts.items()}


def _shown(change: Difference) -> list[Any]:
    member, kpi, _segment, day = change.key
    return [member, kpi, day.isoformat(), change.count, change.amount]
