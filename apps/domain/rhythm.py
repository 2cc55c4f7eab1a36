"""The rhythm of days and weeks: does it hold, or has it stalled?"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WEAK = Fraction(1, 2)
DAYS_IN_A_ROW = 2
BEHIND = Fraction(1, 5)


@dataclass(frozen=True)
class Stall:
    """``is_in_a_row``: the last working days were each under half of their plan. ``behind``: the part
    of the week's plan so far that is missing at mid-week or later, None where it is less than a fifth.
    """

    is_in_a_row: bool
    behind: Fraction | None


def stall(
    planned: Sequence[int], done: Sequence[int], capacity: Sequence[Fraction], week: int = 7
) -> Stall | None:
    """Looks at one number by day of a week, and at the days before it.

    ``planned`` and ``capacity`` are of the whole run of days, ``done`` ends with the last day that is
    over; the last ``week`` days of the run are the week. Days off and days without a plan are skipped:
    they neither stall nor break a row. None while the rhythm holds.
    """
    over = len(done)
    worked = [day for day in range(over) if capacity[day] and planned[day]]
    last = worked[-DAYS_IN_A_ROW:]
    in_a_row = len(last) == DAYS_IN_A_ROW and all(done[day] < WEAK * planned[day] for day in last)
    behind = _behind_by_mid_week(planned, done, capacity, max(0, len(planned) - week))
    return Stall(in_a_row, behind) if in_a_row or behind is not None else None


def _behind_by_mid_week(
    planned: Sequence[int], done: Sequence[int], capacity: Sequence[Fraction], start: int
) -> Fraction | None:
    over = len(done)
    whole, so_far = sum(capacity[start:]), sum(capacity[start:over])
    asked = sum(planned[start:over])
    if not asked or so_far * 2 < whole:
        return None
    missing = 1 - Fraction(sum(done[start:over]), asked)
    return missing if missing >= BEHIND else None
