"""The forecasts of the whole past, made again with what was known then."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from apps.accounts.models import Membership, Team
from apps.activity.models import Tally
from apps.activity.records import Ledger, load_ledger
from apps.domain.landing import Outcome, Span, land, learn_skill
from apps.domain.odds import Odds
from apps.domain.outlook import learn_lags
from apps.domain.periods import Period, month_of, previous
from apps.domain.prices import Price, price_of
from apps.domain.scores import Call, score
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.queries import in_force
from apps.progress.forecasts import THIRDS, Kept, Third
from apps.progress.landing import HALF, MOST, outcome_at

# So many periods are gone through at most; of the first ones nothing is foretold, they are learnt from.
LONGEST, LEARNING = 36, 2


@dataclass(frozen=True)
class Backtest:
    """``periods`` were foretold, from ``since`` on."""

    kept: Kept
    periods: int
    since: date | None


NOTHING = Backtest(Kept([], 0), 0, None)


def run_backtest(
    team: Team,
    members: Sequence[Membership],
    today: date,
    periods: int = LONGEST,
    visible: Set[int] | None = None,
) -> Backtest:
    """Of all the team's months that are over, as far as anything was logged: from the middle of each third,
    as it was known at the time. The goal's unit is that of the team's last goal. ``visible``: whose
    forecasts are judged beside the team's, by default everybody's."""
    kpis = list(Kpi.objects.of_team(team).running())
    first = Tally.objects.filter(member__in=members).order_by("day").values_list("day", flat=True).first()
    if first is None or len(kpis) == 0:
        return NOTHING
    last = previous(month_of(today))
    number = min(periods, (last[0].year - first.year) * 12 + last[0].month - first.month)
    if number < LEARNING:
        return NOTHING
    ledger = load_ledger(team, kpis, members, last, last[1], periods_back=number).counted()
    return _Replay(ledger, _goals(team, ledger), _is_amount(team), visible).run()


class _Replay:
    """Period after period, each with what the ones before it taught."""

    def __init__(
        self, ledger: Ledger, goals: dict[tuple[date, int], int], is_amount: bool, visible: Set[int] | None
    ) -> None:
        self.ledger, self.goals, self.is_amount = ledger, goals, is_amount
        self.visible = {member.pk for member in ledger.members} if visible is None else visible
        self.outcomes: list[Outcome] = []
        self.calls: dict[tuple[int, bool], list[Call]] = {}
        self.record = ledger.record([])

    def run(self) -> Backtest:
        periods = [*reversed(self.ledger.past), self.ledger.period]
        spans = [*self.record.past, self.ledger.span]
        told = 0
        for number, (period, span) in enumerate(zip(periods, spans, strict=True)):
            if number < LEARNING - 1 or span.end - span.first < THIRDS:
                continue
            told += self._foretell(period, span, spans[:number], judged=number >= LEARNING)
        thirds = [
            Third(third, score(self.calls.get((third, True), [])), score(self.calls.get((third, False), [])))
            for third in range(1, THIRDS + 1)
        ]
        since = periods[LEARNING][0] if told and len(periods) > LEARNING else None
        return Backtest(Kept(thirds, told), told, since)

    def _foretell(self, period: Period, span: Span, past: Sequence[Span], *, judged: bool) -> bool:
        if not self.record.counts[:, : span.first].any():
            return False
        known = self.record.counts[:, : span.first]
        lags = learn_lags(known, self.ledger.typed_leads)
        record = replace(self.record, lags=lags, past=[*past, span])
        price = self._price(span)
        made = []
        for third in range(1, THIRDS + 1):
            at = span.first + (2 * third - 1) * (span.end - span.first) // (2 * THIRDS)
            outcome = outcome_at(record, span, at)
            if judged:
                self._judge(third, period, span, at, outcome, price)
            made.append(outcome)
        self.outcomes += made
        return judged

    def _price(self, span: Span) -> Price | None:
        if not self.is_amount:
            return None
        last = self.record.counts[:, : span.first, -1]
        amounts = self.ledger.amounts[:, : span.first]
        pairs = [
            (int(count), int(amount)) for count, amount in zip(last.ravel(), amounts.ravel(), strict=True)
        ]
        return price_of(pairs, None)

    def _judge(
        self, third: int, period: Period, span: Span, at: int, outcome: Outcome, price: Price | None
    ) -> None:
        found = land(outcome.raw, learn_skill(self.outcomes, outcome.raw.place))
        if self.is_amount and price is None:
            return
        values = self.ledger.amounts if self.is_amount else self.record.counts[:, :, -1]
        so_far, came = (values[:, span.first : end].sum(axis=1) for end in (at, span.end))
        worked = self.record.capacity[:, span.first : at].sum(axis=1)
        whole = self.record.capacity[:, span.first : span.end].sum(axis=1)
        coming = found.mean - found.so_far
        for place, member in enumerate(self.ledger.members):
            # Of somebody who had not begun, or was away, nothing was said.
            if member.pk not in self.visible or not self.record.counts[place, :at].any() or whole[place] <= 0:
                continue
            odds = Odds(float(so_far[place]), float(coming[place]), float(found.spread[place]), price)
            rate = float(so_far[place] / worked[place] * whole[place]) if worked[place] else None
            plan = self.goals.get((period[0], member.pk))
            self._call(third, False, odds, float(came[place]), rate, plan)
        team = Odds(float(so_far.sum()), float(coming.sum()), found.team_spread, price)
        rate = float(so_far.sum() / worked.sum() * whole.sum()) if worked.sum() else None
        self._call(third, True, team, float(came.sum()), rate, self.goals.get((period[0], 0)))

    def _call(
        self, third: int, is_team: bool, odds: Odds, came: float, rate: float | None, plan: int | None
    ) -> None:
        call = Call(odds.expected, odds.range(HALF), odds.range(MOST), came, rate, plan)
        self.calls.setdefault((third, is_team), []).append(call)


def _is_amount(team: Team) -> bool:
    last = Kgi.objects.of_team(team).running().order_by("-end").first()
    if last is not None:
        return last.is_amount
    return Tally.objects.filter(member__team=team, amount__gt=0).exists()


def _goals(team: Team, ledger: Ledger) -> dict[tuple[date, int], int]:
    """What each month's plan asked, by its first day and member; of the whole team under 0."""
    starts = {period[0] for period in (*ledger.past, ledger.period)}
    kgis = Kgi.objects.of_team(team).running().filter(start__in=starts).prefetch_related("plans__shares")
    found: dict[tuple[date, int], int] = {}
    for kgi in kgis:
        if month_of(kgi.start)[1] != kgi.end:
            continue
        plan = in_force(sorted(kgi.plans.all(), key=lambda plan: plan.number), kgi.start)[-1]
        found[kgi.start, 0] = plan.goal
        for share in plan.shares.all():
            place = (kgi.start, share.member_id)
            found[place] = found.get(place, 0) + share.amount
    return found
