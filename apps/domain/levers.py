"""Which stage is worth a KPI: what one more unit of it changes at the end, times how far it can rise.

"+1 point" alone always favours the smallest rate, and "+10 %" is the same for every stage of a
product, so a rate is raised as far as somebody has shown to be possible: the team's upper quartile,
or the person's own best month, both shrunk towards the team's mean so that three lucky calls are no
proof (empirical Bayes by moments, Kleinman 1973)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# A prior is at least worth this many tries: a team of two people says little about its spread.
WEAKEST_PRIOR, STRONGEST_PRIOR = 5.0, 1_000.0
# With fewer tries a rate shows nothing about what is possible.
FEWEST_TRIES = 10


@dataclass(frozen=True)
class Cases:
    """Successes out of tries. More successes than tries happen when a period cuts a cycle."""

    count: int
    of: int


@dataclass(frozen=True)
class Reach:
    """A rate as it is, and as it has been shown to be possible; ``shown_by`` says by what:
    ``quartile`` of the team, own ``best`` month, or empty where neither is above it."""

    now: float
    possible: float
    shown_by: str

    @property
    def growth(self) -> float:
        """The relative change: 0.25 for 20 % that can become 25 %."""
        return self.possible / self.now - 1 if self.now > 0 else 0.0


def shrunk(cases: Cases, mean: float, strength: float) -> float:
    return (cases.count + mean * strength) / (cases.of + strength)


def prior_strength(groups: Sequence[Cases]) -> float:
    """How many tries the common rate of the groups is worth: few where they truly differ, many
    where the differences are no more than chance explains."""
    used = [group for group in groups if group.of >= FEWEST_TRIES]
    of = sum(group.of for group in used)
    mean = sum(group.count for group in used) / of if of else 0.0
    if not 0 < mean < 1 or len(used) < 2:
        return STRONGEST_PRIOR
    spread = sum(group.of * (group.count / group.of - mean) ** 2 for group in used)
    noise = (len(used) - 1) * mean * (1 - mean)
    scale = of - sum(group.of**2 for group in used) / of
    between = (spread - noise) / scale if scale > 0 else 0.0
    if between <= 0:
        return STRONGEST_PRIOR
    return min(max(mean * (1 - mean) / between - 1, WEAKEST_PRIOR), STRONGEST_PRIOR)


def upper_quartile(values: Sequence[float]) -> float:
    """The value that a quarter reaches, by linear interpolation; of one value itself."""
    ordered = sorted(values)
    place = 0.75 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def reach_of_rate(own: Cases, people: Sequence[Cases], months: Sequence[Cases]) -> Reach:
    """How far a rate can rise. ``own`` is whose rate it is (a person or the whole team), ``people``
    the members of the team, ``months`` the periods of ``own``."""
    counted = [person for person in people if person.of > 0]
    of = sum(person.of for person in counted)
    if not of:
        return Reach(0.0, 0.0, "")
    mean = sum(person.count for person in counted) / of
    strength = prior_strength(counted)
    now = shrunk(own, mean, strength)
    quartile = upper_quartile([shrunk(person, mean, strength) for person in counted])
    month_strength = prior_strength(months)
    best = max(
        (shrunk(month, now, month_strength) for month in months if month.of >= FEWEST_TRIES), default=0.0
    )
    return _highest(now, quartile, best)


@dataclass(frozen=True)
class Pace:
    """Actions in so many working days."""

    count: int
    days: float


# Days of work that the common pace is worth beside a person's own, and the fewest that show a best.
PACE_PRIOR, FEWEST_DAYS = 10.0, 10.0


def reach_of_volume(own: Pace, people: Sequence[Pace], periods: Sequence[Pace]) -> Reach:
    """As ``reach_of_rate``, for actions per working day of a person; ``periods`` are over."""
    if own.days <= 0:
        return Reach(0.0, 0.0, "")
    now = own.count / own.days
    worked = [
        (one.count + now * PACE_PRIOR) / (one.days + PACE_PRIOR) for one in people if one.count and one.days
    ]
    best = max((one.count / one.days for one in periods if one.days >= FEWEST_DAYS), default=0.0)
    return _highest(now, upper_quartile(worked) if worked else 0.0, best)


def _highest(now: float, quartile: float, best: float) -> Reach:
    possible = max(now, quartile, best)
    if possible <= now * (1 + 1e-9):
        return Reach(now, now, "")
    return Reach(now, possible, "quartile" if quartile >= best else "best")


@dataclass(frozen=True)
class Lever:
    """A stage with what one more unit of it brings at the end, and what its growth would bring."""

    stage: int
    per_unit: Fraction
    gain: float
    reach: Reach


def levers(needs: Sequence[Fraction], goal: Fraction, reaches: Sequence[Reach]) -> list[Lever]:
    """The stages, greatest gain first. ``needs`` are exact counts by stage that lead to ``goal``;
    the goal grows as each stage's rate (or the first stage's volume) does, by the same share."""
    found = [
        Lever(number, goal / need if need else Fraction(0), float(goal) * reach.growth, reach)
        for number, (need, reach) in enumerate(zip(needs, reaches, strict=True))
    ]
    return sorted(found, key=lambda lever: (-lever.gain, lever.stage))
