"""Has somebody's rhythm stalled? Looked at in the first action of the plan, where all begins."""

from collections.abc import Mapping
from datetime import date, timedelta

from apps.accounts.models import Membership
from apps.domain.rhythm import Stall, stall
from apps.domain.workdays import week_start
from apps.funnels.models import Kpi
from apps.goals.queries import TeamSchedule


def first_action(schedule: TeamSchedule) -> Kpi:
    return next((kpi for kpi in schedule.kpis if not kpi.is_result), schedule.kpis[0])


def stall_of(
    schedule: TeamSchedule, member: Membership, today: date, done: Mapping[date, int]
) -> Stall | None:
    """As it stands on the morning of ``today``, from the days of the goal that are over."""
    planned = schedule.planned.get(first_action(schedule).pk, {}).get(member.pk)
    if planned is None or not schedule.kgi.start <= today <= schedule.kgi.end:
        return None
    monday = week_start(today)
    first = max(schedule.kgi.start, monday - timedelta(days=7))
    last = min(schedule.kgi.end, monday + timedelta(days=6))
    start, end = schedule.index(first) - 1, schedule.index(last)
    days = schedule.days[start:end]
    return stall(
        planned[start:end],
        [done.get(day, 0) for day in days if day < today],
        schedule.capacity[member.pk][start:end],
        (days[-1] - max(monday, schedule.kgi.start)).days + 1,
    )
