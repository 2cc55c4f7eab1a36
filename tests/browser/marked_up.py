"""The sample team with markup in every text that people can type."""

from django.apps import apps
from django.db import models

from tests.browser.everything import make_everything

# An element of its own, ends of attributes and of script blocks, a handler.
MEAN = "<b data-mean>\"'><i data-mean onmouseover=alert(1)></i></script><script>alert(1)</script>{{7*7}}"
OUTSIDE = {"web", "notices", "api", "exchange"}
NOT_TYPED = {
    "email", "password", "language", "time_zone", "secret", "token", "hash", "code", "currency", "country",
    "url", "weekdays", "rate_text", "key", "source", "block", "step", "kind", "rate_source_url", "key_hash",
}  # fmt: skip


def make_marked_up() -> int:
    """How many texts hold it."""
    make_everything()
    ours = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    return sum(
        _fill(model, field)
        for model in ours
        if model._meta.app_label not in OUTSIDE
        for field in model._meta.concrete_fields
        if _is_typed(field)
    )


def _is_typed(field: models.Field) -> bool:  # type: ignore[type-arg]
    is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
    is_long = (field.max_length or 99) >= 12
    return is_text and is_long and not field.primary_key and field.name not in NOT_TYPED


def _fill(model: type[models.Model], field: models.Field) -> int:  # type: ignore[type-arg]
    rows = model._default_manager.exclude(**{field.name: ""}).exclude(**{f"{field.name}__isnull": True})
    filled = 0
    for pk in rows.values_list("pk", flat=True):
        text = f"{str(pk)[:4]}{MEAN}"[: field.max_length or 500]
        filled += model._default_manager.filter(pk=pk).update(**{field.name: text})
    return filled
