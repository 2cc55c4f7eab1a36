"""What the pages of a running goal share, and numbers as pictures and tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, Team
from apps.calendars.queries import today_in
from apps.charts.burn_up import BurnUp, Fan, burn_up
from apps.charts.conversion import ConversionBars, conversion_bars
from apps.charts.waterfall import Waterfall, waterfall
from apps.domain.evidence import Evidence
from apps.domain.money import decimals
from apps.domain.rhythm import Stall
from apps.goals.models import Kgi
from apps.goals.queries import current_kgi, load_schedule, running_goals
from apps.progress.causes import Bottleneck, Cause
from apps.progress.landing import FanDay, Landing, TeamLanding
from apps.progress.queries import Conversion, Curve, Measure, MemberProgress, Progress, StageMeasure
from apps.progress.wording import cause_name
from apps.web.marks import PLAN, kept_for_team, remembered
from apps.web.parts import piece

# To choose from: of two years, month by month.
MOST_GOALS = 24


def chosen_kgi(request: SignedInRequest, access: Access) -> Kgi | None:
    """The goal named by ``?goal=``, else the one that runs now."""
    wanted = request.GET.get("goal", "")
    if re.fullmatch("[0-9]{1,18}", wanted):
        running = Kgi.objects.of_team(access.team).running().select_related("team__organization")
        return get_object_or_404(running, pk=int(wanted))
    return current_kgi(access.team, today_in(access.team))


def load_progress(request: SignedInRequest, access: Access) -> Progress | None:
    kgi = chosen_kgi(request, access)
    if kgi is None:
        return None
    kgi.team = access.team
    today = today_in(access.team)
    return remembered(
        "progress",
        access.team.pk,
        (kgi.pk, today),
        lambda: _load_progress(kgi, today),
        days=(kgi.start, min(today, kgi.end)),
    )


def _load_progress(kgi: Kgi, today: date) -> Progress:
    schedule = load_schedule(kgi, min(today, kgi.end))
    return Progress(schedule, everybody_of(kgi.team), today)


@kept_for_team(PLAN)
def everybody_of(team: Team) -> list[Membership]:
    return list(Membership.objects.filter(team=team).in_team_order())


def shared_context(access: Access, progress: Progress) -> dict[str, Any]:
    kgi = progress.schedule.kgi
    return {
        "kgi": kgi,
        "today": progress.today,
        "days_left": sum(progress.schedule.team_capacity[progress.elapsed :], Fraction(0)),
        "is_over": progress.today > kgi.end,
        "currency": currency_of(access, progress),
        "kgis": running_goals(access.team)[:MOST_GOALS],
    }


def currency_of(access: Access, progress: Progress) -> str:
    """Empty where contracts are counted."""
    return access.team.organization.currency if progress.schedule.kgi.is_amount else ""


def scale_of(access: Access, progress: Progress) -> int:
    """Minor units in what a chart shows."""
    currency = currency_of(access, progress)
    return int(10 ** decimals(currency)) if currency else 1


def person_rows(
    access: Access, progress: Progress, rows: Sequence[MemberProgress], landing: TeamLanding | None
) -> list[SafeString]:
    """The table's rows as text: after a log one of fifty is another. Their addresses are put together, as
    reversing each would cost more than the row."""
    currency, goal = currency_of(access, progress), progress.schedule.kgi.pk
    base = reverse("progress:team", args=[access.team.pk])
    return [
        piece(
            "progress/_person_row.html",
            url=f"{base}{row.member.pk}/?goal={goal}",
            name=row.member.user.name,
            currency=currency,
            goal=row.goal,
            has_landing=landing is not None,
            found=LandingCell.of(landing.people.get(row.member.pk)) if landing else None,
            stages=tuple((stage.kpi.name, stage.measure) for stage in row.stages),
        )
        for row in rows
    ]


def stall_rows(access: Access, stalls: Sequence[tuple[Membership, Stall]]) -> list[SafeString]:
    base = reverse("progress:team", args=[access.team.pk])
    return [
        piece(
            "progress/_stall_row.html",
            url=f"{base}{member.pk}/",
            name=member.user.name,
            stall=stall,
        )
        for member, stall in stalls
    ]


@dataclass(frozen=True)
class LandingCell:
    expected: int
    chance: float | None

    @classmethod
    def of(cls, landing: Landing | None) -> "LandingCell | None":
        return cls(landing.expected, landing.chance) if landing else None


# -- why -------------------------------------------------------------------------------------------


def why_context(
    access: Access, progress: Progress, goal: Measure, causes: Sequence[Cause], found: Bottleneck | None
) -> dict[str, Any]:
    """What the gap by tonight is made of, as a table and as a picture."""
    named = [{"name": cause_name(cause), "effect": round(cause.effect)} for cause in causes]
    if not causes:
        return {"causes": [], "causes_chart": "", "bottleneck": None}
    scale = scale_of(access, progress)
    steps = [(cause_name(cause), float(cause.effect) / scale) for cause in causes]
    chart = waterfall(Waterfall(goal.expected / scale, steps, _("Plan"), _("Actual")))
    worst = {"name": cause_name(found.cause), "surety": found.surety} if found else None
    return {"causes": named, "causes_chart": chart, "bottleneck": worst}


# -- pictures --------------------------------------------------------------------------------------


def goal_chart(access: Access, progress: Progress, curve: Curve, fan: Sequence[FanDay]) -> str:
    scale = scale_of(access, progress)
    return burn_up(
        BurnUp(
            curve.days,
            [value / scale for value in curve.planned],
            [value / scale for value in curve.actual],
            _("Plan"),
            _("Actual"),
            _fan(curve, fan, scale) if fan else None,
        )
    )


def _fan(curve: Curve, fan: Sequence[FanDay], scale: int) -> Fan:
    """It opens where the actual line ends."""
    last = len(curve.actual) - 1
    now = curve.actual[last] / scale if last >= 0 else 0.0
    begin = [curve.days[last]] if last >= 0 and curve.days[last] < fan[0].day else []
    return Fan(
        [*begin, *(one.day for one in fan)],
        [now] * len(begin) + [one.expected / scale for one in fan],
        [(now, now)] * len(begin) + [(one.inner[0] / scale, one.inner[1] / scale) for one in fan],
        [(now, now)] * len(begin) + [(one.outer[0] / scale, one.outer[1] / scale) for one in fan],
        _("Forecast"),
        _("Half of the cases"),
        _("Four of five cases"),
    )


def curve_rows(curve: Curve, fan: Sequence[FanDay] = (), currency: str = "") -> list[SafeString]:
    """The table under a chart, day by day, as text: what is planned and done, and what is expected of the
    days left."""
    actual: list[int | None] = [*curve.actual, *([None] * (len(curve.days) - len(curve.actual)))]
    ahead = {one.day: Ahead.of(one) for one in fan}
    return [
        piece(
            "progress/_curve_row.html",
            day=day,
            planned=planned,
            actual=done,
            ahead=ahead.get(day),
            has_fan=bool(fan),
            currency=currency,
        )
        for day, planned, done in zip(curve.days, curve.planned, actual, strict=True)
    ]


@dataclass(frozen=True)
class Ahead:
    expected: int
    low: int
    high: int

    @classmethod
    def of(cls, day: FanDay) -> "Ahead":
        return cls(round(day.expected), round(day.outer[0]), round(day.outer[1]))


def stage_chart(progress: Progress, member: Membership, stage: StageMeasure) -> dict[str, Any]:
    curve = progress.stage_curve(stage.kpi, member)
    chart = burn_up(BurnUp(curve.days, curve.planned, curve.actual, _("Plan"), _("Actual")))
    return {"kpi": stage.kpi, "measure": stage.measure, "chart": chart, "curve": curve_rows(curve)}


def conversion_chart(steps: Sequence[Conversion]) -> str:
    return conversion_bars(
        ConversionBars(
            [(step.before.name, step.kpi.name) for step in steps],
            [float((step.planned or 0) * 100) for step in steps],
            [None if step.measured is None else float(step.measured * 100) for step in steps],
            _("Plan"),
            _("Actual"),
            [likely_of(step.evidence) for step in steps],
            _("Likely"),
        )
    )


def likely_of(found: Evidence | None) -> tuple[float, float, float] | None:
    """Per cent: the low end of the range, the middle, the high end."""
    return (found.low * 100, found.mean * 100, found.high * 100) if found else None
