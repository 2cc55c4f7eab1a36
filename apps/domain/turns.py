"""Whether a rate has turned on the way: the month since when it is another one, if chance hardly explains
it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from apps.domain.beliefs import Belief
from apps.domain.levers import Cases

# The best of several months to cut at is chosen, so a difference has to be larger than for one that was named
# beforehand: three standard deviations leave about one false claim in fifty courses of a year.
SIGMAS = 3.0
# Fewer cases than this on either side say nothing.
FEWEST_CASES = 20
# Two people's rates are called different beyond so many standard deviations.
APART = 1.96


@dataclass(frozen=True)
class Turn:
    """From block ``place`` on the rate is ``after``, until then it was ``before``; fractions of one, or per
    case."""

    place: int
    before: float
    after: float


def find_turn(blocks: Sequence[Cases]) -> Turn | None:
    """In a course of blocks, the oldest first; None where chance explains it all. Blocks that scatter more
    than chance have to differ by more."""
    cases = [Cases(max(0, one.count), max(0, one.of)) for one in blocks]
    found = [(place, _distance(cases, place)) for place in range(1, len(cases))]
    place, distance = max(found, key=lambda one: one[1], default=(0, 0.0))
    if distance < SIGMAS:
        return None
    before, after = _whole(cases[:place]), _whole(cases[place:])
    return Turn(place, before.count / before.of, after.count / after.of)


def _whole(cases: Sequence[Cases]) -> Cases:
    return Cases(sum(one.count for one in cases), sum(one.of for one in cases))


def _distance(cases: Sequence[Cases], place: int) -> float:
    """How far the two sides of a cut differ, in standard deviations of that difference."""
    before, after = _whole(cases[:place]), _whole(cases[place:])
    if min(before.of, after.of) < FEWEST_CASES:
        return 0.0
    rates = before.count / before.of, after.count / after.of
    both = _whole([before, after])
    mean = both.count / both.of
    each = mean * (1 - mean) if mean < 1 else mean
    noise = each * (1 / before.of + 1 / after.of) * _scatter(cases[:place], cases[place:])
    return abs(rates[1] - rates[0]) / sqrt(noise) if noise > 0 else 0.0


def _scatter(*sides: Sequence[Cases]) -> float:
    """By how much blocks within a side differ more than chance lets them; 1: not at all."""
    chi, freedom = 1.0, 1
    for side in sides:
        known = [one for one in side if one.of > 0]
        whole = _whole(known)
        mean = whole.count / whole.of if whole.of else 0.0
        each = mean * (1 - mean) if mean < 1 else mean
        if each > 0:
            chi += sum((one.count - one.of * mean) ** 2 / (one.of * each) for one in known)
            freedom += len(known) - 1
    return max(1.0, chi / freedom)


def are_different(one: Belief, other: Belief) -> bool:
    """Whether chance hardly explains that two people's rates differ."""
    return abs(one.mean - other.mean) > APART * sqrt(one.spread + other.spread)
