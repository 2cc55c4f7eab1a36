"""What was done in some days, as it is asked for: row by row, by person, and of the team together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.activity.queries import DayCount, counts_by_day
from apps.goals.models import Kgi
from apps.web.marks import remembered

# Of everybody together, under no member.
NOBODY = 0


@dataclass(frozen=True)
class Work:
    rows: Sequence[DayCount]
    of: Mapping[int, Sequence[DayCount]]
    of_team: Sequence[DayCount]

    @classmethod
    def from_rows(cls, rows: Sequence[DayCount]) -> "Work":
        of: dict[int, list[DayCount]] = {}
        sums: dict[tuple[date, int], tuple[int, int]] = {}
        for row in rows:
            of.setdefault(row.member, []).append(row)
            count, amount = sums.get((row.day, row.kpi), (0, 0))
            sums[row.day, row.kpi] = (count + row.count, amount + row.amount)
        return cls(rows, of, [DayCount(NOBODY, day, kpi, *both) for (day, kpi), both in sums.items()])

    def then(self, later: "Work") -> "Work":
        """With that of later days."""
        of = dict(self.of)
        for member, rows in later.of.items():
            of[member] = [*of.get(member, ()), *rows]
        return Work([*self.rows, *later.rows], of, [*self.of_team, *later.of_team])


def work_until(kgi: Kgi, members: Iterable[int], today: date) -> Work:
    """In the period up to and with ``today``. Most of what is logged is logged today: the days before are
    read and summed again only where they changed."""
    everybody, last = tuple(sorted(members)), min(today, kgi.end)
    if last < kgi.start:
        return Work.from_rows([])
    yesterday = min(last, today - timedelta(days=1))
    of_today = Work.from_rows(counts_by_day(everybody, today, last) if last == today else [])
    if yesterday < kgi.start:
        return of_today
    before = remembered(
        "work",
        kgi.team_id,
        (kgi.pk, everybody, yesterday),
        lambda: Work.from_rows(counts_by_day(everybody, kgi.start, yesterday)),
        days=(kgi.start, yesterday),
    )
    return before.then(of_today)
