"""The company's settings, for its owners."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, Organization, User
from apps.accounts.services import record_event
from apps.accounts.wording import sentence
from apps.company import services
from apps.company.access import own_company
from apps.company.forms import ClosureForm, CompanyForm, NewTeamForm, OwnerForm
from apps.domain.errors import PlanError
from apps.web.http import posted

SHOWN_PEOPLE = 200


def _people(company: Organization) -> QuerySet[User]:
    members = Membership.objects.active().filter(team__organization=company, user__is_active=True)
    # Whoever was never here may be anybody who holds the link.
    members = members.exclude(pk__in=Membership.objects.waiting())
    return User.objects.filter(pk__in=members.values("user")).order_by("name", "pk")


@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest, organization_id: int) -> HttpResponse:
    company = own_company(request, organization_id)
    form = CompanyForm(posted(request), instance=company)
    if request.method == "POST" and form.is_valid():
        form.save()
        facts = {"organization": company.pk, **form.cleaned_data}
        record_event(team=None, actor=request.user, kind="company_changed", **facts)
        messages.success(request, _("Saved."))
        return redirect("company:settings", organization_id)
    return _page(request, own_company(request, organization_id), form=form)


def _page(request: SignedInRequest, company: Organization, **given: forms.BaseForm) -> HttpResponse:
    candidates = _people(company).exclude(owned_organizations=company)
    forms_of_page: dict[str, forms.BaseForm] = {
        "form": CompanyForm(instance=company),
        "owner_form": OwnerForm(people=candidates),
        "team_form": NewTeamForm(),
        "closure_form": ClosureForm(),
    } | given
    members = Membership.objects.active().filter(team__organization=company).select_related("user", "team")
    context = forms_of_page | {
        "organization": company,
        "owners": company.owners.order_by("name", "pk"),
        "teams": company.teams.order_by("name", "pk"),
        "members": members.order_by("user__name", "user", "team__name")[:SHOWN_PEOPLE],
        "people": members.values("user").distinct().count(),
    }
    is_wrong = any(form.errors for form in given.values())
    return render(request, "company/settings.html", context, status=422 if is_wrong else 200)


@require_POST
def team_add(request: SignedInRequest, organization_id: int) -> HttpResponse:
    company = own_company(request, organization_id)
    form = NewTeamForm(request.POST)
    if not form.is_valid():
        return _page(request, company, team_form=form)
    try:
        team = services.add_team(company=company, by=request.user, **form.cleaned_data)
    except PlanError as error:
        return _refused(request, organization_id, error)
    messages.success(request, _("The team stands. Next: its people."))
    return redirect("accounts:people_add", team.pk)


@require_POST
def owner_add(request: SignedInRequest, organization_id: int) -> HttpResponse:
    company = own_company(request, organization_id)
    form = OwnerForm(request.POST, people=_people(company))
    if not form.is_valid():
        return _page(request, company, owner_form=form)
    try:
        services.add_owner(company=company, by=request.user, user=form.cleaned_data["user"])
    except PlanError as error:
        return _refused(request, organization_id, error)
    messages.success(request, _("%(name)s is an owner now.") % {"name": form.cleaned_data["user"].name})
    return redirect("company:settings", organization_id)


@require_POST
def owner_remove(request: SignedInRequest, organization_id: int, user_id: int) -> HttpResponse:
    company = own_company(request, organization_id)
    user = get_object_or_404(company.owners, pk=user_id)
    try:
        services.remove_owner(company=company, by=request.user, user=user)
    except PlanError as error:
        return _refused(request, organization_id, error)
    messages.success(request, _("%(name)s is no owner any more.") % {"name": user.name})
    if user.pk == request.user.pk:
        return redirect("/")
    return redirect("company:settings", organization_id)


@require_POST
def days_close(request: SignedInRequest, organization_id: int) -> HttpResponse:
    company = own_company(request, organization_id)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _page(request, company, closure_form=form)
    data = form.cleaned_data
    days = [
        data["start"] + timedelta(days=number) for number in range((data["end"] - data["start"]).days + 1)
    ]
    try:
        teams = services.close_days(company=company, by=request.user, days=days, name=data["name"])
    except PlanError as error:
        return _refused(request, organization_id, error)
    messages.success(request, _("Closed in %(teams)s teams.") % {"teams": teams})
    return redirect("company:settings", organization_id)


def _refused(request: SignedInRequest, organization_id: int, error: PlanError) -> HttpResponse:
    messages.error(request, sentence(error))
    if error.code == "no_longer_owner":
        return redirect("/")
    return redirect("company:settings", organization_id)
