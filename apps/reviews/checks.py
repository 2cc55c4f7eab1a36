"""The seven checks of a team, from its data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from apps.accounts.access import Access
from apps.accounts.models import Membership, Role, User
from apps.calendars.queries import load_days, today_in
from apps.domain.chance import Past, chance_of_amount, chance_of_count
from apps.domain.checks import (
    Check,
    Diagnosis,
    check_agreed,
    check_behaviour,
    check_both,
    check_few,
    check_improving,
    check_reviewed,
    check_stretch,
    diagnose,
)
from apps.domain.periods import Period, periods_before
from apps.domain.workdays import days_between
from apps.funnels.models import Kpi
from apps.goals.agreements import load_agreements
from apps.goals.models import Kgi
from apps.goals.services import latest_plan
from apps.okrs.focus import Focus, load_focus
from apps.okrs.models import KeyResult, Objective
from apps.okrs.overload import key_result_loads
from apps.okrs.queries import ObjectiveCard, load_cards
from apps.okrs.sums import Sums
from apps.reviews.days import of_period
from apps.reviews.models import Action, Review
from apps.web.marks import LOGS, PLAN, REST, remembered
from apps.web.parts import manner

LATELY = timedelta(weeks=8)
MONTHS = 4


@dataclass(frozen=True)
class Checkup:
    """The seven checks with what they come to, and the goals that they looked at."""

    checks: Sequence[Check]
    diagnosis: Diagnosis
    cards: Sequence[ObjectiveCard]


def load_checkup(access: Access, day: date, focus: Focus | None, closing: Review | None = None) -> Checkup:
    """For those who see everybody: conviction and agreement are other people's. A review that is just
    closing counts as held."""
    return remembered(
        "checkup",
        access.team.pk,
        (access.user.pk, access.role, day, closing, manner()),
        lambda: _load_checkup(access, day, focus, closing),
        words=(PLAN, REST, LOGS),
    )


def _load_checkup(access: Access, day: date, focus: Focus | None, closing: Review | None) -> Checkup:
    checks = load_checks(access, day, focus, closing)
    objectives = list(Objective.objects.visible_to(access).on(day).in_order())
    cards = load_cards(access, objectives, day, focus)
    judged = [judgement for card in cards for judgement in card.judgements]
    vague = sum(bool(set(judgement.gaps) & set("SM")) for judgement in judged)
    has_goal = Kgi.objects.of_team(access.team).on(day).exists()
    return Checkup(checks, diagnose(checks, has_goal=has_goal, goals=len(judged), vague=vague), cards)


def kept_checks(review: Review, by: User) -> dict[str, Any]:
    """What a closing review freezes of them: codes and states alone."""
    access = Access(by, review.team, Role.MANAGER, None)
    today = today_in(review.team)
    found = load_checkup(access, today, load_focus(review.team, today), review)
    states = [[check.code, check.state] for check in found.checks]
    return {"checks": states, "diagnosis": found.diagnosis.code}


def load_checks(access: Access, day: date, focus: Focus | None, closing: Review | None = None) -> list[Check]:
    """As they stand on a day; what is about the goal is unknown where none runs."""
    team = access.team
    kpis = list(Kpi.objects.of_team(team).filter(parked_at=None))
    stages = [kpi for kpi in kpis if kpi.kind == Kpi.Kind.STAGE]
    signals = [kpi for kpi in kpis if kpi.kind == Kpi.Kind.SIGNAL]
    kgi = Kgi.objects.of_team(team).on(day).first()
    if kgi:
        kgi.team = team
    return [
        check_few(len(stages) + len(signals), team.kpi_limit, len(key_result_loads(access, day))),
        _behaviour(access, day, focus, stages, signals),
        check_agreement(kgi),
        check_stretch(_chance(kgi) if kgi else None),
        check_both(len(stages), len(signals)),
        _reviewed(kgi, day, closing),
        _improving(access, day, closing),
    ]


def _behaviour(
    access: Access, day: date, focus: Focus | None, stages: Sequence[Kpi], signals: Sequence[Kpi]
) -> Check:
    """A signal is about how something is done, so it counts as behaviour."""
    actions = sum(not stage.is_result for stage in stages) + len(signals)
    first = focus.stages[0] if focus and focus.stages else None
    # Before anything is measured no stage is known to change more than another.
    top = first.kpi if first and first.lever.gain > 0 else None
    running = KeyResult.objects.filter(
        objective__in=Objective.objects.visible_to(access).on(day), parked_at=None
    )
    watched = {signal.beside_id for signal in signals}
    watched |= set(running.values_list("kpi_id", flat=True))
    return check_behaviour(
        actions,
        len(stages) + len(signals),
        top=top.name if top else "",
        top_is_watched=top is not None and top.pk in watched,
    )


def check_agreement(kgi: Kgi | None) -> Check:
    """Who has said yes to the newest version of a goal, and how sure they are."""
    if kgi is None:
        return check_agreed([], 0)
    everybody = list(Membership.objects.active().filter(team=kgi.team).in_team_order())
    found = load_agreements(kgi, latest_plan(kgi), everybody)
    said = [one.last.conviction if one.last else None for one in found if one.is_agreed]
    return check_agreed(said, len(found))


def _chance(kgi: Kgi) -> float | None:
    """Of the whole goal, as its period began; None without a period before in which anything was won."""
    windows = periods_before((kgi.start, kgi.end), MONTHS)
    members = list(Membership.objects.filter(team=kgi.team, carries_targets=True))
    last = latest_plan(kgi).stages.order_by("position").last()
    if last is None or not members:
        return None
    sums = Sums([member.pk for member in members], windows, None)
    days = load_days(kgi.team, min(start for start, _end in windows), kgi.end, members)

    def worked(window: Period) -> Fraction:
        rows = [days[member.pk] for member in members]
        return sum((row[day] for row in rows for day in days_between(*window)), Fraction(0))

    history = []
    for window in windows:
        won = sums.of(window, last.kpi_id, None).count
        value = sums.of(window, None, None).amount if kgi.is_amount else won
        if value > 0 and worked(window):
            history.append(Past(value, worked(window), won if kgi.is_amount else 0))
    if not history:
        return None
    chance_of = chance_of_amount if kgi.is_amount else chance_of_count
    return chance_of(latest_plan(kgi).goal, history, worked((kgi.start, kgi.end)))


def _reviewed(kgi: Kgi | None, day: date, closing: Review | None) -> Check:
    """Start and half-time of the running period, as far as their day has come."""
    if kgi is None:
        return check_reviewed(0, 0)
    wanted = (Review.Kind.START, Review.Kind.MIDDLE)
    due = [one for one in of_period(kgi) if one.kind in wanted and one.day < day]
    closed = Review.objects.filter(team=kgi.team, closed_at__isnull=False, kind__in=wanted)
    held = set(closed.values_list("kind", "day"))
    if closing:
        held.add((closing.kind, closing.day))
    return check_reviewed(len(due), sum((str(one.kind), one.day) in held for one in due))


def _improving(access: Access, day: date, closing: Review | None) -> Check:
    since = day - LATELY
    closed = Review.objects.filter(team=access.team, day__gte=since, closed_at__isnull=False)
    reviews = closed.count() + (closing is not None)
    lately = Action.objects.filter(team=access.team, begins__gte=since)
    judged = lately.exclude(verdict="").count()
    return check_improving(reviews, lately.filter(kpi__isnull=False).count(), judged)
