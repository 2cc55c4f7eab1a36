import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.calendars.services import close_new_year
from apps.domain.errors import PlanError
from apps.domain.money import plain_text
from apps.domain.periods import month_of
from apps.funnels.models import Funnel, Kpi
from apps.goals import services
from apps.goals.forms import PlanForm, SplitForm
from apps.goals.models import Kgi, Plan
from apps.goals.pictures import NOTHING_KEPT, Kept, Picture, kept_numbers, picture
from apps.goals.plan_pages import kgi_of, plan_page
from apps.goals.queries import current_kgi, load_period, load_schedule
from apps.goals.splits import split_grid
from apps.goals.wording import sentence
from apps.web.http import posted


@require_safe
def plan_list(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    kgi = current_kgi(access.team, today_in(access.team))
    if kgi:
        return redirect("goals:plan", team_id, kgi.pk)
    context = {"has_funnel": Funnel.objects.filter(team=access.team).exists()}
    return render(request, "goals/plan_list.html", context)


@require_safe
def plan(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    return plan_page(request, access, kgi_of(access, kgi_id))


# -- writing ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def plan_new(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kpis = list(Kpi.objects.of_team(access.team).running())
    if not kpis:
        messages.info(request, _("Choose the stages of your funnel first."))
        return redirect("funnels:funnel", team_id)
    form = _plan_form(request, kpis, None, _new_values(access, kpis))
    if _is_to_save(request) and form.is_valid() and _has_working_days(access, form):
        try:
            saved = services.start_kgi(
                team=access.team,
                by=request.user,
                counts=form.cleaned_data["counts"],
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                draft=form.draft(),
            )
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            if saved.shares.exists():
                messages.success(request, _("The plan is saved. Everyone's numbers stand on Today."))
            else:
                text = _(
                    "The plan is saved, but nobody carries it yet. Invite reps, then split it over the team."
                )
                messages.warning(request, text)
            return redirect("goals:plan", team_id, saved.kgi_id)
    return _plan_form_page(request, form, None)


@require_http_methods(["GET", "POST"])
def plan_edit(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    last = services.latest_plan(kgi)
    # The funnel as it is now: a stage added or parked enters the plan with its next version.
    kpis = list(Kpi.objects.of_team(access.team).running())
    form = _plan_form(request, kpis, kgi, _edit_values(kgi, last, access))
    if _is_to_save(request) and form.is_valid():
        data = form.cleaned_data
        try:
            services.revise_plan(
                kgi=kgi, by=request.user, valid_from=data["valid_from"], draft=form.draft(), seen=data["seen"]
            )
        except PlanError as error:
            if error.code == "plan_outdated":
                return _conflict_page(request, form, kgi)
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The new version is saved."))
            return redirect("goals:plan", team_id, kgi.pk)
    return _plan_form_page(request, form, kgi)


def _has_working_days(access: Access, form: PlanForm) -> bool:
    period = load_period(access.team, form.cleaned_data["start"], form.cleaned_data["end"])
    if not period.working_days:
        form.add_error("end", sentence(PlanError("no_working_days")))
    return bool(period.working_days)


def _is_to_save(request: SignedInRequest) -> bool:
    """Only a press of the button saves. The live preview may carry the button's name too: htmx adds
    the button that has the focus, e.g. after leaving the last field with the Tab key."""
    return request.method == "POST" and "save" in request.POST and not request.htmx


def _plan_form(
    request: SignedInRequest, kpis: list[Kpi], kgi: Kgi | None, initial: Mapping[str, Any]
) -> PlanForm:
    currency = request.access.team.organization.currency
    data = _with_choice(request.POST) if request.method == "POST" else None
    return PlanForm(data, kpis=kpis, currency=currency, kgi=kgi, initial=initial)


def _with_choice(data: QueryDict) -> QueryDict:
    """``choose=rate_12=20%``: the one click that says what a bare 20 means."""
    name, _equals, value = data.get("choose", "").partition("=")
    if name.startswith("rate_") and value:
        data = data.copy()
        data[name] = value
    return data


def _plan_form_page(request: SignedInRequest, form: PlanForm, kgi: Kgi | None) -> HttpResponse:
    if "close_new_year" in request.POST:
        _close_new_year(request)
    drawn = _draw(request, form, kgi)
    context = {"form": form, "kgi": kgi, "picture": drawn, "open_new_year": _open_new_year(request, drawn)}
    status = 422 if form.is_bound and form.errors else 200
    template = "goals/_picture.html" if request.htmx else "goals/plan_edit.html"
    return render(request, template, context, status=status)


def _open_new_year(request: SignedInRequest, drawn: Picture | None) -> int | None:
    """The year whose last days fall into the period and are still worked, to be closed by a click."""
    if drawn is None:
        return None
    return next(
        (row.day.year for row in drawn.days if row.works and (row.day.month, row.day.day) >= (12, 29)), None
    )


def _close_new_year(request: SignedInRequest) -> None:
    year = request.POST["close_new_year"]
    if re.fullmatch("20[0-9]{2}", year):
        close_new_year(team=request.access.team, by=request.user, year=int(year), name=_("New Year closure"))


def _draw(request: SignedInRequest, form: PlanForm, kgi: Kgi | None) -> Picture | None:
    """The picture of what is typed so far; None while something is missing or wrong."""
    bound = form if form.is_bound else _as_typed(form)
    if not bound.is_valid():
        return None
    data = bound.cleaned_data
    start, end = (kgi.start, kgi.end) if kgi else (data["start"], data["end"])
    access = request.access
    try:
        period = load_period(access.team, start, end)
        return picture(bound.draft(), period, access.team.organization.currency, _kept(kgi, data))
    except PlanError as error:
        form.add_error(None, sentence(error))
        return None


def _kept(kgi: Kgi | None, data: Mapping[str, Any]) -> Kept:
    """What a change leaves as it is: the numbers of the days before it."""
    if kgi is None or not kgi.start < data["valid_from"] <= kgi.end:
        return NOTHING_KEPT
    return kept_numbers(load_schedule(kgi, kgi.end), (data["valid_from"] - kgi.start).days)


def _as_typed(form: PlanForm) -> PlanForm:
    """The form with its initial values sent, to draw a plan that nobody has touched yet."""
    data = {name: form[name].value() for name in form.fields}
    plain = {name: str(value) for name, value in data.items() if value is not None}
    return PlanForm(plain, kpis=form.kpis, currency=form.currency, kgi=form.kgi)


def _new_values(access: Access, kpis: list[Kpi]) -> dict[str, Any]:
    """This month, or the month after the last goal; price and rates as last time."""
    start, end = _next_month(access)
    values: dict[str, Any] = {"start": start, "end": end, "counts": Kgi.Counts.AMOUNT}
    values |= {f"rate_{kpi.pk}": kpi.rate_text for kpi in kpis[1:]}
    last = (
        Plan.objects.filter(kgi__team=access.team, kgi__withdrawn_at=None)
        .order_by("kgi__start", "number")
        .last()
    )
    if last:
        values |= _plan_values(last, access.team.organization.currency)
        values["counts"] = last.kgi.counts
    return values


def _next_month(access: Access) -> tuple[date, date]:
    """The first goal starts today; later ones in the month after the last."""
    first = today_in(access.team)
    last = Kgi.objects.of_team(access.team).running().order_by("-end").first()
    if last:
        first = max(first.replace(day=1), last.end + timedelta(days=1))
    return first, month_of(first)[1]


def _plan_values(plan: Plan, currency: str) -> dict[str, Any]:
    goal = plain_text(plan.goal, currency) if plan.kgi.is_amount else f"{plan.goal:,}"
    price = plain_text(plan.unit_price, currency) if plan.unit_price else ""
    rates = {f"rate_{stage.kpi_id}": stage.rate_text for stage in plan.stages.all()}
    return {"goal": goal, "unit_price": price} | rates


def _edit_values(kgi: Kgi, last: Plan, access: Access) -> dict[str, Any]:
    usual = {f"rate_{kpi.pk}": kpi.rate_text for kpi in Kpi.objects.of_team(access.team).running()}
    return (
        usual
        | _plan_values(last, access.team.organization.currency)
        | {
            "seen": last.number,
            "valid_from": services.next_change(kgi, last, today_in(access.team)),
        }
    )


def _conflict_page(request: SignedInRequest, form: PlanForm, kgi: Kgi) -> HttpResponse:
    """Somebody saved first: both versions side by side, nothing typed is lost."""
    last = services.latest_plan(kgi)
    currency = request.access.team.organization.currency
    stored = _plan_values(last, currency)
    typed = {name: form.data.get(name, "") for name in stored}
    differences = [
        {"label": form.fields[name].label, "stored": stored[name], "typed": typed[name]}
        for name in stored
        if name in form.fields and stored[name] != typed[name]
    ]
    data = dict(form.data.items()) | {"seen": str(last.number)}
    again = PlanForm(data, kpis=form.kpis, currency=currency, kgi=kgi)
    context = {
        "form": again,
        "kgi": kgi,
        "picture": _draw(request, again, kgi),
        "conflict": {"last": last, "differences": differences},
    }
    return render(request, "goals/plan_edit.html", context, status=409)


@require_POST
def plan_withdraw(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    services.withdraw_kgi(kgi=kgi_of(access, kgi_id), by=request.user)
    messages.success(request, _("The goal is withdrawn. What was logged is still there."))
    return redirect("goals:plan_list", team_id)


# -- the split over people -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def plan_split(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    last = services.latest_plan(kgi)
    form = _split_form(request, last)
    if not _is_to_save(request) or not form.is_valid():
        return _split_page(request, form, kgi, last)
    try:
        services.revise_plan(
            kgi=kgi,
            by=request.user,
            valid_from=services.next_change(kgi, last, today_in(access.team)),
            draft=services.draft_of(last),
            seen=form.cleaned_data["seen"],
            split=form.split(),
        )
    except PlanError as error:
        if error.code != "plan_outdated":
            form.add_error(None, sentence(error))
            return _split_page(request, form, kgi, last)
        # Nothing typed is lost: the grid stays, and saving again makes the next version.
        data = dict(request.POST.items()) | {"seen": str(services.latest_plan(kgi).number)}
        again = _split_form(request, last, data)
        again.add_error(None, _("%(problem)s Saving again replaces it.") % {"problem": sentence(error)})
        return _split_page(request, again, kgi, services.latest_plan(kgi), status=409)
    messages.success(request, _("The targets are saved."))
    return redirect("goals:plan", team_id, kgi.pk)


def _split_form(request: SignedInRequest, last: Plan, data: Mapping[str, Any] | None = None) -> SplitForm:
    split = services.split_of(last)
    carriers = Membership.objects.filter(team=request.access.team).carrying_targets().in_team_order()
    kpis = [stage.kpi for stage in last.stages.select_related("kpi")]
    return SplitForm(
        data or posted(request), members=list(carriers), kpis=kpis, split=split, initial={"seen": last.number}
    )


def _split_page(
    request: SignedInRequest, form: SplitForm, kgi: Kgi, last: Plan, status: int = 200
) -> HttpResponse:
    """The grid of the split as typed; while something typed is wrong, the stored one."""
    split = form.split() if form.is_bound and form.is_valid() else services.split_of(last)
    draft = services.draft_of(last)
    currency = request.access.team.organization.currency
    context = {
        "form": form,
        "kgi": kgi,
        "plan": last,
        "grid": split_grid(form, draft, split, currency),
        "valid_from": services.next_change(kgi, last, today_in(request.access.team)),
    }
    template = "goals/_split.html" if request.htmx else "goals/plan_split.html"
    return render(request, template, context, status=422 if form.errors and status == 200 else status)
