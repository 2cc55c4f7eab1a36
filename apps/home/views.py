import re
import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import Access, log_in_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import FirstPage, Membership, Organization, Role, Team, User
from apps.activity.models import Entry
from apps.activity.services import log_entry, new_entry, undo_entry
from apps.activity.wording import sentence
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi, Segment
from apps.funnels.queries import default_segment, kpis_by_id
from apps.goals.agreements import Agreement, load_agreements
from apps.goals.models import Kgi, PlanStage
from apps.goals.queries import kgi_on
from apps.goals.services import latest_plan
from apps.home.forms import EntryForm
from apps.home.pages import (
    NEWEST,
    back,
    colleagues_of,
    day_context,
    is_another_persons,
    page_context,
    parts_context,
)
from apps.home.queries import Today
from apps.home.today_lines import objective_of
from apps.web.converters import FIRST_DAY
from apps.web.marks import PLAN, kept_for_member, kept_for_team


@login_not_required
@require_safe
def start(request: SignedInRequest) -> HttpResponse:
    """Each person's first page; on an empty installation the first visit."""
    if not isinstance(request.user, User):
        real = Organization.objects.filter(is_sample=False).exists()
        return redirect("account_login" if real else "setup:welcome")
    team = Team.objects.visible_to(request.user).order_by("pk").first()
    if team is None:
        return render(request, "home/no_team.html", {})
    mine = Membership.objects.active().filter(team=team, user=request.user).first()
    if wished := _wished_page(request.user, mine):
        return redirect(wished, team.pk)
    if mine and mine.role == Role.REP and mine.carries_targets:
        return redirect("home:today", team.pk)
    owned = Organization.objects.filter(owners=request.user).annotate(size=Count("teams")).filter(size__gt=1)
    if mine is None and (organization := owned.order_by("pk").first()):
        return redirect("home:organization", organization.pk)
    return redirect("progress:team", team.pk)


FIRST_PAGES: dict[str, str] = {
    FirstPage.TODAY: "home:today",
    FirstPage.PROGRESS: "progress:team",
    FirstPage.PLAN: "goals:plan_list",
    FirstPage.OBJECTIVES: "okrs:objective_list",
    FirstPage.REVIEWS: "reviews:review_list",
}


def _wished_page(user: User, mine: Membership | None) -> str | None:
    """Today is only of those who log."""
    logs = bool(mine and mine.role == Role.REP and mine.carries_targets)
    return None if user.first_page == FirstPage.TODAY and not logs else FIRST_PAGES.get(user.first_page)


@require_safe
def today(request: SignedInRequest, team_id: int) -> HttpResponse:
    access, member = log_in_team(request, team_id)
    return _day_page(request, access, member, today_in(access.team))


@require_safe
def day(request: SignedInRequest, team_id: int, day: date) -> HttpResponse:
    """An earlier day, to be completed or corrected."""
    access, member = log_in_team(request, team_id)
    if day > today_in(access.team):
        return redirect("home:today", team_id)
    return _day_page(request, access, member, day)


def _day_page(request: SignedInRequest, access: Access, member: Membership, on: date) -> HttpResponse:
    most = None if request.GET.get("entries") == "all" else NEWEST
    context = page_context(access, member, on, most) | {"objective": objective_of(access, on)}
    context["agreement"] = _open_agreement(context["day"], member)
    return render(request, "home/today.html", context)


@require_safe
def parts(request: SignedInRequest, team_id: int, day: date) -> HttpResponse:
    """What a run of taps has changed beside the numbers: asked for once, after the last of them."""
    access, member = log_in_team(request, team_id)
    return render(request, "home/_parts.html", parts_context(access, member, day))


def _open_agreement(day: Today, member: Membership) -> Agreement | None:
    """Where the own numbers still wait for the rep's yes."""
    if day.kgi is None or day.schedule is None:
        return None
    return _waiting(member, day.kgi)


@kept_for_member(PLAN)
def _waiting(member: Membership, kgi: Kgi) -> Agreement | None:
    found = load_agreements(kgi, latest_plan(kgi), [member])
    return next((one for one in found if one.waits_for_rep), None)


@require_POST
def entry_create(request: SignedInRequest, team_id: int) -> HttpResponse:
    access, member = log_in_team(request, team_id)
    if is_another_persons(request):
        return HttpResponse(status=401)
    form = _entry_form(request, access, member)
    if not form.is_valid():
        return _refused(request, access, member, _first_error(form), 422)
    data = form.cleaned_data
    try:
        if data["day"] > today_in(access.team):
            raise PlanError("day_in_future")
        log_entry(
            new_entry(
                pk=data["id"],
                team=access.team,
                member=member,
                kpi=data["kpi"],
                segment=form.segment(),
                day=data["day"],
                count=data["count"],
                by=request.user,
                amount=data["amount"] or 0,
                is_cancellation=data["is_cancellation"],
                shared_with=data["shared_with"],
                shared_amount=form.shared_amount,
            )
        )
    except PlanError as error:
        status = 409 if error.code == "entry_conflict" else 422
        return _refused(request, access, member, sentence(error), status)
    if request.POST.get("page") == "today" and data["day"] < today_in(access.team):
        return _turn_the_page(request, access, data["day"])
    return _logged(request, access, member, data["day"], data["kpi"].pk)


def _entry_form(request: SignedInRequest, access: Access, member: Membership) -> EntryForm:
    return EntryForm(
        request.POST,
        kpis=kpis_by_id(access.team),
        segments=Segment.objects.of_team(access.team),
        default_segment=lambda: default_segment(access.team),
        amount_kpi=_amount_kpi(access.team, today_in(access.team)),
        colleagues=colleagues_of(access, member),
        currency=access.team.organization.currency,
    )


@kept_for_team(PLAN)
def _amount_kpi(team: Team, today: date) -> int | None:
    """Where contracts come with their amount: the last stage of the plan, else of the funnel."""
    kgi = kgi_on(team, today)
    in_plan = PlanStage.objects.filter(plan__kgi=kgi).order_by("-plan__number", "-position")
    if kgi and (last := in_plan.first()):
        return last.kpi_id
    funnel = Kpi.objects.of_team(team).running().last()
    return funnel.pk if funnel else None


def _turn_the_page(request: SignedInRequest, access: Access, day: date) -> HttpResponse:
    """The page was opened yesterday: what was tapped counts for that day, and that is said."""
    text = _("This page was still open from %(day)s, so it was logged for that day.")
    messages.warning(request, text % {"day": formats.date_format(day, "SHORT_DATE_FORMAT")})
    if not request.htmx:
        return redirect("home:today", access.team.pk)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _first_error(form: EntryForm) -> str:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else None
    return f"{label}: {errors[0]}" if label else str(errors[0])


def _day_of(request: SignedInRequest, access: Access) -> date:
    """The day that was posted, or today where it is none."""
    today = today_in(access.team)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return today
    return day if FIRST_DAY <= day <= today else today


def _logged(request: SignedInRequest, access: Access, member: Membership, on: date, kpi: int) -> HttpResponse:
    """The new numbers of one stage."""
    if not request.htmx:
        return back(access, on)
    context = day_context(access, member, on)
    context |= _numbers_of(context["day"], kpi)
    return render(request, "home/_logged.html", context)


def _numbers_of(loaded: Today, kpi: int) -> dict[str, Any]:
    """The stage or the signal that was logged, where this day shows it, and its element."""
    for stage in loaded.stages:
        if stage.kpi.pk == kpi:
            return {"stage": stage, "signals": stage.signals}
        for signal in stage.signals:
            if signal.kpi.pk == kpi:
                return {"signal": signal}
        for detail in stage.details:
            if detail.kpi.pk == kpi:
                return {"detail": detail}
    return {}


def _refused(
    request: SignedInRequest, access: Access, member: Membership, message: str, status: int
) -> HttpResponse:
    """What is wrong, with the numbers as they stand; without htmx the whole page."""
    on = _day_of(request, access)
    if not request.htmx:
        page = page_context(access, member, on) | {"error": message}
        return render(request, "home/today.html", page, status=status)
    context = day_context(access, member, on) | {"error": message}
    kpi = request.POST.get("kpi", "")
    if re.fullmatch("[0-9]{1,18}", kpi):
        context |= _numbers_of(context["day"], int(kpi))
    return render(request, "home/_logged.html", context, status=status)


@require_POST
def entry_undo(request: SignedInRequest, team_id: int, entry_id: uuid.UUID) -> HttpResponse:
    access, member = log_in_team(request, team_id)
    own = Q(member=member) | Q(shared_with=member)
    # What a system imported is mended there, else the next import would not see the difference.
    visible = Entry.objects.filter(own, team=access.team, reverses=None).exclude(kind=Entry.Kind.IMPORT)
    entry = get_object_or_404(visible, pk=entry_id)
    if entry.member_id != member.pk:
        return _refused(request, access, member, _("Only the one who logged it can take it back."), 403)
    try:
        undo_entry(entry=entry, by=request.user)
    except PlanError as error:
        return _refused(request, access, member, sentence(error), 409)
    if not request.htmx:
        messages.success(request, _("Taken back."))
        return back(access, entry.day)
    context = parts_context(access, member, entry.day)
    context |= _numbers_of(context["day"], entry.kpi_id)
    return render(request, "home/_undone.html", context)
