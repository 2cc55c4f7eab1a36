"""Habits of logging and of the morning: what was kept, and what it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


def silent_days(logged: Sequence[bool], capacity: Sequence[Fraction]) -> int:
    """For how many working days up to the last one nothing was logged; days off do not count."""
    silent = 0
    for did, share in zip(reversed(logged), reversed(capacity), strict=True):
        if did:
            break
        silent += bool(share)
    return silent


def streak(logged: Sequence[bool], capacity: Sequence[Fraction]) -> int:
    """How many working days in a row up to the last one were logged. Days off pause it; what is logged
    on one neither adds nor breaks. The last day may still be empty: it is not over."""
    days = [did for did, share in zip(logged, capacity, strict=True) if share]
    if days and not days[-1]:
        days = days[:-1]
    run = 0
    for did in reversed(days):
        if not did:
            break
        run += 1
    return run


@dataclass(frozen=True)
class Mornings:
    """Working days on which the morning's number was reached, and what came of the next stage a day."""

    kept: int
    days: int
    with_it: Fraction | None
    without: Fraction | None


def mornings(
    planned: Sequence[int], done: Sequence[int], next_stage: Sequence[int], capacity: Sequence[Fraction]
) -> Mornings:
    """By day, of days that are over; days without a plan or off are left out."""
    asked = [day for day, share in enumerate(capacity) if share and planned[day] > 0]
    kept = [day for day in asked if done[day] >= planned[day]]
    missed = [day for day in asked if done[day] < planned[day]]
    return Mornings(len(kept), len(asked), _mean(next_stage, kept), _mean(next_stage, missed))


def _mean(values: Sequence[int], days: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values[day] for day in days), len(days)) if days else None
