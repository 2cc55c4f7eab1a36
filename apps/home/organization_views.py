"""An owner's first page: the company's teams."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.models import Organization
from apps.goals.higher import branch_text
from apps.progress.organization import Standing, TeamRow, load_standing


@require_safe
def organization(request: SignedInRequest, organization_id: int) -> HttpResponse:
    found = get_object_or_404(Organization.objects.filter(owners=request.user), pk=organization_id)
    standing = load_standing(found)
    context = {
        "organization": found,
        "rows": [_row(row, found.currency) for row in standing.rows],
        "totals": standing.totals,
        "higher": _higher(standing, found),
        "currency": found.currency,
    }
    return render(request, "home/organization.html", context)


def _row(row: TeamRow, currency: str) -> dict[str, Any]:
    return {"row": row, "currency": currency if row.kgi and row.kgi.is_amount else ""}


def _higher(standing: Standing, organization: Organization) -> list[dict[str, object]]:
    return [branch_text(branch, organization) for branch in standing.branches]
