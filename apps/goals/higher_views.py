"""What stands above the plan: year, half, quarter, of the company and of the team."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Team
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.periods import fiscal_start
from apps.goals import higher
from apps.goals.higher_forms import HigherGoalForm, SplitIntoForm
from apps.goals.models import HigherGoal
from apps.goals.wording import sentence
from apps.web.http import posted


def _is_owner(access: Access) -> bool:
    return access.team.organization.owners.filter(pk=access.user.pk).exists()


@require_http_methods(["GET", "POST"])
def higher_goals(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id) if request.method == "GET" else edit_team(request, team_id)
    is_owner = _is_owner(access)
    form = HigherGoalForm(
        posted(request),
        currency=access.team.organization.currency,
        is_owner=is_owner,
        initial={"start": fiscal_start(today_in(access.team), access.team.organization.fiscal_month)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            higher.save_higher_goal(team=access.team, by=request.user, **form.values())
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("goals:higher_goals", team_id)
    context = {
        "form": form if access.can_edit else None,
        "split_form": SplitIntoForm(auto_id="id_split_%s"),
        "rows": _rows(access, is_owner=is_owner),
        "is_owner": is_owner,
    }
    return render(request, "goals/higher_goals.html", context, status=422 if form.errors else 200)


def _rows(access: Access, *, is_owner: bool) -> list[dict[str, Any]]:
    """Owners see the company and every team; others the goals of their team."""
    organization = access.team.organization
    teams = list(Team.objects.filter(organization=organization)) if is_owner else [access.team]
    nodes = higher.load_nodes(organization, teams)
    if not is_owner:
        nodes = [node for node in nodes if node.team is not None]
    return [
        higher.branch_text(branch, organization)
        | {"may_change": _may_change(access, branch.node, is_owner=is_owner)}
        for branch in higher.branches(nodes)
    ]


def _may_change(access: Access, node: higher.Node, *, is_owner: bool) -> bool:
    if node.higher is None:
        return False
    return is_owner if node.team is None else access.can_edit and node.team.pk == access.team.pk


def _goal(request: SignedInRequest, team_id: int, goal_id: int) -> tuple[Access, HigherGoal]:
    """A goal of the team for its editors; of the company for its owners. 404 where it is not theirs."""
    access = edit_team(request, team_id)
    goals = HigherGoal.objects.filter(organization=access.team.organization).select_related("organization")
    goal = get_object_or_404(goals, pk=goal_id)
    if goal.team_id is None:
        if not _is_owner(access):
            raise PermissionDenied
    elif goal.team_id != access.team.pk:
        goal = get_object_or_404(goals, pk=goal_id, team=access.team)
    return access, goal


@require_POST
def higher_goal_split(request: SignedInRequest, team_id: int, goal_id: int) -> HttpResponse:
    access, goal = _goal(request, team_id, goal_id)
    form = SplitIntoForm(request.POST)
    if not form.is_valid():
        problem = next(iter(form.errors.values()))[0]
        messages.error(request, str(problem))
        return redirect("goals:higher_goals", team_id)
    try:
        written = higher.split_higher_goal(
            goal=goal,
            team=access.team,
            by=request.user,
            span=form.cleaned_data["span"],
            season=[int(percent) for percent in form.cleaned_data["season"]],
        )
    except PlanError as error:
        messages.error(request, sentence(error))
    else:
        text = _("%(number)s parts are written.")
        messages.success(request, text % {"number": written}) if written else messages.info(
            request, _("All parts were there already.")
        )
    return redirect("goals:higher_goals", team_id)


@require_POST
def higher_goal_delete(request: SignedInRequest, team_id: int, goal_id: int) -> HttpResponse:
    access, goal = _goal(request, team_id, goal_id)
    higher.delete_higher_goal(goal=goal, team=access.team, by=request.user)
    messages.success(request, _("Deleted."))
    return redirect("goals:higher_goals", team_id)
