"""Each person's rates beside the team's."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.goals import services
from apps.goals.drafts import Draft, Split, draft_of, split_needs, split_of
from apps.goals.history import load_history
from apps.goals.models import Kgi
from apps.goals.plan_pages import is_to_save, kgi_of
from apps.goals.rates import MemberRatesForm, own_rates_of_all, steps_of, with_rates
from apps.goals.wording import sentence
from apps.web.http import posted


@require_http_methods(["GET", "POST"])
def plan_rates(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    """Everybody's rates; by one click all own ones, or all the team's."""
    access = visit_team(request, team_id) if request.method == "GET" else edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    last = services.latest_plan(kgi)
    draft, split = draft_of(last), split_of(last)
    history = load_history(access.team, today_in(access.team))
    members = [member for member in access.members() if member.pk in split.members()]
    if request.method == "POST":
        everybody = list(Membership.objects.filter(pk__in=split.members()))
        own = own_rates_of_all(draft, split, history, everybody) if "own" in request.POST else {}
        seen = request.POST.get("seen", "")
        number = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        return _saved(request, kgi, draft, Split(split.weights, split.by_hand, own), number) or redirect(
            "goals:plan_rates", team_id, kgi_id
        )
    rows = [{"member": member, "steps": steps_of(draft, split, history, member)} for member in members]
    context = {"kgi": kgi, "plan": last, "rows": rows, "totals": _totals(draft, split)}
    return render(request, "goals/plan_rates.html", context)


@require_http_methods(["GET", "POST"])
def member_rates(request: SignedInRequest, team_id: int, kgi_id: int, member_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    member = access.member(member_id)
    last = services.latest_plan(kgi)
    draft, split = draft_of(last), split_of(last)
    steps = steps_of(draft, split, load_history(access.team, today_in(access.team)), member)
    form = MemberRatesForm(posted(request), steps=steps, initial={"seen": last.number})
    if is_to_save(request) and form.is_valid():
        after = with_rates(split, member, form.rates(member))
        answer = _saved(request, kgi, draft, after, form.cleaned_data["seen"])
        return answer or redirect("goals:plan_rates", team_id, kgi_id)
    tried = with_rates(split, member, form.rates(member)) if form.is_bound and form.is_valid() else split
    context = {
        "kgi": kgi,
        "member": member,
        "form": form,
        "needs": _member_needs(draft, split, tried, member),
        "valid_from": services.next_change(kgi, last, today_in(access.team)),
    }
    template = "goals/_member_rates.html" if request.htmx else "goals/member_rates.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _saved(request: SignedInRequest, kgi: Kgi, draft: Draft, split: Split, seen: int) -> HttpResponse | None:
    """Writes the next version; what is wrong is said on the page that follows."""
    access: Access = request.access
    last = services.latest_plan(kgi)
    try:
        services.revise_plan(
            kgi=kgi,
            by=request.user,
            valid_from=services.next_change(kgi, last, today_in(access.team)),
            draft=draft,
            seen=seen,
            split=split,
        )
    except PlanError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The rates are saved. The numbers follow them."))
    return None


def _totals(draft: Draft, split: Split) -> list[dict[str, Any]]:
    """By stage: the number at the team's rates, and the sum of everybody's part."""
    cells = split_needs(draft, split)
    return [
        {
            "kpi": kpi,
            "at_team_rates": need,
            "parts": sum(count for (_member, _segment, of), count in cells.items() if of == kpi.pk),
        }
        for kpi, need in zip(draft.kpis, draft.needs(), strict=True)
    ]


def _member_needs(draft: Draft, before: Split, after: Split, member: Membership) -> list[Mapping[str, Any]]:
    return [
        {"kpi": kpi, "before": _of(draft, before, member, kpi.pk), "after": _of(draft, after, member, kpi.pk)}
        for kpi in draft.kpis
    ]


def _of(draft: Draft, split: Split, member: Membership, kpi: int) -> int:
    return sum(
        count
        for (of_member, _segment, of_kpi), count in split_needs(draft, split).items()
        if of_member == member.pk and of_kpi == kpi
    )
