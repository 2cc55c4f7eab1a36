"""Each person's rates beside the team's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.goals import services
from apps.goals.drafts import Draft, Split, draft_of, split_needs, split_of
from apps.goals.history import load_history
from apps.goals.models import Kgi, Plan
from apps.goals.plan_pages import is_to_save, kgi_of
from apps.goals.rates import MemberRatesForm, Step, own_rates_of_all, steps_of, with_rates
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
    if request.method == "POST":
        everybody = list(Membership.objects.filter(pk__in=split.members()))
        own = own_rates_of_all(draft, split, history, everybody) if "own" in request.POST else {}
        _say(request, _save(request, kgi, replace(split, rates=own), _seen(request)))
        return redirect("goals:plan_rates", team_id, kgi_id)
    members = [member for member in access.members() if member.pk in split.members()]
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
    if member.pk not in split.members():
        raise Http404
    steps = steps_of(draft, split, load_history(access.team, today_in(access.team)), member)
    form = MemberRatesForm(posted(request), steps=steps, initial={"seen": last.number})
    tried, status = split, 200
    if form.is_bound and form.is_valid():
        tried = with_rates(split, member, form.rates(member))
        problem = _problem(draft, tried)
        if is_to_save(request) and problem is None:
            problem = _save(request, kgi, tried, form.cleaned_data["seen"])
            if problem is None:
                _say(request, None)
                return redirect("goals:plan_rates", team_id, kgi_id)
        if problem:
            status = 409 if problem.code == "plan_outdated" else 422
            form = _again(form, steps, last)
            form.add_error(None, sentence(problem))
            tried = split
    context = {
        "kgi": kgi,
        "member": member,
        "form": form,
        "needs": _member_needs(draft, split, tried, member),
        "valid_from": services.next_change(kgi, last, today_in(access.team)),
    }
    template = "goals/_member_rates.html" if request.htmx else "goals/member_rates.html"
    return render(request, template, context, status=422 if form.errors and status == 200 else status)


def _again(form: MemberRatesForm, steps: Sequence[Step], last: Plan) -> MemberRatesForm:
    """What was typed, now against the newest version."""
    return MemberRatesForm({**dict(form.data.items()), "seen": str(last.number)}, steps=steps)


def _seen(request: SignedInRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else 0


def _problem(draft: Draft, split: Split) -> PlanError | None:
    try:
        split_needs(draft, split)
    except PlanError as error:
        return error
    return None


def _save(request: SignedInRequest, kgi: Kgi, split: Split, seen: int) -> PlanError | None:
    """Writes the next version, or says what is in the way."""
    last = services.latest_plan(kgi)
    try:
        services.revise_plan(
            kgi=kgi,
            by=request.user,
            valid_from=services.next_change(kgi, last, today_in(request.access.team)),
            draft=replace(draft_of(last), reason=""),
            seen=seen,
            split=split,
        )
    except PlanError as error:
        return error
    return None


def _say(request: SignedInRequest, problem: PlanError | None) -> None:
    if problem:
        messages.error(request, sentence(problem))
    else:
        messages.success(request, _("The rates are saved. The numbers follow them."))


def _totals(draft: Draft, split: Split) -> list[dict[str, Any]]:
    """By stage: the number at the team's rates, and the sum of everybody's part."""
    parts = _by_stage(draft, split)
    return [
        {"kpi": kpi, "at_team_rates": need, "parts": parts.get(kpi.pk, 0)}
        for kpi, need in zip(draft.kpis, draft.needs(), strict=True)
    ]


def _member_needs(draft: Draft, before: Split, after: Split, member: Membership) -> list[Mapping[str, Any]]:
    now, then = (_by_stage(draft, split, member) for split in (before, after))
    return [{"kpi": kpi, "before": now.get(kpi.pk, 0), "after": then.get(kpi.pk, 0)} for kpi in draft.kpis]


def _by_stage(draft: Draft, split: Split, only: Membership | None = None) -> dict[int, int]:
    """Everybody's number by KPI, or one person's."""
    sums: dict[int, int] = {}
    for (member, _segment, kpi), count in split_needs(draft, split).items():
        if only is None or member == only.pk:
            sums[kpi] = sums.get(kpi, 0) + count
    return sums
