from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.domain.errors import PlanError
from apps.funnels import services
from apps.funnels.forms import NewSignalForm, SegmentForm, StageForm
from apps.funnels.models import Funnel, Kpi, Segment
from apps.funnels.presets import BY_CODE, PRESETS
from apps.funnels.wording import sentence
from apps.web.http import posted


@require_safe
def funnel(request: SignedInRequest, team_id: int) -> HttpResponse:
    visit_team(request, team_id)
    return funnel_page(request)


def funnel_page(
    request: SignedInRequest,
    form: StageForm | None = None,
    signal_form: NewSignalForm | None = None,
    segment_form: SegmentForm | None = None,
) -> HttpResponse:
    kpis = list(Kpi.objects.of_team(request.access.team).select_related("beside").order_by("position", "pk"))
    running = [kpi for kpi in kpis if kpi.parked_at is None]
    context = {
        "funnel": Funnel.objects.filter(team=request.access.team).first(),
        "stages": [
            {
                "kpi": stage,
                "signals": [kpi for kpi in running if kpi.is_signal and kpi.beside_id == stage.pk],
                "links": [kpi for kpi in running if kpi.is_detail and kpi.beside_id == stage.pk],
            }
            for stage in running
            if stage.is_stage
        ],
        "segments": Segment.objects.of_team(request.access.team).order_by("-is_default", "pk"),
        "parked": [kpi for kpi in kpis if kpi.parked_at],
        "presets": PRESETS,
        "form": form or StageForm(),
        "signal_form": signal_form or new_signal_form(request, None),
        "segment_form": segment_form or SegmentForm(auto_id="id_segment_%s"),
    }
    has_errors = any(shown and shown.errors for shown in (form, signal_form, segment_form))
    return render(request, "funnels/funnel.html", context, status=422 if has_errors else 200)


def new_signal_form(request: SignedInRequest, data: QueryDict | None) -> NewSignalForm:
    stages = Kpi.objects.of_team(request.access.team).running()
    # ``?beside=``: from the page that misses a signal there.
    return NewSignalForm(
        data, stages=stages, initial={"stage": request.GET.get("beside")}, auto_id="id_signal_%s"
    )


def kpi_of(access: Access, kpi_id: int, kind: str = Kpi.Kind.STAGE) -> Kpi:
    kpis = Kpi.objects.of_team(access.team).filter(kind=kind).select_related("funnel__team", "beside")
    return get_object_or_404(kpis, pk=kpi_id)


@require_POST
def funnel_start(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    preset = request.POST.get("preset", "")
    if preset not in BY_CODE:
        messages.error(request, _("Choose one of the funnels."))
    else:
        services.start_funnel(team=access.team, by=request.user, preset=preset)
    return redirect("funnels:funnel", team_id)


@require_POST
def stage_add(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    funnel = get_object_or_404(Funnel, team=access.team)
    form = StageForm(request.POST)
    if form.is_valid():
        try:
            services.add_stage(funnel=funnel, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("funnels:funnel", team_id)
    return funnel_page(request, form)


@require_http_methods(["GET", "POST"])
def stage_edit(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kpi = kpi_of(access, kpi_id)
    stored = {
        "name": kpi.name,
        "unit": kpi.unit,
        "nature": kpi.nature,
        "rate": kpi.rate_text,
        "minutes": kpi.minutes,
        "block": kpi.block,
        "lead_days": kpi.lead_days or "",
    }
    form = StageForm(posted(request), initial=stored)
    if request.method == "POST" and form.is_valid():
        services.change_stage(kpi=kpi, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Plans that exist keep the rates they were made with."))
        return redirect("funnels:funnel", team_id)
    context = {"form": form, "kpi": kpi}
    return render(request, "funnels/stage_edit.html", context, status=422 if form.errors else 200)


@require_POST
def stage_move(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    services.move_stage(kpi=kpi_of(access, kpi_id), by=request.user, up=request.POST.get("to") == "up")
    return redirect("funnels:funnel", team_id)


@require_POST
def stage_park(request: SignedInRequest, team_id: int, kpi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kpi = kpi_of(access, kpi_id)
    try:
        services.park_stage(kpi=kpi, by=request.user, parked=kpi.parked_at is None)
    except PlanError as error:
        messages.error(request, sentence(error))
    return redirect("funnels:funnel", team_id)
