"""A team with a past, for the tests of this folder."""

from datetime import date, timedelta

from apps.activity.models import Tally
from tests.people import World, default_segment

CODES = ("call", "appointment", "meeting", "contract")
# A day of each person: about a third, a half, a fifth.
A_DAY = (15, 5, 2.5, 0.5)


def past(world: World, months: int = 5, last: date = date(2026, 6, 9), times: float = 1.0) -> None:
    """Every working day of both reps from so many months before June up to a day: the running total of the
    exact line, with deals of 90,000 and 110,000 in turn."""
    first = date(2026, 6, 1) - timedelta(days=30 * months)
    segment = default_segment(world.team)
    kpis = [world.kpi(code) for code in CODES]
    rows = []
    for member in (world.ren, world.rika):
        exact, given, deals = [0.0] * 4, [0] * 4, 0
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if day.weekday() > 4:
                continue
            for place, kpi in enumerate(kpis):
                exact[place] += A_DAY[place] * times
                count = int(exact[place]) - given[place]
                given[place] += count
                if not count:
                    continue
                amount = 0
                if place == 3:
                    deals += 1
                    amount = count * (90_000 if deals % 2 else 110_000)
                rows.append(
                    Tally(member=member, day=day, kpi=kpi, segment=segment, count=count, amount=amount)
                )
    Tally.objects.bulk_create(rows)
