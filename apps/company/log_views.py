"""The log of a team for those who manage it, and of the company for its owners."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import User
from apps.calendars.queries import today_in
from apps.company.access import own_company
from apps.company.event_words import field_words, value_words
from apps.company.forms import AsOfForm, LogForm
from apps.company.history import Filter, as_of, events_of_company, events_of_team, load_page


@require_safe
def team_log(request: SignedInRequest, team_id: int) -> HttpResponse:
    team = edit_team(request, team_id).team
    people = User.objects.filter(memberships__team=team).distinct().order_by("name", "pk")
    return _page(request, events_of_team(team), people, team.time_zone, {})


@require_safe
def company_log(request: SignedInRequest, organization_id: int) -> HttpResponse:
    company = own_company(request, organization_id)
    people = User.objects.filter(Q(memberships__team__organization=company) | Q(owned_organizations=company))
    context = {"organization": company}
    return _page(
        request,
        events_of_company(company),
        people.distinct().order_by("name", "pk"),
        request.user.time_zone,
        context,
    )


def _page(
    request: SignedInRequest, events: Any, people: Any, zone: str, context: dict[str, Any]
) -> HttpResponse:
    form = LogForm(request.GET, people=people)
    if not form.is_valid():
        return render(request, "company/log.html", context | {"form": form, "page": None}, status=422)
    data = form.cleaned_data
    actor = data["actor"].pk if data["actor"] else None
    wanted = Filter(data["group"], actor, data["start"], data["end"], data["before"])
    page = load_page(events, wanted, zone)
    rest = request.GET.copy()
    rest["before"] = str(page.older or "")
    context |= {"form": form, "page": page, "older": rest.urlencode() if page.older else ""}
    return render(request, "company/log.html", context)


@require_safe
def team_as_of(request: SignedInRequest, team_id: int) -> HttpResponse:
    team = edit_team(request, team_id).team
    form = AsOfForm(request.GET or {"day": today_in(team)})
    found = as_of(team, form.cleaned_data["day"]) if form.is_valid() else None
    settings = (
        [(field_words(name), value_words(name, value)) for name, value in found.settings.items()]
        if found
        else []
    )
    context = {"form": form, "found": found, "settings": settings, "currency": team.organization.currency}
    return render(request, "company/as_of.html", context, status=422 if form.errors else 200)
