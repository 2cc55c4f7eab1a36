"""An action judged by its number: the same span before and after it began."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

WEEK = timedelta(days=7)
FIRST_LOOK, LAST_LOOK = 2 * WEEK, 4 * WEEK


@dataclass(frozen=True)
class Window:
    """Days, the first and the last included."""

    start: date
    end: date


@dataclass(frozen=True)
class Looks:
    """``weeks``: 0 while it is too early, then 2, then 4."""

    weeks: int
    before: Window
    after: Window


def looks(begins: date, today: date) -> Looks:
    """Two weeks after its beginning an action is looked at for the first time, after four for the last.
    Both spans are equally long; days from ``today`` on are not over and do not count."""
    gone = today - begins
    span = LAST_LOOK if gone >= LAST_LOOK else FIRST_LOOK
    weeks = 0 if gone < FIRST_LOOK else span.days // 7
    last = min(begins + span, today) - timedelta(days=1)
    return Looks(weeks, Window(begins - span, begins - timedelta(days=1)), Window(begins, last))


@dataclass(frozen=True)
class Cases:
    """``count`` of ``of``: successes of tries, or a number of things over working days."""

    count: int
    of: Fraction | int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.count) / self.of if self.of > 0 else None
