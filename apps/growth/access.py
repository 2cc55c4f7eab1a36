"""Fetching is permission, for practices: they are between the person and the manager."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.growth.models import Practice


def visit_practices(request: SignedInRequest, team_id: int) -> Access:
    """403 for those who neither practise nor coach."""
    access = visit_team(request, team_id)
    if not (access.can_edit or access.carries_targets):
        raise PermissionDenied
    return access


def visit_practice(request: SignedInRequest, team_id: int, practice_id: int) -> tuple[Access, Practice]:
    access = visit_team(request, team_id)
    practice = get_object_or_404(Practice.objects.visible_to(access).in_order(), pk=practice_id)
    practice.team = access.team
    if not practice.is_written_by(access):
        raise Http404
    return access, practice
