from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.goals.models import Kgi, WhatIf
from apps.goals.plan_pages import kgi_of
from apps.goals.queries import TeamSchedule, load_schedule
from apps.goals.what_ifs import Outcome, WhatIfForm, lever_rows, outcome, values_of

MOST_KEPT = 12


@require_http_methods(["GET", "POST"])
def what_if(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    """Tried settings change nothing in the plan; those of editors can be kept by name."""
    access = visit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    kgi.team = access.team
    schedule = load_schedule(kgi, kgi.end)
    standing = values_of(schedule, access.team.organization.currency)
    data = request.POST if request.method == "POST" else standing
    form = _form(access, schedule, data)
    if "save" in request.POST and not request.htmx and form.is_valid():
        return _keep(request, access, kgi, form)
    return _page(request, access, schedule, form, standing)


def _form(access: Access, schedule: TeamSchedule, data: Any) -> WhatIfForm:
    currency = access.team.organization.currency
    return WhatIfForm(data, kpis=schedule.kpis, kgi=schedule.kgi, currency=currency)


def _keep(request: SignedInRequest, access: Access, kgi: Kgi, form: WhatIfForm) -> HttpResponse:
    if not access.can_edit:
        raise PermissionDenied
    name = form.cleaned_data["name"].strip() or _("What-if %(number)s") % {"number": kgi.what_ifs.count() + 1}
    if kgi.what_ifs.exclude(name=name).count() >= MOST_KEPT:
        messages.error(request, _("There are enough of them. Delete one first."))
    else:
        values = {"values": form.values(), "author": request.user}
        WhatIf.objects.update_or_create(kgi=kgi, name=name, defaults=values)
        messages.success(request, _("Kept as “%(name)s”.") % {"name": name})
    return redirect("goals:what_if", access.team.pk, kgi.pk)


def _page(
    request: SignedInRequest,
    access: Access,
    schedule: TeamSchedule,
    form: WhatIfForm,
    standing: dict[str, str],
) -> HttpResponse:
    currency = access.team.organization.currency
    plan = _form(access, schedule, standing)
    plan.is_valid()
    is_valid = form.is_valid()
    context = {
        "kgi": schedule.kgi,
        "form": form,
        "plan": _as_planned(plan, schedule, currency),
        "tried": outcome(form, _("Tried"), currency) if is_valid else None,
        "levers": lever_rows(form, currency) if is_valid else [],
        "kpis": schedule.kpis,
    }
    if request.htmx:
        return render(request, "goals/_what_if.html", context, status=200 if is_valid else 422)
    context["kept"] = _kept(access, schedule)
    return render(request, "goals/what_if.html", context, status=200 if is_valid else 422)


def _as_planned(form: WhatIfForm, schedule: TeamSchedule, currency: str) -> Outcome | None:
    """The plan's own number, buffer, open deals and all."""
    if form.errors:
        return None
    return replace(outcome(form, _("The plan"), currency), actions=schedule.draft.needs()[0])


def _kept(access: Access, schedule: TeamSchedule) -> list[Outcome]:
    """Those that still fit the plan's stages."""
    found = []
    for kept in schedule.kgi.what_ifs.order_by("pk"):
        form = _form(access, schedule, kept.values)
        if form.is_valid():
            found.append(outcome(form, kept.name, access.team.organization.currency, kept.pk))
    return found


@require_POST
def what_if_delete(request: SignedInRequest, team_id: int, kgi_id: int, what_if_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kept = get_object_or_404(WhatIf, pk=what_if_id, kgi=kgi_of(access, kgi_id))
    kept.delete()
    messages.success(request, _("Deleted."))
    return redirect("goals:what_if", team_id, kgi_id)
