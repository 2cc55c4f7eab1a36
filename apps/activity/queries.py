from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F, Q, Sum

from apps.accounts.models import Membership
from apps.activity.models import Entry, Tally


@dataclass(frozen=True)
class DayCount:
    member: int
    day: date
    kpi: int
    count: int
    amount: int


# By hand: the hottest query there is, for thousands of rows that need no objects.
COUNTS = """
SELECT member_id, day, kpi_id, SUM(count), SUM(amount) FROM activity_tally
WHERE member_id IN ({places}) AND day BETWEEN %s AND %s
GROUP BY member_id, day, kpi_id ORDER BY member_id, day, kpi_id
"""


def counts_by_day(members: Iterable[int], start: date, end: date) -> list[DayCount]:
    """What was done by member, day and KPI, all segments together."""
    wanted = list(members)
    if not wanted:
        return []
    places = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(places=places), [*wanted, start.isoformat(), end.isoformat()])
        rows = cursor.fetchall()
    return [
        # SQLite keeps days as text; sums of PostgreSQL are decimals.
        DayCount(member, _as_date(day), kpi, int(count), int(amount))
        for member, day, kpi, count, amount in rows
    ]


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def counts_by_segment(member: int, start: date, end: date) -> dict[tuple[int, int], dict[date, int]]:
    """What one member did, by KPI and segment, and by day."""
    rows = Tally.objects.filter(member=member, day__range=(start, end))
    found: dict[tuple[int, int], dict[date, int]] = {}
    for kpi, segment, day, count in rows.values_list("kpi_id", "segment_id", "day", "count"):
        found.setdefault((kpi, segment), {})[day] = count
    return found


def sums_by_segment(members: Iterable[int], start: date, end: date) -> dict[tuple[int, int], tuple[int, int]]:
    """Count and amount by KPI and segment, of all the members together."""
    rows = Tally.objects.filter(member__in=list(members), day__range=(start, end)).order_by()
    found = rows.values_list("kpi_id", "segment_id").annotate(Sum("count"), Sum("amount"))
    return {(kpi, segment): (count, amount) for kpi, segment, count, amount in found}


def entries_of_day(member: Membership, day: date, most: int | None = None) -> list[Entry]:
    """The entries of one day, newest first, without undone ones and their undoings; ``most`` of them."""
    mine = Q(member=member) | Q(shared_with=member)
    # An undoing stands on the same day. To look for it by a join may read the whole table.
    undone = Entry.objects.filter(mine, day=day, reverses__isnull=False).values("reverses")
    rows = Entry.objects.filter(mine, day=day, reverses=None).exclude(pk__in=undone)
    related = ("kpi", "segment", "shared_with__user", "member__user")
    return list(rows.select_related(*related).order_by("-created_at", "-pk")[:most])


@dataclass(frozen=True)
class Drift:
    """A tally that differs from the sum of its entries."""

    member: int
    day: str
    kpi: int
    segment: int
    by_entries: tuple[int, int]
    by_tally: tuple[int, int]


# Both sides of the ledger: what the entries sum to, by the one who counts and the one who shares.
ENTRY_SUMS = """
SELECT member_id, day, kpi_id, segment_id, SUM(count) AS count, SUM(amount) AS amount FROM (
    SELECT member_id, day, kpi_id, segment_id, count, amount - shared_amount AS amount FROM activity_entry
    UNION ALL
    SELECT shared_with_id, day, kpi_id, segment_id, 0, shared_amount FROM activity_entry
    WHERE shared_with_id IS NOT NULL
) AS parts GROUP BY member_id, day, kpi_id, segment_id
"""


def tally_drifts() -> list[Drift]:
    """Where tallies and entries disagree; empty when the books are right."""
    by_entries = _sums(ENTRY_SUMS)
    by_tally = _sums("SELECT member_id, day, kpi_id, segment_id, count, amount FROM activity_tally")
    nothing = (0, 0)
    return [
        Drift(*key, by_entries.get(key, nothing), by_tally.get(key, nothing))
        for key in sorted(by_entries.keys() | by_tally.keys())
        if by_entries.get(key, nothing) != by_tally.get(key, nothing)
    ]


def _sums(sql: str) -> dict[tuple[int, str, int, int], tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {
            (member, str(day), kpi, segment): (int(count), int(amount))
            for member, day, kpi, segment, count, amount in cursor.fetchall()
        }


def foreign_entries() -> int:
    """Entries whose member, KPI or segment belongs to another team than the entry."""
    own = F("team_id")
    fits = Q(member__team_id=own) & Q(kpi__funnel__team_id=own) & Q(segment__team_id=own)
    return Entry.objects.exclude(fits).count()
