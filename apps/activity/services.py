"""The ledger: entries are appended, tallies follow in the same transaction."""

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, Sum

from apps.accounts.models import Membership, Team, User
from apps.activity.models import Entry, Tally
from apps.activity.queries import ENTRY_SUMS
from apps.domain.errors import PlanError
from apps.domain.money import LARGEST
from apps.funnels.models import Kpi, Segment

MOST_AT_ONCE = 10_000

# The ORM's upsert overwrites; this one adds. The same text serves SQLite and PostgreSQL.
ADD_TO_TALLY = """
INSERT INTO activity_tally (member_id, day, kpi_id, segment_id, count, amount)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (member_id, day, kpi_id, segment_id) DO UPDATE
SET count = activity_tally.count + excluded.count, amount = activity_tally.amount + excluded.amount
"""

# What makes two requests with one id the same request.
BODY = (
    "team_id", "member_id", "kpi_id", "segment_id", "day", "kind", "count", "amount",
    "shared_with_id", "shared_amount", "reverses_id",
)  # fmt: skip

# Whoever has the turn may take it again: a day's words and numbers are written in one.
_turn = threading.RLock()


@contextmanager
def writing_turn() -> Iterator[None]:
    """One writer at a time per process on SQLite: threads that fight for its write lock by busy
    waiting made the slowest logs ten times slower. PostgreSQL locks rows and needs no turn."""
    if connection.vendor != "sqlite":
        yield
        return
    with _turn:
        yield


def log_entry(entry: Entry) -> Entry:
    """Writes an entry once, however often it is sent, and returns it as stored.

    Raises PlanError: ``entry_conflict`` (another entry has this id), ``nothing_logged``,
    ``too_many_at_once`` (largest), ``amount_too_large``, ``shared_more_than_all``,
    ``below_zero`` (done), ``nothing_to_cancel`` (won), ``more_than_cases`` (cases).
    """
    _check(entry)
    with writing_turn():
        try:
            with transaction.atomic():
                if not _adds_plainly(entry):
                    # Sent again, it might find that nothing is left to take away.
                    stored = Entry.objects.filter(pk=entry.pk).first()
                    if stored:
                        return _same(stored, entry)
                    _check_against_the_books(entry)
                return append(entry)
        except IntegrityError:
            # Another process stored the same id (or the same undo) between our look and our write.
            stored = Entry.objects.filter(pk=entry.pk).first()
            if stored is None:
                raise
            return _same(stored, entry)


@dataclass(frozen=True)
class Total:
    """What a day comes to at one KPI, typed as a whole."""

    id: uuid.UUID
    kpi: Kpi
    segment: Segment
    total: int


def log_totals(*, member: Membership, day: date, totals: Sequence[Total], by: User) -> None:
    """Logs what is missing to each total, as it stands when the write lock is held: taps that arrived
    since the form was opened are in it. All or none; a total sent again is logged once.

    Raises PlanError as ``log_entry``.
    """

    def write() -> None:
        with transaction.atomic():
            for total in totals:
                _log_total(member, day, total, by)

    with writing_turn():
        try:
            write()
        except IntegrityError:
            # The same form came twice at once: the other one is stored by now.
            write()


def _log_total(member: Membership, day: date, total: Total, by: User) -> None:
    if Entry.objects.filter(pk=total.id).exists():
        return
    mine = Tally.objects.select_for_update().filter(
        member=member, day=day, kpi=total.kpi, segment=total.segment
    )
    stored = mine.first()
    missing = total.total - (stored.count if stored else 0)
    if missing:
        entry = new_entry(
            pk=total.id,
            team=member.team,
            member=member,
            kpi=total.kpi,
            segment=total.segment,
            day=day,
            count=missing,
            by=by,
        )
        _check(entry)
        _check_against_the_books(entry)
        append(entry)


def _check(entry: Entry) -> None:
    if entry.count == 0 and entry.amount == 0:
        raise PlanError("nothing_logged")
    if abs(entry.count) > MOST_AT_ONCE:
        raise PlanError("too_many_at_once", largest=MOST_AT_ONCE)
    if abs(entry.amount) > LARGEST:
        raise PlanError("amount_too_large")
    if abs(entry.shared_amount) > abs(entry.amount):
        raise PlanError("shared_more_than_all")


def _adds_plainly(entry: Entry) -> bool:
    """A tap, as nearly all are: nothing in the books can speak against it."""
    return entry.count >= 0 and not entry.kpi.is_share and entry.reverses_id is None


def _check_against_the_books(entry: Entry) -> None:
    """A slip of the thumb must not leave a day below nothing, or cancel what was never won."""
    if entry.count >= 0:
        if entry.reverses is None:
            _check_share(entry)
        return
    mine = Tally.objects.filter(member_id=entry.member_id, kpi_id=entry.kpi_id, segment_id=entry.segment_id)
    if entry.kind == Entry.Kind.CORRECTION:
        done = _done_on(entry)
        if done + entry.count < 0:
            raise PlanError("below_zero", done=done)
    elif entry.kind == Entry.Kind.CANCELLATION:
        won = mine.aggregate(won=Sum("count"))["won"] or 0
        if won + entry.count < 0:
            raise PlanError("nothing_to_cancel", won=won)


def _done_on(entry: Entry) -> int:
    """What was logged on the day, without what was cancelled on it: that was won on another."""
    cancelled = Q(kind=Entry.Kind.CANCELLATION) | Q(reverses__kind=Entry.Kind.CANCELLATION)
    cancelled |= Q(kind=Entry.Kind.IMPORT, count__lt=0)
    of_day = Entry.objects.filter(
        member_id=entry.member_id, kpi_id=entry.kpi_id, segment_id=entry.segment_id, day=entry.day
    )
    return of_day.exclude(cancelled).aggregate(done=Sum("count"))["done"] or 0


def _check_share(entry: Entry) -> None:
    """A share cannot happen in more cases than there were on that day."""
    if not entry.kpi.is_share or entry.kpi.beside_id is None:
        return
    ofday = Tally.objects.filter(member_id=entry.member_id, day=entry.day)
    done = ofday.filter(kpi_id=entry.kpi_id).aggregate(done=Sum("count"))["done"] or 0
    cases = ofday.filter(kpi_id=entry.kpi.beside_id).aggregate(done=Sum("count"))["done"] or 0
    if done + entry.count > cases:
        raise PlanError(
            "more_than_cases", cases=cases, stage=entry.kpi.beside.name if entry.kpi.beside else ""
        )


def _same(stored: Entry, entry: Entry) -> Entry:
    if any(getattr(stored, field) != getattr(entry, field) for field in BODY):
        raise PlanError("entry_conflict")
    return stored


def append(entry: Entry) -> Entry:
    """Stores a new entry and adds it to the tallies; the caller holds the transaction."""
    entry.save(force_insert=True)
    with connection.cursor() as cursor:
        own = entry.amount - entry.shared_amount
        cursor.execute(ADD_TO_TALLY, _tally_row(entry, entry.member_id, entry.count, own))
        if entry.shared_with_id:
            cursor.execute(ADD_TO_TALLY, _tally_row(entry, entry.shared_with_id, 0, entry.shared_amount))
    return entry


def append_many(entries: Sequence[Entry]) -> None:
    """As ``append``, for entries that nobody shares; some hundred at a time."""
    Entry.objects.bulk_create(entries, batch_size=500)
    rows = [_tally_row(entry, entry.member_id, entry.count, entry.amount) for entry in entries]
    with connection.cursor() as cursor:
        cursor.executemany(ADD_TO_TALLY, rows)


def _tally_row(entry: Entry, member_id: int, count: int, amount: int) -> list[str | int]:
    return [member_id, entry.day.isoformat(), entry.kpi_id, entry.segment_id, count, amount]


def undo_entry(*, entry: Entry, by: User) -> Entry:
    """Takes an entry back by its mirror image. Undoing twice is one undo: the id follows from it.

    Raises PlanError ``below_zero`` (done), where a correction has taken it off already.
    """
    mirror = Entry(
        id=uuid.uuid5(entry.pk, "undo"),
        team_id=entry.team_id,
        member_id=entry.member_id,
        kpi_id=entry.kpi_id,
        segment_id=entry.segment_id,
        day=entry.day,
        kind=Entry.Kind.CORRECTION,
        count=-entry.count,
        amount=-entry.amount,
        shared_with_id=entry.shared_with_id,
        shared_amount=-entry.shared_amount,
        reverses=entry,
        author=by,
    )
    return log_entry(mirror)


def new_entry(
    *,
    pk: uuid.UUID,
    team: Team,
    member: Membership,
    kpi: Kpi,
    segment: Segment,
    day: date,
    count: int,
    by: User,
    amount: int = 0,
    is_cancellation: bool = False,
    shared_with: Membership | None = None,
    shared_amount: int = 0,
) -> Entry:
    """An entry to be logged; a cancellation takes away what a contract once brought."""
    sign = -1 if is_cancellation else 1
    return Entry(
        id=pk,
        team=team,
        member=member,
        kpi=kpi,
        segment=segment,
        day=day,
        kind=Entry.Kind.CANCELLATION if is_cancellation else _kind(count),
        count=sign * count,
        amount=sign * amount,
        shared_with=shared_with,
        shared_amount=sign * shared_amount,
        author=by,
    )


def _kind(count: int) -> str:
    return Entry.Kind.CORRECTION if count < 0 else Entry.Kind.LOG


@transaction.atomic
def rebuild_tallies() -> None:
    """All tallies anew from the entries."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Whoever logs waits: a tally begun between the two statements would stand in the way of ours.
            cursor.execute("LOCK TABLE activity_tally IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM activity_tally")
        cursor.execute(
            f"INSERT INTO activity_tally (member_id, day, kpi_id, segment_id, count, amount) {ENTRY_SUMS}"
        )
