"""What the rates are worth: of the team and of each person, over a window that a manager chooses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from apps.accounts.models import Membership, Team
from apps.activity.records import Ledger, load_ledger
from apps.domain.beliefs import Belief, Beliefs, people_beliefs
from apps.domain.evidence import Evidence, evidence_of
from apps.domain.lags import Lag, delayed
from apps.domain.levers import Cases
from apps.domain.outlook import BLOCK, blocks, learn_lags
from apps.domain.turns import are_different, find_turn
from apps.funnels.models import Kpi
from apps.goals.models import PlanStage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

WEEKS = (4, 8, 13, 26, 52)
USUAL_WEEKS = 13
# How many days before the window are read for what was under way.
BEFORE = timedelta(days=91)


@dataclass(frozen=True)
class Window:
    """``recent``: what is recent weighs more, and the range is of the time to come; otherwise everything in
    the window weighs alike, and the range is of the window itself."""

    weeks: int
    recent: bool

    def days(self, today: date) -> tuple[date, date]:
        return today - timedelta(days=7 * self.weeks), today - timedelta(days=1)


@dataclass(frozen=True)
class Turned:
    """Since a day the rate is another one."""

    since: date
    before: float
    after: float


@dataclass(frozen=True)
class RateOf:
    """One rate of a person, or of the team (no member). ``in_period`` are the counts side by side,
    ``through`` the cases that had the time to become results. ``apart``: chance hardly explains how far it
    lies from the team's."""

    member: Membership | None
    in_period: Cases
    through: float
    evidence: Evidence | None
    apart: str = ""
    turned: Turned | None = None

    @property
    def rate(self) -> float | None:
        return self.in_period.count / self.in_period.of if self.in_period.of > 0 else None

    @property
    def shifted(self) -> float | None:
        return self.in_period.count / self.through if self.through >= 0.5 else None


@dataclass(frozen=True)
class Step:
    """A step of the funnel. ``wait`` is the mean number of working days that it takes; ``is_read`` says
    whether the counts tell it."""

    before: Kpi
    kpi: Kpi
    team: RateOf
    people: Sequence[RateOf]
    wait: float
    is_read: bool
    turned: Turned | None
    # The team's results and cases of four weeks each, by their first day.
    course: Sequence[tuple[date, Cases]]

    @property
    def is_share(self) -> bool:
        return self.team.in_period.count <= self.team.in_period.of

    @property
    def is_above_one(self) -> bool:
        """Somebody, or all, have more results than cases in the window."""
        return any(one.in_period.count > one.in_period.of > 0 for one in (self.team, *self.people))


def load_steps(
    team: Team,
    kpis: Sequence[Kpi],
    members: Sequence[Membership],
    visible: set[int],
    window: Window,
    today: date,
    segment: int | None = None,
) -> list[Step]:
    """Rows of those in ``visible``; everybody's counts stand behind them. One query and the calendar's."""
    first, last = window.days(today)
    segments = None if segment is None else [segment]
    ledger = load_ledger(team, kpis, members, (first - BEFORE, last), last, segments=segments, periods_back=0)
    since = next((place for place, day in enumerate(ledger.days) if day >= first), ledger.known)
    lags = learn_lags(ledger.counts, ledger.typed_leads)
    return [
        _step(ledger, place, pair, lags[place], since, window, visible)
        for place, pair in enumerate(pairwise(kpis))
    ]


def _step(
    ledger: Ledger, place: int, pair: tuple[Kpi, Kpi], lag: Lag, since: int, window: Window, visible: set[int]
) -> Step:
    cases = ledger.counts[:, :, place]
    results = ledger.counts[:, since:, place + 1]
    through = delayed(cases, lag.kernel)[:, since:]
    hits, tries = blocks(results), blocks(through)
    believed = people_beliefs(hits, tries, steady=not window.recent, links=len(ledger.kpis) - 1)
    course = _course(ledger, hits.sum(axis=0), tries.sum(axis=0), since)
    own = [
        replace(
            _rate_of(ledger, row, cases[row, since:], results[row], through[row], believed),
            turned=_turned(_course(ledger, hits[row], tries[row], since)),
        )
        for row in range(len(ledger.members))
    ]
    return Step(
        *pair,
        _of_team(cases[:, since:], results, through, believed),
        [one for one in own if one.member and one.member.pk in visible and one.in_period.of > 0],
        lag.mean,
        lag.is_read,
        _turned(course),
        course,
    )


def _rate_of(
    ledger: Ledger, row: int, cases: "Real", results: "Real", through: "Real", believed: Beliefs | None
) -> RateOf:
    counted = Cases(round(float(results.sum())), round(float(cases.sum())))
    if believed is None or counted.of <= 0:
        return RateOf(ledger.members[row], counted, float(through.sum()), None)
    belief = believed.of(row)
    return RateOf(
        ledger.members[row],
        counted,
        float(through.sum()),
        evidence_of(counted, belief),
        _apart(belief, believed.team) if len(ledger.members) > 1 else "",
    )


def _apart(own: Belief, team: Belief) -> str:
    if not are_different(own, team):
        return ""
    return "above" if own.mean > team.mean else "below"


def _of_team(cases: "Real", results: "Real", through: "Real", believed: Beliefs | None) -> RateOf:
    counted = Cases(round(float(results.sum())), round(float(cases.sum())))
    found = evidence_of(counted, believed.team) if believed and counted.of > 0 else None
    return RateOf(None, counted, float(through.sum()), found)


def _course(ledger: Ledger, hits: "Real", tries: "Real", since: int) -> list[tuple[date, Cases]]:
    starts = [max(since, ledger.known - BLOCK * back) for back in range(len(hits), 0, -1)]
    cases = [Cases(round(one), round(of)) for one, of in zip(hits.tolist(), tries.tolist(), strict=True)]
    return [(ledger.days[start], one) for start, one in zip(starts, cases, strict=True)]


def _turned(course: Sequence[tuple[date, Cases]]) -> Turned | None:
    found = find_turn([cases for _day, cases in course])
    return Turned(course[found.place][0], found.before, found.after) if found else None


@dataclass(frozen=True)
class RateChange:
    """A plan's rate became another one."""

    kpi: int
    day: date
    rate: str


def load_changes(team: Team, since: date) -> list[RateChange]:
    """What plans decided about rates, in their order; of several segments the first. One query."""
    rows = (
        PlanStage.objects.filter(
            plan__kgi__team=team, plan__kgi__withdrawn_at=None, plan__valid_from__gte=since
        )
        .exclude(rate_text="")
        .order_by("plan__valid_from", "plan__kgi__start", "plan__number", "plan__streams__position", "pk")
        .values_list("kpi_id", "plan__valid_from", "rate_text", "plan_id")
        .distinct()
    )
    found: list[RateChange] = []
    stands: dict[int, str] = {}
    seen: set[tuple[int, int]] = set()
    for kpi, day, rate, plan in rows:
        if (kpi, plan) in seen:
            continue
        seen.add((kpi, plan))
        if kpi in stands and stands[kpi] != rate:
            found.append(RateChange(kpi, day, rate))
        stands[kpi] = rate
    return found
