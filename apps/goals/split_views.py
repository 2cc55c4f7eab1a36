from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import edit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.activity.imports import Lookup
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.goals import services
from apps.goals.drafts import draft_of, split_of
from apps.goals.models import Kgi, Plan
from apps.goals.plan_pages import is_to_save, kgi_of
from apps.goals.split_form import SplitForm, TargetListForm, cell_name
from apps.goals.splits import split_grids
from apps.goals.target_list import Targets, read_targets
from apps.goals.wording import sentence
from apps.web.http import posted
from apps.web.tables import open_table

# Of a list with many mistakes; the others show when these are mended.
MOST_SHOWN = 20


@require_http_methods(["GET", "POST"])
def plan_split(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    last = services.latest_plan(kgi)
    form = _split_form(request, last)
    if not is_to_save(request) or not form.is_valid():
        return _split_page(request, form, kgi, last)
    try:
        services.revise_plan(
            kgi=kgi,
            by=request.user,
            valid_from=services.next_change(kgi, last, today_in(access.team)),
            draft=replace(draft_of(last), reason=""),
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


@require_http_methods(["GET", "POST"])
def plan_split_fill(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    """A list fills the grid; nothing is saved before somebody has looked at it."""
    access = edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    if request.method == "GET":
        return redirect("goals:plan_split", team_id, kgi_id)
    last = services.latest_plan(kgi)
    upload = TargetListForm(request.POST, request.FILES, too_large="upload_too_large" in request.META)
    grid = _split_form(request, last, fresh=True)
    if not upload.is_valid():
        return _split_page(request, grid, kgi, last, upload=upload)
    try:
        with open_table(upload.cleaned_data["file"]) as rows:
            found = read_targets(grid, Lookup(access.team), rows)
    except PlanError as error:
        upload.add_error("file", sentence(error))
        found = Targets()
    for wrong in found.errors[:MOST_SHOWN]:
        line = {"line": wrong.line, "problem": sentence(wrong.cause)}
        upload.add_error("file", _("Line %(line)s: %(problem)s") % line)
    if not upload.is_valid():
        return _split_page(request, grid, kgi, last, upload=upload)
    filled = _split_form(request, last, _filled(grid, last.number, found))
    text = _("%(number)s numbers are filled in. Look at them, then save.")
    messages.info(request, text % {"number": len(found.cells)})
    return _split_page(request, filled, kgi, last)


def _filled(form: SplitForm, number: int, found: Targets) -> dict[str, Any]:
    """As the grid stands, with the numbers of the list in it."""
    data = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    kpis = {kpi.pk: kpi for kpi in form.kpis}
    members = {member.pk: member for member in form.members}
    segments = {segment.pk: segment for segment in form.segments}
    for (member, segment, kpi), count in found.cells.items():
        data[cell_name(members[member], segments[segment], kpis[kpi])] = count
    return {name: str(value) for name, value in data.items()} | {"seen": str(number)}


def _split_form(
    request: SignedInRequest, last: Plan, data: Mapping[str, Any] | None = None, *, fresh: bool = False
) -> SplitForm:
    split = split_of(last)
    carriers = Membership.objects.filter(team=request.access.team).carrying_targets().in_team_order()
    return SplitForm(
        data or (None if fresh else posted(request)),
        members=list(carriers),
        draft=draft_of(last),
        split=split,
        initial={"seen": last.number},
    )


def _split_page(
    request: SignedInRequest,
    form: SplitForm,
    kgi: Kgi,
    last: Plan,
    status: int = 200,
    upload: TargetListForm | None = None,
) -> HttpResponse:
    """The grid of the split as typed; while something typed is wrong, the stored one."""
    split = form.split() if form.is_bound and form.is_valid() else split_of(last)
    draft = draft_of(last)
    currency = request.access.team.organization.currency
    context = {
        "form": form,
        "upload": upload or TargetListForm(),
        "kgi": kgi,
        "plan": last,
        "grids": split_grids(form, draft, split, currency),
        "valid_from": services.next_change(kgi, last, today_in(request.access.team)),
    }
    is_wrong = bool(form.errors or (upload and upload.errors))
    template = "goals/_split.html" if request.htmx else "goals/plan_split.html"
    return render(request, template, context, status=422 if is_wrong and status == 200 else status)
