"""What the steps of a review show of the days that are over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.activity.models import Cause
from apps.activity.reflections import authors_of_causes, causes_of
from apps.calendars.queries import today_in
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.queries import load_schedule
from apps.progress.causes import Cause as Effect
from apps.progress.causes import causes_of_team
from apps.progress.habits import Habit, load_habits
from apps.progress.queries import Progress
from apps.reviews.models import Review
from apps.reviews.numbers import GOAL, Cell, Numbers, conversions, late_of, numbers_of

ENOUGH_AUTHORS = 5


def visible_members(access: Access) -> list[Membership]:
    return list(access.members())


@dataclass(frozen=True)
class Shown:
    """A cell with what stands there now, where that is not what was frozen."""

    kpi: Kpi | None
    cell: Cell
    now: int | None = None
    # How many of the stage before came on to this one; None for the first, or from nothing.
    rate: Fraction | None = None


@dataclass(frozen=True)
class Line:
    member: Membership
    goal: Shown
    cells: Sequence[Shown]


def numbers_context(access: Access, review: Review) -> dict[str, Any]:
    numbers, late = numbers_of(review), late_of(review)
    kpis = _kpis(numbers)
    rows = [
        _line(member, numbers, kpis, late)
        for member in visible_members(access)
        if member.pk in numbers.members
    ]
    team = numbers.team()
    named = {kpi.pk: kpi for kpi in kpis}
    return {
        "kpis": kpis,
        "rows": rows,
        "total": [Shown(kpi, team.get(kpi.pk, Cell(None, 0))) for kpi in kpis],
        "goal_total": Shown(None, team.get(GOAL, Cell(None, 0))),
        "steps": [
            {"before": named[one.before], "after": named[one.after], "found": one}
            for one in conversions([kpi.pk for kpi in kpis], team)
        ],
        "has_late": bool(late),
        "goal_currency": access.team.organization.currency if numbers.is_amount else "",
    }


def _kpis(numbers: Numbers) -> list[Kpi]:
    found = Kpi.objects.in_bulk(list(numbers.kpis))
    return [found[pk] for pk in numbers.kpis if pk in found]


def _line(
    member: Membership, numbers: Numbers, kpis: Sequence[Kpi], late: Mapping[tuple[int, int], int]
) -> Line:
    steps = conversions([kpi.pk for kpi in kpis], numbers.line(member.pk))
    rates = {step.after: step.rate for step in steps}

    def shown(kpi: Kpi | None) -> Shown:
        key = kpi.pk if kpi else GOAL
        return Shown(kpi, numbers.cell(member.pk, key), late.get((member.pk, key)), rates.get(key))

    return Line(member, shown(None), [shown(kpi) for kpi in kpis])


def shown_line(review: Review, member: Membership) -> Line:
    """One person's numbers of a review."""
    numbers = numbers_of(review)
    return _line(member, numbers, _kpis(numbers), {})


def causes_context(access: Access, review: Review) -> dict[str, Any]:
    members = visible_members(access)
    numbers = numbers_of(review)
    named, is_hidden = _causes(access, review)
    return {
        "effects": effects_of(review),
        "stalled": [member for member in members if member.pk in numbers.stalled],
        "named": [{"label": Cause(code).label, "count": count} for code, count in named],
        "named_hidden": is_hidden,
        "habits": _habits(access, review),
        "currency": access.team.organization.currency if numbers.is_amount else "",
    }


def _causes(access: Access, review: Review) -> tuple[Sequence[tuple[str, int]], bool]:
    """As frozen, else as they stand. Among few people a count has a name: those who do not see everybody
    see it from ``ENOUGH_AUTHORS`` on."""
    if review.frozen is not None:
        named, authors = review.frozen["causes"], review.frozen["authors"]
    else:
        everybody = list(Membership.objects.filter(team=access.team).values_list("pk", flat=True))
        window = (everybody, review.start, review.end)
        named, authors = causes_of(*window), authors_of_causes(*window)
    if access.sees_everyone or authors >= ENOUGH_AUTHORS:
        return named, False
    return [], bool(named)


def _habits(access: Access, review: Review) -> list[Habit]:
    """Of everybody who may be seen, over the days looked back on."""
    last = min(review.end, today_in(access.team) - timedelta(days=1))
    return load_habits(access.team, visible_members(access), review.start, last)


def effects_of(review: Review) -> list[Effect]:
    """What the gap of the running goal is made of, by the last day looked at; the worst first."""
    kgi = Kgi.objects.of_team(review.team).on(review.end).first()
    if kgi is None:
        return []
    kgi.team = review.team
    everybody = Membership.objects.filter(team=review.team).in_team_order()
    progress = Progress(load_schedule(kgi, review.end), everybody, review.end)
    return sorted(causes_of_team(progress), key=lambda effect: effect.effect)
