"""A file comes in: upload, columns, a look at what would change, writing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.activity.wording import sentence
from apps.domain.errors import PlanError
from apps.exchange.forms import ColumnsForm, UploadForm
from apps.exchange.models import ImportRun
from apps.exchange.runs import State, claim, drop_run, is_outdated, start_run
from apps.exchange.tables import csv_answer
from apps.exchange.tasks import read_import, write_import
from apps.exchange.views import data_page
from apps.funnels.models import Kpi


def _run_of(request: SignedInRequest, team_id: int, run_id: int) -> ImportRun:
    access = edit_team(request, team_id)
    runs = ImportRun.objects.filter(team=access.team).select_related("author").defer("payload")
    return get_object_or_404(runs, pk=run_id)


@require_POST
def import_create(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = UploadForm(request.POST, request.FILES, too_large="upload_too_large" in request.META)
    if not form.is_valid():
        return data_page(request, form)
    data = form.cleaned_data
    file = data["file"]
    try:
        run = start_run(
            team=access.team,
            by=request.user,
            kind=data["kind"],
            source=data["source"],
            name=file.name or "",
            raw=file.read(),
        )
    except PlanError as error:
        form.refuse(error)
        return data_page(request, form)
    return redirect("exchange:import_run", team_id, run.pk)


@require_safe
def import_run(request: SignedInRequest, team_id: int, run_id: int) -> HttpResponse:
    run = _run_of(request, team_id, run_id)
    return _page(request, run, _columns_form(run))


@require_safe
def import_state(request: SignedInRequest, team_id: int, run_id: int) -> HttpResponse:
    """How far it is; asked for by the page while the worker is busy."""
    run = _run_of(request, team_id, run_id)
    return render(request, "exchange/_run.html", _context(run, _columns_form(run)))


@require_POST
def import_read(request: SignedInRequest, team_id: int, run_id: int) -> HttpResponse:
    run = _run_of(request, team_id, run_id)
    form = _columns_form(run, request.POST)
    if not form.is_valid():
        return _page(request, run, form)
    if claim(run, State.READING):
        # Anew from the first row.
        ImportRun.objects.filter(pk=run.pk).update(columns=form.columns, stages=form.stages, rows=0)
        read_import.enqueue(run.pk)
    return redirect("exchange:import_run", team_id, run_id)


@require_POST
def import_write(request: SignedInRequest, team_id: int, run_id: int) -> HttpResponse:
    run = _run_of(request, team_id, run_id)
    if claim(run, State.WRITING):
        write_import.enqueue(run.pk)
    elif is_outdated(run):
        messages.error(request, _("A later file from there was written meanwhile. Look at this one again."))
    return redirect("exchange:import_run", team_id, run_id)


@require_POST
def import_drop(request: SignedInRequest, team_id: int, run_id: int) -> HttpResponse:
    run = _run_of(request, team_id, run_id)
    if drop_run(run=run, by=request.user):
        messages.success(request, _("The file is dropped; nothing was written."))
    return redirect("exchange:data", team_id)


@require_safe
def import_problems(request: SignedInRequest, team_id: int, run_id: int) -> HttpResponseBase:
    run = _run_of(request, team_id, run_id)
    rows = ([line, text] for line, text in _problems(run))
    return csv_answer(f"problems-{run.pk}", [_("Line"), _("What is wrong")], rows)


def _columns_form(run: ImportRun, posted: Any = None) -> ColumnsForm:
    return ColumnsForm(posted, run=run, kpis=list(Kpi.objects.of_team(run.team).running()))


def _page(request: SignedInRequest, run: ImportRun, form: ColumnsForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "exchange/import_run.html", _context(run, form), status=status)


def _problems(run: ImportRun) -> list[tuple[int, str]]:
    return [(line, sentence(PlanError(code, **facts))) for line, code, facts in run.problems]


def _context(run: ImportRun, form: ColumnsForm) -> dict[str, Any]:
    members = Membership.objects.filter(pk__in={row[0] for row in run.preview})
    names = dict(members.values_list("pk", "user__name"))
    kpis = dict(Kpi.objects.filter(pk__in={row[1] for row in run.preview}).values_list("pk", "name"))
    preview = [
        {"name": names.get(member), "kpi": kpis.get(kpi), "day": day, "count": count, "amount": amount}
        for member, kpi, day, count, amount in run.preview
    ]
    is_ready = run.state == State.READ and not run.wrong and not run.unknown
    return {
        "run": run,
        "form": form,
        "problems": _problems(run)[:20],
        "preview": preview,
        "is_ready": is_ready,
        "currency": run.team.organization.currency,
    }
