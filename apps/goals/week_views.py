from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import log_in_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.domain.workdays import week_start
from apps.goals.models import Kgi
from apps.goals.queries import load_schedule
from apps.goals.week import WeekForm, move_load, own_week
from apps.web.http import posted


@require_http_methods(["GET", "POST"])
def week(request: SignedInRequest, team_id: int, day: date) -> HttpResponse:
    """The own week of a day: load moved from one day to another, the sum kept."""
    access, member = log_in_team(request, team_id)
    kgi = Kgi.objects.of_team(access.team).on(day).select_related("team__organization").first()
    if kgi is None:
        raise Http404
    with transaction.atomic():
        if request.method == "POST":
            # What is typed is held against the week as it stands: two posts at once move once.
            Membership.objects.select_for_update().get(pk=member.pk)
        form = _form(request, kgi, member, day)
        if request.method == "POST" and form.is_valid():
            move_load(kgi=kgi, member=member, by=request.user, changes=form.changes())
            messages.success(request, _("Moved. The sum of the week is the same."))
            return redirect("home:today", team_id)
    context = {"form": form, "kgi": kgi, "day": day, "week": form.week}
    return render(request, "goals/week.html", context, status=422 if form.errors else 200)


def _form(request: SignedInRequest, kgi: Kgi, member: Membership, day: date) -> WeekForm:
    """The week as it will be asked for: with what counts from a later day of it."""
    today = today_in(kgi.team)
    sunday = week_start(day) + timedelta(days=6)
    schedule = load_schedule(kgi, min(max(sunday, today), kgi.end))
    if member.pk not in schedule.capacity:
        raise Http404
    return WeekForm(posted(request), week=own_week(schedule, member, day, today))
