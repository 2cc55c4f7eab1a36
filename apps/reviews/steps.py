"""The agenda of each kind of review."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.reviews.looking_ahead import (
    actions_context,
    agreement_context,
    checks_context,
    close_context,
    learned_context,
    next_context,
    rates_context,
    verdicts_context,
    week_context,
)
from apps.reviews.looking_back import causes_context, numbers_context
from apps.reviews.models import Review

Kind = Review.Kind

NAMES: Mapping[str, str | Promise] = {
    "numbers": _("What was asked and done"),
    "causes": _("What the counts say"),
    "rates": _("Planned rates"),
    "week": _("This week"),
    "agreement": _("Agreement"),
    "checks": _("Quality of the goals"),
    "verdicts": _("Keep, change, drop"),
    "learned": _("Result and lessons"),
    "next": _("Next month"),
    "actions": _("Decisions and actions"),
    "close": _("Close"),
}
AGENDA: Mapping[str, tuple[str, ...]] = {
    Kind.WEEKLY: ("numbers", "causes", "rates", "week", "actions", "close"),
    Kind.START: ("agreement", "checks", "rates", "week", "actions", "close"),
    Kind.MIDDLE: ("numbers", "causes", "checks", "verdicts", "rates", "actions", "close"),
    Kind.END: ("numbers", "causes", "learned", "next", "actions", "close"),
}


@dataclass(frozen=True)
class Place:
    """A step in its agenda."""

    name: str
    label: str | Promise
    number: int
    before: str
    after: str


def agenda(review: Review) -> list[Place]:
    names = AGENDA[review.kind]
    return [
        Place(
            name,
            NAMES[name],
            number + 1,
            names[number - 1] if number else "",
            names[number + 1] if number + 1 < len(names) else "",
        )
        for number, name in enumerate(names)
    ]


def step_context(access: Access, review: Review, name: str) -> dict[str, Any]:
    return CONTEXTS[name](access, review)


CONTEXTS: Mapping[str, Callable[[Access, Review], dict[str, Any]]] = {
    "numbers": numbers_context,
    "causes": causes_context,
    "rates": rates_context,
    "week": week_context,
    "agreement": agreement_context,
    "checks": checks_context,
    "verdicts": verdicts_context,
    "learned": learned_context,
    "next": next_context,
    "actions": actions_context,
    "close": close_context,
}
