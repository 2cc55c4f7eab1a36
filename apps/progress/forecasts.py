"""Forecasts are kept as they were made, and scored when their period is over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Membership, Team
from apps.activity.queries import DayCount, counts_by_day
from apps.domain.scores import Call, Score, score
from apps.goals.models import Kgi, PlanStage
from apps.goals.queries import load_schedule
from apps.progress.causes import worked_days
from apps.progress.landing import Landing, load_landing
from apps.progress.models import Forecast
from apps.progress.queries import Progress

# A period in thirds: forecasts from its first days are judged apart from those of its last.
THIRDS = 3
# Of so many ended goals at most.
GOALS_BACK = 12


def keep_forecasts(team: Team, today: date) -> int:
    """What is said today, once a day; how many were written. Who comes second finds them kept."""
    kgi = Kgi.objects.of_team(team).on(today).first()
    if kgi is None or is_kept(kgi, today):
        return 0
    rows = forecasts_of(kgi, team, today)
    with transaction.atomic():
        return len(Forecast.objects.bulk_create(rows, ignore_conflicts=True))


def is_kept(kgi: Kgi, day: date) -> bool:
    return Forecast.objects.filter(kgi=kgi, day=day, member=None).exists()


def forecasts_of(kgi: Kgi, team: Team, today: date) -> list[Forecast]:
    """Of a running goal, not stored: the team's first, then each person's."""
    kgi.team = team
    everybody = Membership.objects.filter(team=team).in_team_order()
    progress = Progress(load_schedule(kgi, today), everybody, today)
    landing = load_landing(progress)
    if landing is None:
        return []
    said: list[tuple[int | None, Landing]] = [(None, landing.team), *landing.people.items()]
    return [_row(progress, member, today, one) for member, one in said]


def _row(progress: Progress, member: int | None, day: date, said: Landing) -> Forecast:
    members = [one for one in progress.members if member in (None, one.pk)]
    days = [worked_days(progress, one) for one in members if one.pk in progress.schedule.capacity]
    goal = progress.goal() if member is None else progress.goal_of(members[0])
    return Forecast(
        kgi=progress.schedule.kgi,
        due=goal.expected,
        asked_days=round(sum(asked for asked, _logged in days)),
        logged_days=round(sum(min(asked, logged) for asked, logged in days)),
        member_id=member,
        day=day,
        so_far=round(said.odds.so_far),
        expected=said.expected,
        inner_low=round(said.inner[0]),
        inner_high=round(said.inner[1]),
        outer_low=round(said.outer[0]),
        outer_high=round(said.outer[1]),
        chance=None if said.chance is None else round(said.chance * 1000),
        run_rate=None if said.run_rate is None else round(said.run_rate),
        planned=said.goal,
    )


# -- were they right? ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Third:
    """The forecasts from one third of the periods; of the team and of single people."""

    number: int
    team: Score | None
    people: Score | None


@dataclass(frozen=True)
class Kept:
    """How the forecasts that were kept turned out; ``goals`` are the ended periods they were of."""

    thirds: Sequence[Third]
    goals: int

    @property
    def is_empty(self) -> bool:
        return all(third.team is None and third.people is None for third in self.thirds)


def load_kept(team: Team, visible: Iterable[Membership], today: date) -> Kept:
    """Of the last goals that are over. Corrections that came later count: what was reached is what the books
    say now. Three queries."""
    over = Kgi.objects.of_team(team).running().filter(end__lt=today).order_by("-end")[:GOALS_BACK]
    kgis = {kgi.pk: kgi for kgi in over}
    shown = {member.pk for member in visible}
    rows = Forecast.objects.filter(kgi__in=kgis).filter(Q(member=None) | Q(member__in=shown))
    chosen = _in_the_middle(rows, kgis)
    reached = _reached(team, list(kgis.values())) if chosen else {}
    calls: dict[tuple[int, bool], list[Call]] = {}
    for (third, kgi, member), row in chosen.items():
        calls.setdefault((third, member is None), []).append(_call(row, reached.get((kgi, member), 0)))
    thirds = [
        Third(third, score(calls.get((third, True), [])), score(calls.get((third, False), [])))
        for third in range(1, THIRDS + 1)
    ]
    return Kept(thirds, len({kgi for _third, kgi, _member in chosen}))


def _in_the_middle(
    rows: Iterable[Forecast], kgis: Mapping[int, Kgi]
) -> dict[tuple[int, int, int | None], Forecast]:
    """Of each goal, person and third the forecast nearest to the middle of that third: those of one week err
    together, and count once."""
    found: dict[tuple[int, int, int | None], tuple[float, Forecast]] = {}
    for row in rows:
        kgi = kgis[row.kgi_id]
        length = (kgi.end - kgi.start).days + 1
        days = (row.day - kgi.start).days
        third = third_of(days, length)
        off = abs(days + 0.5 - (2 * third - 1) * length / (2 * THIRDS))
        key = (third, row.kgi_id, row.member_id)
        if key not in found or off < found[key][0]:
            found[key] = (off, row)
    return {key: row for key, (_off, row) in found.items()}


def third_of(days: int, length: int) -> int:
    """1, 2 or 3: in which third of a period a day lies of which so many are over."""
    return min(THIRDS, days * THIRDS // max(1, length) + 1)


def _call(row: Forecast, came: int) -> Call:
    return Call(
        row.expected,
        (row.inner_low, row.inner_high),
        (row.outer_low, row.outer_high),
        came,
        row.run_rate,
        row.planned,
    )


def _reached(team: Team, kgis: Sequence[Kgi]) -> Mapping[tuple[int, int | None], int]:
    """What each goal came to, by person and, under None, of all."""
    members = list(Membership.objects.filter(team=team).values_list("pk", flat=True))
    first, last = min(kgi.start for kgi in kgis), max(kgi.end for kgi in kgis)
    counts = counts_by_day(members, first, last)
    final = _last_stages(kgis)
    found: dict[tuple[int, int | None], int] = {}
    for kgi in kgis:
        for row in counts:
            value = _value(row, kgi, final.get(kgi.pk))
            if value:
                found[kgi.pk, row.member] = found.get((kgi.pk, row.member), 0) + value
                found[kgi.pk, None] = found.get((kgi.pk, None), 0) + value
    return found


def _value(row: DayCount, kgi: Kgi, final: int | None) -> int:
    if not kgi.start <= row.day <= kgi.end:
        return 0
    if kgi.is_amount:
        return row.amount
    return row.count if row.kpi == final else 0


def _last_stages(kgis: Sequence[Kgi]) -> dict[int, int]:
    """The last stage of each goal's newest version. One query."""
    rows = PlanStage.objects.filter(plan__kgi__in=kgis).order_by("plan__number", "position")
    return dict(rows.values_list("plan__kgi", "kpi"))
