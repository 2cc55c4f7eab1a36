from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.periods import month_of
from apps.domain.smart.judge import judge
from apps.goals.queries import current_kgi
from apps.okrs import services
from apps.okrs.access import edit_objective, visit_objective, writes_objectives
from apps.okrs.focus import load_focus
from apps.okrs.forms import CheckInForm, CloseForm, GoalForm, ObjectiveForm
from apps.okrs.judging import LETTERS, Judgement, judge_objective, linked_objectives
from apps.okrs.models import KeyResult, Objective
from apps.okrs.overload import key_result_loads, kpi_loads
from apps.okrs.pages import conflict_of, filtered, load_page, seen_now
from apps.okrs.queries import count_of_gaps, gaps_by_week, load_board
from apps.okrs.wording import sentence
from apps.web.http import posted

# Characters of a text that are looked at while somebody types.
MOST_JUDGED = 5000
ENOUGH_PEOPLE = 5
STATES = ("running", "parked", "closed")


@require_safe
def objective_list(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    today = today_in(access.team)
    state = request.GET.get("state", "")
    state = state if state in STATES else "running"
    letter = request.GET.get("gap", "")
    letter = letter if letter in tuple(LETTERS) and state == "running" else ""
    focus = load_focus(access.team, today)
    cards = load_board(access, today, focus, state)
    counts = count_of_gaps(cards)
    context: dict[str, Any] = {
        "cards": filtered(cards, letter),
        "state": state,
        "letter": letter,
        "counts": counts,
        "may_write": writes_objectives(access),
        "weeks": [],
    }
    if state == "running":
        context |= {
            "key_result_loads": key_result_loads(access, today),
            "kpi_loads": kpi_loads(access, focus),
        }
        if access.sees_everyone:
            context["weeks"] = gaps_by_week(access.team, today, sum(counts.values()))
    return render(request, "okrs/objective_list.html", context)


@require_safe
def glance(request: SignedInRequest, team_id: int) -> HttpResponse:
    """The running objectives in a few lines, for the team's page, which loads them when it stands."""
    access = visit_team(request, team_id)
    if not request.htmx:
        return redirect("okrs:objective_list", team_id)
    today = today_in(access.team)
    cards = load_board(access, today, load_focus(access.team, today))
    return render(request, "okrs/_glance.html", {"cards": cards, "counts": count_of_gaps(cards)})


@require_safe
def objective(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    access, found = visit_objective(request, team_id, objective_id)
    return objective_page(request, access, found)


def closed_answer(request: SignedInRequest, objective: Objective) -> HttpResponse:
    """What is closed is not written any more, also not from a page that was open before."""
    messages.error(request, _("This objective is closed. Open it again to change it."))
    return redirect("okrs:objective", objective.team_id, objective.pk)


def objective_page(
    request: SignedInRequest,
    access: Access,
    found: Objective,
    check_in: CheckInForm | None = None,
    key_result: KeyResult | None = None,
) -> HttpResponse:
    """``check_in``: what was typed for ``key_result`` and refused."""
    today = today_in(access.team)
    context = {
        "objective": found,
        "page": load_page(access, found, today, load_focus(access.team, today)),
        "may_edit": found.is_editable_by(access),
        "check_in": check_in,
        "checked": key_result.pk if key_result else None,
        "confidences": range(1, 6),
        "children": Objective.objects.visible_to(access).filter(parent=found).in_order(),
        # A colleague's objective may stand above it, which not everybody sees.
        "parent": Objective.objects.visible_to(access).filter(children=found).first(),
        "shows_kgi": found.kgi is not None and found.kgi.withdrawn_at is None,
    }
    return render(request, "okrs/objective.html", context, status=422 if check_in else 200)


# -- writing ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def objective_new(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    if not writes_objectives(access):
        raise PermissionDenied
    form = ObjectiveForm(posted(request), access=access, initial=_new_values(access))
    if not is_to_save(request) or not form.is_valid():
        return _objective_form(request, form)
    saved = services.save_objective(objective=form.instance, by=request.user)
    messages.success(request, _("The objective stands. How will you see that it is reached?"))
    return redirect("okrs:key_result_new", team_id, saved.pk)


def is_to_save(request: SignedInRequest) -> bool:
    """Only a press of the button; what htmx sends while somebody types is looked at and not stored."""
    return request.method == "POST" and not request.htmx


def _new_values(access: Access) -> dict[str, Any]:
    """The period of the current goal, else this month."""
    today = today_in(access.team)
    kgi = current_kgi(access.team, today)
    if kgi and kgi.end >= today:
        return {"start": kgi.start, "end": kgi.end, "kgi": kgi.pk}
    return dict(zip(("start", "end"), month_of(today), strict=True))


@require_http_methods(["GET", "POST"])
def objective_edit(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    access, found = edit_objective(request, team_id, objective_id)
    if found.closed_at:
        return closed_answer(request, found)
    form = ObjectiveForm(posted(request), access=access, instance=found)
    if not is_to_save(request) or not form.is_valid():
        return _objective_form(request, form)
    try:
        services.save_objective(objective=form.instance, by=request.user, seen=form.cleaned_data["seen"] or 0)
    except PlanError:
        stored = Objective.objects.get(pk=objective_id)
        conflict = conflict_of(form, ObjectiveForm(access=access, instance=stored))
        again = ObjectiveForm(seen_now(request.POST, stored.version), access=access, instance=found)
        return _objective_form(request, again, conflict)
    messages.success(request, _("Saved."))
    return redirect("okrs:objective", team_id, objective_id)


def _objective_form(
    request: SignedInRequest, form: ObjectiveForm, conflict: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """While somebody types, the letters alone."""
    if form.is_bound:
        form.is_valid()
    judgement = _judged(request, form)
    if request.htmx:
        return render(request, "okrs/_smart.html", {"judgement": judgement})
    context = {"form": form, "objective": form.instance, "judgement": judgement, "conflict": conflict}
    status = 409 if conflict is not None else 422 if form.errors else 200
    return render(request, "okrs/objective_edit.html", context, status=status)


def _judged(request: SignedInRequest, form: ObjectiveForm) -> Judgement | None:
    """The letters of what is typed so far, complete or not."""
    text = str(form["text"].value() or "")[:MOST_JUDGED]
    if not text.strip():
        return None
    known = form.cleaned_data if form.is_bound else form.initial
    draft = form.instance
    draft.text, draft.end = text, known.get("end") or draft.end
    return judge_objective(draft, today_in(request.access.team), linked_objectives(request.access.team))


@require_POST
def objective_park(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    _access, found = edit_objective(request, team_id, objective_id)
    if found.closed_at:
        return closed_answer(request, found)
    services.park_objective(objective=found, by=request.user, parked=found.parked_at is None)
    messages.success(request, _("Parked.") if found.parked_at else _("Taken back in."))
    return redirect("okrs:objective", team_id, objective_id)


@require_POST
def objective_copy(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    _access, found = edit_objective(request, team_id, objective_id)
    copy = services.copy_objective(objective=found, by=request.user)
    messages.success(request, _("This is the copy, for the next period. Change what is different."))
    return redirect("okrs:objective_edit", team_id, copy.pk)


@require_http_methods(["GET", "POST"])
def objective_close(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    access, found = edit_objective(request, team_id, objective_id)
    if found.closed_at:
        return closed_answer(request, found)
    today = today_in(access.team)
    page = load_page(access, found, today, load_focus(access.team, today))
    key_results = [row.key_result for row in page.card.rows]
    done = page.card.progress
    suggested = {"grade": 0 if done is None else min(10, max(0, round(done * 10))), "lesson": found.lesson}
    form = CloseForm(posted(request), key_results=key_results, initial=suggested)
    if request.method == "POST" and form.is_valid():
        try:
            carried = services.close_objective(
                objective=found,
                by=request.user,
                grade=form.cleaned_data["grade"],
                lesson=form.cleaned_data["lesson"],
                carry_over=form.carried(),
            )
        except PlanError as error:
            messages.error(request, sentence(error))
            return redirect("okrs:objective", team_id, objective_id)
        if carried is None:
            messages.success(request, _("Closed. The lesson stays with it."))
            return redirect("okrs:objective", team_id, objective_id)
        messages.success(request, _("Closed. This is what goes on in the next period."))
        return redirect("okrs:objective", team_id, carried.pk)
    context = {"form": form, "objective": found, "page": page}
    return render(request, "okrs/objective_close.html", context, status=422 if form.errors else 200)


@require_POST
def objective_delete(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    _access, found = edit_objective(request, team_id, objective_id)
    try:
        services.delete_objective(objective=found, by=request.user)
    except PlanError as error:
        messages.error(request, sentence(error))
        return redirect("okrs:objective", team_id, objective_id)
    messages.success(request, _("Deleted."))
    return redirect("okrs:objective_list", team_id)


@require_POST
def objective_reopen(request: SignedInRequest, team_id: int, objective_id: int) -> HttpResponse:
    _access, found = edit_objective(request, team_id, objective_id)
    services.reopen_objective(objective=found, by=request.user)
    return redirect("okrs:objective", team_id, objective_id)


# -- looking at goals ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def goal_check(request: SignedInRequest, team_id: int) -> HttpResponse:
    """A free sentence, letter by letter."""
    access = visit_team(request, team_id)
    form = GoalForm(posted(request))
    text = str(form["text"].value() or "")
    judgement = Judgement(judge(text[:MOST_JUDGED], "goal", today_in(access.team))) if text.strip() else None
    if request.htmx:
        return render(request, "okrs/_smart.html", {"judgement": judgement})
    context = {"form": form, "judgement": judgement}
    return render(request, "okrs/goal_check.html", context, status=422 if form.errors else 200)


@require_safe
def focus(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    today = today_in(access.team)
    found = load_focus(access.team, today)
    running = Objective.objects.visible_to(access).on(today)
    on = KeyResult.objects.visible_to(access).running().filter(objective__in=running).in_order()
    by_stage: dict[int | None, list[KeyResult]] = {}
    for key_result in on:
        kpi = key_result.kpi
        by_stage.setdefault(kpi.beside_id if kpi and kpi.is_signal else key_result.kpi_id, []).append(
            key_result
        )
    rows = [
        {"stage": stage, "key_results": by_stage.get(stage.kpi.pk, [])}
        for stage in (found.stages if found else [])
    ]
    context = {
        "focus": found,
        "rows": rows,
        "currency": access.team.organization.currency if found and found.kgi.is_amount else "",
        # Of a few people's numbers one's own would give away the others'.
        "shows_numbers": access.sees_everyone or (found is not None and found.carriers >= ENOUGH_PEOPLE),
        "objective": _objective_to_extend(access, today),
        "may_write": writes_objectives(access),
    }
    return render(request, "okrs/focus.html", context)


def _objective_to_extend(access: Access, today: date) -> Objective | None:
    """Where a key result on a stage would go: the team's own running objective, or one's own."""
    running = Objective.objects.visible_to(access).on(today).select_related("member")
    mine = [objective for objective in running.order_by("member", "pk") if objective.is_editable_by(access)]
    return mine[0] if mine else None
