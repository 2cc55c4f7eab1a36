"""What if: how the first action's number follows goal, price, rates, days and people, and which of them
alone would be enough."""

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from apps.domain.numbers import whole_up


@dataclass(frozen=True)
class Setting:
    """A plan in its factors. ``goal`` and ``price`` are in one unit, ``price`` 1 for a goal in contracts;
    ``rates`` lead from each stage to the next; ``days`` are working days of one person."""

    goal: Fraction
    price: Fraction
    rates: tuple[Fraction, ...]
    days: Fraction
    people: int


@dataclass(frozen=True)
class Enough:
    """What one factor would have to be, the others staying: ``factor`` is ``actions``, ``price``,
    ``days``, ``people``, ``goal``, or the place of a rate."""

    factor: str | int
    now: Fraction
    needed: Fraction
    # A rate above 1, which no stage reaches.
    is_possible: bool = True


def needed_actions(setting: Setting) -> Fraction:
    """First actions that the whole team needs for the goal, exactly."""
    return setting.goal / setting.price / prod(setting.rates, start=Fraction(1))


def needed_a_day(setting: Setting) -> Fraction | None:
    """First actions per person and working day; None where nobody works."""
    work = setting.days * setting.people
    return needed_actions(setting) / work if work > 0 else None


def brings(setting: Setting, a_day: Fraction) -> Fraction:
    """The result of so many first actions per person and working day, in the goal's unit."""
    actions = a_day * setting.days * setting.people
    return actions * prod(setting.rates, start=Fraction(1)) * setting.price


def enough(setting: Setting, a_day: Fraction) -> list[Enough]:
    """Which value of each factor alone reaches the goal at ``a_day`` first actions per person and day.
    Empty where that brings nothing. People are rounded up: half a person cannot be hired."""
    result = brings(setting, a_day)
    if result <= 0:
        return []
    short = setting.goal / result
    found = [Enough("actions", a_day, a_day * short)]
    found += [
        Enough(place, rate, rate * short, rate * short <= 1) for place, rate in enumerate(setting.rates)
    ]
    if setting.price != 1:
        found.append(Enough("price", setting.price, setting.price * short))
    found.append(Enough("days", setting.days, setting.days * short))
    found.append(Enough("people", Fraction(setting.people), Fraction(whole_up(setting.people * short))))
    found.append(Enough("goal", setting.goal, result))
    return found
