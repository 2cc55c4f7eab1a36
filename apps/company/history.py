"""Who did what, newest first; and how things stood on a day, told by the events alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from apps.accounts.models import Event, Membership, Organization, Team, User
from apps.company.event_words import BY_KIND, WORDS, field_words, value_words
from apps.exchange.exports import EXPORTS
from apps.goals.models import Kgi, Plan

PAGE = 50
JOINS = {"team_founded", "member_joined", "member_added", "member_changed", "team_handed_over"}
SETTINGS = ("name", "time_zone", "visibility", "kpi_limit", "key_result_limit", "silent_after")


@dataclass(frozen=True)
class Standing:
    """What somebody is in a team."""

    role: str
    carries: bool
    is_in: bool = True


EXPORT_NAMES = {"workbook": gettext_lazy("The plan as a workbook")}


@dataclass(frozen=True)
class Filter:
    group: str = ""
    actor: int | None = None
    start: date | None = None
    end: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Line:
    event: Event
    words: str
    # Of whom, where it is about somebody else; else what it is about.
    about: str
    # (field, before, after)
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    # For the next, older page; None at the end.
    older: int | None


def events_of_team(team: Team) -> QuerySet[Event]:
    return Event.objects.filter(team=team)


def events_of_company(company: Organization) -> QuerySet[Event]:
    """Of all its teams, and the sign-ins of its people."""
    people = User.objects.filter(
        Q(memberships__team__organization=company, memberships__ended_at=None)
        | Q(owned_organizations=company)
    ).distinct()
    mine = Q(facts__organization=company.pk)
    return Event.objects.filter(
        Q(team__organization=company)
        | Q(team=None, actor__in=people, facts__organization__isnull=True)
        | Q(team=None) & mine
    )


def load_page(events: QuerySet[Event], wanted: Filter, zone: str) -> Page:
    found = _filtered(events, wanted, ZoneInfo(zone)).select_related("actor", "team").order_by("-pk")
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    names = _names(shown)
    lines = [_line(event, names) for event in shown]
    return Page(_with_changes(lines), rows[PAGE - 1].pk if len(rows) > PAGE else None)


def _filtered(events: QuerySet[Event], wanted: Filter, zone: ZoneInfo) -> QuerySet[Event]:
    if wanted.group:
        events = events.filter(kind__in=WORDS[wanted.group])
    if wanted.actor:
        events = events.filter(actor=wanted.actor)
    if wanted.start:
        events = events.filter(created_at__gte=datetime.combine(wanted.start, time(), zone))
    if wanted.end:
        events = events.filter(created_at__lt=datetime.combine(wanted.end + timedelta(days=1), time(), zone))
    return events.filter(pk__lt=wanted.before) if wanted.before else events


def _names(events: Iterable[Event]) -> dict[int, str]:
    wanted = {event.facts.get("member") for event in events} - {None}
    return dict(Membership.objects.filter(pk__in=wanted).values_list("pk", "user__name"))


def _line(event: Event, names: dict[int, str]) -> Line:
    about = names.get(event.facts.get("member", 0), "") or _what(event)
    return Line(event, str(BY_KIND.get(event.kind, event.kind)), about)


def _what(event: Event) -> str:
    """Which table, from which system, to which host."""
    if event.kind == "exported":
        name = str(event.facts.get("name", ""))
        return str(EXPORTS[name][0]) if name in EXPORTS else str(EXPORT_NAMES.get(name, name))
    return str(event.facts.get("source") or event.facts.get("host") or "")


def _with_changes(lines: Sequence[Line]) -> list[Line]:
    """What a change of a member or of the settings changed, against the event before it of the same thing."""
    before: dict[tuple[int | None, object], list[Event]] = {}
    for event in _earlier([line.event for line in lines]):
        before.setdefault(_thing(event), []).append(event)
    found = []
    for line in lines:
        older = [event for event in before.get(_thing(line.event), ()) if event.pk < line.event.pk]
        is_change = line.event.kind == "team_changed" or line.event.kind in JOINS
        changes = _changes(older[-1].facts, line.event.facts) if older and is_change else ()
        found.append(replace(line, changes=changes))
    return found


def _thing(event: Event) -> tuple[int | None, object]:
    return event.team_id, "settings" if event.kind == "team_changed" else event.facts.get("member")


def _earlier(events: Sequence[Event]) -> QuerySet[Event] | list[Event]:
    """Events that the changes among these are held against, oldest first."""
    changed = [event for event in events if event.kind == "team_changed" or event.kind in JOINS]
    if not changed:
        return []
    members = {event.facts.get("member") for event in changed} - {None}
    same = Q(kind="team_changed") | Q(kind__in=JOINS, facts__member__in=members)
    teams = {event.team_id for event in changed}
    return Event.objects.filter(same, team__in=teams, pk__lt=max(event.pk for event in changed)).order_by(
        "pk"
    )


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (field_words(name), value_words(name, before[name]), value_words(name, value))
        for name, value in after.items()
        if name in before and before[name] != value
    ]


# -- as of a day -----------------------------------------------------------------------------------


def replay(events: Iterable[Event]) -> dict[int, Standing]:
    """Member -> what events, oldest first, made of them."""
    found: dict[int, Standing] = {}
    for event in events:
        member = event.facts.get("member")
        if member is None:
            continue
        if event.kind in JOINS and "role" in event.facts:
            found[member] = Standing(event.facts["role"], bool(event.facts["carries"]))
        elif event.kind in ("member_left", "person_erased") and member in found:
            found[member] = replace(found[member], is_in=False)
    return found


def replay_settings(events: Iterable[Event]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        if event.kind == "team_changed":
            found |= {name: value for name, value in event.facts.items() if name in SETTINGS}
    return found


@dataclass(frozen=True)
class AsOf:
    people: Sequence[tuple[str, Standing]]
    settings: dict[str, Any]
    plans: Sequence[Plan]
    # Somebody came before events were kept: these are told by their first day alone.
    untold: Sequence[str]


def as_of(team: Team, day: date) -> AsOf:
    """At the end of that day in the team's zone."""
    moment = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(team.time_zone))
    told_by = Event.objects.filter(
        team=team, kind__in=(*JOINS, "member_left", "person_erased", "team_changed")
    )
    events = list(told_by.filter(created_at__lt=moment).order_by("pk"))
    told = replay(events)
    members = Membership.objects.filter(team=team).in_team_order()
    people = [(member.user.name, told[member.pk]) for member in members if member.pk in told]
    ever = {event.facts.get("member") for event in Event.objects.filter(team=team, kind__in=JOINS)}
    untold = [
        member.user.name
        for member in members
        if member.pk not in ever and (member.ended_at is None or member.ended_at >= moment)
    ]
    return AsOf(
        [row for row in people if row[1].is_in], replay_settings(events), _plans(team, moment), untold
    )


def _plans(team: Team, moment: datetime) -> list[Plan]:
    """The newest version of each goal that there was then."""
    kgis = Kgi.objects.of_team(team).filter(created_at__lt=moment)
    kgis = kgis.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gte=moment))
    newest: dict[int, Plan] = {}
    for plan in (
        Plan.objects.filter(kgi__in=kgis, created_at__lt=moment).select_related("kgi").order_by("number")
    ):
        newest[plan.kgi_id] = plan
    return sorted(newest.values(), key=lambda plan: plan.kgi.start, reverse=True)
