"""Fetching reviews, and the page of a step."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.reviews.models import Review
from apps.reviews.steps import agenda, step_context


def review_of(access: Access, review_id: int) -> Review:
    found = get_object_or_404(
        Review.objects.select_related("opened_by", "closed_by"), pk=review_id, team=access.team
    )
    found.team = access.team
    return found


def step_page(
    request: SignedInRequest,
    access: Access,
    review: Review,
    name: str,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """One step, after a refused save with what was typed and what is wrong."""
    places = agenda(review)
    place = next((place for place in places if place.name == name), None)
    if place is None:
        raise Http404
    context = {
        "review": review,
        "places": places,
        "place": place,
        "today": today_in(access.team),
        "can_write": access.can_edit and not review.is_closed,
        "template": f"reviews/_step_{name}.html",
        **step_context(access, review, name),
        **(extra or {}),
    }
    return render(request, "reviews/review.html", context, status=status)
