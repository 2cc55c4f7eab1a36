"""A person's calendar feed: the frame of the working days, and the dates of the reviews."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from apps.accounts.models import Membership
from apps.calendars.day_template import Block, day_of_member, load_template
from apps.calendars.queries import load_calendar, today_in
from apps.domain.workdays import days_between
from apps.reviews.days import due_reviews

WEEKS = timedelta(weeks=4)
# When the parts of a day begin; a part that runs longer pushes the next one back.
BEGINS = {"morning": time(9), "afternoon": time(13), "evening": time(17)}
REVIEW_MINUTES = 30


def feed_of(member: Membership) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//kpiplanner//feed//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{member.team.name} · kpiplanner")
    for event in (*_days(member), *_reviews(member)):
        calendar.add_component(event)
    # Strict readers want the rules of each zone that is named.
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _days(member: Membership) -> Iterator[Event]:
    """Only days on which the person works, leave and holidays left out."""
    today = today_in(member.team)
    days = days_between(today, today + WEEKS)
    capacity = load_calendar(member.team, days, [member]).capacity()[member.pk]
    blocks = day_of_member(load_template(member.team), member)
    for day, share in zip(days, capacity, strict=True):
        if not share:
            continue
        free = datetime.combine(day, time(0), ZoneInfo(member.team.time_zone))
        for block in blocks:
            start = max(free, datetime.combine(day, BEGINS[block.code], free.tzinfo))
            free = start + timedelta(minutes=block.minutes)
            if block.minutes:
                yield _event(f"{block.code}-{day}-{member.pk}", _name(block), start, free, block)


def _name(block: Block) -> str:
    return str(block.name)


def _reviews(member: Membership) -> Iterator[Event]:
    zone = ZoneInfo(member.team.time_zone)
    for due in due_reviews(member.team, today_in(member.team)):
        start = datetime.combine(due.day, BEGINS["morning"], zone)
        end = start + timedelta(minutes=REVIEW_MINUTES)
        name = _("Review: %(kind)s") % {"kind": due.kind.label}
        yield _event(f"review-{due.kind}-{due.day}-{member.pk}", name, start, end)


def _event(uid: str, name: str, start: datetime, end: datetime, block: Block | None = None) -> Event:
    event = Event()
    event.add("uid", f"{uid}@kpiplanner")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", name)
    if block and block.activities:
        event.add("description", "\n".join(str(line) for line in block.activities))
    return event
