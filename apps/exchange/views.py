import tempfile
from datetime import timedelta

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.services import record_event
from apps.calendars.queries import today_in
from apps.exchange.archive import write_archive
from apps.exchange.exports import Wanted, export_rows
from apps.exchange.forms import ExportForm, UploadForm, WorkbookForm
from apps.exchange.models import ImportRun
from apps.exchange.tables import csv_answer, xlsx_answer

SHOWN = 20
DAYS_BACK = 92


@require_safe
def data(request: SignedInRequest, team_id: int) -> HttpResponse:
    visit_team(request, team_id)
    return data_page(request, UploadForm())


def data_page(
    request: SignedInRequest,
    form: UploadForm,
    export: ExportForm | None = None,
    workbook: WorkbookForm | None = None,
) -> HttpResponse:
    access = request.access
    runs = ImportRun.objects.filter(team=access.team).select_related("author").defer("payload")
    today = today_in(access.team)
    context = {
        "form": form,
        "export": export or ExportForm(initial={"start": today - timedelta(days=DAYS_BACK), "end": today}),
        "workbook": workbook or WorkbookForm(),
        "runs": runs.order_by("-pk")[:SHOWN] if access.can_edit else [],
    }
    is_wrong = any(one.errors for one in (form, export, workbook) if one is not None)
    return render(request, "exchange/data.html", context, status=422 if is_wrong else 200)


@require_POST
def export(request: SignedInRequest, team_id: int) -> HttpResponseBase:
    access = visit_team(request, team_id)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return data_page(request, UploadForm(), form)
    wanted = form.cleaned_data
    name, start, end = wanted["name"], wanted["start"], wanted["end"]
    record_event(
        team=access.team, actor=request.user, kind="exported", name=name, start=f"{start}", end=f"{end}"
    )
    header, rows = export_rows(name, Wanted(access, start, end))
    answer = xlsx_answer if wanted["format"] == "xlsx" else csv_answer
    return answer(f"{access.team.name}-{name}-{start}-{end}", header, rows)


@require_POST
def archive(request: SignedInRequest, team_id: int) -> HttpResponseBase:
    access = edit_team(request, team_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    write_archive(access.team, file)
    file.seek(0)
    record_event(team=access.team, actor=request.user, kind="archive_made")
    return FileResponse(file, as_attachment=True, filename=f"{access.team.name}.zip")
