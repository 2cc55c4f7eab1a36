from datetime import date, timedelta

from apps.accounts.models import Membership
from apps.reviews.models import Review, Words
from apps.web.marks import REST, kept_for_member

LATELY = timedelta(days=7)


@kept_for_member(REST)
def review_without_words(member: Membership, day: date) -> Review | None:
    """The latest review of the last week in which this person has said nothing yet. One query."""
    said = Words.objects.filter(member=member, side=Words.Side.REP).values("review")
    rows = Review.objects.filter(team=member.team_id, day__range=(day - LATELY, day)).exclude(pk__in=said)
    return rows.order_by("-day", "-pk").first()
