"""What the steps of a review show of what is to come."""

from datetime import timedelta
from typing import Any

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.calendars.queries import load_calendar, today_in
from apps.domain.periods import following
from apps.domain.workdays import days_between, week_start
from apps.funnels.models import Kpi
from apps.goals.agreements import load_agreements
from apps.goals.models import Kgi, PlanShare
from apps.goals.services import latest_plan
from apps.okrs.focus import load_focus
from apps.okrs.models import Objective
from apps.okrs.overload import key_result_loads
from apps.okrs.queries import count_of_gaps, load_cards
from apps.reviews.checks import load_checkup
from apps.reviews.forms import AnswersForm, initial_of
from apps.reviews.looking_back import effects_of, numbers_context, visible_members
from apps.reviews.loop import load_actions
from apps.reviews.models import Action, CheckAnswer, Review
from apps.reviews.numbers import late_of
from apps.reviews.rates import RatesForm, load_rate_table, own_rate_holders
from apps.reviews.services import stamp_of_answers
from apps.reviews.week import load_week


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
    """The goals of the review's day, and the seven checks as they stand today."""
    today = today_in(access.team)
    focus = load_focus(access.team, today)
    cards = load_cards(access, _objectives(access, review), today, focus)
    found = load_checkup(access, today, focus) if access.sees_everyone else None
    answers = answers_of(review)
    return {
        "seven": found.checks if found else [],
        "diagnosis": found.diagnosis if found else None,
        "kept": dict(review.frozen.get("checks", [])) if review.frozen else {},
        "answers": answers,
        "stamp": stamp_of_answers(answers.values()),
        "form": AnswersForm(initial=initial_of(answers)),
        "cards": [card for card in cards if card.gaps],
        "gaps": count_of_gaps(cards),
        "goals": len(cards),
        "loads": key_result_loads(access, today),
    }


def answers_of(review: Review) -> dict[str, CheckAnswer]:
    return {one.code: one for one in review.answers.all()}


def _objectives(access: Access, review: Review) -> list[Objective]:
    return list(Objective.objects.visible_to(access).on(review.day).in_order())


def verdicts_context(access: Access, review: Review) -> dict[str, Any]:
    today = today_in(access.team)
    said = {verdict.objective_id: verdict for verdict in review.verdicts.all()}
    cards = load_cards(access, _objectives(access, review), today, load_focus(access.team, today))
    return {"cards": [{"card": card, "verdict": said.get(card.objective.pk)} for card in cards]}


def learned_context(access: Access, review: Review) -> dict[str, Any]:
    return numbers_context(access, review) | {"effects": effects_of(review), "text": review.learned}


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
