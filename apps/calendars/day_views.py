"""The parts of a working day, of the team and of one person."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars import services
from apps.calendars.day_template import Block, day_of_member, load_template
from apps.calendars.forms import DayTemplateForm
from apps.web.http import posted


@require_http_methods(["GET", "POST"])
def day_template(request: SignedInRequest, team_id: int) -> HttpResponse:
    """The team's day; members with their own are listed."""
    access = visit_team(request, team_id) if request.method == "GET" else edit_team(request, team_id)
    days = load_template(access.team)
    own = [member for member in access.members() if member.pk in days]
    answer = _page(request, None, days[None], may_edit=access.can_edit, own=own)
    return answer or redirect("calendars:day_template", team_id)


@require_http_methods(["GET", "POST"])
def member_day(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    """One person's day, to be changed by that person and by those who edit the team."""
    access = visit_team(request, team_id)
    member = access.member(member_id)
    may_edit = access.can_edit or (access.membership == member and access.role == "rep")
    if not may_edit:
        raise PermissionDenied
    if "reset" in request.POST:
        services.drop_own_day(member=member, by=request.user)
        messages.success(request, _("The day is the team's again."))
        return redirect("calendars:day_template", team_id)
    days = load_template(access.team)
    answer = _page(request, member, day_of_member(days, member), may_edit=True, own=[])
    return answer or redirect("calendars:member_day", team_id, member_id)


def _page(
    request: SignedInRequest,
    member: Membership | None,
    day: Sequence[Block],
    *,
    may_edit: bool,
    own: Sequence[Membership],
) -> HttpResponse | None:
    """The page, or None after saving."""
    form = DayTemplateForm(posted(request), day=day)
    if request.method == "POST" and form.is_valid():
        services.set_day(team=request.access.team, member=member, by=request.user, blocks=form.blocks())
        messages.success(request, _("Saved."))
        return None
    context = {
        "form": form,
        "day": day,
        "member": member,
        "own": own,
        "may_edit": may_edit,
        "mine": request.access.membership if request.access.role == "rep" else None,
    }
    return render(request, "calendars/day_template.html", context, status=422 if form.errors else 200)
