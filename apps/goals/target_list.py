"""Targets from a spreadsheet: a number for a person and a KPI a row. They fill the grid of the split, where
one sees what they make of the team's numbers before anything is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.activity.imports import (
    KEPT_ERRORS,
    NAMES,
    Lookup,
    RowError,
    Rows,
    cell_at,
    check_columns,
    guess_columns,
)
from apps.domain.errors import PlanError
from apps.domain.numbers import parse_number
from apps.goals.drafts import LARGEST_NEED, Cell
from apps.goals.split_form import SplitForm

COLUMNS = {
    "member": NAMES["member"],
    "kpi": NAMES["kpi"],
    "count": ("target", *NAMES["count"], "目標", "目標値", "目標件数"),
    "segment": NAMES["segment"],
}
REQUIRED = ("member", "kpi", "count")
MOST_TARGETS = 20_000


@dataclass(frozen=True)
class Grid:
    """The keys of what the grid has room for, read once for however many rows."""

    members: frozenset[int]
    kpis: frozenset[int]
    segments: frozenset[int]

    @classmethod
    def of(cls, form: SplitForm) -> "Grid":
        kinds = (form.members, form.kpis, form.segments)
        return cls(*(frozenset(one.pk for one in kind) for kind in kinds))


@dataclass
class Targets:
    cells: dict[Cell, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


def read_targets(form: SplitForm, lookup: Lookup, rows: Rows) -> Targets:
    """What stands in the rows for the people, stages and segments of the grid. Raises PlanError:
    ``columns_missing`` (names), ``file_empty``, ``too_many_rows`` (largest)."""
    lines = iter(rows)
    header = next(lines, None)
    if header is None or not any(cell.strip() for cell in header[1]):
        raise PlanError("file_empty")
    places = check_columns(guess_columns(header[1], COLUMNS), REQUIRED)
    grid = Grid.of(form)
    found = Targets()
    for number, (line, cells) in enumerate(lines):
        if number >= MOST_TARGETS:
            raise PlanError("too_many_rows", largest=MOST_TARGETS)
        if any(cell.strip() for cell in cells):
            _add_row(grid, lookup, cells, places, line, found)
    return found


def _add_row(
    grid: Grid,
    lookup: Lookup,
    cells: Sequence[str],
    places: Mapping[str, int],
    line: int,
    found: Targets,
) -> None:
    try:
        place, count = _read_row(grid, lookup, cells, places)
        if place in found.cells:
            raise PlanError("row_twice")
        found.cells[place] = count
    except PlanError as error:
        if len(found.errors) < KEPT_ERRORS:
            found.errors.append(RowError(line, error.code, dict(error.facts)))


def _read_row(
    grid: Grid, lookup: Lookup, cells: Sequence[str], places: Mapping[str, int]
) -> tuple[Cell, int]:
    def cell(name: str) -> str:
        return cell_at(cells, places.get(name))

    member, kpi = lookup.member(cell("member")), lookup.kpi(cell("kpi"))
    segment = lookup.segment(cell("segment"))
    if member not in grid.members:
        raise PlanError("carries_no_target", text=cell("member"))
    if kpi not in grid.kpis:
        raise PlanError("kpi_not_planned", text=cell("kpi"))
    if segment not in grid.segments:
        raise PlanError("segment_unknown", text=cell("segment"))
    count = parse_number(cell("count"))
    if count.denominator != 1 or not 0 <= count <= LARGEST_NEED:
        raise PlanError("count_not_whole", text=cell("count"))
    return (member, segment, kpi), count.numerator
