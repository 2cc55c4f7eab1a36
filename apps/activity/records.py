"""A team's past as numbers: what each person counted at each stage on each working day."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from apps.accounts.models import Membership, Team
from apps.activity.models import Tally
from apps.calendars.queries import load_days
from apps.domain.lags import Lag
from apps.domain.landing import Record, Span
from apps.domain.periods import Period, periods_before
from apps.funnels.models import Kpi

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Real = NDArray[np.float64]

# What is older says little about now, and costs as much to read.
PERIODS_BACK, DAYS_BACK = 6, 200
# So many periods are looked at however long they are.
FEWEST_PERIODS = 2


@dataclass(frozen=True)
class Ledger:
    """``days`` are the team's working days, from the oldest that is looked at to the end of the period; of
    the first ``known`` of them the counts are there. What was logged on a day off stands on the next working
    day."""

    members: Sequence[Membership]
    kpis: Sequence[Kpi]
    days: Sequence[date]
    counts: "Real"
    capacity: "Real"
    # What was counted at the end in money, by person and working day; and single sums as (deals, amount).
    amounts: "Real"
    deals: Sequence[tuple[int, int]]
    past: Sequence[Period]
    period: Period
    # Working days from each stage to the next, as people named them; None says that nobody did.
    typed_leads: Sequence[float | None]

    @property
    def known(self) -> int:
        return int(self.counts.shape[1])

    @property
    def span(self) -> Span:
        return self._span(self.period)

    def _span(self, period: Period) -> Span:
        start, end = period
        return Span(bisect_left(self.days, start), bisect_left(self.days, end + timedelta(days=1)))

    def counted(self) -> "Ledger":
        """Without the stages that nobody ever counted, except the last: what they let through is not known,
        and what comes after them follows from those before."""
        last = len(self.kpis) - 1
        kept = [place for place in range(last) if self.counts[:, :, place].any()]
        kept.append(last)
        if len(kept) == len(self.kpis):
            return self
        ends = [*kept[1:], last]
        named = [self.typed_leads[place:end] for place, end in zip(kept[:-1], ends, strict=False)]
        leads = [sum(lead or 0.0 for lead in some) or None for some in named]
        kpis = [self.kpis[place] for place in kept]
        return replace(self, kpis=kpis, counts=self.counts[:, :, kept], typed_leads=leads)

    def record(self, lags: Sequence[Lag]) -> Record:
        spans = [self._span(period) for period in reversed(self.past)]
        # A week or a month in which nobody worked teaches nothing.
        past = [span for span in spans if span.first < span.end]
        return Record(self.counts, self.capacity, lags, past)


def load_ledger(
    team: Team,
    kpis: Sequence[Kpi],
    members: Sequence[Membership],
    period: Period,
    last: date,
    *,
    segments: Sequence[int] | None = None,
    periods_back: int = PERIODS_BACK,
) -> Ledger:
    """Up to the end of the day ``last``. ``segments`` narrows it. One query and the calendar's."""
    import numpy as np

    past = _past(period, periods_back)
    first = past[-1][0] if past else period[0]
    by_day = load_days(team, first, period[1], members)
    days = [day for day, share in by_day[None].items() if share] or [period[1]]
    known = bisect_left(days, last + timedelta(days=1))
    places = {member.pk: place for place, member in enumerate(members)}
    stages = {kpi.pk: place for place, kpi in enumerate(kpis)}
    counts = np.zeros((len(members), max(1, known), len(kpis)))
    amounts = np.zeros((len(members), max(1, known)))
    deals: list[tuple[int, int]] = []
    starts = sorted({period[0], *(start for start, _end in past)})
    for member, day, kpi, count, amount in _rows(members, first, min(last, period[1]), segments):
        place = min(_place(days, starts, day), max(0, known - 1))
        if kpi in stages:
            counts[places[member], place, stages[kpi]] += count
        if amount:
            amounts[places[member], place] += amount
            deals.append((count, amount))
    capacity = np.array([[float(by_day[member.pk][day]) for day in days] for member in members])
    shape = (len(members), len(days))
    leads = [kpi.lead_days or None for kpi in kpis[:-1]]
    return Ledger(members, kpis, days, counts, capacity.reshape(shape), amounts, deals, past, period, leads)


def _place(days: Sequence[date], starts: Sequence[date], day: date) -> int:
    """The working day on which a day's counts stand: the next one, or the last of the period that ends before
    it. What was closed on the last Sunday of a month is of that month."""
    place = min(bisect_left(days, day), len(days) - 1)
    turns = bisect_right(starts, days[place]) > bisect_right(starts, day)
    return place - 1 if turns and place else place


def first_day_read(period: Period) -> date:
    """From which day on ``load_ledger`` reads for a goal."""
    past = _past(period, PERIODS_BACK)
    return past[-1][0] if past else period[0]


def _past(period: Period, periods_back: int) -> list[Period]:
    """The periods before, the last one first, as far back as is looked."""
    found = periods_before(period, periods_back)
    oldest = period[0] - timedelta(days=DAYS_BACK * periods_back // PERIODS_BACK)
    return [one for place, one in enumerate(found) if place < FEWEST_PERIODS or one[0] >= oldest]


def _rows(
    members: Sequence[Membership], first: date, last: date, segments: Sequence[int] | None
) -> list[tuple[int, date, int, int, int]]:
    rows = Tally.objects.filter(member__in=[member.pk for member in members], day__range=(first, last))
    if segments is not None:
        rows = rows.filter(segment__in=segments)
    return list(rows.values_list("member_id", "day", "kpi_id", "count", "amount"))
