from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, MembershipQuerySet
from apps.calendars import services
from apps.calendars.forms import CalendarDayForm, CalendarForm, LeaveForm, WorkTimeForm
from apps.calendars.holidays import public_holidays
from apps.calendars.models import CalendarDay, DayKind, Leave, WorkTime
from apps.calendars.queries import load_calendar, today_in, usual_week
from apps.domain.workdays import bridge_days, days_between, period_days


def _leave_takers(access: Access) -> MembershipQuerySet:
    """Whose leave this person may enter: everybody's for editors, the own for members."""
    members = Membership.objects.active().filter(team=access.team).in_team_order()
    return (
        members.order_by("-carries_targets", "position", "pk")
        if access.can_edit
        else members.filter(user=access.user)
    )


@require_safe
def calendar(request: SignedInRequest, team_id: int) -> HttpResponse:
    visit_team(request, team_id)
    return _calendar_page(request)


def _calendar_page(
    request: SignedInRequest,
    form: CalendarForm | None = None,
    day_form: CalendarDayForm | None = None,
    leave_form: LeaveForm | None = None,
    time_form: WorkTimeForm | None = None,
) -> HttpResponse:
    access = request.access
    today = today_in(access.team)
    week = usual_week(access.team)
    stored = {"country": week.country, "weekdays": list(week.weekdays)}
    language = get_language() or "en"
    holidays = public_holidays(week.country, (today.year, today.year + 1), language)
    window = (today - timedelta(days=31), today + timedelta(days=370))
    takers = _leave_takers(access)
    leave = Leave.objects.filter(
        user__memberships__in=takers, cancelled_at=None, day__range=window
    ).select_related("user")
    context = {
        "form": form or CalendarForm(initial=stored),
        "day_form": day_form or CalendarDayForm(),
        "leave_form": leave_form or LeaveForm(members=takers),
        "marked": CalendarDay.objects.filter(team=access.team, cancelled_at=None, day__range=window).order_by(
            "day"
        ),
        "leave": leave.order_by("day", "user__name"),
        "holidays": [(day, name) for day, name in sorted(holidays.items()) if day >= today][:20],
        "closures": _closures(access, today),
        "time_form": time_form or WorkTimeForm(members=_carriers(access), auto_id="id_time_%s"),
        "work_times": _work_times(access),
        "may_take_leave": access.can_edit or access.role == "rep",
    }
    bound = [known for known in (form, day_form, leave_form, time_form) if known is not None]
    return render(request, "calendars/calendar.html", context, status=422 if bound else 200)


def _carriers(access: Access) -> MembershipQuerySet:
    return Membership.objects.filter(team=access.team).carrying_targets().in_team_order()


def _work_times(access: Access) -> QuerySet[WorkTime]:
    """Of the members whose rows this person may see."""
    standing = WorkTime.objects.filter(member__in=access.members(), cancelled_at=None)
    return standing.select_related("member__user").order_by("member__position", "member", "first_day", "pk")


def _closures(access: Access, today: date) -> list[dict[str, Any]]:
    """What no calendar of public holidays has, each closed by one click: the New Year and Obon to come,
    and single working days between two days off."""
    end = today + timedelta(days=365)
    calendar = load_calendar(access.team, period_days(today, end)).calendar(date.max)
    obon = today.year if (today.month, today.day) <= (8, 16) else today.year + 1
    new_year = today.year if (today.month, today.day) > (1, 3) else today.year - 1
    found: list[dict[str, Any]] = [
        {
            "name": "new-year",
            "year": new_year,
            "is_open": calendar.works_on_any(days_between(date(new_year, 12, 29), date(new_year + 1, 1, 3))),
        },
        {
            "name": "obon",
            "year": obon,
            "is_open": calendar.works_on_any(days_between(date(obon, 8, 13), date(obon, 8, 16))),
        },
    ]
    bridges = bridge_days(calendar, period_days(today, end))
    found += [{"name": "bridge", "day": day, "is_open": True} for day in bridges]
    return [closure for closure in found if closure["is_open"]]


@require_POST
def calendar_edit(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, form=form)
    services.set_calendar(team=access.team, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("calendars:calendar", team_id)


@require_POST
def day_mark(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = CalendarDayForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, day_form=form)
    data = form.cleaned_data
    days = [
        data["start"] + timedelta(days=offset) for offset in range((data["end"] - data["start"]).days + 1)
    ]
    services.mark_days(team=access.team, by=request.user, days=days, kind=data["kind"], name=data["name"])
    messages.success(request, _("The calendar is changed. Numbers per day follow it."))
    return redirect("calendars:calendar", team_id)


@require_POST
def closure_add(request: SignedInRequest, team_id: int) -> HttpResponse:
    """One click: the New Year, Obon, or a bridge day, as the page offered them."""
    access = edit_team(request, team_id)
    wanted = request.POST.get("closure", "")
    for closure in _closures(access, today_in(access.team)):
        if wanted == f"{closure['name']}:{closure.get('day') or closure['year']}":
            _close(access, closure)
            messages.success(request, _("The calendar is changed. Numbers per day follow it."))
    return redirect("calendars:calendar", team_id)


def _close(access: Access, closure: dict[str, Any]) -> None:
    if closure["name"] == "new-year":
        name = _("New Year closure")
        services.close_new_year(team=access.team, by=access.user, year=closure["year"], name=name)
    elif closure["name"] == "obon":
        services.close_obon(team=access.team, by=access.user, year=closure["year"], name=_("Obon closure"))
    else:
        name, days = _("Bridge day"), [closure["day"]]
        services.mark_days(team=access.team, by=access.user, days=days, kind=DayKind.CLOSED, name=name)


@require_POST
def work_time_set(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = WorkTimeForm(request.POST, members=_carriers(access), auto_id="id_time_%s")
    if not form.is_valid():
        return _calendar_page(request, time_form=form)
    services.set_work_time(by=request.user, **form.cleaned_data)
    messages.success(request, _("The working time is entered. Numbers per day follow it from tomorrow."))
    return redirect("calendars:calendar", team_id)


@require_POST
def work_time_cancel(request: SignedInRequest, team_id: int, work_time_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    standing = WorkTime.objects.filter(member__team=access.team, cancelled_at=None).select_related(
        "member__team"
    )
    services.cancel_work_time(work_time=get_object_or_404(standing, pk=work_time_id), by=request.user)
    return redirect("calendars:calendar", team_id)


@require_POST
def day_unmark(request: SignedInRequest, team_id: int, day_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    day = get_object_or_404(CalendarDay, team=access.team, cancelled_at=None, pk=day_id)
    services.unmark_day(calendar_day=day, by=request.user)
    return redirect("calendars:calendar", team_id)


@require_POST
def leave_take(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    if not access.can_edit and access.role != "rep":
        raise PermissionDenied
    form = LeaveForm(request.POST, members=_leave_takers(access))
    if not form.is_valid():
        return _calendar_page(request, leave_form=form)
    data = form.cleaned_data
    services.take_leave(
        team=access.team,
        user=data["member"].user,
        by=request.user,
        start=data["start"],
        end=data["end"],
        is_half=data["is_half"],
    )
    messages.success(request, _("The leave is entered. Numbers per day follow it."))
    return redirect("calendars:calendar", team_id)


@require_POST
def leave_cancel(request: SignedInRequest, team_id: int, leave_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    if not access.can_edit and access.role != "rep":
        raise PermissionDenied
    leave = get_object_or_404(
        Leave, pk=leave_id, cancelled_at=None, user__memberships__in=_leave_takers(access)
    )
    services.cancel_leave(team=access.team, leave=leave, by=request.user)
    return redirect("calendars:calendar", team_id)
