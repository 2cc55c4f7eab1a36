"""The guided plan: one path through everything that makes goals lead to results. What is done is read from
the data, so the path can be left at any place and gone on with later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min
from django.utils.translation import get_language

from apps.accounts.access import Access
from apps.accounts.models import Membership, Team
from apps.activity.models import Tally
from apps.calendars.holidays import country_choices
from apps.calendars.queries import day_of, today_in
from apps.domain.checks import GAP, OK, Check
from apps.funnels.models import Kpi
from apps.goals.models import Kgi, Plan
from apps.goals.services import latest_plan
from apps.growth.models import Practice
from apps.okrs.focus import load_focus
from apps.okrs.judging import open_gaps
from apps.reviews.checks import Checkup, check_agreement, load_checkup
from apps.reviews.days import Due, due_reviews, of_period
from apps.reviews.models import Review
from apps.reviews.services import held_for
from apps.web.marks import LOGS, PLAN, REST, remembered
from apps.web.parts import manner

DONE, PART, OPEN = "done", "part", "open"


@dataclass(frozen=True)
class Station:
    """``state`` is DONE, PART (begun, with something missing) or OPEN; ``reason`` tells apart what is
    missing, ``facts`` hold what there is."""

    code: str
    state: str
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    stations: Sequence[Station]

    @property
    def next(self) -> Station | None:
        """What comes first: the first station that is not done."""
        return next((one for one in self.stations if one.state != DONE), None)

    @property
    def done(self) -> int:
        return sum(one.state == DONE for one in self.stations)


def load_path(access: Access) -> Path:
    """For those who may edit."""
    today = today_in(access.team)
    return remembered(
        "path",
        access.team.pk,
        (access.user.pk, access.role, today, manner()),
        lambda: _load_path(access, today),
        words=(PLAN, REST, LOGS),
    )


def _load_path(access: Access, today: date) -> Path:
    team = access.team
    kpis = list(Kpi.objects.of_team(team).running())
    kgi = Kgi.objects.of_team(team).running().filter(end__gte=today).order_by("start").first()
    plan = latest_plan(kgi) if kgi else None
    if kgi:
        kgi.team = team
    # A plan is written before its first day: what is written for it counts.
    day = max(today, kgi.start) if kgi else today
    found = load_checkup(access, day, load_focus(team, day))
    by_code = {check.code: check for check in found.checks}
    return Path(
        [
            _people(team),
            _process(kpis),
            _calendar(team),
            _kgi(kgi, plan, check_agreement(kgi), kpis),
            _focus(kpis, kgi, by_code["behaviour"], by_code["both"]),
            _goals(found),
            _practice(team, today),
            _reviews(team, kgi, today),
        ]
    )


def _process(kpis: Sequence[Kpi]) -> Station:
    """How the goal comes about, step by step."""
    facts = {"stages": kpis, "number": len(kpis)}
    if len(kpis) < 2:
        return Station("process", OPEN if not kpis else PART, "few", facts)
    return Station("process", DONE, "", facts)


def _people(team: Team) -> Station:
    """Who carries targets, and who of them was never here."""
    carrying = Membership.objects.filter(team=team).carrying_targets().count()
    waiting = Membership.objects.filter(team=team).waiting().count()
    if not carrying:
        return Station("people", OPEN, "nobody")
    facts = {"people": carrying, "waiting": waiting}
    return Station("people", DONE, "waiting" if waiting else "", facts)


def _calendar(team: Team) -> Station:
    """What the days of the plan rest on; the first page has set it, so this one only reminds."""
    calendar = team.calendars.order_by("created_at", "pk").last()
    if calendar is None:
        return Station("calendar", OPEN, "none")
    closed = team.calendar_days.filter(cancelled_at=None, day__gte=today_in(team)).count()
    countries = dict(country_choices(get_language() or "en"))
    facts = {"country": countries.get(calendar.country, ""), "closed": closed}
    return Station("calendar", DONE, "", facts)


def _kgi(kgi: Kgi | None, plan: Plan | None, agreed: Check, kpis: Sequence[Kpi]) -> Station:
    """The number, with people who carry it and have said yes."""
    if kgi is None or plan is None:
        return Station("kgi", OPEN, "none" if kpis else "no_process")
    facts = {"kgi": kgi, "goal": plan.goal, "agreed": 0, "people": 0, **agreed.facts}
    if not plan.shares.exists():
        return Station("kgi", PART, "nobody", facts)
    if agreed.state != OK:
        return Station("kgi", PART, "agreement", facts)
    return Station("kgi", DONE, "", facts)


def _focus(kpis: Sequence[Kpi], kgi: Kgi | None, behaviour: Check, both: Check) -> Station:
    """A KPI where it changes most, and quality beside quantity."""
    if not kpis or kgi is None:
        return Station("focus", OPEN, "later")
    if behaviour.state == GAP:
        return Station("focus", PART, behaviour.reason, behaviour.facts)
    if both.state == GAP:
        return Station("focus", PART, "quality", both.facts)
    return Station("focus", DONE, "", behaviour.facts | both.facts)


def _goals(found: Checkup) -> Station:
    """An objective with key results, and no letter left open."""
    cards = found.cards
    if not cards:
        return Station("goals", OPEN, "none")
    gaps = open_gaps(judgement for card in cards for judgement in card.judgements)
    facts = {"objectives": len(cards), "gaps": sum(gaps.values())}
    if not any(card.running for card in cards):
        return Station("goals", PART, "no_key_result", facts | {"objective": cards[0].objective})
    return Station("goals", PART if facts["gaps"] else DONE, "gaps" if facts["gaps"] else "", facts)


def _practice(team: Team, today: date) -> Station:
    if not Membership.objects.filter(team=team).carrying_targets().exists():
        return Station("practice", OPEN, "nobody")
    running = Practice.objects.filter(team=team).on(today).count()
    return Station("practice", DONE if running else OPEN, "" if running else "none", {"running": running})


def _reviews(team: Team, kgi: Kgi | None, today: date) -> Station:
    """Their days follow from the goal; what was due and not held is missing."""
    if kgi is None:
        return Station("reviews", OPEN, "later")
    due = due_reviews(team, today)
    if kgi.start > today:
        due += of_period(kgi)
    begun = _begun(team)
    missed = [one for one in due if begun <= one.day <= today and not _is_closed(team, one)]
    coming = [one for one in due if one.day > today]
    facts = {"missed": missed, "coming": coming}
    return Station("reviews", PART if missed else DONE, "missed" if missed else "", facts)


def _begun(team: Team) -> date:
    """Nobody missed a review before there was a team, or anything was logged."""
    first = Tally.objects.filter(member__team=team).aggregate(first=Min("day"))["first"]
    made = day_of(team, team.organization.created_at)
    return min(first, made) if first else made


def _is_closed(team: Team, due: Due) -> bool:
    review: Review | None = held_for(team, due)
    return review is not None and review.is_closed
