"""The team's numbers split over people, as a grid: rows are people, columns are stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField

from apps.accounts.models import Membership
from apps.funnels.models import Kpi
from apps.goals.drafts import Cell as Place
from apps.goals.drafts import Draft, Split, Stream, split_amounts, split_needs
from apps.goals.drafts import own_stages as own_stages_of
from apps.goals.queries import TeamSchedule
from apps.goals.split_form import SplitForm, cell_name, weight_name
from apps.web.amounts import amount_text


@dataclass(frozen=True)
class Cell:
    count: int
    by_hand: bool
    # Somebody's own rates stand behind it.
    is_own: bool = False
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
    # Own rates: the sum of the parts stands for itself.
    is_sum_of_parts: bool = False

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
    segment: str = ""

    @property
    def differs(self) -> bool:
        return any((column.over or column.under) and not column.is_sum_of_parts for column in self.columns)

    @property
    def sums_of_parts(self) -> list[Column]:
        """Columns whose parts rest on own rates and do not sum to the team's number."""
        return [column for column in self.columns if column.is_sum_of_parts and (column.over or column.under)]

    @property
    def rests_on_own_rates(self) -> bool:
        return any(column.is_sum_of_parts for column in self.columns)


def _columns(draft: Draft, needs: Sequence[int], carried: Mapping[int, int], own_stages: int) -> list[Column]:
    return [
        Column(kpi, need, carried.get(kpi.pk, 0), is_sum_of_parts=place < own_stages)
        for place, (kpi, need) in enumerate(zip(draft.kpis, needs, strict=True))
    ]


def split_grids(form: SplitForm, draft: Draft, split: Split, currency: str) -> list[Grid]:
    """The grids to be edited, one for each segment, from the split as typed."""
    cells, amounts = split_needs(draft, split), split_amounts(draft, split)
    return [
        _split_grid(form, draft, place, split, cells, amounts, currency)
        for place in range(len(draft.streams))
    ]


def _split_grid(
    form: SplitForm,
    draft: Draft,
    number: int,
    split: Split,
    cells: Mapping[Place, int],
    amounts: Mapping[tuple[int, int], int],
    currency: str,
) -> Grid:
    tree, stream = draft.trees[number], draft.streams[number]
    segment = stream.segment.pk
    own_stages = own_stages_of(draft, split, segment)
    own = {member for member, of, _kpi in split.rates if of == segment}
    rows = [
        Row(
            member,
            [
                Cell(
                    cells.get((member.pk, segment, kpi.pk), 0),
                    (member.pk, segment, kpi.pk) in split.by_hand,
                    member.pk in own and place < own_stages,
                    form[cell_name(member, stream.segment, kpi)],
                )
                for place, kpi in enumerate(draft.kpis)
            ],
            _money(stream, amounts.get((member.pk, segment), 0), currency),
            form[weight_name(member, stream.segment)],
        )
        for member in form.members
    ]
    carried: dict[int, int] = {}
    for (_member, of, kpi), count in cells.items():
        if of == segment:
            carried[kpi] = carried.get(kpi, 0) + count
    columns = _columns(draft, [need.whole for need in tree.asked], carried, own_stages)
    return Grid(rows, columns, "" if draft.is_one else stream.segment.label)


def _money(stream: Stream, amount: int, currency: str) -> str:
    return "" if stream.unit_price is None else amount_text(amount, currency)


def target_grid(schedule: TeamSchedule, split: Split, visible: Sequence[Membership], currency: str) -> Grid:
    """What everybody carries in the period, all versions and segments taken together: rows of those
    who may be seen, also of somebody who left, and the sums of all."""
    draft = schedule.draft
    typed = {(member, kpi) for member, _segment, kpi in split.by_hand}
    own = {member for member, _segment, _kpi in split.rates}
    seen = {member.pk for member in visible}
    own_stages = max((own_stages_of(draft, split, segment.pk) for segment in schedule.segments), default=0)
    rows = [
        Row(
            member,
            [
                Cell(
                    sum(schedule.planned[kpi.pk][member.pk]),
                    (member.pk, kpi.pk) in typed,
                    member.pk in own and place < own_stages,
                )
                for place, kpi in enumerate(draft.kpis)
            ],
            _money(draft.streams[0], sum(schedule.planned_goal[member.pk]), currency),
        )
        for member in schedule.members
        if member.pk in seen
    ]
    carried = {kpi.pk: sum(map(sum, schedule.planned[kpi.pk].values())) for kpi in draft.kpis}
    return Grid(rows, _columns(draft, draft.needs(), carried, own_stages))
