from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.funnels.models import Funnel
from apps.goals import services
from apps.goals.plan_pages import kgi_of, plan_context, plan_page
from apps.goals.queries import current_kgi


@require_safe
def plan_list(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    kgi = current_kgi(access.team, today_in(access.team))
    if kgi:
        return redirect("goals:plan", team_id, kgi.pk)
    context = {"has_funnel": Funnel.objects.filter(team=access.team).exists()}
    return render(request, "goals/plan_list.html", context)


@require_safe
def plan(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    return plan_page(request, access, kgi_of(access, kgi_id))


@require_safe
def plan_paper(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    """The plan on one A4 page, to be printed or hung up."""
    access = visit_team(request, team_id)
    context = plan_context(access, kgi_of(access, kgi_id))
    return render(request, "goals/plan_paper.html", context | {"today": today_in(access.team)})


@require_POST
def plan_withdraw(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    services.withdraw_kgi(kgi=kgi_of(access, kgi_id), by=request.user)
    messages.success(request, _("The goal is withdrawn. What was logged is still there."))
    return redirect("goals:plan_list", team_id)
