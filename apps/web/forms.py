from django.core.exceptions import ValidationError

from apps.domain.errors import PlanError


class Refused(ValidationError):
    """A PlanError beside the field that caused it. Its facts are kept apart from Django's params,
    which would format the finished sentence, per cent signs and all, once more."""

    def __init__(self, error: PlanError, sentence: str) -> None:
        super().__init__(sentence, code=error.code)
        self.facts = error.facts
