from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import visit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.growth.models import Practice
from apps.growth.queries import load_practices
from apps.reviews.growth import load_courses, words_over_time
from apps.reviews.models import Review, Words
from apps.reviews.word_views import pair

# About as many months as the courses show.
SINCE = timedelta(days=190)


@require_safe
def growth(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    """For a 1-on-1: what was practised and what came of it, rates over the months, what both said."""
    access = visit_team(request, team_id)
    member = pair(access, member_id)
    member.team = access.team
    today = today_in(access.team)
    practices = list(Practice.objects.visible_to(access).filter(member=member).in_order())
    for practice in practices:
        practice.team = access.team
    said = Words.objects.filter(member=member, review__day__gte=today - SINCE)
    reviews = Review.objects.filter(words__in=said).distinct().order_by("-day")
    context = {
        "member": member,
        "is_own": member.user_id == request.user.pk,
        "practices": load_practices(access.team, practices, today),
        "courses": load_courses(member, practices, today),
        "said": words_over_time(list(reviews), list(said)),
        "today": today,
    }
    return render(request, "reviews/growth.html", context)
