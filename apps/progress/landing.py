"""Where a goal lands: of each person and of the team, with how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from apps.accounts.models import Membership
from apps.activity.records import Ledger, first_day_read, load_ledger
from apps.domain.lags import Lag
from apps.domain.landing import Outcome, Raw, Record, Skill, Span, land, learn_skill, raw_forecast
from apps.domain.odds import Odds
from apps.domain.outlook import learn_lags
from apps.domain.prices import Price, price_of
from apps.progress.queries import Progress
from apps.web.marks import remembered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

HALF, MOST = 0.5, 0.8
# Forecasts of past periods are made from the same place, and in a small team from these beside it.
BESIDE = (-0.2, 0.2)
SMALL_TEAM = 20
# Working days before today on which a team logged, before its pages foretell.
LEAST_DAYS = 5


@dataclass(frozen=True)
class Landing:
    """``goal`` is None where none is set; ``run_rate`` where nothing is over yet."""

    odds: Odds
    goal: int | None
    run_rate: float | None
    inner: tuple[float, float]
    outer: tuple[float, float]
    chance: float | None

    @property
    def expected(self) -> int:
        return round(self.odds.expected)

    @property
    def low(self) -> int:
        return round(self.outer[0])

    @property
    def high(self) -> int:
        return round(self.outer[1])

    @property
    def is_over(self) -> bool:
        return self.odds.mean == 0


@dataclass(frozen=True)
class FanDay:
    """By the end of a day to come."""

    day: date
    expected: float
    inner: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True)
class TeamLanding:
    """``people`` by member. ``periods``: past periods that the ranges were learnt from."""

    team: Landing
    people: Mapping[int, Landing]
    fan: Sequence[FanDay]
    skill: Skill
    periods: int
    lags: Sequence[Lag]
    ledger: Ledger

    @property
    def is_early(self) -> bool:
        """The team has hardly begun: one contract would look like a law."""
        return int(self.ledger.counts.any(axis=(0, 2)).sum()) < LEAST_DAYS

    def fan_of(self, member: int) -> Sequence[FanDay]:
        return fan(self.people[member].odds, self._days_left(), self.skill)

    def _days_left(self) -> Sequence[date]:
        return self.ledger.days[self.ledger.known :]


def load_landing(progress: Progress) -> TeamLanding | None:
    """As of today, with what is logged today; None before the first day and after the last, when nothing is
    left to foretell, and of nobody."""
    kgi, today = progress.schedule.kgi, progress.today
    if not kgi.start <= today <= kgi.end:
        return None
    members = people_of(progress)
    if not members:
        return None
    last = today - timedelta(days=1)
    learnt = remembered(
        "learnt",
        kgi.team_id,
        (kgi.pk, today, tuple(member.pk for member in members)),
        lambda: _learn(progress, members, last),
        days=(first_day_read((kgi.start, kgi.end)), last),
    )
    return _landing(progress, learnt)


@dataclass(frozen=True)
class _Learnt:
    """What the days before today teach."""

    ledger: Ledger
    lags: Sequence[Lag]
    raw: Raw
    skill: Skill
    periods: int


def _learn(progress: Progress, members: Sequence[Membership], last: date) -> _Learnt:
    kgi = progress.schedule.kgi
    ledger = load_ledger(kgi.team, progress.schedule.kpis, members, (kgi.start, kgi.end), last).counted()
    lags = learn_lags(ledger.counts, ledger.typed_leads)
    record = replace(ledger.record(lags), planned=_planned(progress, ledger))
    raw = raw_forecast(record, ledger.span)
    skill = learn_skill(past_outcomes(record, raw.place), raw.place)
    return _Learnt(ledger, lags, raw, skill, _learnt_from(record))


def landing_to_show(progress: Progress) -> TeamLanding | None:
    """None also while it is too early to say anything."""
    landing = load_landing(progress)
    return None if landing is None or landing.is_early else landing


def _learnt_from(record: Record) -> int:
    """How many past periods taught something: there were results in them, and work before."""
    counts = record.counts
    return sum(
        bool(counts[:, span.first : span.end, -1].any() and counts[:, : span.first].any())
        for span in record.past[1:]
    )


def people_of(progress: Progress) -> list[Membership]:
    """Who has a part in the goal, or did anything in it."""
    busy = {row.member for row in progress.counts} | set(progress.schedule.member_ids)
    return [member for member in progress.members if member.pk in busy or member.carries_targets]


def _planned(progress: Progress, ledger: Ledger) -> "Real":
    """First actions asked of each person on the working days left."""
    import numpy as np

    schedule = progress.schedule
    rows = schedule.planned.get(ledger.kpis[0].pk, {})
    places = [(day - schedule.kgi.start).days for day in ledger.days[ledger.known : ledger.span.end]]
    first = [place for place in places if place >= 0]
    asked = [
        [rows.get(member.pk, [0] * len(schedule.days))[place] for place in first] for member in ledger.members
    ]
    return np.array(asked, dtype=float).reshape(len(ledger.members), len(first))


def past_outcomes(record: Record, place: float) -> list[Outcome]:
    """What would have been foretold in earlier periods, and what came."""
    beside = BESIDE if len(record.counts) <= SMALL_TEAM else ()
    found = []
    for span in record.past[1:]:
        length = span.end - span.first
        places = {min(length - 1, max(0, round((place + more) * length))) for more in (0.0, *beside)}
        if length > 0:
            found += [outcome_at(record, span, span.first + days) for days in sorted(places)]
    return found


def outcome_at(record: Record, span: Span, known: int) -> Outcome:
    """The forecast with so many days known, beside what then came."""
    raw = raw_forecast(record.until(known), span)
    return Outcome(raw, record.counts[:, known : span.end, -1].sum(axis=1))


def _landing(progress: Progress, learnt: _Learnt) -> TeamLanding:
    import numpy as np

    ledger, skill = learnt.ledger, learnt.skill
    found = land(learnt.raw, skill)
    schedule = progress.schedule
    price = _price(progress, ledger)
    goals, done = _goals(progress), _done(progress, ledger)
    worked = ledger.capacity[:, ledger.span.first : ledger.known].sum(axis=1)
    whole = ledger.capacity[:, ledger.span.first : ledger.span.end].sum(axis=1)
    coming = found.mean - found.so_far
    today = _today(progress, ledger)
    # What came today is no longer to come; more than was expected of the day takes nothing from the rest.
    of_day = _part_of_day(ledger, progress.today) * coming
    left = np.maximum(coming - np.minimum(today, of_day), 0.0)
    shrink = np.where(coming > 0, left / np.maximum(coming, 1e-9), 0.0)
    people = {}
    for place, member in enumerate(ledger.members):
        odds = Odds(done[place], float(left[place]), float(found.spread[place] * shrink[place]), price)
        goal = goals.get(member.pk)
        people[member.pk] = landing_of(odds, goal, _run_rate(done[place], worked[place], whole[place]))
    total = float(coming.sum())
    part = float(left.sum()) / total if total > 0 else 0.0
    odds = Odds(float(done.sum()), float(left.sum()), found.team_spread * part, price)
    rate = _run_rate(float(done.sum()), float(worked.sum()), float(whole.sum()))
    team = landing_of(odds, schedule.plan.goal, rate)
    days = ledger.days[ledger.known : ledger.span.end]
    fans = fan(odds, days, skill)
    return TeamLanding(team, people, fans, skill, learnt.periods, learnt.lags, ledger)


def landing_of(odds: Odds, goal: int | None, run_rate: float | None) -> Landing:
    chance = None if goal is None else odds.chance(goal)
    return Landing(odds, goal, run_rate, odds.range(HALF), odds.range(MOST), chance)


def fan(odds: Odds, days: Sequence[date], skill: Skill) -> list[FanDay]:
    """Day by day to the end; what is to come is spread evenly over the days that are left."""
    found = []
    for number, day in enumerate(days, start=1):
        then = odds.after(number / len(days), steady=0.5)
        found.append(FanDay(day, then.expected, then.range(HALF), then.range(MOST)))
    return found


def _run_rate(done: float, worked: float, whole: float) -> float | None:
    """The plain rule: as so far, on every day."""
    return done / worked * whole if worked > 0 else None


def _price(progress: Progress, ledger: Ledger) -> Price | None:
    if not progress.schedule.kgi.is_amount:
        return None
    draft = progress.schedule.draft
    planned = float(draft.goal / draft.contracts) if draft.contracts else None
    return price_of(ledger.deals, planned)


def _goals(progress: Progress) -> dict[int, int]:
    return {member: sum(row) for member, row in progress.schedule.planned_goal.items()}


def _done(progress: Progress, ledger: Ledger) -> "Real":
    """What each person reached in the period, today with it, in the unit of the goal."""
    import numpy as np

    return np.array([float(progress.goal_of(member).actual) for member in ledger.members])


def _today(progress: Progress, ledger: Ledger) -> "Real":
    """Results of today by person."""
    import numpy as np

    last = progress.schedule.kpis[-1].pk
    rows = [row for row in progress.counts if row.day == progress.today and row.kpi == last]
    by_member = {row.member: row.count for row in rows}
    return np.array([float(max(0, by_member.get(member.pk, 0))) for member in ledger.members])


def _part_of_day(ledger: Ledger, today: date) -> "Real":
    """Today's part of each person's working days that are left."""
    import numpy as np

    left = ledger.capacity[:, ledger.known : ledger.span.end]
    is_today = np.array([day == today for day in ledger.days[ledger.known : ledger.span.end]], dtype=float)
    whole = left.sum(axis=1)
    return np.where(whole > 0, left @ is_today / np.maximum(whole, 1e-9), 0.0)
