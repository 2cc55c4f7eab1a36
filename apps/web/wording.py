from collections.abc import Mapping

from django.utils.functional import Promise

from apps.domain.errors import PlanError


def worded(sentences: Mapping[str, str | Promise], error: PlanError) -> str:
    """The sentence of a code with its facts filled in."""
    text = str(sentences[error.code])
    # Only a sentence with placeholders has its per cent signs doubled.
    return text % error.facts if "%(" in text else text
