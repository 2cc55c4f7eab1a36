"""What a team's rates were: of everybody and of each person, with the cases behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from apps.accounts.models import Team
from apps.activity.models import Tally
from apps.domain.periods import month_of, periods_before

MONTHS_BACK = 6
# With n cases at the end, a rate is known to about one part in the root of n: ten leave a third open.
ENOUGH = 10


@dataclass(frozen=True)
class Evidence:
    """``count`` of ``of`` cases since a day."""

    count: int
    of: int
    since: date

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.count, self.of) if self.count > 0 and self.of > 0 else None

    @property
    def is_few(self) -> bool:
        return self.count < ENOUGH


class History:
    """Counts by member, segment, KPI and month."""

    def __init__(self, rows: Iterable[tuple[int, int, int, date, int]], months: Sequence[date]) -> None:
        self.months = months
        self._counts: dict[tuple[int, int, date], dict[int, int]] = {}
        for member, segment, kpi, month, count in rows:
            of = self._counts.setdefault((kpi, segment, month), {})
            of[member] = of.get(member, 0) + count

    def _count(self, kpi: int, segment: int, month: date, member: int | None) -> int:
        of = self._counts.get((kpi, segment, month), {})
        return sum(of.values()) if member is None else of.get(member, 0)

    def evidence(
        self,
        before: int,
        after: int,
        segment: int,
        member: int | None = None,
        months: Sequence[date] | None = None,
    ) -> Evidence:
        """From the first month in which the stage before was logged; of the team where no member is
        named: all cases together, so that whoever does more weighs more. ``months`` narrows it."""
        wanted = self.months if months is None else months
        months = [month for month in wanted if self._count(before, segment, month, member) > 0]
        return Evidence(
            sum(self._count(after, segment, month, member) for month in months),
            sum(self._count(before, segment, month, member) for month in months),
            min(months, default=min(wanted)),
        )

    def best_month(self, before: int, after: int, segment: int, member: int) -> Evidence | None:
        """The member's month with the highest rate, of those with enough cases to say so."""
        found = [
            Evidence(
                self._count(after, segment, month, member), self._count(before, segment, month, member), month
            )
            for month in self.months
        ]
        enough = [one for one in found if one.rate is not None and not one.is_few]
        return max(enough, key=lambda one: (one.rate or 0, one.since), default=None)


def load_history(team: Team, today: date) -> History:
    """Of the month of ``today`` up to the day before, and the months before it. One query."""
    this = month_of(today)
    months = [this[0], *(start for start, _end in periods_before(this, MONTHS_BACK - 1))]
    window = (months[-1], today - timedelta(days=1))
    rows = (
        Tally.objects.filter(member__team=team, day__range=window)
        .annotate(month=TruncMonth("day"))
        .values_list("member_id", "segment_id", "kpi_id", "month")
        .annotate(count=Sum("count"))
    )
    return History(rows, sorted(months))
