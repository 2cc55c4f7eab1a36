"""What was done in several periods at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from apps.activity.models import Tally
from apps.domain.periods import Period


@dataclass(frozen=True)
class Done:
    count: int = 0
    amount: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(self.count + other.count, self.amount + other.amount)


NOTHING = Done()


class Sums:
    """Counts and amounts by window, member and KPI: one query, each window two columns of it."""

    def __init__(self, members: Sequence[int], windows: Iterable[Period], kpis: Iterable[int] | None) -> None:
        self.windows = sorted(set(windows))
        # By (member, KPI), either of them None for all.
        self.rows: dict[tuple[int | None, int | None], list[Done]] = {}
        if self.windows and members:
            self._load(members, kpis)

    def _load(self, members: Sequence[int], kpis: Iterable[int] | None) -> None:
        first, last = min(start for start, _end in self.windows), max(end for _start, end in self.windows)
        tallies = Tally.objects.filter(member__in=members, day__range=(first, last))
        if kpis is not None:
            tallies = tallies.filter(kpi__in=list(kpis))
        columns = []
        for window in self.windows:
            inside = Q(day__range=window)
            columns += [Sum("count", filter=inside, default=0), Sum("amount", filter=inside, default=0)]
        named = {f"sum_{number}": column for number, column in enumerate(columns)}
        # The model orders nothing, but a grouping must not take an ordering in.
        for member, kpi, *sums in tallies.order_by().values_list("member_id", "kpi_id").annotate(**named):
            done = [Done(*pair) for pair in zip(sums[::2], sums[1::2], strict=True)]
            for key in ((member, kpi), (None, kpi), (member, None), (None, None)):
                so_far = self.rows.get(key, [NOTHING] * len(done))
                self.rows[key] = [before + more for before, more in zip(so_far, done, strict=True)]

    def of(self, window: Period, kpi: int | None, member: int | None) -> Done:
        """``kpi`` None: all of them; ``member`` None: everybody."""
        row = self.rows.get((member, kpi))
        return row[self.windows.index(window)] if row else NOTHING
