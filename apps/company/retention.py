"""Words that a company does not want to keep go; numbers stay."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Organization
from apps.activity.models import Reflection
from apps.growth.models import Note
from apps.reviews.models import Words

DAYS_OF_A_MONTH = 30.44


def tidy(today: date | None = None) -> int:
    """Deletes what is older than its company keeps; how many texts went."""
    today = today or timezone.localdate()
    companies = Organization.objects.exclude(keep_words_months=None).order_by("pk")
    return sum(_tidy(company, today) for company in companies)


@transaction.atomic
def _tidy(company: Organization, today: date) -> int:
    assert company.keep_words_months
    last = today - timedelta(days=round(company.keep_words_months * DAYS_OF_A_MONTH))
    reflections = Reflection.objects.filter(member__team__organization=company, day__lt=last)
    words = Words.objects.filter(review__team__organization=company, review__day__lt=last)
    notes = Note.objects.filter(practice__team__organization=company, created_at__date__lt=last)
    gone = reflections.exclude(did="", words="", first="").update(did="", words="", first="")
    gone += words.exclude(well="", hard="", learned="", support="").update(
        well="", hard="", learned="", support=""
    )
    return gone + notes.delete()[0]
