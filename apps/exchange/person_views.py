"""What is kept of one person, to be had by that person, and to be erased by an owner."""

import tempfile

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, Organization, User
from apps.accounts.services import record_event
from apps.domain.errors import PlanError
from apps.exchange.archive import about_person, write_person
from apps.exchange.erasing import erase_person
from apps.exchange.forms import EraseForm
from apps.exchange.wording import sentence
from apps.web.http import posted

GROUPS = {
    "accounts": "person", "notices": "person", "activity": "activity", "calendars": "calendar",
    "goals": "goals", "progress": "goals", "okrs": "goals", "growth": "growth", "reviews": "reviews",
}  # fmt: skip
GROUP_WORDS = {
    "person": gettext_lazy("Name, address, memberships, what was done when"),
    "activity": gettext_lazy("Entries, their sums, reflections"),
    "calendar": gettext_lazy("Leave, working time, own day"),
    "goals": gettext_lazy("Targets, agreements, objectives, forecasts"),
    "growth": gettext_lazy("Practices and notes"),
    "reviews": gettext_lazy("Words and actions of reviews"),
}


def _owns(request: SignedInRequest) -> bool:
    return request.access.team.organization.owners.filter(pk=request.user.pk).exists()


def _person_of(request: SignedInRequest, team_id: int, member_id: int) -> Membership:
    """Oneself, or anybody for an owner; what others wrote down is nobody else's."""
    access = visit_team(request, team_id)
    member = access.member(member_id)
    if member.user_id == request.user.pk:
        return member
    if not _owns(request) or _is_elsewhere(member.user, access.team.organization):
        # What a person did in another company is none of this owner's.
        raise PermissionDenied
    return member


def _is_elsewhere(user: User, company: Organization) -> bool:
    other_teams = Membership.objects.filter(user=user).exclude(team__organization=company)
    return other_teams.exists() or Organization.objects.filter(owners=user).exclude(pk=company.pk).exists()


def _groups(member: Membership) -> list[tuple[str, int]]:
    """How much there is, in the words of the one who asks."""
    rows: dict[str, int] = {}
    for table in about_person(member.user):
        group = GROUPS[table.model._meta.app_label]
        rows[group] = rows.get(group, 0) + table.rows.count()
    return [(str(GROUP_WORDS[group]), count) for group, count in rows.items() if count]


@require_safe
def person(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    member = _person_of(request, team_id, member_id)
    context = {
        "member": member,
        "groups": _groups(member),
        "owns": _owns(request),
    }
    return render(request, "exchange/person.html", context)


@require_POST
def person_archive(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponseBase:
    member = _person_of(request, team_id, member_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    write_person(member.user, file)
    file.seek(0)
    record_event(team=request.access.team, actor=request.user, kind="person_archived", member=member.pk)
    return FileResponse(file, as_attachment=True, filename=f"{member.user.name}.zip")


@require_http_methods(["GET", "POST"])
def person_erase(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    member = _person_of(request, team_id, member_id)
    if not _owns(request):
        raise PermissionDenied
    form = EraseForm(posted(request), name=member.user.name)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(user=member.user, by=request.user)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The person is erased. The numbers stay in the team's sums."))
            if member.user_id == request.user.pk:
                return redirect("/")
            return redirect("accounts:people", team_id)
    context = {"form": form, "member": member}
    return render(request, "exchange/person_erase.html", context, status=422 if form.errors else 200)
