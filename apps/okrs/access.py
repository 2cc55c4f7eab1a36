"""Fetching is permission, for objectives and key results."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.okrs.models import KeyResult, Objective


def writes_objectives(access: Access) -> bool:
    """Managers for the team and everybody in it, who carries targets for the own person."""
    return access.can_edit or access.carries_targets


def visit_objective(request: SignedInRequest, team_id: int, objective_id: int) -> tuple[Access, Objective]:
    access = visit_team(request, team_id)
    visible = Objective.objects.visible_to(access).select_related("member__user", "kgi", "parent")
    objective = get_object_or_404(visible, pk=objective_id)
    objective.team = access.team
    return access, objective


def edit_objective(request: SignedInRequest, team_id: int, objective_id: int) -> tuple[Access, Objective]:
    """403 for those who may only look."""
    access, objective = visit_objective(request, team_id, objective_id)
    if not objective.is_editable_by(access):
        raise PermissionDenied
    return access, objective


def _visit_key_result(request: SignedInRequest, team_id: int, key_result_id: int) -> tuple[Access, KeyResult]:
    access = visit_team(request, team_id)
    visible = KeyResult.objects.visible_to(access)
    key_result = get_object_or_404(visible.with_hand().in_order(), pk=key_result_id)
    key_result.objective.team = access.team
    return access, key_result


def edit_key_result(request: SignedInRequest, team_id: int, key_result_id: int) -> tuple[Access, KeyResult]:
    access, key_result = _visit_key_result(request, team_id, key_result_id)
    if not key_result.objective.is_editable_by(access):
        raise PermissionDenied
    return access, key_result


def check_in_key_result(
    request: SignedInRequest, team_id: int, key_result_id: int
) -> tuple[Access, KeyResult]:
    """Also for the one who carries the key result of a team's objective."""
    access, key_result = _visit_key_result(request, team_id, key_result_id)
    if not key_result.is_checked_in_by(access):
        raise PermissionDenied
    return access, key_result
