"""A number moved between the days of a week, also after the plan below it has changed."""

from collections.abc import Sequence


def with_moves(
    planned: Sequence[int], more: Sequence[int], works: Sequence[bool], first_open: int
) -> list[int]:
    """The days of one week with ``more`` on each, as people moved it; ``more`` sums to nothing.

    Days before ``first_open`` are over and take their move as it is. On open days nothing falls below
    nothing and nothing lands on a day off: what a day cannot give is taken off the days that were to
    get it, the last ones first; what a day off cannot take goes back to the days that gave it. What
    is over then falls on the last open working days, or is taken off them: the sum is kept as far as
    open days can keep it.
    """
    days = [max(0, plan + moved) for plan, moved in zip(planned, more, strict=True)]
    open_days = range(first_open, len(days))
    for day in open_days:
        if not works[day]:
            days[day] = planned[day]
    off = sum(days) - sum(planned)
    for day in reversed(open_days):
        room = max(0, days[day] - planned[day]) if off > 0 else min(0, days[day] - planned[day])
        back = min(room, off) if off > 0 else max(room, off)
        days[day] -= back
        off -= back
    for day in reversed([day for day in open_days if works[day]]):
        back = min(days[day], off)
        days[day] -= back
        off -= back
    return days
