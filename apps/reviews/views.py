from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.reviews.days import due_reviews, find_due
from apps.reviews.forms import OpenForm
from apps.reviews.models import Review
from apps.reviews.pages import review_of, step_page
from apps.reviews.services import close_review, held_for, open_review
from apps.reviews.steps import AGENDA
from apps.reviews.wording import sentence

SHOWN = 40


@require_safe
def review_list(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    today = today_in(access.team)
    held = Review.objects.filter(team=access.team).select_related("closed_by").order_by("-day", "kind")
    due = [{"due": one, "review": held_for(access.team, one)} for one in due_reviews(access.team, today)]
    context = {"due": due, "held": held[:SHOWN], "today": today}
    return render(request, "reviews/review_list.html", context)


@require_POST
def review_open(request: SignedInRequest, team_id: int) -> HttpResponse:
    """Begins a meeting on its day or before; the same day is the same meeting."""
    access = edit_team(request, team_id)
    form = OpenForm(request.POST)
    due = (
        find_due(access.team, form.cleaned_data["kind"], form.cleaned_data["day"])
        if form.is_valid()
        else None
    )
    if due is None:
        messages.error(request, _("No review of this kind belongs on that day."))
        return redirect("reviews:review_list", team_id)
    try:
        review = open_review(team=access.team, by=request.user, due=due)
    except PlanError as error:
        messages.error(request, sentence(error))
        return redirect("reviews:review_list", team_id)
    return redirect("reviews:review", team_id, review.pk)


@require_safe
def review(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    """Where the meeting stands."""
    access = visit_team(request, team_id)
    found = review_of(access, review_id)
    steps = AGENDA[found.kind]
    step = found.step if found.step in steps and not found.is_closed else steps[0]
    return redirect("reviews:review_step", team_id, review_id, step)


@require_safe
def review_step(request: SignedInRequest, team_id: int, review_id: int, step: str) -> HttpResponse:
    access = visit_team(request, team_id)
    return step_page(request, access, review_of(access, review_id), step)


@require_POST
def review_go(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    """To a step, which is remembered: whoever comes back begins there."""
    access = edit_team(request, team_id)
    found = review_of(access, review_id)
    step = request.POST.get("step", "")
    if step not in AGENDA[found.kind]:
        step = AGENDA[found.kind][0]
    if not found.is_closed:
        Review.objects.filter(pk=found.pk).update(step=step)
    return redirect("reviews:review_step", team_id, review_id, step)


@require_POST
def review_close(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    found = review_of(access, review_id)
    try:
        close_review(review=found, by=request.user)
    except PlanError as error:
        extra = {"error": sentence(error)}
        return step_page(request, access, review_of(access, review_id), "close", extra, 409)
    messages.success(request, _("Closed. The numbers are frozen, and Today follows what was decided."))
    return redirect("reviews:review_step", team_id, review_id, "close")


@require_safe
def review_pulse(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    """How often this review has changed: another screen that shows it asks every few seconds."""
    access = visit_team(request, team_id)
    facts: dict[str, Any] = {"version": review_of(access, review_id).version}
    return JsonResponse(facts)
