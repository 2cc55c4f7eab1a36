"""Entries as programs send them: read against the team once, then logged through the ledger."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.activity.models import Entry
from apps.activity.services import log_entry, new_entry, writing_turn
from apps.api.auth import ApiRequest, member_of
from apps.api.schemas import EntryIn
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi, Segment

ONE, MANY = "one", "many"


class Reader:
    """The team's steps, segments and people, loaded once for however many entries."""

    def __init__(self, request: ApiRequest, access: Access) -> None:
        self.request, self.access = request, access
        self.today = today_in(access.team)
        self.kpis = {kpi.code: kpi for kpi in Kpi.objects.of_team(access.team).running()}
        self.segments = list(Segment.objects.filter(team=access.team, parked_at=None))
        self.members: dict[int | None, Membership] = {}

    def entry(self, body: EntryIn, pk: uuid.UUID) -> Entry:
        """Raises PlanError, and Problem where it is not one's own to log."""
        kpi = self.kpis.get(body.kpi)
        if kpi is None:
            raise PlanError("kpi_unknown", text=body.kpi)
        if body.day > self.today:
            raise PlanError("day_in_future")
        if (body.amount or body.cancellation) and not kpi.carries_amount:
            raise PlanError("amount_not_here", text=body.kpi)
        if (body.amount or body.cancellation) and body.count < 1:
            raise PlanError("amount_needs_count")
        entry = new_entry(
            pk=pk,
            team=self.access.team,
            member=self._member(body.member),
            kpi=kpi,
            segment=self._segment(body.segment),
            day=body.day,
            count=body.count,
            amount=body.amount,
            is_cancellation=body.cancellation,
            by=self.request.user,
        )
        entry.source = f"api:{self.request.auth.pk}"
        return entry

    def _member(self, member_id: int | None) -> Membership:
        if member_id not in self.members:
            self.members[member_id] = member_of(self.access, member_id)
        return self.members[member_id]

    def _segment(self, code: str) -> Segment:
        wanted = (one for one in self.segments if (one.code == code if code else one.is_default))
        found = next(wanted, None)
        if found is None:
            raise PlanError("segment_unknown", text=code)
        return found


def log_one(request: ApiRequest, access: Access, body: EntryIn, key: str | None) -> Entry:
    pk = body.id or _id_of(request, access, ONE, key, 0)
    return _stored(request, access, body, pk) or log_entry(Reader(request, access).entry(body, pk))


def log_many(request: ApiRequest, access: Access, bodies: Sequence[EntryIn], key: str | None) -> list[Entry]:
    """All or none. Everything is read before the write lock is asked for: phones that log wait for the
    writing alone."""
    ids = [body.id or _id_of(request, access, MANY, key, place) for place, body in enumerate(bodies)]
    if key is not None:
        _check_same_length(request, access, key, ids)
    known = {entry.pk: entry for entry in _own(request, access).filter(pk__in=ids)}
    reader = Reader(request, access)
    rows = [
        _same(known[pk], body) if pk in known else reader.entry(body, pk)
        for pk, body in zip(ids, bodies, strict=True)
    ]
    with writing_turn(), transaction.atomic():
        return [row if row.pk in known else log_entry(row) for row in rows]


def _check_same_length(request: ApiRequest, access: Access, key: str, ids: Sequence[uuid.UUID]) -> None:
    """The same key with more or fewer entries is another request."""
    one_more = _id_of(request, access, MANY, key, len(ids))
    stored = set(Entry.objects.filter(pk__in=[*ids, one_more]).values_list("pk", flat=True))
    made = {_id_of(request, access, MANY, key, place) for place in range(len(ids))} & set(ids)
    if one_more in stored or (stored & made and not made <= stored):
        raise PlanError("entry_conflict")


def _own(request: ApiRequest, access: Access) -> QuerySet[Entry]:
    found = Entry.objects.filter(team=access.team, author=request.user)
    return found.select_related("kpi", "segment")


def _stored(request: ApiRequest, access: Access, body: EntryIn, pk: uuid.UUID) -> Entry | None:
    """What was logged before stays what it was, also when its step was parked since."""
    entry = _own(request, access).filter(pk=pk).first()
    return _same(entry, body) if entry else None


def _same(stored: Entry, body: EntryIn) -> Entry:
    sign = -1 if body.cancellation else 1
    said = (stored.kpi.code, stored.day, stored.count, stored.amount)
    is_same = said == (body.kpi, body.day, sign * body.count, sign * body.amount)
    is_same &= body.member in (None, stored.member_id) and body.segment in ("", stored.segment.code)
    if not is_same:
        raise PlanError("entry_conflict")
    return stored


def _id_of(request: ApiRequest, access: Access, operation: str, key: str | None, place: int) -> uuid.UUID:
    """Follows from the key, so that what is sent again is the same entry."""
    if key is None:
        return uuid.uuid4()
    whole = f"kpiplanner:{request.auth.pk}:{access.team.pk}:{operation}:{place}:{key}"
    return uuid.uuid5(uuid.NAMESPACE_URL, whole)
