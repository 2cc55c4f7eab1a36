"""Where a KPI stands best: what a stage changes at the end, and how far it can rise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from apps.accounts.models import Membership, Team
from apps.calendars.queries import load_days
from apps.domain.levers import Cases, Lever, Pace, Reach, levers, reach_of_rate, reach_of_volume
from apps.domain.periods import Period, periods_before
from apps.domain.workdays import days_between
from apps.funnels.models import Kpi
from apps.goals.drafts import draft_of
from apps.goals.models import Kgi, Plan
from apps.goals.queries import current_kgi, in_force
from apps.okrs.measures import PERIODS_BACK
from apps.okrs.sums import Sums
from apps.web.marks import LOGS, PLAN, REST, kept_for_team, remembered

# What changes the goal by a smaller part than this changes next to nothing.
NOTICEABLE = 0.01


@dataclass(frozen=True)
class StageFocus:
    """A stage of the plan with what it is worth to improve it."""

    kpi: Kpi
    before: Kpi | None
    lever: Lever
    # What stands behind its rate, or behind the first stage's volume: count, and cases or days.
    cases: Cases
    signals: Sequence[Kpi]

    @property
    def growth(self) -> float:
        return self.lever.reach.growth

    @property
    def moves(self) -> bool:
        return self.growth >= NOTICEABLE

    @property
    def lacks_quality(self) -> bool:
        """An action that is counted, with nothing beside it that tells how well it is done."""
        return not self.kpi.is_result and not self.signals


@dataclass(frozen=True)
class Focus:
    """The stages of the current plan, the most worthwhile first."""

    kgi: Kgi
    plan: Plan
    since: date
    # How many people carry the plan's targets.
    carriers: int
    stages: Sequence[StageFocus]

    def of(self, kpi: Kpi | None) -> StageFocus | None:
        """The stage that a KPI is, or beside which it stands."""
        if kpi is None:
            return None
        wanted = kpi.beside_id if kpi.is_signal else kpi.pk
        return next((stage for stage in self.stages if stage.kpi.pk == wanted), None)


@kept_for_team(PLAN, REST, LOGS)
def load_focus(team: Team, today: date) -> Focus | None:
    """None while the team has no plan. A fixed number of queries."""
    kgi = current_kgi(team, today)
    if kgi is None:
        return None
    kgi.team = team
    plan = in_force(list(kgi.plans.order_by("number")), min(today, kgi.end))[-1]
    draft = draft_of(plan)
    kpis = draft.kpis
    members = list(Membership.objects.filter(team=team, carries_targets=True).in_team_order())
    window = (kgi.start, max(kgi.start, min(today, kgi.end)))
    months = [window, *periods_before((kgi.start, kgi.end), PERIODS_BACK - 1)]
    history = _History(team, members, months, kpis)
    reaches = [history.reach_of_volume(kpis[0]), *map(history.reach_of_rate, kpis, kpis[1:])]
    signals = list(Kpi.objects.of_team(team).signals())
    stages = [
        StageFocus(
            kpis[lever.stage],
            kpis[lever.stage - 1] if lever.stage else None,
            lever,
            history.cases_into(kpis, lever.stage),
            [signal for signal in signals if signal.beside_id == kpis[lever.stage].pk],
        )
        for lever in levers(draft.exact(), Fraction(plan.goal), reaches)
    ]
    return Focus(
        kgi,
        plan,
        min(start for start, _end in months),
        max(1, sum(member.ended_at is None for member in members)),
        stages,
    )


class _History:
    """What each person did in the last periods, as cases of rates and as volume by working day."""

    def __init__(
        self, team: Team, members: Sequence[Membership], months: Sequence[Period], kpis: Sequence[Kpi]
    ) -> None:
        self.team, self.members, self.months = team, members, months
        everybody, stages = tuple(member.pk for member in members), tuple(kpi.pk for kpi in kpis)
        now, *past = months
        self.now, self.month = Sums(everybody, [now], stages), now
        # Months that are over hardly change, and are most of what there is to read.
        self.past = remembered(
            "sums of months",
            team.pk,
            (everybody, tuple(past), stages),
            lambda: Sums(everybody, past, stages),
            days=(min(start for start, _end in months), max(end for _start, end in past or months)),
        )
        self.days = self._days()

    def _days(self) -> dict[int, dict[Period, float]]:
        """Working days by person and period, up to now."""
        first, last = min(start for start, _end in self.months), max(end for _start, end in self.months)
        by_day = load_days(self.team, first, last, self.members)
        return {
            member.pk: {
                month: float(sum((by_day[member.pk][day] for day in days_between(*month)), Fraction(0)))
                for month in self.months
            }
            for member in self.members
        }

    def _count(self, kpi: Kpi, member: int | None, months: Sequence[Period]) -> int:
        return sum(
            (self.now if month == self.month else self.past).of(month, kpi.pk, member).count
            for month in months
        )

    def _cases(self, before: Kpi, after: Kpi, member: int | None, months: Sequence[Period]) -> Cases:
        return Cases(self._count(after, member, months), self._count(before, member, months))

    def reach_of_rate(self, before: Kpi, after: Kpi) -> Reach:
        people = [self._cases(before, after, member.pk, self.months) for member in self.members]
        by_month = [self._cases(before, after, None, [month]) for month in self.months]
        return reach_of_rate(self._cases(before, after, None, self.months), people, by_month)

    def reach_of_volume(self, first: Kpi) -> Reach:
        """Of the first stage, by working day of a person; the best period is one that is over."""
        everybody = [member.pk for member in self.members]
        people = [self._pace(first, [member], self.months) for member in everybody]
        over = [self._pace(first, everybody, [month]) for month in self.months[1:]]
        return reach_of_volume(self._pace(first, everybody, self.months), people, over)

    def _pace(self, kpi: Kpi, members: Sequence[int], months: Sequence[Period]) -> Pace:
        days = sum(self.days[member][month] for member in members for month in months)
        return Pace(sum(self._count(kpi, member, months) for member in members), days)

    def cases_into(self, kpis: Sequence[Kpi], place: int) -> Cases:
        if place:
            return self._cases(kpis[place - 1], kpis[place], None, self.months)
        days = sum(sum(by_month.values()) for by_month in self.days.values())
        return Cases(self._count(kpis[0], None, self.months), round(days))
