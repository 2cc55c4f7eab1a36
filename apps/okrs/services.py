from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.accounts.services import record_event
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.periods import following
from apps.okrs.focus import load_focus
from apps.okrs.judging import judge_key_result, judge_objective, linked_objectives
from apps.okrs.measures import Measures
from apps.okrs.models import CheckIn, Judged, KeyResult, Objective

MOST_KEY_RESULTS = 10


def _lock(objective: Objective) -> Objective:
    """The row of an objective, held until the end: whoever edits it or its key results waits."""
    return Objective.objects.select_for_update().get(pk=objective.pk)


@transaction.atomic
def save_objective(*, objective: Objective, by: User, seen: int = 0) -> Objective:
    """A new objective, or a changed one. ``seen`` is the version that the editor started from.

    Raises PlanError ``goal_outdated`` when somebody saved, parked or closed it in between.
    """
    is_new = objective.pk is None
    if is_new:
        objective.author = by
    else:
        stored = _lock(objective)
        was = (stored.version, stored.parked_at, stored.closed_at)
        if was != (seen, objective.parked_at, objective.closed_at):
            raise PlanError("goal_outdated")
        objective.version = seen + 1
    objective.save()
    if objective.member_id is not None:
        # What is one person's is carried by that person alone.
        objective.key_results.exclude(member=None).update(member=None)
    _record(objective, by, "objective_written" if is_new else "objective_changed")
    return objective


@transaction.atomic
def save_key_result(*, key_result: KeyResult, by: User, seen: int = 0) -> KeyResult:
    """As ``save_objective``. Raises also ``too_many_key_results`` (largest)."""
    objective = _lock(key_result.objective)
    if key_result.pk is None:
        last = objective.key_results.aggregate(last=Max("position"))["last"]
        if objective.key_results.count() >= MOST_KEY_RESULTS:
            raise PlanError("too_many_key_results", largest=MOST_KEY_RESULTS)
        key_result.position = 0 if last is None else last + 1
    else:
        stored = KeyResult.objects.get(pk=key_result.pk)
        if stored.version != seen or objective.closed_at:
            raise PlanError("goal_outdated")
        # Parked or taken back in meanwhile: the words are mine, that is not.
        key_result.parked_at = stored.parked_at
        key_result.version = seen + 1
    key_result.save()
    _record(key_result.objective, by, "key_result_saved", key_result=key_result.pk)
    return key_result


@transaction.atomic
def park_objective(*, objective: Objective, by: User, parked: bool) -> None:
    """Set aside without being given up; or taken back in."""
    objective.parked_at = timezone.now() if parked else None
    objective.save(update_fields=["parked_at"])
    _record(objective, by, "objective_parked" if parked else "objective_back")


@transaction.atomic
def park_key_result(*, key_result: KeyResult, by: User, parked: bool) -> None:
    key_result.parked_at = timezone.now() if parked else None
    key_result.save(update_fields=["parked_at"])
    kind = "key_result_parked" if parked else "key_result_back"
    _record(key_result.objective, by, kind, key_result=key_result.pk)


@transaction.atomic
def close_objective(
    *, objective: Objective, by: User, grade: int, lesson: str, carry_over: Sequence[KeyResult] = ()
) -> Objective | None:
    """Ends an objective with its grade (tenths) and its lesson. What is carried over begins the next
    period's objective, which is returned. Closing twice changes nothing.

    Raises PlanError ``already_closed``.
    """
    if _lock(objective).closed_at is not None:
        raise PlanError("already_closed")
    objective.closed_at, objective.grade, objective.lesson = timezone.now(), grade, lesson
    objective.save(update_fields=["closed_at", "grade", "lesson"])
    _record(objective, by, "objective_closed", grade=grade)
    if not carry_over:
        return None
    return _copy(objective, by, carry_over, carried_from=objective)


@transaction.atomic
def reopen_objective(*, objective: Objective, by: User) -> None:
    """A closing by mistake; the grade goes with it, the lesson stays."""
    objective.closed_at = objective.grade = None
    objective.save(update_fields=["closed_at", "grade"])
    _record(objective, by, "objective_reopened")


@transaction.atomic
def delete_objective(*, objective: Objective, by: User) -> None:
    """A slip, such as a copy too many. Raises PlanError ``has_history`` once somebody has checked in, or
    it was closed: from then on it is a part of what the team has learned."""
    if objective.closed_at or CheckIn.objects.filter(key_result__objective=objective).exists():
        raise PlanError("has_history")
    record_event(team=objective.team, actor=by, kind="objective_deleted", objective=objective.pk)
    objective.delete()


@transaction.atomic
def copy_objective(*, objective: Objective, by: User) -> Objective:
    """The same objective with its running key results, for the period after its own."""
    return _copy(objective, by, list(objective.key_results.filter(parked_at=None)), carried_from=None)


def _copy(
    objective: Objective, by: User, key_results: Sequence[KeyResult], carried_from: Objective | None
) -> Objective:
    start, end = following((objective.start, objective.end))
    copy = Objective.objects.create(
        team_id=objective.team_id,
        member_id=objective.member_id,
        parent_id=objective.parent_id,
        # The KGI of the old period is not the next one's: it is chosen when that one stands.
        kgi=objective.team.kgis.running().on(start).first(),
        text=objective.text,
        why=objective.why,
        explained=objective.explained,
        start=start,
        end=end,
        carried_from=carried_from,
        author=by,
    )
    for position, key_result in enumerate(key_results):
        key_result.pk, key_result.objective, key_result.position = None, copy, position
        key_result.start = key_result.end = key_result.parked_at = None
        key_result.version = 1
        key_result.save(force_insert=True)
    _record(copy, by, "objective_copied", copied=objective.pk)
    return copy


@transaction.atomic
def check_in(
    *, key_result: KeyResult, by: User, value: Decimal | None, confidence: int | None, note: str
) -> CheckIn:
    """Raises PlanError ``nothing_checked`` when it says nothing at all."""
    if value is None and confidence is None and not note:
        raise PlanError("nothing_checked")
    team = key_result.objective.team
    record_event(team=team, actor=by, kind="checked_in", key_result=key_result.pk)
    return CheckIn.objects.create(
        key_result=key_result,
        day=today_in(team),
        value=value,
        confidence=confidence,
        note=note,
        author=by,
    )


@transaction.atomic
def align_with_log(*, key_result: KeyResult, by: User) -> CheckIn | None:
    """Takes the log's number for the one that was typed; None where the log has none."""
    team = key_result.objective.team
    today = today_in(team)
    current = Measures(team, [key_result], today).current(key_result)
    if current is None or key_result.is_by_hand:
        return None
    value = Decimal(current.numerator) / Decimal(current.denominator)
    record_event(team=team, actor=by, kind="aligned_with_log", key_result=key_result.pk)
    return CheckIn.objects.create(
        key_result=key_result, day=today, value=round(value, 4), is_alignment=True, author=by
    )


def _record(objective: Objective, by: User, kind: str, **facts: object) -> None:
    record_event(team=objective.team, actor=by, kind=kind, objective=objective.pk, **facts)
    _record_gaps(objective.team, objective)


def _record_gaps(team: Team, objective: Objective) -> None:
    """Keeps which letters are open now, where that differs from what was kept before."""
    today = today_in(team)
    focus = load_focus(team, today)
    key_results = list(KeyResult.objects.filter(objective=objective).with_hand().in_order())
    measures = Measures(team, key_results, today)
    linked = linked_objectives(team)
    found: dict[int | None, str] = {
        None: judge_objective(objective, today, linked).gaps if objective.is_running else ""
    }
    for key_result in key_results:
        key_result.objective = objective
        judged = judge_key_result(key_result, measures.standing(key_result), focus, today, linked)
        found[key_result.pk] = judged.gaps if key_result.is_running else ""
    kept = {row.key_result_id: row.gaps for row in Judged.objects.filter(objective=objective).order_by("pk")}
    Judged.objects.bulk_create(
        Judged(team=team, objective=objective, key_result_id=key_result, gaps=gaps)
        for key_result, gaps in found.items()
        if kept.get(key_result, "") != gaps
    )
