"""Measured rates, reps side by side, and what would help."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.calendars.queries import today_in
from apps.charts.burn_up import BurnUp, burn_up
from apps.charts.conversion import ConversionBars, conversion_bars
from apps.charts.rate_course import Mark, RateCourse, rate_course
from apps.domain.options import Option
from apps.funnels.models import Kpi, Segment
from apps.goals import services
from apps.goals.drafts import draft_of
from apps.goals.queries import current_kgi
from apps.progress.landing import load_landing
from apps.progress.levers import Levers, load_levers
from apps.progress.pages import currency_of, likely_of, load_progress, scale_of, shared_context
from apps.progress.queries import Curve, Progress
from apps.progress.rates import (
    USUAL_WEEKS,
    WEEKS,
    RateChange,
    Step,
    Window,
    load_changes,
    load_steps,
)

# Among fewer people what a quarter of them reaches has a name.
ENOUGH_PEOPLE = 4
# So many reps are drawn side by side.
MOST_DRAWN = 60


class WindowForm(forms.Form):
    """What is not understood is as if nothing was asked."""

    weeks = forms.TypedChoiceField(label=_("Window"), coerce=int)
    weigh = forms.ChoiceField(
        label=_("Weight"), choices=[("recent", _("Recent weeks weigh more")), ("even", _("All weeks alike"))]
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.none(), required=False, empty_label=_("All together")
    )

    def __init__(self, data: Any, *, access: Access) -> None:
        super().__init__(data)
        weeks = self.fields["weeks"]
        assert isinstance(weeks, forms.TypedChoiceField)
        weeks.choices = [(number, _("%(weeks)s weeks") % {"weeks": number}) for number in WEEKS]
        segment = self.fields["segment"]
        assert isinstance(segment, forms.ModelChoiceField)
        segment.queryset = Segment.objects.of_team(access.team).running()

    def window(self) -> tuple[Window, Segment | None]:
        self.is_valid()
        found = self.cleaned_data
        window = Window(found.get("weeks", USUAL_WEEKS), found.get("weigh", "recent") == "recent")
        return window, found.get("segment")


@require_safe
def rates(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    data = {"weeks": USUAL_WEEKS, "weigh": "recent"} | request.GET.dict()
    form = WindowForm(data, access=access)
    window, segment = form.window()
    kpis = list(Kpi.objects.of_team(access.team).running())
    members = list(Membership.objects.filter(team=access.team).in_team_order())
    visible = set(access.members().values_list("pk", flat=True))
    today = today_in(access.team)
    steps = load_steps(access.team, kpis, members, visible, window, today, segment.pk if segment else None)
    segments = Segment.objects.of_team(access.team).running().count()
    changes = load_changes(access.team, window.days(today)[0])
    context = {
        "form": form,
        "window": window,
        "steps": [{"step": step, "chart": _course_chart(step, changes)} for step in steps],
        "has_segments": segments > 1,
        "chart": _against_plan(access, steps, today),
    }
    return render(request, "progress/rates.html", context)


def _against_plan(access: Access, steps: Sequence[Step], today: date) -> str:
    """The team's rates with their ranges beside those of the plan that runs; empty without one."""
    kgi = current_kgi(access.team, today)
    if kgi is None or not any(step.team.evidence for step in steps):
        return ""
    draft = draft_of(services.latest_plan(kgi))
    planned = {kpi.pk: rate for kpi, rate in zip(draft.kpis, draft.rates(), strict=True)}
    return conversion_bars(
        ConversionBars(
            [(step.before.name, step.kpi.name) for step in steps],
            [float((planned.get(step.kpi.pk) or 0) * 100) for step in steps],
            [None if step.team.shifted is None else step.team.shifted * 100 for step in steps],
            gettext("Plan"),
            gettext("Actual"),
            [likely_of(step.team.evidence) for step in steps],
            gettext("Likely"),
        )
    )


def _course_chart(step: Step, changes: Sequence[RateChange]) -> str:
    """Empty where there are fewer than two blocks to compare."""
    if len(step.course) < 2 or not step.team.evidence:
        return ""
    times = 100 if step.is_share else 1
    marks = [
        Mark(change.day, gettext("Plan: %(rate)s") % {"rate": change.rate})
        for change in changes
        if change.kpi == step.kpi.pk
    ]
    return rate_course(
        RateCourse(
            [day for day, _cases in step.course],
            [cases.count / cases.of * times if cases.of > 0 else None for _day, cases in step.course],
            f"{step.before.name} → {step.kpi.name}",
            "%" if step.is_share else "",
            marks=marks,
            height=190,
        )
    )


@require_safe
def people(request: SignedInRequest, team_id: int) -> HttpResponse:
    """Everybody's way to the goal on one scale; nobody is ranked: the order is the team's own."""
    access = visit_team(request, team_id)
    progress = load_progress(request, access)
    if progress is None:
        return render(request, "progress/no_goal.html", {})
    shown = set(access.members().values_list("pk", flat=True))
    everybody = progress.member_rows([member for member in progress.members if member.pk in shown])
    rows = everybody[:MOST_DRAWN]
    curves = [(row, progress.goal_curve_of(row.member)) for row in rows]
    scale = scale_of(access, progress)
    top = max([max([*curve.planned, *curve.actual, 0]) for _row, curve in curves], default=0) / scale * 1.05
    drawn = [{"row": row, "chart": _small(curve, scale, top)} for row, curve in curves]
    context = shared_context(access, progress) | {"drawn": drawn, "not_drawn": len(everybody) - len(rows)}
    return render(request, "progress/people.html", context)


def _small(curve: Curve, scale: int, top: float) -> str:
    planned = [value / scale for value in curve.planned]
    actual = [value / scale for value in curve.actual]
    return burn_up(
        BurnUp(curve.days, planned, actual, str(_("Plan")), str(_("Actual")), top=top or 1, small=True)
    )


@require_safe
def levers(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    return _levers(request, access, None)


@require_safe
def rep_levers(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    return _levers(request, access, access.member(member_id))


def _levers(request: SignedInRequest, access: Access, member: Membership | None) -> HttpResponse:
    progress = load_progress(request, access)
    if progress is None:
        return render(request, "progress/no_goal.html", {})
    landing = load_landing(progress)
    found = load_levers(progress, landing, member) if landing else None
    if found and not access.sees_everyone and len(progress.schedule.capacity) < ENOUGH_PEOPLE:
        found = replace(found, options=[], is_hidden=True)
    context = shared_context(access, progress) | {
        "member": member,
        "levers": found,
        "rows": [_row(access, progress, found, option) for option in found.options] if found else [],
        "people": [one for one in access.members() if one.pk in progress.schedule.capacity],
    }
    return render(request, "progress/levers.html", context)


def _row(access: Access, progress: Progress, levers: Levers, option: Option) -> dict[str, Any]:
    """An option in the unit of the goal; of a goal in contracts with a decimal."""
    digits = 0 if currency_of(access, progress) else 1

    def value(number: float) -> float:
        return round(number, digits)

    step = option.place
    return {
        "option": option,
        "before": levers.kpis[step - 1] if step else None,
        "kpi": levers.kpis[step],
        "gain": value(option.gain),
        "low": value(option.low),
        "high": value(option.high),
        "now": value(option.gain * option.in_time),
        "per_hour": None if option.per_hour is None else value(option.per_hour),
        "is_unsure": option.low <= 0,
    }
