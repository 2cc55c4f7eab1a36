"""People by a list: pasted, or a file; looked at before anything is written."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts import services
from apps.accounts.access import edit_team
from apps.accounts.forms import RosterForm
from apps.accounts.http import SignedInRequest
from apps.accounts.roster import Person, Roster, read_roster
from apps.accounts.tasks import mail_invitation
from apps.accounts.wording import sentence
from apps.domain.errors import PlanError
from apps.web.http import posted
from apps.web.tables import pasted_rows


@require_http_methods(["GET", "POST"])
def people_add(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = RosterForm(posted(request), request.FILES or None, too_large="upload_too_large" in request.META)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, None)
    try:
        roster = read_roster(access.team, pasted_rows(form.cleaned_data["people"]))
    except PlanError as error:
        form.add_error("people", sentence(error))
        return _page(request, form, None)
    if "add" not in request.POST or roster.problems:
        return _page(request, form, roster)
    _add(request, roster)
    return redirect("accounts:people", team_id)


def _page(request: SignedInRequest, form: RosterForm, roster: Roster | None) -> HttpResponse:
    # What the file held goes on as text, so that nothing has to be chosen twice.
    shown = RosterForm(initial={"people": form.cleaned_data["people"]}) if roster else form
    context = {
        "form": shown,
        "roster": roster,
        "rows": [_row(person) for person in roster.people] if roster else [],
        "has_mail": settings.HAS_MAIL,
    }
    is_wrong = form.errors or (roster and roster.problems)
    return render(request, "accounts/people_add.html", context, status=422 if is_wrong else 200)


def _row(person: Person) -> dict[str, object]:
    return {"person": person, "problem": sentence(person.problem) if person.problem else ""}


def _add(request: SignedInRequest, roster: Roster) -> None:
    invitations = services.add_people(
        team=request.access.team,
        by=request.user,
        people=roster.coming,
        language=request.user.language or request.LANGUAGE_CODE,
    )
    for invitation in invitations:
        mail_invitation.enqueue(invitation.pk)
    facts = {"people": len(roster.coming)}
    if settings.HAS_MAIL:
        messages.success(request, _("Taken in: %(people)s. The invitations are on their way.") % facts)
    else:
        messages.success(request, _("Taken in: %(people)s. Their links are below.") % facts)
