"""What comes first and what can wait: effect per hour of work, weighed by what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Step:
    """A stage that somebody works at. ``need`` is how many of it lead to the whole goal, ``minutes`` what
    one takes (None: nobody has said), ``needed`` and ``left`` are of the day or week looked at."""

    key: int
    need: Fraction
    minutes: Fraction | None
    needed: int
    left: int


@dataclass(frozen=True)
class Priority:
    """``effect``: the part of the goal that an hour brings, what the stage comes from included.
    ``shortage``: the part of the number that is still to do, from 0 to 1."""

    key: int
    effect: Fraction
    shortage: Fraction

    @property
    def score(self) -> Fraction:
        return self.effect * self.shortage

    @property
    def can_wait(self) -> bool:
        return self.shortage == 0


def priorities(steps: Sequence[Step]) -> list[Priority]:
    """The steps in the order in which to do them; ``steps`` come first action first.

    An appointment takes eight minutes and brings more than a call; yet without calls there is none. So
    the time of a stage holds the time of all that it comes from, and the effect of an hour is the goal
    over the hours of the whole chain up to it. Where nobody has said how long something takes, it counts
    as the mean of what is known, or all alike.
    """
    known = [step.minutes for step in steps if step.minutes]
    usual = sum(known, Fraction(0)) / len(known) if known else Fraction(1)
    found, hours = [], Fraction(0)
    for step in steps:
        hours += step.need * (step.minutes or usual) / 60
        effect = 1 / hours if hours else Fraction(0)
        shortage = Fraction(max(0, step.left), step.needed) if step.needed > 0 else Fraction(0)
        found.append(Priority(step.key, effect, min(shortage, Fraction(1))))
    return sorted(found, key=lambda one: -one.score)
