from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise

from apps.domain.errors import PlanError


def worded(sentences: Mapping[str, str | Promise], error: PlanError) -> str:
    """The sentence of a code with its facts filled in."""
    text = str(sentences[error.code])
    # Only a sentence with placeholders has its per cent signs doubled.
    return text % {name: _shown(fact) for name, fact in error.facts.items()} if "%(" in text else text


def _shown(fact: object) -> object:
    return date_format(fact, "SHORT_DATE_FORMAT") if isinstance(fact, date) else fact
