"""The team's numbers split over people, as a grid: rows are people, columns are stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField

from apps.accounts.models import Membership
from apps.domain.backcast import Need
from apps.domain.money import money_text
from apps.domain.staircase import split_by_weight
from apps.funnels.models import Kpi
from apps.goals.forms import SplitForm
from apps.goals.queries import TeamSchedule
from apps.goals.services import Draft, Split, split_needs, weights_of


@dataclass(frozen=True)
class Cell:
    count: int
    by_hand: bool
    field: BoundField | None = None


@dataclass(frozen=True)
class Row:
    member: Membership
    cells: Sequence[Cell]
    amount: str
    weight: BoundField | None = None


@dataclass(frozen=True)
class Column:
    """A stage: what the team needs, what its people carry, and how far these are apart."""

    kpi: Kpi
    needed: int
    carried: int

    @property
    def over(self) -> int:
        return max(0, self.carried - self.needed)

    @property
    def under(self) -> int:
        return max(0, self.needed - self.carried)


@dataclass(frozen=True)
class Grid:
    rows: Sequence[Row]
    columns: Sequence[Column]

    @property
    def differs(self) -> bool:
        return any(column.over or column.under for column in self.columns)


def _columns(
    kpis: Sequence[Kpi], needs: Sequence[Need], cells: Mapping[tuple[int, int], int]
) -> list[Column]:
    carried = {kpi.pk: 0 for kpi in kpis}
    for (_member, kpi), count in cells.items():
        carried[kpi] = carried.get(kpi, 0) + count
    return [Column(kpi, need.whole, carried[kpi.pk]) for kpi, need in zip(kpis, needs, strict=True)]


def split_grid(form: SplitForm, draft: Draft, split: Split, currency: str) -> Grid:
    """The grid to be edited, from the split as typed."""
    needs, kpis = draft.tree().needs, form.kpis
    cells = split_needs(kpis, needs, split)
    amounts = split_by_weight(draft.goal, weights_of(split))
    rows = [
        Row(
            member,
            [
                Cell(
                    cells.get((member.pk, kpi.pk), 0),
                    (member.pk, kpi.pk) in split.by_hand,
                    form[f"cell_{member.pk}_{kpi.pk}"],
                )
                for kpi in kpis
            ],
            money_text(amounts.get(member.pk, 0), currency) if draft.unit_price else "",
            form[f"weight_{member.pk}"],
        )
        for member in form.members
    ]
    return Grid(rows, _columns(kpis, needs, cells))


def target_grid(schedule: TeamSchedule, draft: Draft, visible: Sequence[Membership], currency: str) -> Grid:
    """What everybody carries in the period, all versions taken together: rows of those who may be
    seen, also of somebody who left, and the sums of all."""
    typed = {(target.member_id, target.kpi_id) for target in schedule.plan.targets.all() if target.by_hand}
    seen = {member.pk for member in visible}
    rows = [
        Row(
            member,
            [_cell(schedule, member, kpi, by_hand=(member.pk, kpi.pk) in typed) for kpi in schedule.kpis],
            money_text(sum(schedule.planned_goal[member.pk]), currency) if draft.unit_price else "",
        )
        for member in schedule.members
        if member.pk in seen
    ]
    cells = {
        (member, kpi.pk): sum(schedule.planned[kpi.pk][member])
        for kpi in schedule.kpis
        for member in schedule.member_ids
    }
    return Grid(rows, _columns(schedule.kpis, draft.tree().needs, cells))


def _cell(schedule: TeamSchedule, member: Membership, kpi: Kpi, *, by_hand: bool) -> Cell:
    return Cell(sum(schedule.planned[kpi.pk][member.pk]), by_hand)
