"""Whether forecasts were right."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.progress.backtest import run_backtest
from apps.progress.forecasts import load_kept

# A page goes through a year; the whole history is the command's.
PERIODS = 12


@require_safe
def trust(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    today = today_in(access.team)
    members = list(Membership.objects.filter(team=access.team).in_team_order())
    visible = list(access.members())
    context = {
        "kept": load_kept(access.team, visible, today),
        "backtest": run_backtest(access.team, members, today, PERIODS, {member.pk for member in visible}),
    }
    return render(request, "progress/trust.html", context)
