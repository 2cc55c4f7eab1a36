"""All teams of a company in one table: where each stands and lands."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from django.db.models import Sum

from apps.accounts.models import Organization, Team
from apps.activity.models import Tally
from apps.activity.records import first_day_read
from apps.calendars.queries import today_in
from apps.goals.higher import Branch, branches, load_nodes
from apps.goals.models import Kgi, PlanStage
from apps.okrs.models import Judged
from apps.progress.forecasts import forecasts_of
from apps.progress.models import Forecast
from apps.web.marks import marks_of_teams, remembered

log = logging.getLogger(__name__)

# A range of 80 % is so many standard deviations wide.
WIDTH_80 = 2 * 1.2816


@dataclass(frozen=True)
class TeamRow:
    """``kgi`` is None while no goal runs; ``forecast`` is the one of today."""

    team: Team
    kgi: Kgi | None
    forecast: Forecast | None
    actual: int
    gaps: int

    @property
    def goal(self) -> int | None:
        return self.forecast.planned if self.forecast else None

    @property
    def is_behind(self) -> bool:
        return self.forecast is not None and self.actual < self.forecast.due

    @property
    def landing(self) -> tuple[int, int, int] | None:
        """Expected, low and high, never below what was logged since they were foretold."""
        if self.forecast is None:
            return None
        said = (self.forecast.expected, self.forecast.outer_low, self.forecast.outer_high)
        expected, low, high = (max(value, self.actual) for value in said)
        return expected, low, high

    @property
    def chance(self) -> float | None:
        if self.forecast is None or self.forecast.chance is None:
            return None
        is_reached = self.goal is not None and self.actual >= self.goal
        return 1.0 if is_reached else self.forecast.chance / 1000

    @property
    def logged(self) -> float | None:
        if self.forecast is None or not self.forecast.asked_days:
            return None
        return self.forecast.logged_days / self.forecast.asked_days


@dataclass(frozen=True)
class Total:
    """Of the teams that count the same. Teams share a part of their weather: the range lies in the middle
    between chance that cancels out and chance that adds up."""

    counts: str
    teams: int
    goal: int
    due: int
    actual: int
    expected: int
    low: int
    high: int

    @property
    def is_amount(self) -> bool:
        return self.counts != Kgi.Counts.CONTRACTS


@dataclass(frozen=True)
class Standing:
    rows: Sequence[TeamRow]
    totals: Sequence[Total]
    branches: Sequence[Branch]


def load_standing(organization: Organization) -> Standing:
    """Today's forecasts as they were kept, and made now for teams without one. Of a team in which nothing
    has changed nothing is asked again; what has changed is one query for each team."""
    teams = list(Team.objects.filter(organization=organization).select_related("organization").order_by("pk"))
    # All at once; what follows asks for them one by one.
    marks_of_teams([team.pk for team in teams], date.max)
    kgis = _running(teams)
    kept = _kept(teams, kgis)
    for team in teams:
        if team.pk in kgis and team.pk not in kept:
            kept |= _made_now(kgis[team.pk], team)
    actual = {pk: _actual(kgi, today_in(kgi.team)) for pk, kgi in kgis.items()}
    gaps = _gaps(teams)
    rows = [
        TeamRow(team, kgis.get(team.pk), kept.get(team.pk), actual.get(team.pk, 0), gaps.get(team.pk, 0))
        for team in teams
    ]
    nodes = load_nodes(organization, teams)
    shown = [branch for branch in branches(nodes) if branch.node.higher is not None]
    return Standing(rows, _totals(rows), shown)


def _made_now(kgi: Kgi, team: Team) -> dict[int, Forecast]:
    """Not stored. One team's odd data must not hide the others."""
    today = today_in(team)
    try:
        # As a forecast that was kept it is of the morning: what is logged today moves what it says at least.
        made = remembered(
            "forecast",
            team.pk,
            (kgi.pk, today),
            lambda: forecasts_of(kgi, team, today),
            days=(first_day_read((kgi.start, kgi.end)), today - timedelta(days=1)),
            is_small=True,
        )
    except Exception:
        log.exception("forecasts of team %s", team.pk)
        return {}
    return {team.pk: made[0]} if made else {}


def _kept(teams: Sequence[Team], kgis: Mapping[int, Kgi]) -> dict[int, Forecast]:
    """Today's forecasts by team."""
    day = {team.pk: today_in(team) for team in teams}
    rows = Forecast.objects.filter(kgi__in=list(kgis.values()), member=None, day__in=set(day.values()))
    return {row.kgi.team_id: row for row in rows.select_related("kgi") if row.day == day[row.kgi.team_id]}


def _running(teams: Sequence[Team]) -> dict[int, Kgi]:
    found: dict[int, Kgi] = {}
    today = {team.pk: today_in(team) for team in teams}
    by_pk = {team.pk: team for team in teams}
    for kgi in Kgi.objects.running().filter(team__in=teams):
        kgi.team = by_pk[kgi.team_id]
        if kgi.start <= today[kgi.team_id] <= kgi.end:
            found[kgi.team_id] = kgi
    return found


def _actual(kgi: Kgi, today: date) -> int:
    """Amounts wherever they were logged, contracts at the last stage of the plan."""
    return remembered(
        "actual",
        kgi.team_id,
        (kgi.pk, today),
        lambda: _sum_of(kgi),
        days=(kgi.start, kgi.end),
        is_small=True,
    )


def _sum_of(kgi: Kgi) -> int:
    rows = Tally.objects.filter(member__team=kgi.team_id, day__range=(kgi.start, kgi.end))
    if kgi.is_amount:
        return rows.aggregate(whole=Sum("amount"))["whole"] or 0
    last = PlanStage.objects.filter(plan__kgi=kgi).order_by("-plan__number", "-position").first()
    return rows.filter(kpi=last.kpi_id).aggregate(whole=Sum("count"))["whole"] or 0 if last else 0


def _gaps(teams: Sequence[Team]) -> dict[int, int]:
    """Open SMART gaps, as they were judged when goals were last saved."""
    rows = Judged.objects.filter(team__in=teams, objective__closed_at=None).order_by("pk")
    last = {
        (objective, key_result): (team, len(gaps))
        for team, objective, key_result, gaps in rows.values_list(
            "team_id", "objective_id", "key_result_id", "gaps"
        )
    }
    found: dict[int, int] = {}
    for team, gaps in last.values():
        found[team] = found.get(team, 0) + gaps
    return found


def _totals(rows: Sequence[TeamRow]) -> list[Total]:
    by_count: dict[str, list[TeamRow]] = {}
    for row in rows:
        if row.kgi and row.forecast:
            by_count.setdefault(row.kgi.counts, []).append(row)
    return [_total(counts, of) for counts, of in by_count.items() if len(of) > 1]


def _total(counts: str, rows: Sequence[TeamRow]) -> Total:
    kept = [row.forecast for row in rows if row.forecast]
    landings = [row.landing for row in rows if row.landing]
    spreads = [(high - low) / WIDTH_80 for _expected, low, high in landings]
    reach = sqrt((sum(one**2 for one in spreads) + sum(spreads) ** 2) / 2) * WIDTH_80 / 2
    expected, so_far = sum(one[0] for one in landings), sum(row.actual for row in rows)
    return Total(
        counts,
        len(rows),
        sum(one.planned or 0 for one in kept),
        sum(one.due for one in kept),
        so_far,
        expected,
        max(so_far, round(expected - reach)),
        round(expected + reach),
    )
