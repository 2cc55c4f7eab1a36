"""What is decided in a step."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import Access, edit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.rates import Rate
from apps.funnels.models import Kpi
from apps.goals.models import Plan
from apps.okrs.models import Objective
from apps.reviews.forms import (
    ActionChangeForm,
    ActionForm,
    AnswersForm,
    LearnedForm,
    OrderForm,
    VerdictForm,
    with_stored,
)
from apps.reviews.looking_ahead import answers_of
from apps.reviews.models import Action, Review
from apps.reviews.pages import review_of, step_page
from apps.reviews.rates import RatesForm, decide_rates, effects, load_rate_table, undo_rates, with_rates
from apps.reviews.services import (
    add_action,
    change_action,
    save_answers,
    save_learned,
    save_order,
    save_verdict,
)
from apps.reviews.week import load_week
from apps.reviews.wording import sentence


def _writable(request: SignedInRequest, team_id: int, review_id: int) -> tuple[Access, Review]:
    access = edit_team(request, team_id)
    return access, review_of(access, review_id)


def _refused(
    request: SignedInRequest, access: Access, review: Review, step: str, error: PlanError, **extra: Any
) -> HttpResponse:
    """Somebody was faster, or it makes no sense: said, with everything typed still there."""
    status = 422 if error.code in ("action_needs_both", "due_in_past") else 409
    return step_page(request, access, review, step, {"error": sentence(error), **extra}, status)


@require_POST
def rates_decide(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    """While typing only what it would do; a press on the button decides."""
    access, review = _writable(request, team_id, review_id)
    table = load_rate_table(access.team, review.day)
    if table is None:
        raise Http404
    form = RatesForm(request.POST, table=table)
    is_valid = form.is_valid()
    if request.htmx:
        return render(request, "reviews/_rate_effects.html", _previewed(form))
    if not is_valid:
        return step_page(request, access, review, "rates", {"form": form}, 422)
    data = form.cleaned_data
    try:
        decide_rates(
            review=review,
            by=request.user,
            table=table,
            rates=form.rates(),
            valid_from=data["valid_from"],
            reason=data["reason"],
            seen=data["seen"],
        )
    except PlanError as error:
        return _refused(request, access, review, "rates", error, form=form)
    messages.success(request, _("Decided and written down."))
    return redirect("reviews:review_step", team_id, review_id, "rates")


def _previewed(form: RatesForm) -> dict[str, Any]:
    """What the choices as they stand would do; what is not filled in yet is kept."""
    day = form.cleaned_data.get("valid_from") or form.table.earliest
    rates = {place: rate for place, (_choice, rate) in form.rates().items()}
    if not form.table.kgi.start <= day <= form.table.kgi.end:
        return {"problem": _("The change has to start within the period.")}
    try:
        changed = with_rates(form.table.draft, rates, "")
        above = [step.after.name for step in form.table.steps if _is_above_one(rates.get(step.place))]
        return {"effects": effects(form.table, changed, day) if rates else [], "day": day, "above": above}
    except PlanError as error:
        return {"problem": sentence(error)}


def _is_above_one(rate: Rate | None) -> bool:
    return rate is not None and rate.value > 1


@require_POST
def rates_undo(request: SignedInRequest, team_id: int, review_id: int, plan_id: int) -> HttpResponse:
    access, review = _writable(request, team_id, review_id)
    plan = get_object_or_404(Plan.objects.select_related("kgi"), pk=plan_id, kgi__team=access.team)
    try:
        undo_rates(review=review, by=request.user, plan=plan, reason=_("Taken back"))
    except PlanError as error:
        return _refused(request, access, review, "rates", error)
    messages.success(request, _("Taken back: the rates are as they were before."))
    return redirect("reviews:review_step", team_id, review_id, "rates")


@require_POST
def order_save(request: SignedInRequest, team_id: int, review_id: int, member_id: int) -> HttpResponse:
    access, review = _writable(request, team_id, review_id)
    member = get_object_or_404(Membership, pk=member_id, team=access.team)
    rows = load_week(review, [member]).rows
    form = OrderForm(request.POST, order=rows[0].order if rows else [])
    if not form.is_valid():
        text = _("A place is a whole number from 1 to 99.")
        return step_page(request, access, review, "week", {"error": text}, 422)
    order = [] if "reset" in request.POST else form.chosen()
    try:
        save_order(review=review, member=member, order=order, seen=form.cleaned_data["seen"])
    except PlanError as error:
        return _refused(request, access, review, "week", error)
    return redirect("reviews:review_step", team_id, review_id, "week")


@require_POST
def action_add(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    access, review = _writable(request, team_id, review_id)
    form = action_form(access, request.POST)
    if not form.is_valid():
        return step_page(request, access, review, "actions", {"action_form": form}, 422)
    try:
        add_action(review=review, by=request.user, begins=today_in(access.team), **form.cleaned_data)
    except PlanError as error:
        return _refused(request, access, review, "actions", error, action_form=form)
    return redirect("reviews:review_step", team_id, review_id, "actions")


def action_form(access: Access, data: Any = None) -> ActionForm:
    people = Membership.objects.active().filter(team=access.team).in_team_order()
    kpis = Kpi.objects.of_team(access.team).filter(parked_at=None).order_by("kind", "position")
    return ActionForm(data, people=people, kpis=kpis)


@require_POST
def action_change(request: SignedInRequest, team_id: int, review_id: int, action_id: int) -> HttpResponse:
    """Done, dropped, open again, or judged by its numbers; also after the review is closed."""
    access, review = _writable(request, team_id, review_id)
    action = get_object_or_404(Action, pk=action_id, team=access.team)
    form = ActionChangeForm(request.POST)
    if not form.is_valid():
        return step_page(request, access, review, "actions", {"error": _("Please choose one.")}, 422)
    try:
        change_action(action=action, by=request.user, review=review, **form.cleaned_data)
    except PlanError as error:
        return _refused(request, access, review, "actions", error)
    return redirect("reviews:review_step", team_id, review_id, "actions")


@require_POST
def learned_save(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    access, review = _writable(request, team_id, review_id)
    form = LearnedForm(request.POST)
    if not form.is_valid():
        return step_page(request, access, review, "learned", {"learned_form": form}, 422)
    try:
        save_learned(
            review=review, by=request.user, text=form.cleaned_data["learned"], seen=form.cleaned_data["seen"]
        )
    except PlanError as error:
        return _refused(request, access, review, "learned", error, learned_form=form)
    messages.success(request, _("Saved."))
    return redirect("reviews:review_step", team_id, review_id, "learned")


@require_POST
def answers_save(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    """What the team itself says to the seven checks."""
    access, review = _writable(request, team_id, review_id)
    form = AnswersForm(request.POST)
    if not form.is_valid():
        return step_page(request, access, review, "checks", {"form": form}, 422)
    try:
        answers, seen = form.answers(), form.cleaned_data["seen"]
        save_answers(review=review, by=request.user, answers=answers, seen=seen)
    except PlanError as error:
        kept = AnswersForm(with_stored(request.POST, answers_of(review)))
        return _refused(request, access, review, "checks", error, form=kept, shows_stored=True)
    messages.success(request, _("Saved."))
    return redirect("reviews:review_step", team_id, review_id, "checks")


@require_POST
def verdict_save(request: SignedInRequest, team_id: int, review_id: int, objective_id: int) -> HttpResponse:
    access, review = _writable(request, team_id, review_id)
    objective = get_object_or_404(Objective.objects.visible_to(access), pk=objective_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        text = _("Please choose keep, change or drop.")
        return step_page(request, access, review, "verdicts", {"error": text}, 422)
    try:
        save_verdict(review=review, objective=objective, by=request.user, **form.cleaned_data)
    except PlanError as error:
        return _refused(request, access, review, "verdicts", error)
    return redirect("reviews:review_step", team_id, review_id, "verdicts")
