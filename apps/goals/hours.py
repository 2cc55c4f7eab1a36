"""Does the plan fit the day? Minutes of what is asked against the blocks of each person's day."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from apps.accounts.models import Membership
from apps.calendars.day_template import Block, day_of_member, load_template
from apps.domain.capacity import BlockLoad, WaysOut, Work, loads, ways_out
from apps.funnels.models import Kpi
from apps.goals.queries import TeamSchedule


@dataclass(frozen=True)
class Way:
    """An overfull block with what would make it fit."""

    block: Block
    kpi: Kpi
    a_day: Fraction
    out: WaysOut

    # What is shown has to be enough: rounded down to what fits, up to what is needed.

    @property
    def fitting_a_day(self) -> Fraction | None:
        fewer = self.out.fewer
        return None if fewer is None else Fraction(floor(self.a_day * fewer * 10), 10)

    @property
    def minutes_each(self) -> Fraction | None:
        each = self.out.minutes_each
        return None if each is None else Fraction(floor(each * 10), 10)

    @property
    def factor(self) -> Fraction | None:
        return _up(self.out.factor)

    @property
    def better(self) -> Fraction | None:
        return _up(self.out.better)

    @property
    def fits_elsewhere(self) -> bool:
        return self.out.elsewhere >= self.out.over


def _up(factor: Fraction | None) -> Fraction | None:
    return None if factor is None else Fraction(ceil(factor * 100), 100)


@dataclass(frozen=True)
class Fit:
    """One person's usual working day."""

    member: Membership
    loads: Sequence[tuple[Block, BlockLoad]]
    ways: Sequence[Way]


@dataclass(frozen=True)
class Fits:
    people: Sequence[Fit]
    # Actions that nobody has said the minutes of, or the part of the day: they are in no sum.
    unknown: Sequence[Kpi]
    blocks: Sequence[Block]

    @property
    def overfull(self) -> list[Fit]:
        return [fit for fit in self.people if fit.ways]

    @property
    def used_blocks(self) -> list[Block]:
        """Those for which anything is asked."""
        used = {load.block for fit in self.people for _block, load in fit.loads if load.needed}
        return [block for block in self.blocks if block.code in used]

    @property
    def is_known(self) -> bool:
        return bool(self.people)


def load_fits(schedule: TeamSchedule, visible: Sequence[Membership]) -> Fits:
    """Of those who may be seen and carry the plan. One query."""
    timed = [kpi for kpi in schedule.kpis if kpi.minutes and kpi.block]
    unknown = [kpi for kpi in schedule.kpis if not kpi.is_result and kpi not in timed]
    days = load_template(schedule.kgi.team)
    seen = {member.pk for member in visible}
    people = [
        _fit(schedule, member, timed, day_of_member(days, member))
        for member in schedule.members
        if timed and member.pk in seen and sum(schedule.capacity[member.pk])
    ]
    return Fits(people, unknown, days[None])


def _fit(schedule: TeamSchedule, member: Membership, kpis: Sequence[Kpi], day: Sequence[Block]) -> Fit:
    worked = sum(schedule.capacity[member.pk], Fraction(0))
    work = [
        Work(kpi.pk, kpi.block, Fraction(kpi.minutes or 0), sum(schedule.planned[kpi.pk][member.pk]) / worked)
        for kpi in kpis
    ]
    template = {block.code: block.minutes for block in day}
    blocks = {block.code: block for block in day}
    used = {one.block for one in work}
    by_key = {one.key: one for one in work}
    named = {kpi.pk: kpi for kpi in kpis}
    return Fit(
        member,
        [(blocks[load.block], load) for load in loads(work, template) if load.block in used],
        [
            Way(blocks[out.block], named[out.largest], by_key[out.largest].a_day, out)
            for out in ways_out(work, template)
        ],
    )
