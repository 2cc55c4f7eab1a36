from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.accounts.services import record_event
from apps.activity.reflections import authors_of_causes, causes_of
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.workdays import week_start
from apps.okrs.models import Objective
from apps.reviews.checks import kept_checks
from apps.reviews.days import Due
from apps.reviews.loop import load_actions
from apps.reviews.models import Action, CheckAnswer, Review, Row, Verdict, Words
from apps.reviews.numbers import numbers_between, to_json

SAID = ("well", "hard", "learned", "support")


def touch(review: Review) -> None:
    """Other screens that show this review look again."""
    Review.objects.filter(pk=review.pk).update(version=F("version") + 1)


def held_for(team: Team, due: Due) -> Review | None:
    """The review that exists already: of a week there is one, even if its day has moved since."""
    rows = Review.objects.filter(team=team, kind=due.kind)
    if due.kind == Review.Kind.WEEKLY:
        monday = week_start(due.day)
        return rows.filter(day__range=(monday, monday + timedelta(days=6))).first()
    return rows.filter(day=due.day).first()


@transaction.atomic
def open_review(*, team: Team, by: User, due: Due) -> Review:
    """The review of a day, made once. Raises PlanError ``review_too_early`` (day)."""
    if due.day > today_in(team):
        raise PlanError("review_too_early", day=due.day)
    held = held_for(team, due)
    if held:
        return held
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
    locked = lock_open(review)
    locked.frozen = to_json(numbers_between(review.team, locked.start, locked.end)) | _settled(locked, by)
    locked.closed_at, locked.closed_by = timezone.now(), by
    locked.version += 1
    locked.save(update_fields=["frozen", "closed_at", "closed_by", "version"])
    record_event(team=review.team, actor=by, kind="review_closed", review=review.pk, of=locked.kind)
    return locked


def _settled(review: Review, by: User) -> dict[str, Any]:
    """What else the minutes of a closed review say, by ids and codes."""
    window = (review.start, review.end)
    members = Membership.objects.filter(team=review.team).values_list("pk", flat=True)
    return {
        "actions": [[row.action.pk, row.action.state, row.action.verdict] for row in load_actions(review)],
        "causes": causes_of(members, *window),
        "authors": authors_of_causes(members, *window),
        **(kept_checks(review, by) if review.asks_checks else {}),
    }


def lock_open(review: Review) -> Review:
    """The review for a change inside a transaction. Raises PlanError ``review_closed`` (name), also where
    somebody closed it a moment ago."""
    locked = Review.objects.select_for_update(of=("self",)).select_related("closed_by").get(pk=review.pk)
    if locked.is_closed:
        raise PlanError("review_closed", name=str(locked.closed_by or ""))
    locked.team = review.team
    return locked


@transaction.atomic
def save_learned(*, review: Review, by: User, text: str, seen: str) -> None:
    """``seen`` is the text that the editor started from. Raises PlanError ``text_outdated`` (text)."""
    locked = lock_open(review)
    if locked.learned not in (seen, text):
        raise PlanError("text_outdated", text=locked.learned)
    locked.learned = text
    locked.save(update_fields=["learned"])
    touch(review)


@transaction.atomic
def save_order(*, review: Review, member: Membership, order: Sequence[int], seen: int) -> None:
    """An order of work by hand; empty gives it back to the numbers. Raises PlanError ``row_outdated``."""
    lock_open(review)
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
def acknowledge_words(*, words: Words, by: User, seen: int) -> None:
    """Raises PlanError ``row_outdated`` where the words have changed since they were read."""
    if words.version != seen:
        raise PlanError("row_outdated")
    words.acknowledged_at, words.acknowledged_by = timezone.now(), by
    words.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record_event(team=words.member.team, actor=by, kind="words_read", member=words.member_id)


@transaction.atomic
def save_answers(*, review: Review, by: User, answers: Mapping[str, tuple[str, str]], seen: str) -> None:
    """The team's own answers by check, each with a note; ``seen`` is the stamp of those that the page
    showed. Raises PlanError ``row_outdated``."""
    lock_open(review)
    stored = {one.code: one for one in CheckAnswer.objects.select_for_update().filter(review=review)}
    if stamp_of_answers(stored.values()) != seen:
        raise PlanError("row_outdated")
    CheckAnswer.objects.filter(review=review).exclude(code__in=answers).delete()
    for code, (answer, note) in answers.items():
        one = stored.get(code) or CheckAnswer(review=review, code=code, version=0)
        if (one.answer, one.note) != (answer, note):
            one.answer, one.note, one.author = answer, note, by
            one.version += 1
            one.save()
    touch(review)


def stamp_of_answers(answers: Iterable[CheckAnswer]) -> str:
    """Changes with every change of any of them."""
    return ",".join(sorted(f"{one.code}{one.version}" for one in answers))


@transaction.atomic
def save_verdict(
    *, review: Review, objective: Objective, by: User, choice: str, note: str, seen: str = ""
) -> Verdict:
    """``seen`` is the choice that the page showed. Raises PlanError ``row_outdated``."""
    lock_open(review)
    before = Verdict.objects.filter(review=review, objective=objective).first()
    if before and before.choice not in (seen, choice):
        raise PlanError("row_outdated")
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
    if fields.get("due") is not None and fields["due"] < begins:
        raise PlanError("due_in_past")
    lock_open(review)
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
