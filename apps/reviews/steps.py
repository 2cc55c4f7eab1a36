"""What each step of a review shows, as the context of its template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.activity.models import Cause
from apps.activity.reflections import authors_of_causes, causes_of
from apps.calendars.queries import load_calendar, today_in
from apps.domain.periods import following
from apps.domain.workdays import days_between, week_start
from apps.funnels.models import Kpi
from apps.goals.agreements import load_agreements
from apps.goals.models import Kgi, PlanShare
from apps.goals.queries import load_schedule
from apps.goals.services import latest_plan
from apps.okrs.focus import load_focus
from apps.okrs.models import Objective
from apps.okrs.overload import key_result_loads
from apps.okrs.queries import count_of_gaps, load_cards
from apps.progress.habits import Habit, load_habits
from apps.progress.queries import Cause as Effect
from apps.progress.queries import Progress, causes
from apps.reviews.checks import load_checks
from apps.reviews.loop import load_actions
from apps.reviews.models import Action, Review
from apps.reviews.numbers import GOAL, Cell, Numbers, conversions, late_of, numbers_of
from apps.reviews.rates import RatesForm, load_rate_table, own_rate_holders
from apps.reviews.week import load_week

Kind = Review.Kind
ENOUGH_AUTHORS = 5

NAMES: Mapping[str, str | Promise] = {
    "numbers": _("What was asked and done"),
    "causes": _("What the counts say"),
    "rates": _("Planned rates"),
    "week": _("This week"),
    "agreement": _("Agreement"),
    "checks": _("Quality of the goals"),
    "verdicts": _("Keep, change, drop"),
    "learned": _("Result and lessons"),
    "next": _("Next month"),
    "actions": _("Decisions and actions"),
    "close": _("Close"),
}
AGENDA: Mapping[str, tuple[str, ...]] = {
    Kind.WEEKLY: ("numbers", "causes", "rates", "week", "actions", "close"),
    Kind.START: ("agreement", "checks", "rates", "week", "actions", "close"),
    Kind.MIDDLE: ("numbers", "causes", "checks", "verdicts", "rates", "actions", "close"),
    Kind.END: ("numbers", "causes", "learned", "next", "actions", "close"),
}


@dataclass(frozen=True)
class Place:
    """A step in its agenda."""

    name: str
    label: str | Promise
    number: int
    before: str
    after: str


def agenda(review: Review) -> list[Place]:
    names = AGENDA[review.kind]
    return [
        Place(
            name,
            NAMES[name],
            number + 1,
            names[number - 1] if number else "",
            names[number + 1] if number + 1 < len(names) else "",
        )
        for number, name in enumerate(names)
    ]


def step_context(access: Access, review: Review, name: str) -> dict[str, Any]:
    return CONTEXTS[name](access, review)


def visible_members(access: Access) -> list[Membership]:
    return list(access.members())


# -- looking back ----------------------------------------------------------------------------------


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
        "effects": _effects(review),
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


def _effects(review: Review) -> list[Effect]:
    """What the gap of the running goal is made of, by the last day looked at; the worst first."""
    kgi = Kgi.objects.of_team(review.team).on(review.end).first()
    if kgi is None:
        return []
    kgi.team = review.team
    everybody = Membership.objects.filter(team=review.team).in_team_order()
    progress = Progress(load_schedule(kgi, review.end), everybody, review.end)
    found = causes(progress.goal(), progress.stages(), is_amount=kgi.is_amount)
    return sorted(found, key=lambda effect: effect.effect)


# -- looking ahead ---------------------------------------------------------------------------------


def rates_context(access: Access, review: Review) -> dict[str, Any]:
    table = load_rate_table(access.team, review.day)
    decided = review.rates.select_related("kpi", "segment", "plan", "undone_by", "author")
    return {
        "table": table,
        "form": RatesForm(table=table) if table else None,
        "decisions": list(decided.order_by("-created_at", "pk")),
        "own": own_rate_holders(table) if table else 0,
    }


def week_context(access: Access, review: Review) -> dict[str, Any]:
    return {"week": load_week(review, visible_members(access))}


def agreement_context(access: Access, review: Review) -> dict[str, Any]:
    kgi = Kgi.objects.of_team(access.team).on(review.day).first()
    if kgi is None:
        return {"kgi": None, "agreements": []}
    plan = latest_plan(kgi)
    carrying = set(PlanShare.objects.filter(plan=plan).values_list("member_id", flat=True))
    members = [member for member in visible_members(access) if member.pk in carrying]
    return {"kgi": kgi, "agreements": load_agreements(kgi, plan, members)}


def checks_context(access: Access, review: Review) -> dict[str, Any]:
    today = today_in(access.team)
    cards = load_cards(access, _objectives(access, review), today, load_focus(access.team, today))
    return {
        # Conviction and agreement are other people's; among few an average has a name.
        "seven": load_checks(access, today) if access.sees_everyone else [],
        "cards": [card for card in cards if card.gaps],
        "gaps": count_of_gaps(cards),
        "goals": len(cards),
        "loads": key_result_loads(access, today),
    }


def _objectives(access: Access, review: Review) -> list[Objective]:
    return list(Objective.objects.visible_to(access).on(review.day).in_order())


def verdicts_context(access: Access, review: Review) -> dict[str, Any]:
    today = today_in(access.team)
    said = {verdict.objective_id: verdict for verdict in review.verdicts.all()}
    cards = load_cards(access, _objectives(access, review), today, load_focus(access.team, today))
    return {"cards": [{"card": card, "verdict": said.get(card.objective.pk)} for card in cards]}


def learned_context(access: Access, review: Review) -> dict[str, Any]:
    return numbers_context(access, review) | {"effects": _effects(review), "text": review.learned}


def next_context(access: Access, review: Review) -> dict[str, Any]:
    kgi = Kgi.objects.of_team(access.team).on(review.end).first()
    start, end = following((review.start, review.end))
    coming = Kgi.objects.of_team(access.team).running().filter(start__lte=end, end__gte=start).first()
    days = days_between(start, end)
    worked = sum(load_calendar(access.team, days).team_capacity())
    return {"kgi": kgi, "coming": coming, "next_start": start, "next_end": end, "worked": worked}


def actions_context(access: Access, review: Review) -> dict[str, Any]:
    rows = load_actions(review)
    return {
        "actions": [row for row in rows if not row.action.is_decision],
        "notes": [row for row in rows if row.action.is_decision],
        "people": Membership.objects.active().filter(team=access.team).in_team_order(),
        "kpis": Kpi.objects.of_team(access.team).filter(parked_at=None).order_by("kind", "position"),
        "next_week": week_start(review.day) + timedelta(days=7),
    }


def close_context(access: Access, review: Review) -> dict[str, Any]:
    decided = review.rates.filter(plan__isnull=False, undone_by=None)
    return {
        "open_actions": Action.objects.promised().filter(team=access.team).count(),
        "changed_rates": list(decided.select_related("kpi")),
        "has_late": bool(late_of(review)) if review.is_closed else False,
    }


CONTEXTS: Mapping[str, Callable[[Access, Review], dict[str, Any]]] = {
    "numbers": numbers_context,
    "causes": causes_context,
    "rates": rates_context,
    "week": week_context,
    "agreement": agreement_context,
    "checks": checks_context,
    "verdicts": verdicts_context,
    "learned": learned_context,
    "next": next_context,
    "actions": actions_context,
    "close": close_context,
}
