from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import visit_team
from apps.accounts.http import SignedInRequest
from apps.home.search import LONGEST
from apps.home.search import search as found_by


@require_safe
def search(request: SignedInRequest, team_id: int) -> HttpResponse:
    """The page, or while typing its list alone."""
    access = visit_team(request, team_id)
    query = request.GET.get("q", "")[:LONGEST]
    context = {"query": query, "found": found_by(access, query)}
    is_typing = request.htmx and request.htmx.target == "found"
    return render(request, "home/_found.html" if is_typing else "home/search.html", context)
