"""Teams whose truth is known: drawn day by day, with lags, weather and newcomers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
DAYS = 21
# Working days after the last month into which what was begun may still fall.
AFTER = 300


@dataclass(frozen=True)
class World:
    """What a team is like. ``lags``: mean working days from each stage to the next. ``weather``: by how much
    months differ, as a share; ``like``: of how many cases the team's rates are worth for a person."""

    people: int = 6
    months: int = 9
    lags: Sequence[float] = (1, 3, 5)
    calls: float = 15.0
    weather: float = 0.2
    like: float = 60.0
    # The first person joined so many working days before the last month; 0: long ago.
    joined: int = 0
    # How much more of the first actions is done on the last fifth of a month's days.
    rush: float = 0.0


def draw(world: World, random: np.random.Generator) -> tuple[Real, Real]:
    """Counts by person, working day and stage, and capacity by person and day."""
    days = world.months * DAYS
    counts = np.zeros((world.people, days + AFTER, len(world.lags) + 1))
    capacity = (random.random((world.people, days)) > 0.06).astype(float)
    if world.joined:
        capacity[0, : days - DAYS - world.joined] = 0
    spread = world.weather
    weather = (
        random.gamma(1 / spread**2, spread**2, (world.months, 2)) if spread else np.ones((world.months, 2))
    )
    month = np.arange(days) // DAYS
    pace = world.calls * random.gamma(8, 1 / 8, world.people)
    rush = 1 + world.rush * (np.arange(days) % DAYS >= DAYS * 4 // 5)
    counts[:, :days, 0] = random.poisson(pace[:, None] * capacity * np.sqrt(weather[month, 0]) * rush)
    for step, lag in enumerate(world.lags):
        mean = random.uniform(0.2, 0.5)
        rates = random.beta(mean * world.like, (1 - mean) * world.like, world.people)
        moved = weather[month, 1] if step == len(world.lags) - 1 else np.ones(days)
        _come_through(counts, step, rates, moved, lag, random)
    return counts[:, :days], capacity


def _come_through(
    counts: Real, step: int, rates: Real, moved: Real, lag: float, random: np.random.Generator
) -> None:
    """Each case becomes a result or not, and takes its time for it."""
    for person, rate in enumerate(rates):
        for day, shift in enumerate(moved):
            cases = int(counts[person, day, step])
            won = random.binomial(cases, min(0.98, rate * shift)) if cases else 0
            if not won:
                continue
            short = random.geometric(1 / (1 + lag), won) - 1
            waits = short if lag < 15 else np.round(random.weibull(1.0, won) * lag).astype(int)
            np.add.at(counts[person, :, step + 1], np.minimum(day + waits, counts.shape[1] - 1), 1)
