"""What stands beside and between the stages: signals, chains of smaller steps, segments."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.domain.errors import PlanError
from apps.funnels import services
from apps.funnels.forms import DetailForm, SegmentForm, SignalForm
from apps.funnels.models import Kpi, Segment
from apps.funnels.queries import chain_sums
from apps.funnels.views import funnel_page, kpi_of, new_signal_form
from apps.funnels.wording import sentence
from apps.web.http import posted

# -- signals ---------------------------------------------------------------------------------------


@require_POST
def signal_add(request: SignedInRequest, team_id: int) -> HttpResponse:
    edit_team(request, team_id)
    form = new_signal_form(request, request.POST)
    if form.is_valid():
        try:
            services.add_signal(by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The signal is logged on Today, beside its stage."))
            return redirect("funnels:funnel", team_id)
    return funnel_page(request, signal_form=form)


@require_http_methods(["GET", "POST"])
def signal_edit(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kpi = kpi_of(access, kpi_id, Kpi.Kind.SIGNAL)
    stored = {"name": kpi.name, "unit": kpi.unit, "measure": kpi.measure, "target": kpi.target_text}
    form = SignalForm(posted(request), initial=stored)
    if request.method == "POST" and form.is_valid():
        services.change_signal(signal=kpi, by=request.user, **form.cleaned_data)
        return redirect("funnels:funnel", team_id)
    context = {"form": form, "kpi": kpi}
    return render(request, "funnels/stage_edit.html", context, status=422 if form.errors else 200)


@require_POST
def signal_park(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    signal = kpi_of(access, kpi_id, Kpi.Kind.SIGNAL)
    try:
        services.park_signal(signal=signal, by=request.user, parked=signal.parked_at is None)
    except PlanError as error:
        messages.error(request, sentence(error))
    return redirect("funnels:funnel", team_id)


# -- chains ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def chain(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    """The smaller steps between a stage and the next one."""
    access = edit_team(request, team_id)
    stage = kpi_of(access, kpi_id)
    form = DetailForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_detail(stage=stage, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("funnels:chain", team_id, kpi_id)
    stages = list(stage.funnel.stages())
    place = next((place for place, one in enumerate(stages) if one.pk == stage.pk), None)
    following = stages[place + 1] if place is not None and place + 1 < len(stages) else None
    links = [kpi for kpi in Kpi.objects.of_team(access.team).details() if kpi.beside_id == stage.pk]
    context = {"form": form, "kpi": stage, "following": following, "links": links}
    context["sums"] = chain_sums(links, following)
    return render(request, "funnels/chain.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def detail_edit(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    detail = kpi_of(access, kpi_id, Kpi.Kind.DETAIL)
    stored = {
        "name": detail.name,
        "unit": detail.unit,
        "rate": detail.rate_text,
        "onward": detail.onward_text,
    }
    form = DetailForm(posted(request), initial=stored)
    if request.method == "POST" and form.is_valid():
        services.change_detail(detail=detail, by=request.user, **form.cleaned_data)
        return redirect("funnels:chain", team_id, detail.beside_id)
    context = {"form": form, "kpi": detail}
    return render(request, "funnels/stage_edit.html", context, status=422 if form.errors else 200)


@require_POST
def detail_park(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    detail = kpi_of(access, kpi_id, Kpi.Kind.DETAIL)
    try:
        services.park_detail(detail=detail, by=request.user, parked=detail.parked_at is None)
    except PlanError as error:
        messages.error(request, sentence(error))
    return redirect("funnels:funnel", team_id)


# -- segments --------------------------------------------------------------------------------------


@require_POST
def segment_add(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = SegmentForm(request.POST, auto_id="id_segment_%s")
    if form.is_valid():
        try:
            services.add_segment(team=access.team, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The next plan and Today tell the segments apart."))
            return redirect("funnels:funnel", team_id)
    return funnel_page(request, segment_form=form)


@require_http_methods(["GET", "POST"])
def segment_edit(request: SignedInRequest, team_id: int, segment_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    segment = get_object_or_404(Segment.objects.select_related("team"), team=access.team, pk=segment_id)
    form = SegmentForm(posted(request), initial={"name": segment.label})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_segment(segment=segment, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("funnels:funnel", team_id)
    context = {"form": form, "kpi": segment}
    return render(request, "funnels/stage_edit.html", context, status=422 if form.errors else 200)


@require_POST
def segment_park(request: SignedInRequest, team_id: int, segment_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    segment = get_object_or_404(Segment.objects.select_related("team"), team=access.team, pk=segment_id)
    try:
        services.park_segment(segment=segment, by=request.user, parked=segment.parked_at is None)
    except PlanError as error:
        messages.error(request, sentence(error))
    return redirect("funnels:funnel", team_id)
