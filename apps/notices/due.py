"""What is due to be sent now: looked at every few minutes, sent once."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from apps.accounts.models import Membership, Team
from apps.calendars.queries import day_of, load_calendar
from apps.domain.workdays import week_start
from apps.funnels.models import Kpi
from apps.notices.delivery import send_once, settled_keys
from apps.notices.messages import (
    Digest,
    digest_mail,
    digest_text,
    due_mail,
    in_language,
    morning_mail,
    silent_mail,
)
from apps.notices.models import Channel, Wish
from apps.notices.tasks import post_to_channel
from apps.progress.forecasts import keep_forecasts
from apps.progress.habits import silent_members
from apps.reviews.days import weekly
from apps.reviews.loop import due_by
from apps.reviews.numbers import numbers_between

log = logging.getLogger(__name__)

# A morning mail that would come in the afternoon is none.
NOON = 12


@dataclass(frozen=True)
class Message:
    """Something to send, by the key that says what it is."""

    key: str
    send: Callable[[], None]


@dataclass(frozen=True)
class Reader:
    member: Membership
    wish: Wish
    # By the clock on the reader's wall.
    now: datetime
    works: bool


def send_due(now: datetime | None = None) -> int:
    """Sends what is due and was not sent yet; how many messages left."""
    now = now or timezone.now()
    sent = 0
    teams = Team.objects.select_related("organization").order_by("pk")
    if settings.HAS_MAIL:
        # The people of the sample have no mailboxes.
        teams = teams.filter(organization__is_sample=False)
    for team in teams:
        try:
            sent += _send_to(team, now)
        except Exception:
            # One team's odd data must not silence the others.
            log.exception("notices of team %s", team.pk)
    return sent


def keep_due(now: datetime | None = None) -> int:
    """Keeps what is foretold today, also of the sample; how many forecasts are new."""
    now = now or timezone.now()
    kept = 0
    for team in Team.objects.select_related("organization").order_by("pk"):
        try:
            kept += keep_forecasts(team, day_of(team, now))
        except Exception:
            log.exception("forecasts of team %s", team.pk)
    return kept


def _send_to(team: Team, now: datetime) -> int:
    messages = list(messages_of(team, now))
    settled = settled_keys([message.key for message in messages])
    return sum(
        send_once(team, message.key, message.send) for message in messages if message.key not in settled
    )


def messages_of(team: Team, now: datetime) -> Iterator[Message]:
    today = day_of(team, now)
    readers = _readers(team, today, now)
    for reader in readers:
        if _is_morning(reader) and reader.wish.morning and reader.member.carries_targets:
            build = partial(morning_mail, reader.member, today)
            # Of one morning on the reader's own wall, wherever the team is.
            yield _mail(f"morning:{reader.member.pk}:{reader.now.date()}", reader, build)
    yield from _mondays(team, today, readers)
    yield from _reminders(team, today, readers)


def _readers(team: Team, today: date, now: datetime) -> list[Reader]:
    everyone = Membership.objects.active().filter(team=team)
    # Whoever was never here has an invitation to read, and nothing else.
    waiting = set(everyone.waiting().values_list("pk", flat=True))
    members = [
        member for member in everyone.in_team_order() if member.user.is_active and member.pk not in waiting
    ]
    wishes = {wish.member_id: wish for wish in Wish.objects.filter(member__in=members)}
    capacity = load_calendar(team, [today], members).capacity()
    for member in members:
        member.team = team
    return [
        Reader(
            member,
            wishes.get(member.pk) or Wish(member=member),
            now.astimezone(ZoneInfo(member.user.time_zone)),
            bool(capacity[member.pk][0]),
        )
        for member in members
    ]


def _is_morning(reader: Reader) -> bool:
    """Of a day on which the reader works: days off stay quiet."""
    return reader.works and reader.wish.hour <= reader.now.hour < NOON


def _mail(key: str, reader: Reader, build: Callable[[], EmailMessage]) -> Message:
    def send() -> None:
        with in_language(reader.member), timezone.override(reader.now.tzinfo):
            build().send()

    return Message(key, send)


def _mondays(team: Team, today: date, readers: list[Reader]) -> Iterator[Message]:
    due = weekly(team, today)
    if due is None or due.day != today or not any(_is_morning(reader) for reader in readers):
        return
    # Read when the first message is really made: most of the morning nothing is left to send.
    digest = cache(partial(load_digest, team, due.start, due.end, today))
    for reader in readers:
        if _is_morning(reader) and reader.wish.monday:
            yield _mail(
                f"monday:{reader.member.pk}:{today}", reader, partial(_digest_for, reader.member, digest)
            )
    channel = Channel.objects.filter(team=team).first()
    if channel and readers:

        def post() -> None:
            with in_language(readers[0].member):
                post_to_channel(team.pk, digest_text(digest()))

        yield Message(f"monday-chat:{team.pk}:{today}", post)


def _digest_for(member: Membership, digest: Callable[[], Digest]) -> EmailMessage:
    return digest_mail(member, digest())


def load_digest(team: Team, start: date, end: date, today: date) -> Digest:
    monday = week_start(today)
    last, coming = (
        numbers_between(team, start, end),
        numbers_between(team, monday, monday + timedelta(days=6)),
    )
    found = Kpi.objects.in_bulk([*coming.kpis])
    return Digest(team, last, coming, start, [found[pk] for pk in coming.kpis])


def _reminders(team: Team, today: date, readers: list[Reader]) -> Iterator[Message]:
    by_member = {reader.member.pk: reader for reader in readers}
    due = [reader.member for reader in readers if _is_morning(reader) and reader.wish.reminders]
    if not due:
        return
    for silent in silent_members(team, due):
        reader = by_member[silent.member.pk]
        # One for each silence, however long it lasts.
        key = f"silent:{silent.member.pk}:{silent.last or 'never'}"
        yield _mail(key, reader, partial(silent_mail, reader.member, silent.days))
    wanted = {member.pk for member in due}
    for action in due_by(team, today + timedelta(days=1)):
        if action.owner_id in wanted and action.owner_id is not None:
            reader = by_member[action.owner_id]
            key = f"due:{action.pk}:{action.due}"
            yield _mail(key, reader, partial(due_mail, reader.member, action, today))
