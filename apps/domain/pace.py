"""Plan against actual on the working calendar: expected, gap, attainment, today's number."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil


def attainment(actual: int | Fraction, target: int | Fraction) -> Fraction | None:
    """Actual over target, never capped, negative after cancellations; None where no target is set."""
    return Fraction(actual) / Fraction(target) if target > 0 else None


@dataclass(frozen=True)
class Requirement:
    """A number to do: what the plan asks, and what is added or spared to be on the plan again."""

    plan: int
    catch_up: int

    @property
    def needed(self) -> int:
        return max(0, self.plan + self.catch_up)


def requirement(
    planned: Sequence[int], capacity: Sequence[Fraction], first: int, last: int, done_before: int
) -> Requirement:
    """What a day (``first == last``) or a week asks for, fixed when it begins.

    ``planned`` and ``capacity`` are by day of the period; only what was done before ``first``
    counts. A shortage is spread over the capacity that is left, rounded up (doing it every day
    is enough); a surplus spares work, never more than it holds. Without capacity nothing is added.
    """
    plan = sum(planned[first : last + 1])
    share = sum(capacity[first : last + 1], Fraction(0))
    if not share:
        return Requirement(plan, 0)
    backlog = sum(planned[:first]) - done_before
    part = backlog * share / sum(capacity[first:])
    return Requirement(plan, ceil(part))
