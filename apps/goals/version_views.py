from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import visit_team
from apps.accounts.http import SignedInRequest
from apps.goals.models import Plan
from apps.goals.plan_pages import kgi_of
from apps.goals.versions import compare


@require_safe
def plan_versions(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    """Two versions side by side: ``?left=1&right=2``, else the last two."""
    access = visit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    plans = list(kgi.plans.select_related("author").order_by("number"))
    right = _chosen(plans, request.GET.get("right")) or plans[-1]
    left = _chosen(plans, request.GET.get("left")) or plans[-2 if len(plans) > 1 else -1]
    context = {
        "kgi": kgi,
        "plans": plans,
        "left": left,
        "right": right,
        "groups": compare(kgi, left, right, list(access.members()), access.team.organization.currency),
    }
    return render(request, "goals/plan_versions.html", context)


def _chosen(plans: list[Plan], number: str | None) -> Plan | None:
    return next((plan for plan in plans if str(plan.number) == number), None)
