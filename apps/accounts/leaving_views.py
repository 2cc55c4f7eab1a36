"""Out of a team, and a team into other hands."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import services
from apps.accounts.access import edit_team, visit_team
from apps.accounts.forms import HandOverForm
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.accounts.wording import sentence
from apps.domain.errors import PlanError
from apps.web.http import posted


@require_POST
def team_leave(request: SignedInRequest, team_id: int) -> HttpResponse:
    """Access ends, what was logged stays."""
    access = visit_team(request, team_id)
    if access.membership is None:
        raise PermissionDenied
    try:
        services.end_membership(member=access.membership, by=request.user)
    except PlanError as error:
        messages.error(request, sentence(error))
        return redirect("accounts:people", team_id)
    messages.success(request, _("You left the team %(team)s.") % {"team": access.team.name})
    return redirect("/")


@require_http_methods(["GET", "POST"])
def hand_over(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    others = Membership.objects.active().filter(team=access.team).exclude(user=request.user).in_team_order()
    form = HandOverForm(posted(request), members=others)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "others": others}
        return render(request, "accounts/hand_over.html", context, status=422 if form.errors else 200)
    to, leaves = form.cleaned_data["to"], form.cleaned_data["leaves"]
    try:
        services.hand_over(team=access.team, by=request.user, to=to, leaves=leaves)
    except PlanError as error:
        form.add_error("to", sentence(error))
        return render(request, "accounts/hand_over.html", {"form": form, "others": others}, status=422)
    messages.success(request, _("%(name)s manages the team now.") % {"name": to.user.name})
    return redirect("/" if leaves else "accounts:people", *([] if leaves else [team_id]))
