from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.accounts.services import record_event
from apps.domain.errors import PlanError
from apps.okrs.models import Objective
from apps.reviews.days import Due
from apps.reviews.models import Action, Review, Row, Verdict, Words
from apps.reviews.numbers import numbers_between, to_json

SAID = ("well", "hard", "learned", "support")


def touch(review: Review) -> None:
    """Other screens that show this review look again."""
    Review.objects.filter(pk=review.pk).update(version=F("version") + 1)


@transaction.atomic
def open_review(*, team: Team, by: User, due: Due) -> Review:
    """The review of a day, made once."""
    review, created = Review.objects.get_or_create(
        team=team,
        kind=due.kind,
        day=due.day,
        defaults={"start": due.start, "end": due.end, "opened_by": by},
    )
    if created:
        record_event(team=team, actor=by, kind="review_opened", review=review.pk, of=str(due.kind))
    return review


@transaction.atomic
def close_review(*, review: Review, by: User) -> Review:
    """Freezes the numbers, all at once. Raises PlanError ``review_closed`` (name) the second time."""
    locked = Review.objects.select_for_update().select_related("closed_by").get(pk=review.pk)
    if locked.is_closed:
        raise PlanError("review_closed", name=str(locked.closed_by or ""))
    locked.team = review.team
    locked.frozen = to_json(numbers_between(review.team, locked.start, locked.end))
    locked.closed_at, locked.closed_by = timezone.now(), by
    locked.version += 1
    locked.save(update_fields=["frozen", "closed_at", "closed_by", "version"])
    record_event(team=review.team, actor=by, kind="review_closed", review=review.pk, of=locked.kind)
    return locked


def check_open(review: Review) -> None:
    if review.is_closed:
        raise PlanError("review_closed", name=str(review.closed_by or ""))


@transaction.atomic
def save_learned(*, review: Review, by: User, text: str, seen: str) -> None:
    """``seen`` is the text that the editor started from. Raises PlanError ``text_outdated`` (text)."""
    locked = Review.objects.select_for_update().get(pk=review.pk)
    if locked.learned not in (seen, text):
        raise PlanError("text_outdated", text=locked.learned)
    locked.learned = text
    locked.save(update_fields=["learned"])
    touch(review)


@transaction.atomic
def save_order(*, review: Review, member: Membership, order: Sequence[int], seen: int) -> None:
    """An order of work by hand; empty gives it back to the numbers. Raises PlanError ``row_outdated``."""
    row, _created = Row.objects.select_for_update().get_or_create(
        review=review, member=member, defaults={"version": 0}
    )
    if row.version != seen:
        raise PlanError("row_outdated")
    row.order, row.version = list(order), row.version + 1
    row.save(update_fields=["order", "version"])
    touch(review)


@transaction.atomic
def save_words(
    *, review: Review, member: Membership, side: str, by: User, said: Mapping[str, str], seen: int
) -> Words:
    """Raises PlanError ``row_outdated``. New words of the rep are to be read again."""
    words, _created = Words.objects.select_for_update().get_or_create(
        review=review, member=member, side=side, defaults={"version": 0}
    )
    if words.version != seen:
        raise PlanError("row_outdated")
    for name in SAID:
        setattr(words, name, said[name])
    words.version += 1
    words.author, words.acknowledged_at, words.acknowledged_by = by, None, None
    words.save()
    touch(review)
    return words


@transaction.atomic
def acknowledge_words(*, words: Words, by: User) -> None:
    words.acknowledged_at, words.acknowledged_by = timezone.now(), by
    words.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record_event(team=words.member.team, actor=by, kind="words_read", member=words.member_id)


@transaction.atomic
def save_verdict(*, review: Review, objective: Objective, by: User, choice: str, note: str) -> Verdict:
    verdict, _created = Verdict.objects.update_or_create(
        review=review, objective=objective, defaults={"choice": choice, "note": note, "author": by}
    )
    touch(review)
    return verdict


@transaction.atomic
def add_action(*, review: Review, by: User, begins: date, **fields: Any) -> Action:
    """A decision, an action, or an experiment. Raises PlanError ``action_needs_both``."""
    if (fields.get("owner") is None) != (fields.get("due") is None):
        raise PlanError("action_needs_both")
    action = Action.objects.create(review=review, team=review.team, author=by, begins=begins, **fields)
    touch(review)
    record_event(team=review.team, actor=by, kind="action_added", action=action.pk)
    return action


@transaction.atomic
def change_action(
    *, action: Action, by: User, seen: int, state: str = "", verdict: str = "", review: Review | None = None
) -> Action:
    """Raises PlanError ``row_outdated`` where somebody changed it in between."""
    locked = Action.objects.select_for_update().get(pk=action.pk)
    if locked.version != seen:
        raise PlanError("row_outdated")
    if state:
        locked.state = state
        locked.closed_in = review if state != Action.State.OPEN else None
    if verdict:
        locked.verdict = verdict
    locked.version += 1
    locked.save()
    touch(locked.review if review is None else review)
    record_event(team=action.team, actor=by, kind="action_changed", action=action.pk, state=locked.state)
    return locked
