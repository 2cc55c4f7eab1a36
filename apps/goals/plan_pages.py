"""The page of a plan: its tree, its people, their agreement, its versions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.domain.money import money_text
from apps.goals.agreements import load_agreements
from apps.goals.forms import AgreeForm, CounterForm
from apps.goals.models import Kgi, Plan
from apps.goals.pictures import NOTHING_KEPT, kept_numbers, picture
from apps.goals.queries import TeamSchedule, load_period, load_schedule
from apps.goals.services import draft_of
from apps.goals.splits import target_grid


def kgi_of(access: Access, kgi_id: int) -> Kgi:
    kgis = Kgi.objects.of_team(access.team).running().select_related("team__organization")
    return get_object_or_404(kgis, pk=kgi_id)


def plan_page(
    request: SignedInRequest,
    access: Access,
    kgi: Kgi,
    agree_form: AgreeForm | None = None,
    counter_form: CounterForm | None = None,
) -> HttpResponse:
    # The newest version, as it will stand at the end; the page says from when it applies.
    kgi.team = access.team
    schedule = load_schedule(kgi, kgi.end)
    current, currency = schedule.plan, access.team.organization.currency
    draft = draft_of(current)
    kept = kept_numbers(schedule, len(schedule.days)) if schedule.members else NOTHING_KEPT
    drawn = picture(draft, load_period(access.team, kgi.start, kgi.end), currency, kept)
    grid = target_grid(schedule, draft, list(access.members()), currency)
    context = {
        "kgi": kgi,
        "plan": current,
        "goal_text": _goal_text(kgi, current.goal, currency),
        "price_text": money_text(current.unit_price, currency) if current.unit_price else "",
        "picture": drawn,
        "grid": grid,
        "versions": _versions(kgi, currency),
        "begins_later": current.valid_from > max(today_in(access.team), kgi.start),
        "newcomers": _newcomers(access, schedule),
        "others": Kgi.objects.of_team(access.team).running().exclude(pk=kgi.pk).order_by("-start"),
        **_agreement(access, kgi, current, agree_form, counter_form),
    }
    has_errors = agree_form is not None or counter_form is not None
    return render(request, "goals/plan.html", context, status=422 if has_errors else 200)


def _agreement(
    access: Access, kgi: Kgi, plan: Plan, agree_form: AgreeForm | None, counter_form: CounterForm | None
) -> dict[str, Any]:
    """Who has agreed, and the forms of the one who still has to."""
    currency = access.team.organization.currency
    agreements = load_agreements(kgi, plan, list(access.members()))
    mine = [one for one in agreements if access.membership and one.member.pk == access.membership.pk]
    seen = {"seen": plan.number}
    return {
        "agreements": agreements,
        "agreed": sum(one.is_agreed for one in agreements),
        "mine": mine[0] if mine and access.carries_targets else None,
        "agree_form": agree_form or AgreeForm(initial=seen, auto_id="id_agree_%s"),
        "counter_form": counter_form
        or CounterForm(initial=seen, currency=currency, is_amount=kgi.is_amount, auto_id="id_counter_%s"),
        "currency": currency if kgi.is_amount else "",
    }


def _newcomers(access: Access, schedule: TeamSchedule) -> list[Membership]:
    """Who carries targets but has no part in the plan yet, for those who can change that."""
    if not access.can_edit:
        return []
    shared = {share.member_id for share in schedule.plan.shares.all()}
    carriers = Membership.objects.filter(team=access.team).carrying_targets().in_team_order()
    return [member for member in carriers if member.pk not in shared]


def _goal_text(kgi: Kgi, goal: int, currency: str) -> str:
    if kgi.is_amount:
        return money_text(goal, currency)
    return _("%(count)s contracts") % {"count": f"{goal:,}"}


def _versions(kgi: Kgi, currency: str) -> list[dict[str, Any]]:
    return [
        {"plan": version, "goal_text": _goal_text(kgi, version.goal, currency)}
        for version in kgi.plans.select_related("author").order_by("-number")
    ]
