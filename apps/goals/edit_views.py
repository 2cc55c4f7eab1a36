import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.forms import BooleanField, BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Access, edit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.calendars.services import close_new_year
from apps.domain.errors import PlanError
from apps.domain.money import plain_text
from apps.domain.periods import month_of
from apps.funnels.models import Kpi, Segment
from apps.funnels.queries import chains_within
from apps.goals import services
from apps.goals.drafts import Draft, Stream, draft_of
from apps.goals.forms import name_in
from apps.goals.history import load_history
from apps.goals.models import Kgi, Plan
from apps.goals.pictures import NOTHING_KEPT, Kept, Picture, kept_numbers, picture
from apps.goals.plan_form import GRADES, PlanForm
from apps.goals.plan_pages import is_to_save, kgi_of
from apps.goals.queries import load_period, load_schedule
from apps.goals.wording import sentence


@require_http_methods(["GET", "POST"])
def plan_new(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kpis = list(Kpi.objects.of_team(access.team).running())
    if not kpis:
        messages.info(request, _("Choose the stages of your funnel first."))
        return redirect("funnels:funnel", team_id)
    form = _plan_form(
        request, kpis, None, _new_values(access, kpis, measured=request.GET.get("rates") == "measured")
    )
    if is_to_save(request) and form.is_valid() and _has_working_days(access, form):
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
                day = date_format(saved.valid_from, "SHORT_DATE_FORMAT")
                text = _("The plan is saved. Everyone's numbers stand on Today from %(day)s.")
                messages.success(request, text % {"day": day})
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
    last.kgi = kgi
    form = _plan_form(request, kpis, last, _edit_values(kgi, last, access))
    if is_to_save(request) and form.is_valid():
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


def _plan_form(
    request: SignedInRequest, kpis: list[Kpi], last: Plan | None, initial: Mapping[str, Any]
) -> PlanForm:
    currency = request.access.team.organization.currency
    data = _with_choice(request.POST) if request.method == "POST" else None
    segments = list(Segment.objects.of_team(request.access.team).running())
    if last:
        # What was parked since stays in the form, so that its part of the goal does not vanish unseen.
        streams = draft_of(last).streams
        segments += [stream.segment for stream in streams if stream.segment not in segments]
    return PlanForm(data, kpis=kpis, segments=segments, currency=currency, last=last, initial=initial)


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
    context["can_measure"] = kgi is None and Kgi.objects.of_team(request.access.team).exists()
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
    currency = access.team.organization.currency
    try:
        period = load_period(access.team, start, end)
        draft = bound.draft()
        # Somebody's own rates change what a new version asks for.
        split = services.carried_over(form.last, draft) if form.last else None
        links = chains_within(access.team, draft.kpis)
        return picture(draft, period, currency, _kept(kgi, data), links, split)
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
    plain = {name: str(value) for name, value in data.items() if value not in (None, False)}
    return _again(form, plain)


def _again(form: PlanForm, data: Mapping[str, Any]) -> PlanForm:
    return PlanForm(data, kpis=form.kpis, segments=form.segments, currency=form.currency, last=form.last)


def _new_values(access: Access, kpis: list[Kpi], *, measured: bool) -> dict[str, Any]:
    """This month, or the month after the last goal; price and rates as last time, or as measured."""
    start, end = _next_month(access)
    values: dict[str, Any] = {"start": start, "end": end, "counts": Kgi.Counts.AMOUNT}
    values |= _usual_values(access, kpis)
    last = (
        Plan.objects.filter(kgi__team=access.team, kgi__withdrawn_at=None)
        .select_related("kgi")
        .order_by("kgi__start", "number")
        .last()
    )
    if last:
        values |= _plan_values(last, access.team.organization.currency)
        values["counts"] = last.kgi.counts
        # What was open as the last month began is not what is open now.
        values = {name: value for name, value in values.items() if not name.startswith("deals_")}
    return values | (_measured_rates(access, kpis) if measured else {})


def _usual_values(access: Access, kpis: list[Kpi]) -> dict[str, Any]:
    """The funnel's rates, and the usual chances of open deals."""
    values: dict[str, Any] = {}
    for segment in Segment.objects.of_team(access.team).running():
        values |= {name_in(f"rate_{kpi.pk}", segment): kpi.rate_text for kpi in kpis[1:]}
        values |= {name_in(f"chance_{grade}", segment): chance for grade, chance in GRADES.items()}
        for grade, kpi in zip(GRADES, reversed(kpis[:-1]), strict=False):
            values[name_in(f"reached_{grade}", segment)] = kpi.pk
    return values


def _measured_rates(access: Access, kpis: list[Kpi]) -> dict[str, str]:
    """The team's rates of the last months, as n of m, where something was logged."""
    history = load_history(access.team, today_in(access.team))
    found = {}
    for segment in Segment.objects.of_team(access.team).running():
        for before, after in pairwise(kpis):
            evidence = history.evidence(before.pk, after.pk, segment.pk)
            if evidence.rate is not None:
                text = f"{evidence.count}/{evidence.of}"
                found[name_in(f"rate_{after.pk}", segment)] = text
    return found


def _next_month(access: Access) -> tuple[date, date]:
    """The first goal starts today; later ones in the month after the last."""
    first = today_in(access.team)
    last = Kgi.objects.of_team(access.team).running().order_by("-end").first()
    if last:
        first = max(first.replace(day=1), last.end + timedelta(days=1))
    return first, month_of(first)[1]


def _plan_values(plan: Plan, currency: str) -> dict[str, Any]:
    draft = draft_of(plan)
    values: dict[str, Any] = {
        "buffer": f"{draft.form.buffer.normalize():f}" if draft.form.buffer else "",
        "weights": "/".join(draft.form.weights),
        "season": " ".join(str(percent) for percent in draft.form.season),
        "uses_lead_time": draft.form.uses_lead_time,
    }
    for stream in draft.streams:
        values |= _stream_values(draft, stream, currency, is_amount=plan.kgi.is_amount)
    return values


def _stream_values(draft: Draft, stream: Stream, currency: str, *, is_amount: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "goal": plain_text(stream.goal, currency) if is_amount else f"{stream.goal:,}",
        "unit_price": plain_text(stream.unit_price, currency) if stream.unit_price else "",
    }
    for kpi, rate in zip(draft.kpis, stream.rates, strict=True):
        if rate:
            values[f"rate_{kpi.pk}"] = rate.text
    for grade in stream.grades:
        values[f"deals_{grade.name}"] = grade.count
        values[f"chance_{grade.name}"] = grade.chance_percent
        # Deals in a stage that is parked now stand with the usual stage of their grade.
        if any(kpi.pk == grade.kpi and kpi.parked_at is None for kpi in draft.kpis):
            values[f"reached_{grade.name}"] = grade.kpi
    return {name_in(name, stream.segment): value for name, value in values.items()}


def _edit_values(kgi: Kgi, last: Plan, access: Access) -> dict[str, Any]:
    kpis = list(Kpi.objects.of_team(access.team).running())
    return (
        _usual_values(access, kpis)
        | _plan_values(last, access.team.organization.currency)
        | {
            "seen": last.number,
            "valid_from": services.next_change(kgi, last, today_in(access.team)),
        }
    )


def _is_new(form: PlanForm, field: BoundField) -> bool:
    """A goal, price or rate that was typed where the stored plan has none; chances stand there anyway."""
    return field.name.startswith(("goal", "unit_price", "rate_", "deals_")) and bool(
        form.data.get(field.name)
    )


def _told(form: PlanForm, field: BoundField, value: Any) -> str:
    """A value as a person would say it: a stage by its name, a tick as yes or no."""
    if isinstance(field.field, BooleanField):
        return _("yes") if value else _("no")
    text = "" if value in (None, "") else str(value)
    names = {str(kpi.pk): kpi.name for kpi in form.kpis} if field.name.startswith("reached_") else {}
    return names.get(text, text)


def _label(form: PlanForm, field: BoundField) -> str:
    """With the segment, where there are several."""
    names = {f"_s{segment.pk}": segment.label for segment in form.segments if not segment.is_default}
    of = next((label for ending, label in names.items() if field.name.endswith(ending)), "")
    return f"{of}: {field.label}" if of else str(field.label)


def _conflict_page(request: SignedInRequest, form: PlanForm, kgi: Kgi) -> HttpResponse:
    """Somebody saved first: both versions side by side, nothing typed is lost."""
    last = services.latest_plan(kgi)
    currency = request.access.team.organization.currency
    stored = _plan_values(last, currency)
    differences = [
        {"label": _label(form, field), "stored": _told(form, field, mine), "typed": _told(form, field, typed)}
        for field in form
        if field.name in stored or _is_new(form, field)
        for mine, typed in [(stored.get(field.name), form.data.get(field.name, ""))]
        if _told(form, field, mine) != _told(form, field, typed)
    ]
    data = dict(form.data.items()) | {"seen": str(last.number)}
    again = _again(form, data)
    context = {
        "form": again,
        "kgi": kgi,
        "picture": _draw(request, again, kgi),
        "conflict": {"last": last, "differences": differences},
    }
    return render(request, "goals/plan_edit.html", context, status=409)
