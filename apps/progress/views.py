from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.activity.records import first_day_read
from apps.goals.agreements import last_yes
from apps.progress.causes import (
    bottleneck,
    causes_of,
    causes_of_segments,
    causes_of_team,
    everybody,
)
from apps.progress.habits import silent_members
from apps.progress.landing import landing_to_show
from apps.progress.logged import logged_month
from apps.progress.pages import (
    conversion_chart,
    currency_of,
    curve_rows,
    goal_chart,
    load_progress,
    person_rows,
    shared_context,
    stage_chart,
    stall_rows,
    why_context,
)
from apps.progress.queries import MemberProgress, Progress, conversions
from apps.progress.wording import cause_name
from apps.web.marks import LOOK_BACK
from apps.web.parts import kept_part


@require_safe
def team(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    progress = load_progress(request, access)
    if progress is None:
        return render(request, "progress/no_goal.html", {})
    kgi, today = progress.schedule.kgi, progress.today
    content = kept_part(
        request,
        "progress/_team.html",
        team_id,
        (kgi.pk, today),
        lambda: _standing(access, progress),
        days=(min(first_day_read((kgi.start, kgi.end)), today - LOOK_BACK), today),
    )
    return render(request, "progress/team.html", {"content": content})


def _standing(access: Access, progress: Progress) -> dict[str, Any]:
    shown = set(access.members().values_list("pk", flat=True))
    visible = [member for member in progress.members if member.pk in shown]
    curve, goal, landing = progress.goal_curve(), progress.goal(), landing_to_show(progress)
    fan = landing.fan if landing else []
    causes = causes_of_team(progress)
    segments = progress.segments()
    return shared_context(access, progress) | {
        "goal": goal,
        "agreed": None,
        "landing": landing.team if landing else None,
        "periods": landing.periods if landing else 0,
        "stages": progress.stages(),
        "rows": person_rows(access, progress, progress.member_rows(visible), landing),
        "segments": segments,
        "segment_causes": [
            {
                "name": one.name,
                "gap": round(one.gap),
                "causes": [(cause_name(part), round(part.effect)) for part in one.causes],
            }
            for one in causes_of_segments(progress, goal, segments)
        ],
        "stalls": stall_rows(access, progress.stalls(visible)) if access.sees_everyone else [],
        "silent": silent_members(access.team, visible) if access.can_edit else [],
        "chart": goal_chart(access, progress, curve, fan),
        **why_context(access, progress, goal, causes, bottleneck(progress, causes, everybody(progress))),
        "curve": curve_rows(curve, fan, currency_of(access, progress)),
    }


@require_safe
def rep(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    member = access.member(member_id)
    progress = load_progress(request, access)
    if progress is None:
        return render(request, "progress/no_goal.html", {})
    stages, goal = progress.stages(member), progress.goal_of(member)
    steps, landing = conversions(progress, member), landing_to_show(progress)
    row = MemberProgress(member, goal, stages)
    causes = causes_of(progress, row)
    curve = progress.goal_curve_of(member)
    fan = landing.fan_of(member.pk) if landing and member.pk in landing.people else []
    context = shared_context(access, progress) | {
        "member": member,
        "agreed": last_yes(progress.schedule.kgi, member),
        "goal": goal,
        "landing": landing.people.get(member.pk) if landing else None,
        "periods": landing.periods if landing else 0,
        "chart": goal_chart(access, progress, curve, fan),
        "curve": curve_rows(curve, fan, currency_of(access, progress)),
        "stages": [stage_chart(progress, member, stage) for stage in stages],
        "conversions": steps,
        "conversion_chart": conversion_chart(steps),
        "month": logged_month(progress, member),
        **why_context(access, progress, goal, causes, bottleneck(progress, causes, [row])),
    }
    return render(request, "progress/rep.html", context)
