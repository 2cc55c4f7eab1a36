"""What both sides say about one person, and the page of the two."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.activity.models import Cause, Reflection
from apps.activity.reflections import open_next_steps
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.growth.models import Practice
from apps.growth.queries import PracticeRow, load_practices
from apps.progress.habits import load_habits
from apps.reviews.forms import WordsForm, writes_side
from apps.reviews.growth import words_over_time
from apps.reviews.looking_back import shown_line
from apps.reviews.models import Action, Review, Words
from apps.reviews.pages import review_of
from apps.reviews.services import acknowledge_words, save_words
from apps.reviews.wording import sentence
from apps.web.http import posted

WEEKS_SHOWN = 12


def pair(access: Access, member_id: int) -> Membership:
    """The person whose words these are: for that person and the editors; nobody else finds it."""
    member = get_object_or_404(
        Membership.objects.select_related("user"), pk=member_id, team=access.team, carries_targets=True
    )
    if not access.can_edit and member.user_id != access.user.pk:
        raise Http404
    return member


@require_http_methods(["GET", "POST"])
def words(request: SignedInRequest, team_id: int, review_id: int, member_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    review, member = review_of(access, review_id), pair(access, member_id)
    side = writes_side(member, request.user.pk, can_edit=access.can_edit)
    said = {one.side: one for one in review.words.filter(member=member).select_related("acknowledged_by")}
    stored = said.get(side)
    form = WordsForm(
        posted(request), instance=stored or Words(), initial={"seen": stored.version if stored else 0}
    )
    error, status = "", 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            seen = form.cleaned_data["seen"]
            try:
                save_words(
                    review=review, member=member, side=side, by=request.user, said=form.said(), seen=seen
                )
            except PlanError as refused:
                error, status = sentence(refused), 409
                stored = review.words.filter(member=member, side=side).first()
            else:
                messages.success(request, _("Saved. The person, the managers and the owner see it."))
                return redirect("reviews:words", team_id, review_id, member_id)
    context = {
        "review": review,
        "member": member,
        "side": side,
        "form": form,
        "error": error,
        "stored": stored if error else None,
        "rep_words": said.get(Words.Side.REP),
        "manager_words": said.get(Words.Side.MANAGER),
        "line": shown_line(review, member),
    }
    return render(request, "reviews/words.html", context, status=status)


@require_POST
def words_read(request: SignedInRequest, team_id: int, review_id: int, member_id: int) -> HttpResponse:
    """The manager says that the rep's words were read."""
    access = edit_team(request, team_id)
    review, member = review_of(access, review_id), pair(access, member_id)
    if member.user_id == request.user.pk:
        raise PermissionDenied
    said = get_object_or_404(review.words, member=member, side=Words.Side.REP)
    seen = request.POST.get("seen", "")
    try:
        acknowledge_words(words=said, by=request.user, seen=int(seen) if seen.isdecimal() else 0)
    except PlanError as error:
        messages.error(request, sentence(error))
    return redirect("reviews:words", team_id, review_id, member_id)


@require_safe
def person(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    """For a 1-on-1: what both sides said, what was in the way, what was promised, over time."""
    access = visit_team(request, team_id)
    member = pair(access, member_id)
    member.team = access.team
    today = today_in(access.team)
    since, yesterday = today - timedelta(days=28), today - timedelta(days=1)
    reviews = Review.objects.filter(team=access.team).order_by("-day")[:WEEKS_SHOWN]
    said = Words.objects.filter(member=member, review__in=list(reviews)).select_related("acknowledged_by")
    reflections = Reflection.objects.filter(member=member, day__gte=since).order_by("-day")
    context = {
        "member": member,
        "is_own": member.user_id == request.user.pk,
        "rows": [row for row in words_over_time(list(reviews), list(said)) if row.rep or row.manager],
        "practices": _practices(access, member, today),
        "reflections": [{"said": one, "causes": _labels(one.causes)} for one in reflections],
        "actions": Action.objects.filter(owner=member).select_related("kpi").order_by("-created_at")[:20],
        "steps": open_next_steps(member),
        "habits": load_habits(access.team, [member], since, yesterday),
        "today": today,
    }
    return render(request, "reviews/person.html", context)


def _practices(access: Access, member: Membership, today: date) -> list[PracticeRow]:
    """What is practised now."""
    running = list(Practice.objects.visible_to(access).filter(member=member).on(today).in_order())
    for practice in running:
        practice.team = access.team
    return load_practices(access.team, running, today)


def _labels(causes: Sequence[str]) -> list[str]:
    return [str(Cause(code).label) for code in causes]
