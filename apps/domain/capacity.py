"""Hours: does what is asked fit into the day, and if not, what would make it fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Work:
    """An action with its minutes each, the block of the day that it belongs to, and how many of it a
    full working day asks for."""

    key: int
    block: str
    minutes: Fraction
    a_day: Fraction

    @property
    def needed(self) -> Fraction:
        """Minutes a day."""
        return self.minutes * self.a_day


@dataclass(frozen=True)
class BlockLoad:
    """A block of the day: minutes that exist and minutes that are asked for."""

    block: str
    minutes: int
    needed: Fraction

    @property
    def over(self) -> Fraction:
        return max(Fraction(0), self.needed - self.minutes)

    @property
    def free(self) -> Fraction:
        return max(Fraction(0), self.minutes - self.needed)

    @property
    def fits(self) -> bool:
        return self.needed <= self.minutes


def loads(work: Sequence[Work], template: Mapping[str, int]) -> list[BlockLoad]:
    """The blocks of the template in its order, each with what is asked of it. Work whose block the
    template lacks is not in any."""
    return [
        BlockLoad(block, minutes, sum((one.needed for one in work if one.block == block), Fraction(0)))
        for block, minutes in template.items()
    ]


@dataclass(frozen=True)
class WaysOut:
    """What would make an overfull block fit, each way alone.

    ``reach`` is the part of the asked work that fits; ``minutes_each`` the minutes per action of the
    block's largest work at which all of it fits (None where even no time would not do);
    ``elsewhere`` the minutes that are free in other blocks.
    """

    block: str
    over: Fraction
    largest: int
    reach: Fraction
    minutes_each: Fraction | None
    elsewhere: Fraction

    @property
    def factor(self) -> Fraction | None:
        """By what the days, the people, or a rate that stands after the work would have to grow."""
        return 1 / self.reach if self.reach else None


def ways_out(work: Sequence[Work], template: Mapping[str, int]) -> list[WaysOut]:
    """For each block that is asked for more minutes than it has."""
    found = loads(work, template)
    elsewhere = sum((load.free for load in found), Fraction(0))
    return [
        _ways(load, [one for one in work if one.block == load.block], elsewhere)
        for load in found
        if not load.fits
    ]


def _ways(load: BlockLoad, work: Sequence[Work], elsewhere: Fraction) -> WaysOut:
    largest = max(work, key=lambda one: one.needed)
    left = largest.needed - load.over
    return WaysOut(
        load.block,
        load.over,
        largest.key,
        load.minutes / load.needed,
        left / largest.a_day if left > 0 else None,
        elsewhere,
    )
