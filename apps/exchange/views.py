from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.exchange.forms import UploadForm
from apps.exchange.models import ImportRun

SHOWN = 20


@require_safe
def data(request: SignedInRequest, team_id: int) -> HttpResponse:
    edit_team(request, team_id)
    return data_page(request, UploadForm())


def data_page(request: SignedInRequest, form: UploadForm) -> HttpResponse:
    runs = ImportRun.objects.filter(team=request.access.team).select_related("author").defer("payload")
    context = {"form": form, "runs": runs.order_by("-pk")[:SHOWN]}
    return render(request, "exchange/data.html", context, status=422 if form.errors else 200)
