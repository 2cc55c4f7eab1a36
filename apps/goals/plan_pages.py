"""The page of a plan: its tree, its people, their agreement, its versions."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.domain.numbers import shown
from apps.funnels.queries import chains_within
from apps.goals.agreements import load_agreements
from apps.goals.contradictions import contradictions
from apps.goals.drafts import Draft, split_of
from apps.goals.forms import AgreeForm, CounterForm
from apps.goals.higher import above
from apps.goals.hours import load_fits
from apps.goals.models import Kgi, Plan
from apps.goals.pictures import NOTHING_KEPT, kept_numbers, picture
from apps.goals.queries import TeamSchedule, load_period, load_schedule, running_goals
from apps.goals.splits import target_grid
from apps.goals.versions import goal_text
from apps.web.amounts import amount_text


def kgi_of(access: Access, kgi_id: int) -> Kgi:
    kgis = Kgi.objects.of_team(access.team).running().select_related("team__organization")
    return get_object_or_404(kgis, pk=kgi_id)


def is_to_save(request: SignedInRequest) -> bool:
    """Only a press of the button saves. The live preview may carry the button's name too: htmx adds
    the button that has the focus, e.g. after leaving the last field with the Tab key."""
    return request.method == "POST" and "save" in request.POST and not request.htmx


def plan_page(
    request: SignedInRequest,
    access: Access,
    kgi: Kgi,
    agree_form: AgreeForm | None = None,
    counter_form: CounterForm | None = None,
) -> HttpResponse:
    context = plan_context(access, kgi, agree_form, counter_form)
    has_errors = agree_form is not None or counter_form is not None
    return render(request, "goals/plan.html", context, status=422 if has_errors else 200)


def plan_context(
    access: Access,
    kgi: Kgi,
    agree_form: AgreeForm | None = None,
    counter_form: CounterForm | None = None,
) -> dict[str, Any]:
    # The newest version, as it will stand at the end; the page says from when it applies.
    kgi.team = access.team
    schedule = load_schedule(kgi, kgi.end)
    current, draft, currency = schedule.plan, schedule.draft, access.team.organization.currency
    today = today_in(access.team)
    kept = kept_numbers(schedule, len(schedule.days)) if schedule.members else NOTHING_KEPT
    links = chains_within(access.team, draft.kpis)
    split = split_of(current)
    period = load_period(access.team, kgi.start, kgi.end)
    drawn = picture(draft, period, currency, kept, links, split)
    members = list(access.members())
    return {
        "kgi": kgi,
        "plan": current,
        "draft": draft,
        "goal_text": goal_text(kgi, current.goal, currency),
        "price_text": amount_text(draft.unit_price, currency) if draft.unit_price else "",
        "streams": [] if draft.is_one else _stream_rows(kgi, draft, currency),
        "picture": drawn,
        "lead_after": drawn.lead.after(today) if drawn.lead and kgi.start <= today <= kgi.end else None,
        "contradictions": contradictions(draft, links),
        "fits": load_fits(schedule, members),
        "grid": target_grid(schedule, split, members, currency),
        "versions": _versions(kgi, currency),
        "begins_later": current.valid_from > max(today, kgi.start),
        "newcomers": _newcomers(schedule, members) if access.can_edit else [],
        "above": above(access.team, kgi.pk),
        "others": [other for other in running_goals(access.team) if other.pk != kgi.pk],
        **_agreement(access, members, kgi, current, agree_form, counter_form),
    }


def _stream_rows(kgi: Kgi, draft: Draft, currency: str) -> list[dict[str, str]]:
    """The segments of a plan that has several."""
    return [
        {
            "name": stream.segment.label,
            "goal": goal_text(kgi, stream.goal, currency),
            "price": amount_text(stream.unit_price, currency) if stream.unit_price else "",
            "contracts": shown(stream.contracts, 4),
        }
        for stream in draft.streams
    ]


def _agreement(
    access: Access,
    members: Sequence[Membership],
    kgi: Kgi,
    plan: Plan,
    agree_form: AgreeForm | None,
    counter_form: CounterForm | None,
) -> dict[str, Any]:
    """Who has agreed, and the forms of the one who still has to."""
    currency = access.team.organization.currency
    agreements = load_agreements(kgi, plan, members)
    mine = [one for one in agreements if access.membership and one.member.pk == access.membership.pk]
    seen = {"seen": plan.number}
    return {
        "agreements": agreements,
        "agreed": sum(one.is_agreed for one in agreements),
        "mine": mine[0] if mine and access.carries_targets else None,
        "agree_form": agree_form
        or AgreeForm(
            initial=seen, target=0, currency=currency, is_amount=kgi.is_amount, auto_id="id_agree_%s"
        ),
        "counter_form": counter_form
        or CounterForm(initial=seen, currency=currency, is_amount=kgi.is_amount, auto_id="id_counter_%s"),
        "currency": currency if kgi.is_amount else "",
    }


def _newcomers(schedule: TeamSchedule, members: Sequence[Membership]) -> list[Membership]:
    """Who carries targets but has no part in the plan yet."""
    shared = {share.member_id for share in schedule.plan.shares.all()}
    carriers = [member for member in members if member.carries_targets and member.ended_at is None]
    return [member for member in carriers if member.pk not in shared]


def _versions(kgi: Kgi, currency: str) -> list[dict[str, Any]]:
    return [
        {"plan": version, "goal_text": goal_text(kgi, version.goal, currency)}
        for version in kgi.plans.select_related("author").order_by("-number")
    ]
