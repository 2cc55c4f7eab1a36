"""How sure a plan is, and a plan made as sure as somebody wants it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Access, edit_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.calendars.queries import today_in
from apps.charts.effort import Effort, effort_curve
from apps.domain.errors import PlanError
from apps.domain.numbers import whole_up
from apps.goals import services
from apps.goals.drafts import Draft, draft_of
from apps.goals.likely import Likely, load_likely
from apps.goals.models import Kgi, Plan
from apps.goals.plan_pages import kgi_of
from apps.goals.queries import load_schedule
from apps.goals.wording import sentence


@require_http_methods(["GET", "POST"])
def plan_likely(request: SignedInRequest, team_id: int, kgi_id: int) -> HttpResponse:
    """As a fragment the short answer on the plan's page."""
    access = visit_team(request, team_id) if request.method == "GET" else edit_team(request, team_id)
    kgi = kgi_of(access, kgi_id)
    kgi.team = access.team
    plan = services.latest_plan(kgi)
    draft = draft_of(plan)
    likely = load_likely(access.team, kgi, draft, planned_first(plan, draft), today_in(access.team), plan)
    if request.method == "POST":
        problem = _plan_with(request, kgi, draft, likely)
        if problem is None:
            messages.success(request, _("The plan is as sure now as you chose. Every number follows it."))
            return redirect("goals:plan", team_id, kgi_id)
        context = _context(access, kgi, plan, draft, likely) | {"problem": sentence(problem)}
        return render(
            request, "goals/plan_likely.html", context, status=409 if problem.code == "plan_outdated" else 422
        )
    template = "goals/_likely.html" if request.htmx else "goals/plan_likely.html"
    return render(request, template, _context(access, kgi, plan, draft, likely))


def planned_first(plan: Plan, draft: Draft) -> list[int]:
    """The first stage's number by segment, as people carry it; of a plan without people as it is needed."""
    first = draft.kpis[0].pk
    carried: dict[int, int] = {}
    for target in plan.targets.all():
        if target.kpi_id == first:
            carried[target.segment_id] = carried.get(target.segment_id, 0) + target.count
    return [carried.get(tree.stream.segment.pk, tree.asked[0].whole) for tree in draft.trees]


def _plan_with(request: SignedInRequest, kgi: Kgi, draft: Draft, likely: Likely | None) -> PlanError | None:
    """The next version, with the buffer that the chosen confidence asks for."""
    found = None
    if likely and request.POST.get("confidence") in ("50", "80", "90"):
        found = likely.of(int(request.POST["confidence"]) / 100)
    if found is None or found.buffer is None:
        return PlanError("confidence_unreachable")
    seen = request.POST.get("seen", "")
    last = services.latest_plan(kgi)
    try:
        services.revise_plan(
            kgi=kgi,
            by=request.user,
            valid_from=services.next_change(kgi, last, today_in(kgi.team)),
            draft=_buffered(draft, found.buffer, request.POST["confidence"]),
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        )
    except PlanError as error:
        return error
    return None


def _buffered(draft: Draft, buffer: Decimal, confidence: str) -> Draft:
    reason = _("Planned so that %(percent)s%% of such periods reach the goal") % {"percent": confidence}
    return replace(draft, form=replace(draft.form, buffer=buffer), reason=reason)


def _context(access: Access, kgi: Kgi, plan: Plan, draft: Draft, likely: Likely | None) -> dict[str, Any]:
    shown = {member.pk for member in access.members()}
    people = [row for row in likely.people if row.member.pk in shown] if likely else []
    return {
        "kgi": kgi,
        "plan": plan,
        "likely": likely,
        "people": people,
        "rows": _rows(draft, likely) if likely and not likely.missing else [],
        "chart": _chart(likely) if likely and not likely.missing else "",
        "problem": "",
        "is_over": today_in(access.team) > kgi.end,
        "runs": kgi.start <= today_in(access.team) <= kgi.end,
        "a_day": _a_day(kgi, plan, likely, today_in(access.team)) if likely else [],
    }


def _rows(draft: Draft, likely: Likely) -> list[dict[str, Any]]:
    """By stage: what the goal needs on average, what the plan asks for, and what each confidence asks for."""
    exact, planned = draft.exact(), draft.needs()
    found = []
    for kpi, need, asked in zip(draft.kpis, exact, planned, strict=True):
        part = need / exact[0]
        needs = [
            {"confidence": one.confidence, "number": _ceiling(one.actions, part)} for one in likely.asked
        ]
        found.append(
            {"kpi": kpi, "average": -(-need.numerator // need.denominator), "planned": asked, "needs": needs}
        )
    return found


def _a_day(kgi: Kgi, plan: Plan, likely: Likely, today: date) -> list[dict[str, Any]]:
    """For each confidence, the first actions of all a day from the next change on: a plan made surer in the
    middle has fewer days for more. Empty before the period and on its last day."""
    first = services.next_change(kgi, plan, today)
    if not kgi.start <= today < kgi.end or first <= kgi.start:
        return []
    schedule = load_schedule(kgi, kgi.end)
    place = (first - kgi.start).days
    kept = sum(schedule.planned_for(likely.kpi.pk, schedule.member_ids)[:place])
    left = sum(1 for share in schedule.team_capacity[place:] if share)
    if not left:
        return []
    return [
        {
            "confidence": one.confidence,
            "number": None if one.actions is None else max(0, -(-(one.actions - kept) // left)),
        }
        for one in likely.asked
    ]


def _ceiling(actions: int | None, part: Fraction) -> int | None:
    return None if actions is None else whole_up(actions * part)


def _chart(likely: Likely) -> str:
    marks: Sequence[tuple[int, float, str]] = [
        (likely.planned, likely.chance * 100, _("Plan")),
        *(
            (one.actions, one.confidence * 100, f"{one.confidence:.0%}")
            for one in likely.asked
            if one.actions is not None and one.actions <= likely.course[-1][0]
        ),
    ]
    course = [(actions, chance * 100) for actions, chance in likely.course]
    return effort_curve(Effort(course, marks, _("Chance"), likely.kpi.name))
