import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import Access, log_in_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, User
from apps.activity.models import NextStep
from apps.activity.queries import counts_by_segment
from apps.activity.reflections import add_next_step, close_next_step, reflection_of, save_reflection
from apps.activity.services import log_totals, writing_turn
from apps.activity.wording import sentence
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi
from apps.home.evening import EveningForm, day_posted, evening_form
from apps.home.pages import back, frame_of, is_another_persons, page_context
from apps.home.queries import load_today
from apps.web.forms import day_field


@require_POST
def evening(request: SignedInRequest, team_id: int) -> HttpResponse:
    """The day's numbers and the reflection, in one go."""
    access, member = log_in_team(request, team_id)
    if is_another_persons(request):
        return HttpResponse(status=401)
    member.team = access.team
    day = day_posted(request.POST, today_in(access.team))
    if day is None:
        text = _("This day is still to come. Log it when it is there.")
        return _unsaved(request, access, member, today_in(access.team), text)
    loaded, stored = load_today(member, day), reflection_of(member, day)
    counts = counts_by_segment(member.pk, day, day)
    form = evening_form(member, loaded, frame_of(member), stored, counts, request.POST)
    if not form.is_valid():
        problems = [*form.non_field_errors(), _("Not saved yet: please look at the marks.")]
        return _unsaved(request, access, member, day, str(problems[0]), form)
    try:
        _write(member, day, form, request.user)
    except PlanError as error:
        status = 409 if error.code == "evening_outdated" else 422
        return _unsaved(request, access, member, day, sentence(error), form, status)
    messages.success(request, _("The day is written down. Your report stands below."))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return back(access, day)


def _write(member: Membership, day: date, form: EveningForm, by: User) -> None:
    """Words and numbers, both or none. The turn comes before the transaction: the other way round two
    threads would wait for one another."""
    with writing_turn(), transaction.atomic():
        save_reflection(member, day, form.reflection(), form.cleaned_data["seen"])
        log_totals(member=member, day=day, totals=form.totals(), by=by)


def _unsaved(
    request: SignedInRequest,
    access: Access,
    member: Membership,
    on: date,
    text: str,
    form: Any = None,
    status: int = 422,
) -> HttpResponse:
    """Nothing was written and nothing that was typed is lost."""
    context = page_context(access, member, on) | {"evening_error": text}
    if form is not None:
        context["evening"] = form
    name = "home/_evening.html" if request.htmx else "home/today.html"
    return render(request, name, context, status=status)


class NextStepForm(forms.Form):
    id = forms.UUIDField()
    text = forms.CharField(max_length=200)
    due = day_field()

    def __init__(self, *args: Any, kpis: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kpi"] = forms.ModelChoiceField(queryset=kpis)


@require_POST
def next_step_create(request: SignedInRequest, team_id: int) -> HttpResponse:
    """What was agreed in a meeting, to be remembered on its day."""
    access, member = log_in_team(request, team_id)
    if is_another_persons(request):
        return HttpResponse(status=401)
    form = NextStepForm(request.POST, kpis=Kpi.objects.of_team(access.team))
    if not form.is_valid():
        return _refused_step(request, access, member, form)
    data = form.cleaned_data
    try:
        add_next_step(pk=data["id"], member=member, kpi=data["kpi"], text=data["text"], due=data["due"])
    except PlanError as error:
        form.add_error(None, sentence(error))
        return _refused_step(request, access, member, form, 409)
    if request.htmx:
        return render(request, "home/_next_step_kept.html", data)
    messages.success(request, _("Noted for its day."))
    return redirect("home:today", team_id)


def _refused_step(
    request: SignedInRequest, access: Access, member: Membership, form: NextStepForm, status: int = 422
) -> HttpResponse:
    name, errors = next(iter(form.errors.items()))
    labels = {"text": _("Next step"), "due": _("Due by")}
    context = {
        "team": access.team,
        "error": f"{labels[name]}: {errors[0]}" if name in labels else str(errors[0]),
        "kpi_id": request.POST.get("kpi", ""),
        "id": uuid.uuid4(),
        "text": request.POST.get("text", ""),
        "due": today_in(access.team) + timedelta(days=1),
    }
    if request.htmx:
        return render(request, "home/_next_step_form.html", context, status=status)
    page = page_context(access, member, today_in(access.team)) | {"error": context["error"]}
    return render(request, "home/today.html", page, status=status)


@require_POST
def next_step_close(request: SignedInRequest, team_id: int, step_id: uuid.UUID) -> HttpResponse:
    access, member = log_in_team(request, team_id)
    step = get_object_or_404(NextStep, pk=step_id, member=member)
    close_next_step(step, is_done="again" not in request.POST)
    if request.htmx:
        return render(request, "home/_next_step_row.html", {"step": step, "team": access.team})
    return redirect("home:today", team_id)
