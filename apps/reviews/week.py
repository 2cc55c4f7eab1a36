"""This week's work: what each person is asked for, in which order, and the hours that it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from apps.accounts.models import Membership
from apps.activity.queries import counts_by_day
from apps.calendars.day_template import Block, day_of_member, load_template
from apps.calendars.queries import load_calendar
from apps.domain.workdays import days_between, week_start
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.priorities import Ranked, ranked
from apps.goals.queries import TeamSchedule, load_schedule
from apps.reviews.models import Review, Row
from apps.reviews.numbers import Cell, Line, numbers_between
from apps.web.marks import REST, kept_for_member


@dataclass(frozen=True)
class Hours:
    """A part of the day: the hours that the week's work takes, and those that its frame has."""

    block: Block
    needed: Fraction
    available: Fraction

    @property
    def is_overfull(self) -> bool:
        return self.needed > self.available


@dataclass(frozen=True)
class Asked:
    """One person's week."""

    member: Membership
    line: Line
    days: Fraction
    order: Sequence[Ranked]
    hours: Sequence[Hours]
    # As stored, to notice a change by somebody else; 0 before anybody changed the order.
    version: int
    is_by_hand: bool

    def cell(self, kpi: int) -> Cell:
        return self.line.get(kpi, Cell(None, 0))


@dataclass(frozen=True)
class Week:
    start: date
    end: date
    kgi: Kgi | None
    kpis: Sequence[Kpi]
    rows: Sequence[Asked]


def load_week(review: Review, visible: Sequence[Membership]) -> Week:
    """The week of the review's day, of those who may be seen."""
    monday = week_start(review.day)
    sunday = monday + timedelta(days=6)
    kgi = Kgi.objects.of_team(review.team).on(review.day).first()
    if kgi is None:
        return Week(monday, sunday, None, [], [])
    kgi.team = review.team
    schedule = load_schedule(kgi, max(kgi.start, min(sunday, kgi.end)))
    numbers = numbers_between(review.team, monday, sunday)
    done = _done(schedule, review.day)
    template = load_template(review.team)
    stored = {row.member_id: row for row in Row.objects.filter(review=review)}
    carrying = [member for member in visible if member.pk in schedule.capacity]
    # Of the whole week, which may hold the end of one goal and the beginning of the next.
    worked = load_calendar(review.team, days_between(monday, sunday), carrying).capacity()
    rows = []
    for member in carrying:
        line, row = numbers.line(member.pk), stored.get(member.pk)
        days = sum(worked[member.pk], Fraction(0))
        hours = _hours(schedule.kpis, line, day_of_member(template, member), days)
        order = ranked(schedule, _left(schedule, member, done), row.order if row else ())
        version, by_hand = (row.version, bool(row.order)) if row else (0, False)
        rows.append(Asked(member, line, days, order, hours, version, by_hand))
    return Week(monday, sunday, kgi, schedule.kpis, rows)


def _done(schedule: TeamSchedule, day: date) -> dict[tuple[int, int], int]:
    """By member and KPI, since the goal's first day and before a day."""
    found: dict[tuple[int, int], int] = {}
    for row in counts_by_day(schedule.member_ids, schedule.kgi.start, day - timedelta(days=1)):
        found[row.member, row.kpi] = found.get((row.member, row.kpi), 0) + row.count
    return found


def _left(
    schedule: TeamSchedule, member: Membership, done: Mapping[tuple[int, int], int]
) -> dict[int, tuple[int, int]]:
    """What the whole period asks for, and what of it is missing: the shortage behind the order."""
    totals = {kpi.pk: sum(schedule.planned[kpi.pk].get(member.pk, [])) for kpi in schedule.kpis}
    return {kpi: (total, total - done.get((member.pk, kpi), 0)) for kpi, total in totals.items() if total}


def _hours(kpis: Sequence[Kpi], line: Line, blocks: Sequence[Block], days: Fraction) -> list[Hours]:
    """Only of stages of which somebody has said how long they take and when."""
    needed: dict[str, Fraction] = {}
    for kpi in kpis:
        asked = line.get(kpi.pk, Cell(None, 0)).required or 0
        if kpi.minutes and kpi.block:
            needed[kpi.block] = needed.get(kpi.block, Fraction(0)) + Fraction(asked * kpi.minutes, 60)
    return [
        Hours(block, needed[block.code], block.minutes * days / 60)
        for block in blocks
        if block.code in needed
    ]


@kept_for_member(REST)
def order_by_hand(member: Membership, day: date) -> list[int]:
    """The order that a closed reset gave to the member's week; empty where it was left to the numbers.
    One query."""
    monday = week_start(day)
    row = (
        Row.objects.filter(
            member=member,
            review__kind=Review.Kind.WEEKLY,
            review__day__range=(monday, monday + timedelta(days=6)),
            review__closed_at__isnull=False,
        )
        .order_by("-review__day")
        .first()
    )
    return list(row.order) if row else []
