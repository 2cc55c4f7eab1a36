"""Key results: writing them, looking at them weekly, ending a disagreement with the log."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi
from apps.okrs import services
from apps.okrs.access import check_in_key_result, edit_key_result, edit_objective
from apps.okrs.focus import load_focus
from apps.okrs.forms import CheckInForm, KeyResultForm
from apps.okrs.judging import Judgement, judge_key_result, linked_objectives
from apps.okrs.measures import Measures
from apps.okrs.models import KeyResult
from apps.okrs.pages import conflict_of, seen_now
from apps.okrs.views import MOST_JUDGED, closed_answer, is_to_save, objective_page
from apps.okrs.wording import sentence
from apps.web.http import posted


@require_http_methods(["GET", "POST"])
def key_result_new(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    access, objective = edit_objective(request, team_id, objective_id)
    if objective.closed_at:
        return closed_answer(request, objective)
    draft = KeyResult(objective=objective)
    form = KeyResultForm(posted(request), access=access, instance=draft, initial=_wanted(request, access))
    if not is_to_save(request) or not form.is_valid():
        return _form_page(request, form)
    try:
        services.save_key_result(key_result=form.instance, by=request.user)
    except PlanError as error:
        form.add_error(None, sentence(error))
        return _form_page(request, form)
    messages.success(request, _("The key result is saved."))
    if "another" in request.POST:
        return redirect("okrs:key_result_new", team_id, objective_id)
    return redirect("okrs:objective", team_id, objective_id)


def _wanted(request: SignedInRequest, access: Access) -> dict[str, Any]:
    """``?kpi=``: from the page that says where a KPI stands best."""
    wanted = request.GET.get("kpi", "")
    if not re.fullmatch("[0-9]{1,18}", wanted):
        return {}
    kpi = Kpi.objects.of_team(access.team).filter(pk=int(wanted)).first()
    if kpi is None:
        return {}
    stage = KeyResult.Measure.RATE if kpi.position else KeyResult.Measure.COUNT
    return {"kpi": kpi.pk, "measure": KeyResult.Measure.SIGNAL if kpi.is_signal else stage}


@require_http_methods(["GET", "POST"])
def key_result_edit(request: SignedInRequest, team_id: int, key_result_id: int) -> HttpResponse:
    access, found = edit_key_result(request, team_id, key_result_id)
    if found.objective.closed_at:
        return closed_answer(request, found.objective)
    form = KeyResultForm(posted(request), access=access, instance=found)
    if not is_to_save(request) or not form.is_valid():
        return _form_page(request, form)
    try:
        services.save_key_result(
            key_result=form.instance, by=request.user, seen=form.cleaned_data["seen"] or 0
        )
    except PlanError:
        stored = KeyResult.objects.in_order().get(pk=key_result_id)
        conflict = conflict_of(form, KeyResultForm(access=access, instance=stored))
        data = seen_now(request.POST, stored.version)
        return _form_page(request, KeyResultForm(data, access=access, instance=found), conflict)
    messages.success(request, _("Saved."))
    return redirect("okrs:objective", team_id, found.objective_id)


def _form_page(
    request: SignedInRequest, form: KeyResultForm, conflict: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """While somebody types, the letters alone."""
    if form.is_bound:
        form.is_valid()
    judgement = _judged(request, form)
    if request.htmx:
        return render(request, "okrs/_smart.html", {"judgement": judgement})
    context = {
        "form": form,
        "key_result": form.instance,
        "objective": form.instance.objective,
        "judgement": judgement,
        "conflict": conflict,
    }
    status = 409 if conflict is not None else 422 if form.errors else 200
    return render(request, "okrs/key_result_edit.html", context, status=status)


def _judged(request: SignedInRequest, form: KeyResultForm) -> Judgement | None:
    """The letters of what is typed so far, complete or not, with the data behind it."""
    text = str(form["text"].value() or "")[:MOST_JUDGED]
    if not text.strip():
        return None
    draft, today = form.instance, today_in(request.access.team)
    draft.text = text
    standing = None
    if _has_target(form) and _is_measurable(form) and draft.first_day <= draft.last_day:
        standing = Measures(request.access.team, [draft], today).standing(draft)
    team = request.access.team
    return judge_key_result(draft, standing, load_focus(team, today), today, linked_objectives(team))


def _has_target(form: KeyResultForm) -> bool:
    if form.is_bound:
        return form.cleaned_data.get("target") is not None
    return not form.instance.is_new


def _is_measurable(form: KeyResultForm) -> bool:
    """Whether what is counted has been said, so that the log can be asked."""
    draft: KeyResult = form.instance
    needs_kpi = draft.measure not in (KeyResult.Measure.AMOUNT, KeyResult.Measure.HAND)
    return not (needs_kpi and draft.kpi_id is None)


@require_POST
def key_result_park(request: SignedInRequest, team_id: int, key_result_id: int) -> HttpResponse:
    _access, found = edit_key_result(request, team_id, key_result_id)
    if found.objective.closed_at:
        return closed_answer(request, found.objective)
    services.park_key_result(key_result=found, by=request.user, parked=found.parked_at is None)
    messages.success(request, _("Parked.") if found.parked_at else _("Taken back in."))
    if request.POST.get("back") == "list":
        return redirect("okrs:objective_list", team_id)
    return redirect("okrs:objective", team_id, found.objective_id)


@require_http_methods(["GET", "POST"])
def check_in_create(request: SignedInRequest, team_id: int, key_result_id: int) -> HttpResponse:
    access, found = check_in_key_result(request, team_id, key_result_id)
    if request.method != "POST":
        # The address stays in the bar after a refused check-in, and people reload it.
        return redirect("okrs:objective", team_id, found.objective_id)
    if found.objective.closed_at:
        return closed_answer(request, found.objective)
    form = CheckInForm(request.POST)
    if form.is_valid():
        try:
            services.check_in(key_result=found, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Checked in."))
            return redirect("okrs:objective", team_id, found.objective_id)
    return objective_page(request, access, found.objective, form, found)


@require_POST
def key_result_align(request: SignedInRequest, team_id: int, key_result_id: int) -> HttpResponse:
    _access, found = check_in_key_result(request, team_id, key_result_id)
    if found.objective.closed_at:
        return closed_answer(request, found.objective)
    if services.align_with_log(key_result=found, by=request.user) is None:
        messages.error(request, _("The log has no number for it yet."))
    else:
        messages.success(request, _("The log's number counts."))
    return redirect("okrs:objective", team_id, found.objective_id)
