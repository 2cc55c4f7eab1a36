"""Which stage comes first for somebody, and which can wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.priority import Priority, Step, priorities
from apps.funnels.models import Kpi
from apps.goals.queries import TeamSchedule


@dataclass(frozen=True)
class Ranked:
    """A stage in its place in the order."""

    kpi: Kpi
    priority: Priority
    left: int

    @property
    def can_wait(self) -> bool:
        return self.priority.can_wait


def ranked(
    schedule: TeamSchedule, asked: Mapping[int, tuple[int, int]], by_hand: Sequence[int] = ()
) -> list[Ranked]:
    """The stages that somebody can work at, first things first; ``asked`` holds needed and left by
    KPI, ``by_hand`` an order that people gave. Results come by themselves and are in no order."""
    exact = schedule.draft.exact()
    kpis = {kpi.pk: kpi for kpi in schedule.kpis if not kpi.is_result and kpi.pk in asked}
    needs = {kpi.pk: need / exact[-1] for kpi, need in zip(schedule.kpis, exact, strict=True)}
    steps = [
        Step(pk, needs[pk], Fraction(kpi.minutes) if kpi.minutes else None, *asked[pk])
        for pk, kpi in kpis.items()
    ]
    order = priorities(steps)
    if by_hand:
        place = {pk: number for number, pk in enumerate(by_hand)}
        order.sort(key=lambda one: (one.can_wait, place.get(one.key, len(place))))
    return [Ranked(kpis[one.key], one, max(0, asked[one.key][1])) for one in order]
