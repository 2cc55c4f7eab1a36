"""A drill, logged by the one who does it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import log_in_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.growth.forms import DayForm
from apps.growth.models import Drill
from apps.growth.queries import drill_on
from apps.growth.services import log_drill, undo_drill
from apps.growth.wording import sentence


@require_POST
def drill_done(request: SignedInRequest, team_id: int, drill_id: int) -> HttpResponse:
    """One tap: done on this day; ``again`` takes it back."""
    access, member = log_in_team(request, team_id)
    own = Drill.objects.filter(practice__member=member, parked_at=None).select_related("practice__kpi")
    drill = get_object_or_404(own, pk=drill_id)
    drill.practice.team, drill.practice.member = access.team, member
    form = DayForm(request.POST)
    if not form.is_valid():
        return _answer(request, drill, str(form.errors["day"][0]), 422)
    day = form.cleaned_data["day"]
    try:
        if "again" in request.POST:
            undo_drill(drill=drill, day=day, by=request.user)
        else:
            log_drill(drill=drill, day=day, by=request.user)
    except PlanError as error:
        return _answer(request, drill, sentence(error), 422)
    if not request.htmx:
        is_today = day == today_in(access.team)
        return redirect("home:today", team_id) if is_today else redirect("home:day", team_id, day)
    row = drill_on(drill, day)
    return render(request, "growth/_drill_row.html", {"row": row, "day_shown": day, "team": access.team})


def _answer(request: SignedInRequest, drill: Drill, text: str, status: int) -> HttpResponse:
    if request.htmx:
        context = {"drill": drill, "error": text, "team": drill.practice.team}
        return render(request, "growth/_drill_refused.html", context, status=status)
    messages.error(request, _("Not logged: %(reason)s") % {"reason": text})
    return redirect("growth:practice", drill.practice.team_id, drill.practice_id)
