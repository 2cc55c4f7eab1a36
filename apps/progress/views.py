import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.charts.burn_up import BurnUp, burn_up
from apps.charts.conversion import ConversionBars, conversion_bars
from apps.charts.waterfall import Waterfall, waterfall
from apps.domain.money import decimals
from apps.goals.agreements import last_yes
from apps.goals.models import Kgi
from apps.goals.queries import current_kgi, load_schedule
from apps.progress.habits import silent_members
from apps.progress.queries import (
    Cause,
    Conversion,
    Curve,
    Measure,
    Progress,
    StageMeasure,
    causes,
    conversions,
)


def _chosen_kgi(request: SignedInRequest, access: Access) -> Kgi | None:
    """The goal named by ``?goal=``, else the one that runs now."""
    wanted = request.GET.get("goal", "")
    if re.fullmatch("[0-9]{1,18}", wanted):
        running = Kgi.objects.of_team(access.team).running().select_related("team__organization")
        return get_object_or_404(running, pk=int(wanted))
    return current_kgi(access.team, today_in(access.team))


def _load(request: SignedInRequest, access: Access) -> Progress | None:
    kgi = _chosen_kgi(request, access)
    if kgi is None:
        return None
    kgi.team = access.team
    today = today_in(access.team)
    schedule = load_schedule(kgi, min(today, kgi.end))
    everybody = Membership.objects.filter(team=access.team).in_team_order()
    return Progress(schedule, everybody, today)


@require_safe
def team(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    progress = _load(request, access)
    if progress is None:
        return render(request, "progress/no_goal.html", {})
    shown = set(access.members().values_list("pk", flat=True))
    visible = [member for member in progress.members if member.pk in shown]
    curve = progress.goal_curve()
    context = _shared(access, progress) | {
        "goal": progress.goal(),
        "agreed": None,
        "stages": progress.stages(),
        "rows": progress.member_rows(visible),
        "segments": progress.segments(),
        "stalls": progress.stalls(visible) if access.sees_everyone else [],
        "silent": silent_members(access.team, visible) if access.can_edit else [],
        "chart": _curve_json(access, progress, curve),
        **_why(access, progress, progress.goal(), progress.stages()),
        "curve": _curve_rows(curve),
    }
    return render(request, "progress/team.html", context)


@require_safe
def rep(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    member = access.member(member_id)
    progress = _load(request, access)
    if progress is None:
        return render(request, "progress/no_goal.html", {})
    stages = progress.stages(member)
    steps = conversions(progress, member)
    context = _shared(access, progress) | {
        "member": member,
        "agreed": last_yes(progress.schedule.kgi, member),
        "goal": progress.goal_of(member),
        "stages": [_stage_chart(progress, member, stage.kpi, stage.measure) for stage in stages],
        "conversions": steps,
        "conversion_chart": _conversion_json(steps),
        **_why(access, progress, progress.goal_of(member), stages),
    }
    return render(request, "progress/rep.html", context)


def _shared(access: Access, progress: Progress) -> dict[str, Any]:
    kgi = progress.schedule.kgi
    return {
        "kgi": kgi,
        "today": progress.today,
        "days_left": sum(progress.schedule.team_capacity[progress.elapsed :], Fraction(0)),
        "is_over": progress.today > kgi.end,
        "currency": access.team.organization.currency if kgi.is_amount else "",
        "kgis": Kgi.objects.of_team(access.team).running().order_by("-start")[:24],
    }


def _why(access: Access, progress: Progress, goal: Measure, stages: Sequence[StageMeasure]) -> dict[str, Any]:
    """What the gap by tonight is made of, as a table and as a picture."""
    parts = causes(goal, stages, is_amount=_is_amount(progress))
    found = [(_name_of(cause), cause.effect) for cause in parts]
    if not found:
        return {"causes": [], "causes_chart": ""}
    scale = _scale(access, progress)
    steps = [(name, float(effect) / scale) for name, effect in found]
    chart = waterfall(Waterfall(goal.expected / scale, steps, _("Plan"), _("Actual")))
    return {
        "causes": [{"name": name, "effect": round(effect)} for name, effect in found],
        "causes_chart": chart,
    }


def _name_of(cause: Cause) -> str:
    if cause.kpi is None:
        return _("Price")
    if cause.before is None:
        return _("Number of %(stage)s") % {"stage": cause.kpi.name}
    return f"{cause.before.name} → {cause.kpi.name}"


def _is_amount(progress: Progress) -> bool:
    return progress.schedule.kgi.is_amount


def _scale(access: Access, progress: Progress) -> int:
    """Minor units in what a chart shows."""
    return int(10 ** decimals(access.team.organization.currency)) if _is_amount(progress) else 1


def _curve_json(access: Access, progress: Progress, curve: Curve) -> str:
    scale = _scale(access, progress)
    return burn_up(
        BurnUp(
            curve.days,
            [value / scale for value in curve.planned],
            [value / scale for value in curve.actual],
            _("Plan"),
            _("Actual"),
        )
    )


def _curve_rows(curve: Curve) -> list[dict[str, Any]]:
    """The table under a chart, day by day as far as time has gone."""
    actual: list[int | None] = [*curve.actual, *([None] * (len(curve.days) - len(curve.actual)))]
    return [
        {"day": day, "planned": planned, "actual": done}
        for day, planned, done in zip(curve.days, curve.planned, actual, strict=True)
    ]


def _stage_chart(progress: Progress, member: Membership, kpi: Any, measure: Any) -> dict[str, Any]:
    curve = progress.stage_curve(kpi, member)
    chart = burn_up(BurnUp(curve.days, curve.planned, curve.actual, _("Plan"), _("Actual")))
    return {"kpi": kpi, "measure": measure, "chart": chart, "curve": _curve_rows(curve)}


def _conversion_json(steps: list[Conversion]) -> str:
    return conversion_bars(
        ConversionBars(
            [(step.before.name, step.kpi.name) for step in steps],
            [float((step.planned or 0) * 100) for step in steps],
            [None if step.measured is None else float(step.measured * 100) for step in steps],
            _("Plan"),
            _("Actual"),
        )
    )
