"""What would help most: each way to more results with its gain, how sure that is, and the hours it takes.

"+1 point" always favours the smallest rate, so a rate is raised as far as the team shows to be possible: the
upper quartile of what is believed of its people (see ``beliefs``), never above what is believed of the
best. Gains multiply through the chain; their ranges follow from how well each factor is known (delta method).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from apps.domain.beliefs import Belief
from apps.domain.levers import upper_quartile
from apps.domain.need import Chain, actions_for
from apps.domain.prices import Wanted

VOLUME, RATE, PRICE, DAYS, PEOPLE = "volume", "rate", "price", "days", "people"
# Four of five gains lie so many standard deviations around theirs.
Z_80 = 1.2816
# What is gained by less than this part is no lever.
NOTICEABLE = 0.01
# Raising a rate or a price takes practice: so many hours a month, said on the page.
PRACTICE_HOURS = 2.0


@dataclass(frozen=True)
class Factor:
    """One factor of the result: how large it is believed to be now, with its variance, and how large it can
    become. ``below`` is the chance that it truly lies below the middle of the team."""

    now: float
    spread: float
    possible: float
    below: float | None = None

    @property
    def growth(self) -> float:
        return self.possible / self.now - 1 if self.now > 0 else 0.0

    @property
    def relative(self) -> float:
        return self.spread / self.now**2 if self.now > 0 else 0.0


@dataclass(frozen=True)
class Work:
    """A month's work: first actions, then the rates into each further stage, and the price of a result; all
    as factors whose product is the month's result. ``minutes`` by stage, None where nobody said."""

    volume: Factor
    rates: Sequence[Factor]
    price: Factor
    minutes: Sequence[float | None]
    # The part of the working days on which anything was done, and the hours of one of them.
    days: Factor | None = None
    hours_a_day: float | None = None
    working_days: float = 0.0
    people: int = 1
    # How far people's results differ, as a squared share.
    apart: float = 0.0

    @property
    def factors(self) -> list[Factor]:
        return [self.volume, *self.rates, self.price]

    @property
    def result(self) -> float:
        found = 1.0
        for factor in self.factors:
            found *= factor.now
        return found


@dataclass(frozen=True)
class Option:
    """``place``: of a rate the number of the stage it leads into. Gain, with four of five in ``low`` to
    ``high``, is a month's, in the unit of the result; ``in_time`` is the part of it that still comes in this
    period. ``hours`` a month, None where minutes are not known."""

    kind: str
    place: int
    factor: Factor
    gain: float
    low: float
    high: float
    hours: float | None
    in_time: float

    @property
    def per_hour(self) -> float | None:
        return self.gain / self.hours if self.hours else None


def options(work: Work, in_time: Sequence[float], one_more: float | None = None) -> list[Option]:
    """The greatest gain for an hour first; what takes unknown time after those, by gain. ``in_time``: for
    each stage the part of a change made now that still comes to its end. ``one_more``: a month's result of
    one more person, for a whole team."""
    found = [_volume(work, in_time[0])]
    found += [_rate(work, place, in_time[place]) for place in range(1, len(work.rates) + 1)]
    found.append(_simple(work, PRICE, work.price, PRACTICE_HOURS, in_time[-1]))
    if work.days is not None:
        missed = work.working_days * (work.days.possible - work.days.now)
        hours = missed * work.hours_a_day if work.hours_a_day else None
        found.append(_simple(work, DAYS, work.days, hours, in_time[0]))
    found = [one for one in found if one.factor.growth >= NOTICEABLE and one.gain > 0]
    if one_more and one_more > 0:
        hours = work.working_days / work.people * work.hours_a_day if work.hours_a_day else None
        reach = Z_80 * one_more * sqrt(sum(factor.relative for factor in work.factors) + work.apart)
        nobody = Factor(1.0, 0.0, 1.0)
        found.append(
            Option(
                PEOPLE, 0, nobody, one_more, max(0.0, one_more - reach), one_more + reach, hours, in_time[0]
            )
        )
    return sorted(found, key=_order)


def _order(option: Option) -> tuple[bool, float, float]:
    return option.per_hour is None, -(option.per_hour or 0.0), -option.gain


def _volume(work: Work, in_time: float) -> Option:
    """More first actions bring more of everything after them."""
    more = work.volume.possible - work.volume.now
    hours = _hours(work, 0, more)
    return _simple(work, VOLUME, work.volume, hours, in_time)


def _rate(work: Work, place: int, in_time: float) -> Option:
    """A better rate brings more of its stage and of those after it, and takes practice."""
    factor = work.rates[place - 1]
    cases = work.volume.now
    for rate in work.rates[: place - 1]:
        cases *= rate.now
    hours = _hours(work, place, cases * (factor.possible - factor.now))
    option = _simple(work, RATE, factor, None if hours is None else hours + PRACTICE_HOURS, in_time)
    return replace(option, place=place)


def _hours(work: Work, place: int, more: float) -> float | None:
    """So many more at a stage, with what follows from them; None where a stage's minutes are not known."""
    hours = 0.0
    for stage in range(place, len(work.rates) + 1):
        minutes = work.minutes[stage]
        if minutes is None:
            return None
        hours += more * minutes / 60
        if stage < len(work.rates):
            more *= work.rates[stage].now
    return hours


def _simple(work: Work, kind: str, factor: Factor, hours: float | None, in_time: float) -> Option:
    gain = work.result * factor.growth
    if factor.now <= 0:
        return Option(kind, 0, factor, 0.0, 0.0, 0.0, hours, in_time)
    others = sum(one.relative for one in work.factors if one is not factor)
    unit = work.result / factor.now
    step = factor.possible - factor.now
    spread = unit**2 * (step**2 * others + factor.spread * (1 + others))
    reach = Z_80 * sqrt(spread)
    # What is tried and brings nothing is given up: it takes nothing away.
    return Option(kind, 0, factor, gain, max(0.0, gain - reach), gain + reach, hours, in_time)


def factor_of(own: Belief, people: Sequence[Belief]) -> Factor:
    """A person's rate beside those of the team, the person with them: it can become what a quarter of them
    reach."""
    means = [one.mean for one in people]
    possible = max(own.mean, upper_quartile(means)) if means else own.mean
    ordered = sorted(means)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2 if ordered else own.mean
    return Factor(own.mean, own.spread, possible, chance_below(own, middle) if len(means) > 1 else None)


def chance_below(belief: Belief, value: float) -> float:
    """That the true rate lies below a value."""
    from scipy.special import betainc, gammainc

    first, second = belief.shape
    if belief.is_share:
        return float(betainc(first, second, min(max(value, 0.0), 1.0)))
    return float(gammainc(first, second * max(value, 0.0)))


def cost_of_doubt(chain: Chain, wanted: Wanted, confidence: float) -> list[int | None]:
    """By rate, how many first actions fewer were needed if it were known exactly; None where no number of
    actions is enough."""
    whole = actions_for(chain, wanted, confidence)
    if whole is None:
        return [None] * len(chain.rates)
    found: list[int | None] = []
    for place, rate in enumerate(chain.rates):
        sure = Belief(rate.mean, min(rate.spread, (rate.mean * 1e-3) ** 2), rate.is_share)
        rates = (*chain.rates[:place], sure, *chain.rates[place + 1 :])
        needed = actions_for(Chain(rates, chain.useful, chain.under_way), wanted, confidence)
        found.append(None if needed is None else max(0, whole - needed))
    return found


# -- the habit or the method -----------------------------------------------------------------------

METHOD, HABIT, ON_TRACK, TOO_EARLY = "method", "habit", "on_track", "too_early"
# Logged on so many of ten working days is a strong rhythm; before so many days nothing is said.
STRONG, FEWEST_DAYS = 0.8, 5
# Nearly reached is reached.
NEARLY = 0.97


def rhythm_says(logged: float, working_days: float, attained: float | None, people: int = 1) -> str:
    """Missed with a strong rhythm of logging: the method; missed with a weak one: the habit. ``attained`` is
    the result as a part of what was asked by now, None where nothing was; ``logged`` and ``working_days``
    are of all ``people`` together."""
    if working_days < FEWEST_DAYS * people or attained is None:
        return TOO_EARLY
    if attained >= NEARLY:
        return ON_TRACK
    return METHOD if logged >= STRONG * working_days else HABIT
