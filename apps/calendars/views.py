from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, MembershipQuerySet
from apps.calendars import services
from apps.calendars.forms import CalendarDayForm, CalendarForm, LeaveForm
from apps.calendars.holidays import public_holidays
from apps.calendars.models import CalendarDay, Leave
from apps.calendars.queries import today_in, usual_week


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
        "new_year": today.year,
        "may_take_leave": access.can_edit or access.role == "rep",
    }
    bound = [known for known in (form, day_form, leave_form) if known is not None]
    return render(request, "calendars/calendar.html", context, status=422 if bound else 200)


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
def new_year_close(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    year = today_in(access.team).year
    services.close_new_year(team=access.team, by=request.user, year=year, name=_("New Year closure"))
    messages.success(request, _("29 December to 3 January are closed."))
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
