"""A plan goes out as a workbook that computes, and comes back as its next version."""

import base64
import io

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.accounts.services import record_event
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.exchange.forms import UploadForm, WorkbookForm
from apps.exchange.views import data_page
from apps.exchange.wording import sentence
from apps.exchange.workbook import build
from apps.exchange.workbook_back import Back, read_back
from apps.goals.drafts import draft_of, split_of
from apps.goals.models import Kgi
from apps.goals.services import latest_plan, next_change, revise_plan

SALT = "kpiplanner.workbook"
# Between the look and the saving; the file travels in the page.
SECONDS = 60 * 60 * 8


@require_POST
def workbook(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponseBase:
    team = edit_team(request, team_id).team
    kgi = get_object_or_404(Kgi.objects.of_team(team).running(), pk=kgi_id)
    plan = latest_plan(kgi)
    members = Membership.objects.filter(team=team).select_related("user")
    file = io.BytesIO()
    build(plan, draft_of(plan), split_of(plan), list(members)).save(file)
    file.seek(0)
    record_event(
        team=team, actor=request.user, kind="exported", name="workbook", kgi=kgi.pk, version=plan.number
    )
    name = f"{team.name}-{kgi.start}-{plan.number}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


@require_POST
def workbook_look(request: SignedInRequest, team_id: int) -> HttpResponse:
    team = edit_team(request, team_id).team
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return data_page(request, UploadForm(), workbook=form)
    raw = form.cleaned_data["file"].read()
    try:
        back = read_back(team, io.BytesIO(raw))
    except PlanError as error:
        form.add_error("file", sentence(error))
        return data_page(request, UploadForm(), workbook=form)
    return _page(request, back, signing.dumps(base64.b85encode(raw).decode(), salt=SALT))


def _page(request: SignedInRequest, back: Back, token: str, problem: str = "") -> HttpResponse:
    last = latest_plan(back.kgi)
    context = {
        "back": back,
        "last": last,
        "token": token,
        "problem": problem,
        "valid_from": next_change(back.kgi, last, today_in(back.kgi.team)),
        "needs": list(zip(back.draft.kpis, draft_of(last).needs(), back.draft.needs(), strict=True)),
        "is_old": back.number != last.number,
    }
    return render(request, "exchange/workbook.html", context, status=422 if problem else 200)


@require_POST
def workbook_save(request: SignedInRequest, team_id: int) -> HttpResponse:
    team = edit_team(request, team_id).team
    token = request.POST.get("token", "")
    try:
        raw = base64.b85decode(signing.loads(token, salt=SALT, max_age=SECONDS))
        back = read_back(team, io.BytesIO(raw))
    except (signing.BadSignature, PlanError) as error:
        text = sentence(error) if isinstance(error, PlanError) else _("Please choose the workbook again.")
        messages.error(request, text)
        return redirect("exchange:data", team_id)
    last = latest_plan(back.kgi)
    valid_from = next_change(back.kgi, last, today_in(team))
    try:
        revise_plan(kgi=back.kgi, by=request.user, valid_from=valid_from, draft=back.draft, seen=back.number)
    except PlanError as error:
        return _page(request, back, token, sentence(error))
    messages.success(request, _("The workbook is the plan's next version now."))
    return redirect("goals:plan", team_id, back.kgi.pk)
