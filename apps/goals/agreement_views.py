"""A rep agrees with the own numbers or counters; a manager answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import Access, edit_team, log_in_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.domain.errors import PlanError
from apps.goals.agreements import Kind, carried_amount, take_step
from apps.goals.forms import AgreeForm, CounterForm
from apps.goals.models import Kgi, PlanShare
from apps.goals.plan_pages import kgi_of, plan_page
from apps.goals.wording import sentence


@require_POST
def plan_agree(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access, member = log_in_team(request, team_id)
    kgi = _carried(access, kgi_id, member)
    currency = access.team.organization.currency
    target = carried_amount(kgi, member)
    form = AgreeForm(request.POST, target=target, currency=currency, is_amount=kgi.is_amount)
    if not form.is_valid():
        return plan_page(request, access, kgi, agree_form=form)
    return _step(request, kgi, member, Kind.AGREED, form.cleaned_data)


@require_POST
def plan_counter(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access, member = log_in_team(request, team_id)
    kgi = _carried(access, kgi_id, member)
    form = _counter_form(request, access, kgi)
    if not form.is_valid():
        return plan_page(request, access, kgi, counter_form=form)
    return _step(request, kgi, member, Kind.COUNTERED, form.cleaned_data)


@require_POST
def plan_answer(request: SignedInRequest, team_id: int, kgi_id: int, member_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    member = get_object_or_404(Membership.objects.select_related("user"), team=access.team, pk=member_id)
    form = _counter_form(request, access, kgi)
    if not form.is_valid():
        messages.error(request, _("Please say why."))
        return redirect("goals:plan", team_id, kgi_id)
    return _step(request, kgi, member, Kind.ANSWERED, form.cleaned_data)


def _counter_form(request: SignedInRequest, access: Access, kgi: Kgi) -> CounterForm:
    currency = access.team.organization.currency
    return CounterForm(request.POST, currency=currency, is_amount=kgi.is_amount)


def _carried(access: Access, kgi_id: int, member: Membership) -> Kgi:
    """The goal, of which this person carries a part; 403 otherwise."""
    kgi = kgi_of(access, kgi_id)
    if not PlanShare.objects.filter(plan__kgi=kgi, member=member).exists():
        raise PermissionDenied
    return kgi


def _step(
    request: SignedInRequest, kgi: Kgi, member: Membership, kind: str, data: dict[str, object]
) -> HttpResponse:
    try:
        take_step(kgi=kgi, member=member, by=request.user, kind=kind, **data)  # type: ignore[arg-type]
    except PlanError as error:
        text = _("%(problem)s Please look at the numbers again.")
        messages.error(request, text % {"problem": sentence(error)})
    else:
        messages.success(request, _("It stands in the plan, with today's date."))
    return redirect("goals:plan", kgi.team_id, kgi.pk)
