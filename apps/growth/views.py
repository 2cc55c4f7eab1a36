from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.workdays import week_start
from apps.growth.access import visit_practice, visit_practices
from apps.growth.forms import (
    BaseDrills,
    CloseForm,
    NoteForm,
    PracticeForm,
    drill_forms,
    people_of,
    stored_steps,
)
from apps.growth.judging import judge_aim, judge_words
from apps.growth.models import Note, Practice
from apps.growth.pages import course_chart
from apps.growth.presets import PRESETS
from apps.growth.queries import load_practices
from apps.growth.services import (
    add_note,
    close_practice,
    copy_practice,
    delete_practice,
    reopen_practice,
    save_practice,
)
from apps.growth.starts import chosen_kpi, start_values
from apps.growth.wording import sentence
from apps.okrs.focus import load_focus
from apps.okrs.judging import Judgement
from apps.okrs.pages import conflict_of, seen_now
from apps.okrs.views import MOST_JUDGED, is_to_save
from apps.web.http import posted

SHOWN = 60
# A practice lasts so long unless said otherwise.
USUAL = timedelta(weeks=4)


@require_safe
def practice_list(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_practices(request, team_id)
    ended = request.GET.get("state") == "ended"
    found = Practice.objects.visible_to(access).filter(closed_at__isnull=not ended).in_order()
    practices = list(found[:SHOWN])
    for one in practices:
        one.team = access.team
    context = {
        "rows": load_practices(access.team, practices, today_in(access.team)),
        "presets": PRESETS,
        "is_ended": ended,
        "today": today_in(access.team),
    }
    return render(request, "growth/practice_list.html", context)


@require_safe
def practice(request: SignedInRequest, team_id: int, practice_id: int) -> HttpResponse:
    access, found = visit_practice(request, team_id, practice_id)
    return _page(request, access, found)


def _page(
    request: SignedInRequest,
    access: Access,
    found: Practice,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = today_in(access.team)
    row = load_practices(access.team, [found], today)[0]
    context = {
        "practice": found,
        "row": row,
        "effect": row.effect,
        "chart": course_chart(row, found),
        "per_cent": row.per_cent,
        "judgement": judge_aim(found, load_focus(access.team, today), today),
        "notes": found.notes.select_related("author").order_by("-created_at", "-pk"),
        "today": today,
        "form": NoteForm(),
        "is_over": today > found.last_day,
        **(extra or {}),
    }
    return render(request, "growth/practice.html", context, status=status)


# -- writing ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def practice_new(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_practices(request, team_id)
    today = today_in(access.team)
    # On a weekend it begins with the week to come.
    start = today if today.weekday() < 5 else week_start(today) + timedelta(weeks=1)
    draft = Practice(team=access.team, start=start, end=start + USUAL - timedelta(days=1))
    if access.membership:
        draft.member = access.membership
    initial, steps = start_values(request.GET, access.team)
    members = people_of(access) if access.can_edit else None
    form = PracticeForm(posted(request), access=access, members=members, instance=draft, initial=initial)
    drills = drill_forms(posted(request), steps)
    if not _is_ready(request, form, drills):
        return _form_page(request, access, form, drills)
    people = list(form.cleaned_data["members"]) if members is not None else [draft.member]
    draft.key = form.cleaned_data["key"]
    made = copy_practice(practice=form.instance, drills=drills.filled(), members=people, by=request.user)
    is_over = made[0].end < today
    begins = _("The practice is saved. Its steps show on Today from its first day on.")
    messages.success(request, _("The practice is saved. Its days are over already.") if is_over else begins)
    if len(made) > 1:
        return redirect("growth:practice_list", team_id)
    return redirect("growth:practice", team_id, made[0].pk)


def _is_ready(request: SignedInRequest, form: PracticeForm, drills: BaseDrills) -> bool:
    if not is_to_save(request):
        return False
    # Both are looked at, so that everything that is wrong shows at once.
    return all([form.is_valid(), drills.is_valid()])


@require_http_methods(["GET", "POST"])
def practice_edit(request: SignedInRequest, team_id: int, practice_id: int) -> HttpResponse:
    access, found = visit_practice(request, team_id, practice_id)
    if found.closed_at:
        messages.error(request, sentence(PlanError("practice_closed")))
        return redirect("growth:practice", team_id, practice_id)
    form = PracticeForm(posted(request), access=access, members=None, instance=found)
    drills = drill_forms(posted(request), stored_steps(found))
    if not _is_ready(request, form, drills):
        return _form_page(request, access, form, drills)
    try:
        seen = form.cleaned_data["seen"] or 0
        save_practice(practice=form.instance, drills=drills.filled(), by=request.user, seen=seen)
    except PlanError:
        stored = Practice.objects.in_order().get(pk=practice_id)
        conflict = conflict_of(form, PracticeForm(access=access, members=None, instance=stored))
        conflict += _steps_conflict(stored, drills)
        data = seen_now(request.POST, stored.version)
        again = PracticeForm(data, access=access, members=None, instance=found)
        return _form_page(request, access, again, drills, conflict)
    messages.success(request, _("Saved."))
    return redirect("growth:practice", team_id, practice_id)


def _steps_conflict(stored: Practice, typed: BaseDrills) -> list[dict[str, Any]]:
    now, then = ([row["text"] for row in rows] for rows in (stored_steps(stored), typed.filled()))
    if now == then:
        return []
    return [{"label": _("Steps"), "stored": " / ".join(now), "typed": " / ".join(then)}]


def _form_page(
    request: SignedInRequest,
    access: Access,
    form: PracticeForm,
    drills: BaseDrills,
    conflict: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """While somebody types, the letters alone."""
    if form.is_bound:
        form.is_valid()
    judgement = _judged(form, access)
    if request.htmx:
        return render(request, "okrs/_smart.html", {"judgement": judgement})
    is_wrong = form.is_bound and bool(form.errors or not drills.is_valid())
    context = {
        "form": form,
        "drills": drills,
        "practice": form.instance,
        "judgement": judgement,
        "conflict": conflict,
    }
    status = 409 if conflict is not None else 422 if is_wrong else 200
    return render(request, "growth/practice_edit.html", context, status=status)


def _judged(form: PracticeForm, access: Access) -> Judgement | None:
    """The letters of what is typed so far, complete or not."""
    draft = form.instance
    draft.aim = str(form["text"].value() or "")[:MOST_JUDGED]
    if not draft.aim.strip():
        return None
    chosen = chosen_kpi(access.team, str(form["kpi"].value() or ""))
    # A day that cannot be read is None here, whatever the model says.
    days: tuple[date | None, date | None] = (draft.start, draft.end)
    if chosen is None or None in days or draft.end < draft.start:
        return judge_words(draft.aim)
    draft.kpi = chosen
    today = today_in(access.team)
    return judge_aim(draft, load_focus(access.team, today), today)


@require_POST
def practice_close(request: SignedInRequest, team_id: int, practice_id: int) -> HttpResponse:
    access, found = visit_practice(request, team_id, practice_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, access, found, {"close_form": form}, 422)
    try:
        close_practice(practice=found, by=request.user, lesson=form.cleaned_data["lesson"])
    except PlanError as error:
        return _page(request, access, found, {"error": sentence(error), "close_form": form}, 409)
    messages.success(request, _("The practice has ended. Its number is watched for eight more weeks."))
    return redirect("growth:practice", team_id, practice_id)


@require_POST
def practice_delete(request: SignedInRequest, team_id: int, practice_id: int) -> HttpResponse:
    access, found = visit_practice(request, team_id, practice_id)
    try:
        delete_practice(practice=found, by=request.user)
    except PlanError as error:
        return _page(request, access, found, {"error": sentence(error)}, 409)
    messages.success(request, _("The practice is deleted."))
    return redirect("growth:practice_list", team_id)


@require_POST
def practice_reopen(request: SignedInRequest, team_id: int, practice_id: int) -> HttpResponse:
    _access, found = visit_practice(request, team_id, practice_id)
    reopen_practice(practice=found, by=request.user)
    return redirect("growth:practice", team_id, practice_id)


# -- between the two -------------------------------------------------------------------------------


@require_POST
def note_add(request: SignedInRequest, team_id: int, practice_id: int) -> HttpResponse:
    access, found = visit_practice(request, team_id, practice_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, access, found, {"form": form}, 422)
    add_note(practice=found, by=request.user, text=form.cleaned_data["text"])
    return redirect("growth:practice", team_id, practice_id)


@require_POST
def note_remove(request: SignedInRequest, team_id: int, practice_id: int, note_id: int) -> HttpResponse:
    """By who wrote it."""
    _access, found = visit_practice(request, team_id, practice_id)
    get_object_or_404(Note, pk=note_id, practice=found, author=request.user).delete()
    return redirect("growth:practice", team_id, practice_id)
