"""Whole numbers split over people and over days, so that every sum agrees.

A target's *line* is its exact share by the end of each day: target x capacity so far / capacity.
Counts follow the line as whole numbers, never more than one away from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import nsmallest
from itertools import accumulate
from math import ceil, floor, lcm

from apps.domain.flow import Network

Schedule = dict[int, list[int]]


def split_by_weight(total: int, weights: Mapping[int, Fraction]) -> dict[int, int]:
    """Splits a whole total by weight with the largest remainder; parts sum to the total.

    Keys decide ties (the smaller key first), so the order of people does not matter. Weights that
    sum to zero split equally.
    """
    if not weights:
        return {}
    keys = sorted(weights)
    whole = sum(weights.values())
    shares = {
        key: Fraction(total * weights[key], whole) if whole else Fraction(total, len(keys)) for key in keys
    }
    parts = {key: floor(share) for key, share in shares.items()}
    missing = total - sum(parts.values())
    for key in sorted(keys, key=lambda key: (parts[key] - shares[key], key))[:missing]:
        parts[key] += 1
    return parts


def split_over_time(total: int, capacity: Sequence[Fraction]) -> list[int]:
    """Splits a whole total over days; the running total is the floor of the exact line.

    50 over four equal weeks is 12, 13, 12, 13. Without capacity every day gets 0.
    """
    whole = sum(capacity)
    if not whole:
        return [0] * len(capacity)
    running = [floor(total * done / whole) for done in accumulate(capacity)]
    return [after - before for before, after in zip([0, *running], running, strict=False)]


@dataclass(frozen=True)
class _Line:
    """One person's exact line in whole numerators over one denominator."""

    total: int
    numerators: tuple[int, ...]
    denominator: int
    works: tuple[bool, ...]

    def floor(self, day: int) -> int:
        return self.numerators[day] // self.denominator if day >= 0 else 0

    def ceil(self, day: int) -> int:
        return -(-self.numerators[day] // self.denominator) if day >= 0 else 0

    def due(self, unit: int) -> int:
        """The day by whose end the line reaches ``unit``."""
        wanted = unit * self.denominator
        return next(day for day, value in enumerate(self.numerators) if value >= wanted)


def spread(totals: Mapping[int, int], capacity: Mapping[int, Sequence[Fraction]]) -> Schedule:
    """Spreads each person's total over that person's working days.

    Rows sum to the totals (0 for somebody without capacity); nothing lands on a day off; each
    running total stays within one of its exact line, and so does the team's, which is its floor
    wherever the days off allow that. Units go to those whose next unit is due first among those
    who work that day; where this runs into a corner, a flow finds the solution that exists.
    """
    lines = {key: _line(totals[key], capacity[key]) for key in sorted(totals) if sum(capacity[key])}
    schedule = _earliest_due(lines) if lines else {}
    if schedule is None:
        schedule = _by_flow(lines)
    empty = {key: [0] * len(capacity[key]) for key in totals}
    return {key: schedule.get(key, zeros) for key, zeros in empty.items()}


def _line(total: int, capacity: Sequence[Fraction]) -> _Line:
    scale = lcm(*(share.denominator for share in capacity))
    whole = [int(share * scale) for share in capacity]
    running = tuple(total * done for done in accumulate(whole))
    return _Line(total, running, sum(whole), tuple(share > 0 for share in capacity))


def _team_line(lines: Mapping[int, _Line]) -> list[Fraction]:
    scale = lcm(*(line.denominator for line in lines.values()))
    factors = [(line.numerators, scale // line.denominator) for line in lines.values()]
    length = len(next(iter(lines.values())).numerators)
    return [Fraction(sum(values[day] * factor for values, factor in factors), scale) for day in range(length)]


def _earliest_due(lines: Mapping[int, _Line]) -> Schedule | None:
    """Day by day: what is due is done, further units go to whose next one is due first."""
    done = dict.fromkeys(lines, 0)
    schedule: Schedule = {key: [] for key in lines}
    for day, team in enumerate(_team_line(lines)):
        before = dict(done)
        for key, line in lines.items():
            done[key] = max(done[key], line.floor(day))
        free = floor(team) - sum(done.values())
        able = [key for key, line in lines.items() if line.works[day] and done[key] < line.ceil(day)]
        late = any(done[key] > before[key] and not lines[key].works[day] for key in lines)
        if late or not 0 <= free <= len(able):
            return None
        for key in nsmallest(free, able, key=lambda key: (lines[key].due(done[key] + 1), key)):
            done[key] += 1
        for key in lines:
            schedule[key].append(done[key] - before[key])
    return schedule


def _by_flow(lines: Mapping[int, _Line]) -> Schedule:
    """The general case. Running totals of people and of the team are two laminar families, so
    bounds between floor and ceiling, which the exact lines meet, are met by whole numbers too."""
    team = _team_line(lines)
    length, keys = len(team), list(lines)
    network = Network(size=length * (len(keys) + 1) + 1)
    hub = length * (len(keys) + 1)
    cells: dict[tuple[int, int], int] = {}
    for row, key in enumerate(keys):
        line = lines[key]
        network.arc(hub, row * length, line.total, line.total)
        for day in range(length):
            node = row * length + day
            if line.works[day]:
                cells[key, day] = network.arc(node, len(keys) * length + day, 0, line.total)
            if day + 1 < length:
                network.arc(node, node + 1, line.total - line.ceil(day), line.total - line.floor(day))
    for day in range(length):
        node = len(keys) * length + day
        head = node + 1 if day + 1 < length else hub
        network.arc(node, head, floor(team[day]), ceil(team[day]))
    is_solved = network.solve()
    assert is_solved, "the exact lines are a feasible flow, so a whole one exists"
    return {
        key: [network.carried(cells[key, day]) if (key, day) in cells else 0 for day in range(length)]
        for key in keys
    }


def replan(
    before: Mapping[int, Sequence[int]],
    totals: Mapping[int, int],
    capacity: Mapping[int, Sequence[Fraction]],
    first_day: int,
) -> Schedule:
    """A schedule changed from ``first_day`` on: earlier days keep their numbers.

    What is left of the new totals is spread over the days that remain, so that the whole sums to
    the new totals, earlier days of everybody included: what one person did more, or did before
    leaving, is taken from the others in proportion to what they have left. Only where the earlier
    days hold more than the new totals does the sum stay above them.
    """
    length = len(next(iter(capacity.values()), ()))
    kept = {key: list(before.get(key, [0] * length))[:first_day] for key in capacity}
    left = left_after(totals, {key: sum(row) for key, row in kept.items()})
    rest = spread(left, {key: capacity[key][first_day:] for key in left})
    return {key: row + rest.get(key, [0] * (length - first_day)) for key, row in kept.items()}


def left_after(totals: Mapping[int, int], kept: Mapping[int, int]) -> dict[int, int]:
    """What each person still has to carry, given what everybody's earlier days hold."""
    own = {key: max(0, total - kept.get(key, 0)) for key, total in totals.items()}
    whole = max(0, sum(totals.values()) - sum(kept.values()))
    if sum(own.values()) <= whole:
        return own
    return split_by_weight(whole, {key: Fraction(units) for key, units in own.items()})
