"""Too many goals at once: who carries more than the team has agreed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.funnels.models import Kpi
from apps.goals.models import PlanTarget
from apps.okrs.focus import Focus
from apps.okrs.models import KeyResult


@dataclass(frozen=True)
class KeyResultLoad:
    """A person with more running key results than the limit; which of them can wait?"""

    member: Membership
    key_results: Sequence[KeyResult]
    limit: int


@dataclass(frozen=True)
class KpiLoad:
    """People with more KPIs than the limit, who all carry the same ones."""

    members: Sequence[Membership]
    kpis: Sequence[Kpi]
    limit: int


def key_result_loads(access: Access, today: date) -> list[KeyResultLoad]:
    """Own key results and those of own objectives, while their period runs; the team's belong to nobody
    alone."""
    limit = access.team.key_result_limit
    by_member: dict[int, list[KeyResult]] = {}
    members: dict[int, Membership] = {}
    for key_result in KeyResult.objects.visible_to(access).running().in_order():
        carrier = key_result.carrier
        if carrier is not None and carrier.ended_at is None and key_result.last_day >= today:
            members[carrier.pk] = carrier
            by_member.setdefault(carrier.pk, []).append(key_result)
    return [
        KeyResultLoad(members[member], carried, limit)
        for member, carried in by_member.items()
        if len(carried) > limit
    ]


def kpi_loads(access: Access, focus: Focus | None) -> list[KpiLoad]:
    """Stages with a number for the person in the current plan, and the signals beside them."""
    if focus is None:
        return []
    limit = access.team.kpi_limit
    targets = PlanTarget.objects.filter(plan=focus.plan, count__gt=0, member__in=access.members())
    stages_of: dict[int, set[int]] = {}
    for member, kpi in targets.values_list("member_id", "kpi_id"):
        stages_of.setdefault(member, set()).add(kpi)
    kpis = {stage.kpi.pk: [stage.kpi, *stage.signals] for stage in focus.stages}
    members = {member.pk: member for member in access.members()}
    groups: dict[tuple[int, ...], list[Membership]] = {}
    for member, stages in stages_of.items():
        carried = tuple(kpi.pk for stage in sorted(stages) for kpi in kpis.get(stage, []))
        if len(carried) > limit:
            groups.setdefault(carried, []).append(members[member])
    every = {kpi.pk: kpi for beside in kpis.values() for kpi in beside}
    return [KpiLoad(who, [every[pk] for pk in carried], limit) for carried, who in groups.items()]
