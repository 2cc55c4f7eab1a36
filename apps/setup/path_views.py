from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.setup.path import load_path

# In the session: the team whose path somebody walks. The strip on its pages leads back.
ON_PATH = "on_path"


@require_safe
def path(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    context = {"path": load_path(access), "currency": access.team.organization.currency}
    return render(request, "setup/path.html", context)


@require_POST
def path_go(request: SignedInRequest, team_id: int) -> HttpResponse:
    """Onto the path, or off it: what is done stays done."""
    edit_team(request, team_id)
    if "leave" in request.POST:
        request.session.pop(ON_PATH, None)
        return redirect("progress:team", team_id)
    request.session[ON_PATH] = team_id
    return redirect("setup:path", team_id)
