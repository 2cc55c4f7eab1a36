from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from apps.domain.errors import PlanError
from apps.web.converters import FIRST_DAY, LAST_DAY
from apps.web.wording import too_large_sentence


class Refused(ValidationError):
    """A PlanError beside the field that caused it. Its facts are kept apart from Django's params,
    which would format the finished sentence, per cent signs and all, once more."""

    def __init__(self, error: PlanError, sentence: str) -> None:
        super().__init__(sentence, code=error.code)
        self.facts = error.facts


def day_field(**kwargs: Any) -> forms.DateField:
    """A day of this century: neighbours of it exist, and so do its holidays.

    ISO on the wire: what <input type="date"> reads and writes in every language.
    """
    kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(validators=limits, **kwargs)


class FileForm(forms.Form):
    """With a ``file``, which may have been cut off on its way in (apps.web.uploads): then what is wrong is
    its size, not that there is none."""

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            self.fields["file"].error_messages["required"] = too_large_sentence()


class OwnIds(forms.Form):
    """Of several forms on one page: two fields of one name need two ids, or a label leads astray."""

    ids = "id"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.ids}_%s")
        super().__init__(*args, **kwargs)
