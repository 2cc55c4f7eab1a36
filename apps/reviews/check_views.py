from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import visit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.okrs.focus import load_focus
from apps.reviews.check_course import load_course
from apps.reviews.checks import load_checkup


@require_safe
def checks(request: SignedInRequest, team_id: int) -> HttpResponse:
    """The seven checks as they stand now, and their course. Conviction is other people's: who does not see
    everybody does not see it."""
    access = visit_team(request, team_id)
    if not access.sees_everyone:
        raise PermissionDenied
    today = today_in(access.team)
    found = load_checkup(access, today, load_focus(access.team, today))
    context = {
        "seven": found.checks,
        "diagnosis": found.diagnosis,
        "course": load_course(access.team, found.checks, today),
    }
    return render(request, "reviews/checks.html", context)
