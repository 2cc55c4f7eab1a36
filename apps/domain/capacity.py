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
        """Minutes that are missing."""
        return max(Fraction(0), self.needed - self.minutes)

    @property
    def free(self) -> Fraction:
        """Minutes that are left."""
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

    Of the block's ``largest`` work: ``fewer`` is the part of it that fits beside the others, and
    ``minutes_each`` the minutes per action at which all of it fits; both None where the others fill
    the block by themselves. ``factor`` is by what the days or the people would have to grow, None in
    a block without minutes; ``elsewhere`` the minutes that are free in other blocks.
    """

    block: str
    over: Fraction
    largest: int
    fewer: Fraction | None
    minutes_each: Fraction | None
    factor: Fraction | None
    elsewhere: Fraction

    @property
    def better(self) -> Fraction | None:
        """By what a rate after the largest work would have to grow, so that fewer of it are enough."""
        return 1 / self.fewer if self.fewer else None


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
        left / largest.needed if left > 0 else None,
        left / largest.a_day if left > 0 else None,
        load.needed / load.minutes if load.minutes else None,
        elsewhere,
    )
