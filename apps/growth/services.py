from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership, User
from apps.accounts.services import record_event
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.growth.models import Drill, DrillDone, Note, Practice


@transaction.atomic
def save_practice(
    *, practice: Practice, drills: Sequence[Mapping[str, Any]], by: User, seen: int = 0
) -> Practice:
    """A new practice, or a changed one, with its steps in their order; ``id`` of a step names a stored
    one. Raises PlanError ``practice_outdated`` when somebody saved or ended it in between."""
    is_new = practice.pk is None
    if is_new:
        practice.author = by
    else:
        stored = _lock(practice)
        if stored.version != seen or stored.closed_at:
            raise PlanError("practice_outdated")
        practice.version = seen + 1
    practice.save()
    _save_drills(practice, drills, None if is_new else today_in(practice.team))
    kind = "practice_written" if is_new else "practice_changed"
    record_event(team=practice.team, actor=by, kind=kind, practice=practice.pk)
    return practice


def _lock(practice: Practice) -> Practice:
    return Practice.objects.select_for_update().get(pk=practice.pk)


def _save_drills(practice: Practice, drills: Sequence[Mapping[str, Any]], since: date | None) -> None:
    """What is not among them any more goes; if it was ever done, it is parked instead. New ones are asked
    for from ``since`` on."""
    stored = {drill.pk: drill for drill in practice.drills.filter(parked_at=None)}
    for position, wanted in enumerate(drills):
        drill = stored.pop(wanted.get("id") or 0, None) or Drill(practice=practice, since=since)
        drill.position = position
        drill.text, drill.times = wanted["text"], wanted["times"]
        drill.partner, drill.evidence = wanted["partner"], wanted["evidence"]
        drill.save()
    for drill in stored.values():
        if drill.done.exists():
            drill.parked_at = timezone.now()
            drill.save(update_fields=["parked_at"])
        else:
            drill.delete()


@transaction.atomic
def copy_practice(
    *, practice: Practice, drills: Sequence[Mapping[str, Any]], members: Sequence[Membership], by: User
) -> list[Practice]:
    """One for each person, each to be changed on its own from then on. The same form sent twice makes
    nothing more."""
    # A double click arrives twice at once: the second waits here until the first is stored.
    list(Membership.objects.select_for_update().filter(pk__in=[member.pk for member in members]))
    made = _made_already(practice, members)
    if made:
        return made
    for member in members:
        practice.pk, practice.member = None, member
        practice._state.adding = True
        own = [drill | {"id": None} for drill in map(dict, drills)]
        save_practice(practice=practice, drills=own, by=by)
        made.append(Practice.objects.get(pk=practice.pk))
    return made


def _made_already(practice: Practice, members: Sequence[Membership]) -> list[Practice]:
    """By the same form with the same content. With other content (the browser's way back, then another
    text) it is another practice and gets no key."""
    same = list(Practice.objects.filter(team=practice.team, key=practice.key)) if practice.key else []
    if not same:
        return []
    first = same[0]
    if (first.aim, first.vague, first.kpi_id) == (practice.aim, practice.vague, practice.kpi_id) and {
        one.member_id for one in same
    } == {member.pk for member in members}:
        return same
    practice.key = None
    return []


@transaction.atomic
def delete_practice(*, practice: Practice, by: User) -> None:
    """A slip. Raises PlanError ``practice_has_history`` once something was done or said in it."""
    if DrillDone.objects.filter(drill__practice=practice).exists() or practice.notes.exists():
        raise PlanError("practice_has_history")
    record_event(team=practice.team, actor=by, kind="practice_deleted", practice=practice.pk)
    practice.delete()


@transaction.atomic
def close_practice(*, practice: Practice, by: User, lesson: str) -> None:
    """Raises PlanError ``practice_outdated`` when somebody ended it already."""
    locked = _lock(practice)
    if locked.closed_at:
        raise PlanError("practice_outdated")
    Practice.objects.filter(pk=practice.pk).update(
        closed_at=timezone.now(), lesson=lesson, version=locked.version + 1
    )
    record_event(team=practice.team, actor=by, kind="practice_closed", practice=practice.pk)


@transaction.atomic
def reopen_practice(*, practice: Practice, by: User) -> None:
    locked = _lock(practice)
    Practice.objects.filter(pk=practice.pk).update(closed_at=None, version=locked.version + 1)
    record_event(team=practice.team, actor=by, kind="practice_reopened", practice=practice.pk)


@transaction.atomic
def log_drill(*, drill: Drill, day: date, by: User) -> bool:
    """Done on that day; a second time the same day changes nothing. True when it is new. Raises PlanError
    ``drill_ahead``, ``drill_outside`` (start, end), ``practice_closed``, ``kpi_parked`` (name)."""
    practice = _loggable(drill)
    if day > today_in(practice.team):
        raise PlanError("drill_ahead")
    if not practice.start <= day <= practice.last_day:
        raise PlanError("drill_outside", start=practice.start, end=practice.last_day)
    _done, is_new = DrillDone.objects.get_or_create(drill=drill, day=day)
    if is_new:
        record_event(team=practice.team, actor=by, kind="drill_done", drill=drill.pk, day=day.isoformat())
    return is_new


def _loggable(drill: Drill) -> Practice:
    """What has ended, and what is not counted any more, takes no log."""
    practice = drill.practice
    if practice.closed_at:
        raise PlanError("practice_closed")
    if practice.is_parked:
        raise PlanError("kpi_parked", name=practice.kpi.name)
    return practice


@transaction.atomic
def undo_drill(*, drill: Drill, day: date, by: User) -> None:
    """Raises PlanError ``practice_closed``, ``kpi_parked`` (name)."""
    _loggable(drill)
    gone, _rows = DrillDone.objects.filter(drill=drill, day=day).delete()
    if gone:
        team = drill.practice.team
        record_event(team=team, actor=by, kind="drill_undone", drill=drill.pk, day=day.isoformat())


@transaction.atomic
def add_note(*, practice: Practice, by: User, text: str) -> Note:
    """The event says that a note was written, never what."""
    note = Note.objects.create(practice=practice, author=by, text=text)
    record_event(team=practice.team, actor=by, kind="practice_note", practice=practice.pk)
    return note
