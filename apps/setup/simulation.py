"""A believable inside-sales team, day by day: seeded, so that every sample looks the same.

The leads are warm (people who asked for material): a third of contacts becomes an appointment,
far more than any cold call brings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

SEED = 319
# What the plan of the sample assumes, from one stage into the next.
RATES = (1 / 3, 1 / 2, 1 / 5)
# Working days until an appointment is held, and until a meeting is decided.
MEETING_LAG = (1, 4)
CONTRACT_LAG = (4, 12)
WEEKDAYS = (1.0, 1.12, 1.08, 1.02, 0.86, 0.6, 0.6)


@dataclass(frozen=True)
class Character:
    """How a rep differs from the plan: diligence, and skill at each of the three steps."""

    diligence: float
    skills: tuple[float, float, float]
    # Share of the way through the history at which a slump begins and ends, and its depth.
    slump: tuple[float, float, float] = (2.0, 2.0, 1.0)
    # How many of the last working days were all but lost.
    stalled_days: int = 0


CHARACTERS = (
    Character(1.08, (1.05, 1.02, 1.12)),
    Character(1.22, (0.92, 0.98, 0.86)),
    Character(0.92, (1.0, 1.08, 1.3)),
    Character(1.0, (1.12, 0.96, 0.95), slump=(0.45, 0.7, 0.55)),
    Character(0.82, (0.9, 0.95, 0.8)),
    Character(1.02, (1.0, 1.0, 1.05), stalled_days=3),
)


@dataclass(frozen=True)
class DayOfWork:
    """What one rep did on one day: contacts, appointments, meetings, contracts."""

    rep: int
    day: date
    counts: tuple[int, int, int, int]


def simulate(
    workdays: Sequence[Sequence[date]], contacts_a_day: float, random: Random | None = None
) -> Iterator[DayOfWork]:
    """Each rep's days, given each rep's own working days (leave already taken out)."""
    random = random or Random(SEED)  # noqa: S311 - a simulation, not a secret
    for rep, days in enumerate(workdays):
        yield from _one_rep(rep, CHARACTERS[rep % len(CHARACTERS)], days, contacts_a_day, random)


def _one_rep(
    rep: int, character: Character, days: Sequence[date], contacts_a_day: float, random: Random
) -> Iterator[DayOfWork]:
    meetings, contracts = [0] * (len(days) + 40), [0] * (len(days) + 40)
    for number, day in enumerate(days):
        way = number / max(1, len(days))
        mood = character.slump[2] if character.slump[0] <= way < character.slump[1] else 1.0
        effort = character.diligence * WEEKDAYS[day.weekday()] * (0.55 + 0.45 * mood)
        if number >= len(days) - character.stalled_days:
            effort *= 0.25
        contacts = max(0, round(random.gauss(contacts_a_day * effort, contacts_a_day * 0.16)))
        skills = [rate * skill * mood for rate, skill in zip(RATES, character.skills, strict=True)]
        appointments = _successes(contacts, skills[0], random)
        for _each in range(_successes(appointments, skills[1], random)):
            meetings[number + random.randint(*MEETING_LAG)] += 1
        for _each in range(_successes(meetings[number], skills[2], random)):
            contracts[number + random.randint(*CONTRACT_LAG)] += 1
        yield DayOfWork(rep, day, (contacts, appointments, meetings[number], contracts[number]))


def _successes(tries: int, chance: float, random: Random) -> int:
    return sum(random.random() < min(chance, 0.97) for _each in range(tries))
