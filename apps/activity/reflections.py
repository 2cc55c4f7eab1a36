"""The evening's three minutes, and what was agreed for the days to come."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership
from apps.activity.models import NextStep, Reflection
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi
from apps.web.marks import PLAN, REST, kept_for_member

# How long "first thing tomorrow" waits for the next working day.
LOOK_BACK = timedelta(days=14)


@transaction.atomic
def save_reflection(
    member: Membership, day: date, fields: Mapping[str, Any], seen: str | None = None
) -> Reflection | None:
    """Writes the day's reflection; nothing where nothing was said. ``seen`` is the stamp of what the
    editor started from (None: it does not matter). Raises PlanError ``evening_outdated``."""
    stored = Reflection.objects.select_for_update().filter(member=member, day=day).first()
    if stored is None and not any(fields.values()):
        return None
    if stored is not None and all(getattr(stored, name) == value for name, value in fields.items()):
        return stored
    if stored is not None and seen is not None and stamp_of(stored) != seen:
        raise PlanError("evening_outdated")
    saved, _created = Reflection.objects.update_or_create(member=member, day=day, defaults=dict(fields))
    return saved


def stamp_of(reflection: Reflection | None) -> str:
    """When it was written, to notice another hand; empty where there is none."""
    return reflection.updated_at.isoformat() if reflection else ""


@kept_for_member(REST)
def reflection_of(member: Membership, day: date) -> Reflection | None:
    return Reflection.objects.filter(member=member, day=day).first()


@kept_for_member(REST)
def first_thing(member: Membership, day: date) -> str:
    """What the member wanted to come first, said on the last evening before ``day``."""
    window = (day - LOOK_BACK, day - timedelta(days=1))
    last = Reflection.objects.filter(member=member, day__range=window).order_by("-day").first()
    return last.first if last else ""


def causes_of(members: Iterable[int], start: date, end: date) -> list[tuple[str, int]]:
    """How often each cause was named, the most frequent first; by nobody's name."""
    rows = Reflection.objects.filter(member__in=list(members), day__range=(start, end))
    counted = Counter(cause for causes in rows.values_list("causes", flat=True) for cause in causes)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def authors_of_causes(members: Iterable[int], start: date, end: date) -> int:
    """How many people have named a cause."""
    rows = Reflection.objects.filter(member__in=list(members), day__range=(start, end)).exclude(causes=[])
    return rows.values("member").distinct().count()


def add_next_step(*, pk: uuid.UUID, member: Membership, kpi: Kpi, text: str, due: date) -> NextStep:
    """Once, however often it is sent. Raises PlanError ``entry_conflict`` for another's id."""
    step, created = NextStep.objects.get_or_create(
        pk=pk, defaults={"member": member, "kpi": kpi, "text": text, "due": due}
    )
    if not created and (step.member_id, step.text, step.due) != (member.pk, text, due):
        raise PlanError("entry_conflict")
    return step


def close_next_step(step: NextStep, *, is_done: bool) -> None:
    step.done_at = timezone.now() if is_done else None
    step.save(update_fields=["done_at"])


@kept_for_member(PLAN, REST)
def open_next_steps(member: Membership) -> list[NextStep]:
    """What is still to be done, what is due first at the top."""
    rows = NextStep.objects.filter(member=member, done_at=None)
    return list(rows.select_related("kpi").order_by("due", "created_at"))
