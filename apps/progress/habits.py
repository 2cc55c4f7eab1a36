"""Who has not logged for a while, and what a kept morning brings. Nobody is ranked by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.accounts.models import Event, Membership, Team
from apps.activity.queries import DayCount, counts_by_day
from apps.calendars.queries import day_of, load_calendar, today_in
from apps.domain.habits import Mornings, mornings, silent_days, streak
from apps.domain.workdays import days_between
from apps.goals.models import Kgi
from apps.goals.queries import TeamSchedule, load_schedule
from apps.goals.rhythm import first_action
from apps.web.marks import remembered

LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Silent:
    member: Membership
    # Working days without a log, and the last day with one in the last two months.
    days: int
    last: date | None


@dataclass(frozen=True)
class Habit:
    member: Membership
    streak: int
    mornings: Mornings | None


def silent_members(team: Team, visible: Sequence[Membership]) -> list[Silent]:
    """Those who carry targets and have logged nothing for the team's number of working days, today not
    counted, leave and days off neither, nor the days before they joined. Three queries and the calendar's."""
    today = today_in(team)
    members = [member for member in visible if member.carries_targets and member.ended_at is None]
    silent = remembered(
        "silent",
        team.pk,
        (today, tuple(member.pk for member in members)),
        lambda: _silent(team, members, today),
        days=(today - LOOK_BACK, today - timedelta(days=1)),
    )
    busy = {row.member for row in counts_by_day([one.member.pk for one in silent], today, today) if row.count}
    return [one for one in silent if one.member.pk not in busy]


def _silent(team: Team, members: Sequence[Membership], today: date) -> list[Silent]:
    """By the days before today."""
    days = days_between(today - LOOK_BACK, today - timedelta(days=1))
    capacity = load_calendar(team, days, members).capacity()
    logged = _logged(counts_by_day([member.pk for member in members], days[0], days[-1]))
    joined = _joined(team)
    found = []
    for member in members:
        own = logged.get(member.pk, set())
        # Before somebody came there was nothing to log.
        since = sum(day <= joined.get(member.pk, date.min) for day in days)
        silent = silent_days([day in own for day in days[since:]], capacity[member.pk][since:])
        if silent >= team.silent_after:
            found.append(Silent(member, silent, max(own, default=None)))
    return found


def _joined(team: Team) -> dict[int, date]:
    """On which day each member joined, where that is known."""
    rows = Event.objects.filter(team=team, kind__in=("member_joined", "member_added")).order_by("pk")
    return {
        facts.get("member", 0): day_of(team, moment)
        for facts, moment in rows.values_list("facts", "created_at")
    }


def _logged(counts: Sequence[DayCount]) -> dict[int, set[date]]:
    found: dict[int, set[date]] = {}
    for row in counts:
        if row.count:
            found.setdefault(row.member, set()).add(row.day)
    return found


def load_habits(team: Team, members: Sequence[Membership], start: date, last: date) -> list[Habit]:
    """Over a window, of those who work in it; streaks as they stand on its last day."""
    working = [member for member in members if member.carries_targets]
    if last < start or not working:
        return []
    days = days_between(min(start, last - LOOK_BACK), last)
    capacity = load_calendar(team, days, working).capacity()
    counts = counts_by_day([member.pk for member in working], days[0], last)
    logged = _logged(counts)
    kgi = Kgi.objects.of_team(team).on(last).first()
    if kgi:
        kgi.team = team
    schedule = load_schedule(kgi, last) if kgi else None
    found = []
    for member in working:
        own = logged.get(member.pk, set())
        run = streak([day in own for day in days], capacity[member.pk])
        kept = _mornings(schedule, member, counts, start, last) if schedule else None
        if run or (kept and kept.days):
            found.append(Habit(member, run, kept))
    return found


def _mornings(
    schedule: TeamSchedule, member: Membership, counts: Sequence[DayCount], start: date, last: date
) -> Mornings | None:
    """The first action is what the morning is for; the stage after it is what comes of it."""
    first = first_action(schedule)
    planned = schedule.planned[first.pk].get(member.pk)
    after = next((kpi for kpi in schedule.kpis if kpi.position > first.position), None)
    if planned is None or after is None:
        return None
    begin = max(start, schedule.kgi.start)
    window = slice((begin - schedule.kgi.start).days, (last - schedule.kgi.start).days + 1)
    by_kpi: dict[int, dict[date, int]] = {}
    for row in counts:
        if row.member == member.pk:
            by_kpi.setdefault(row.kpi, {})[row.day] = row.count
    days = schedule.days[window]
    return mornings(
        planned[window],
        [by_kpi.get(first.pk, {}).get(day, 0) for day in days],
        [by_kpi.get(after.pk, {}).get(day, 0) for day in days],
        schedule.capacity[member.pk][window],
    )
