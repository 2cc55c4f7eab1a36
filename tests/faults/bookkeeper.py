"""One process of `./kpi faults books`: changes the books of the sample team at random until it is killed."""

import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import django
from django.db import DatabaseError, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiplanner.settings")
django.setup()

from apps.accounts.models import Membership, Team, User
from apps.activity.imports import run_import
from apps.activity.models import Entry
from apps.activity.services import (
    Total,
    log_entry,
    log_totals,
    new_entry,
    rebuild_tallies,
    undo_entry,
)
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi, Segment
from apps.web.outages import is_outage

ROWS = 40
# Seconds until somebody whom the database did not answer asks again.
WAIT = 0.2


class Books:
    def __init__(self) -> None:
        self.team = Team.objects.get()
        members = Membership.objects.filter(team=self.team, carries_targets=True).select_related("user")
        self.members = list(members.order_by("pk"))
        self.kpis = list(Kpi.objects.of_team(self.team).running())
        self.segment = Segment.objects.get(team=self.team, is_default=True)
        self.today = today_in(self.team)

    def _new(self, member: Membership, kpi: Kpi, count: int, **more: object) -> Entry:
        # Late entries among them: of the last two weeks.
        day = self.today - timedelta(days=random.choice((0, 0, 0, random.randrange(14))))
        fields = {"pk": uuid4(), "team": self.team, "member": member, "kpi": kpi, "segment": self.segment}
        return new_entry(**fields | {"day": day, "count": count, "by": member.user} | more)  # type: ignore[arg-type]

    def _any(self, count: int) -> Entry:
        return self._new(random.choice(self.members), random.choice(self.kpis[:-1]), count)

    def log(self) -> None:
        log_entry(self._any(random.randrange(1, 9)))

    def correct(self) -> None:
        log_entry(self._any(-random.randrange(1, 5)))

    def win(self) -> None:
        member, other = random.sample(self.members, 2)
        more = {"amount": 100_000, "shared_with": other, "shared_amount": random.randrange(100_000)}
        log_entry(self._new(member, self.kpis[-1], 1, **random.choice(({"amount": 90_000}, more))))

    def cancel(self) -> None:
        more: dict[str, object] = {"amount": 50_000, "is_cancellation": True}
        log_entry(self._new(random.choice(self.members), self.kpis[-1], 1, **more))

    def undo(self) -> None:
        latest = Entry.objects.filter(team=self.team, reverses=None).exclude(kind=Entry.Kind.IMPORT)
        entry = random.choice(latest.order_by("-created_at")[:50])
        undo_entry(entry=entry, by=entry.member.user)

    def again(self) -> None:
        """The same request once more, as of a phone without an answer."""
        entry = Entry.objects.filter(team=self.team, reverses=None).order_by("-created_at").first()
        if entry:
            log_entry(Entry(**{field.attname: getattr(entry, field.attname) for field in Entry._meta.fields}))

    def whole_day(self) -> None:
        member = random.choice(self.members)
        totals = [Total(uuid4(), kpi, self.segment, random.randrange(60)) for kpi in self.kpis[:-1]]
        log_totals(member=member, day=self.today, totals=totals, by=member.user)

    def bring_in(self) -> None:
        rows = [["date", "member", "kpi", "count"]]
        for number in range(ROWS):
            day, member = self.today - timedelta(days=number // 8), self.members[number % len(self.members)]
            kpi = self.kpis[number % (len(self.kpis) - 1)]
            rows.append([f"{day}", member.user.email, kpi.code, f"{random.randrange(1, 30)}"])
        by = User.objects.get(pk=self.members[0].user_id)
        run_import(team=self.team, rows=enumerate(rows, start=1), source="crm", today=self.today, by=by)

    def sum_anew(self) -> None:
        rebuild_tallies()


OFTEN: dict[Callable[[Books], None], int] = {
    Books.log: 600, Books.correct: 60, Books.win: 80, Books.cancel: 20, Books.undo: 120, Books.again: 60,
    Books.whole_day: 40, Books.bring_in: 15, Books.sum_anew: 5,
}  # fmt: skip


def outcome(books: Books, operation: Callable[[Books], None]) -> str:
    try:
        operation(books)
    except PlanError:
        return "r"
    except DatabaseError as error:
        connection.close()
        if not is_outage(error):
            traceback.print_exc()
            return "b"
        time.sleep(WAIT)
        return "a"
    return "d"


def opened() -> Books:
    """When the database is there."""
    while True:
        try:
            return Books()
        except DatabaseError:
            connection.close()
            time.sleep(WAIT)


def main(notes: str) -> None:
    books = opened()
    with open(notes, "a", buffering=1) as file:
        while True:
            file.write(outcome(books, random.choices(list(OFTEN), list(OFTEN.values()))[0]))
            file.flush()


if __name__ == "__main__":
    main(sys.argv[1])
