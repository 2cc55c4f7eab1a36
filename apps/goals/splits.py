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
from apps.goals.models import Plan, PlanTarget
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
    needs, kpis = draft.needs(), form.kpis
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


def target_grid(plan: Plan, draft: Draft, visible: Sequence[Membership], currency: str) -> Grid:
    """The stored targets: rows of those who may be seen, sums of everybody."""
    kpis = [kpi for kpi, _rate in draft.stages]
    stored = {(target.member_id, target.kpi_id): target for target in plan.targets.all()}
    amounts = dict(plan.shares.values_list("member_id", "amount"))
    rows = [
        Row(
            member,
            [_stored_cell(stored.get((member.pk, kpi.pk))) for kpi in kpis],
            money_text(amounts[member.pk], currency) if draft.unit_price else "",
        )
        for member in visible
        if member.pk in amounts
    ]
    cells = {key: target.count for key, target in stored.items()}
    return Grid(rows, _columns(kpis, draft.needs(), cells))


def _stored_cell(target: PlanTarget | None) -> Cell:
    return Cell(target.count, target.by_hand) if target else Cell(0, by_hand=False)
