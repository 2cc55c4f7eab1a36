"""Who has agreed to the own numbers. A version that changes them opens the agreement again."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum

from apps.accounts.models import Membership, User
from apps.accounts.services import record_event
from apps.domain.errors import PlanError
from apps.goals.models import AgreementStep, Kgi, Plan, PlanShare, PlanTarget
from apps.goals.services import latest_plan
from apps.web.marks import remembered

Kind = AgreementStep.Kind
# What nobody has said anything about yet, and what was agreed before the numbers changed.
OPEN, REOPENED = "open", "reopened"
# A rep's numbers in a version: the amount, and the count by KPI and segment.
Numbers = tuple[int | None, frozenset[tuple[int, int, int]]]


@dataclass(frozen=True)
class Agreement:
    member: Membership
    # One of OPEN, REOPENED and Kind.
    state: str
    # Newest first.
    steps: Sequence[AgreementStep]

    @property
    def last(self) -> AgreementStep | None:
        return self.steps[0] if self.steps else None

    @property
    def is_agreed(self) -> bool:
        return self.state == Kind.AGREED

    @property
    def waits_for_rep(self) -> bool:
        return self.state in (OPEN, REOPENED, Kind.ANSWERED)


def load_agreements(kgi: Kgi, plan: Plan, members: Sequence[Membership]) -> list[Agreement]:
    """Of the members who carry a part of ``plan``, in the order given."""
    found = AgreementStep.objects.filter(plan__kgi=kgi, member__in=members).select_related("author")
    steps: dict[int, list[AgreementStep]] = {}
    for step in found.order_by("-pk"):
        steps.setdefault(step.member_id, []).append(step)
    plans = {plan.pk} | {step.plan_id for of_member in steps.values() for step in of_member[:1]}
    numbers = remembered(
        "numbers of versions", kgi.team_id, tuple(sorted(plans)), lambda: _numbers(plans), is_small=True
    )
    carriers = {member for of_plan, member in numbers if of_plan == plan.pk}
    return [
        Agreement(member, _state(plan, member, steps.get(member.pk, []), numbers), steps.get(member.pk, []))
        for member in members
        if member.pk in carriers
    ]


def _numbers(plans: set[int]) -> dict[tuple[int, int], Numbers]:
    """By version and member."""
    counts: dict[tuple[int, int], set[tuple[int, int, int]]] = {}
    targets = PlanTarget.objects.filter(plan__in=plans)
    for target in targets.values_list("plan_id", "member_id", "kpi_id", "segment_id", "count"):
        counts.setdefault(target[:2], set()).add(target[2:])
    shares = PlanShare.objects.filter(plan__in=plans).values_list("plan_id", "member_id")
    amounts = {(plan, member): amount for plan, member, amount in shares.annotate(Sum("amount"))}
    return {
        key: (amounts.get(key), frozenset(counts.get(key, set()))) for key in amounts.keys() | counts.keys()
    }


def _state(
    plan: Plan,
    member: Membership,
    steps: Sequence[AgreementStep],
    numbers: dict[tuple[int, int], Numbers],
) -> str:
    if not steps:
        return OPEN
    same = numbers.get((steps[0].plan_id, member.pk)) == numbers.get((plan.pk, member.pk))
    if same:
        return str(steps[0].kind)
    was_agreed = any(step.kind == Kind.AGREED for step in steps)
    return REOPENED if was_agreed else OPEN


def carried_amount(kgi: Kgi, member: Membership) -> int:
    """A member's part of the goal in the newest version: minor units, or contracts."""
    shares = PlanShare.objects.filter(plan=latest_plan(kgi), member=member)
    return shares.aggregate(whole=Sum("amount"))["whole"] or 0


def last_yes(kgi: Kgi, member: Membership) -> AgreementStep | None:
    return AgreementStep.objects.filter(plan__kgi=kgi, member=member, kind=Kind.AGREED).order_by("pk").last()


@transaction.atomic
def take_step(
    *,
    kgi: Kgi,
    member: Membership,
    by: User,
    kind: str,
    seen: int,
    reason: str = "",
    amount: int | None = None,
    conviction: int | None = None,
    commit: int | None = None,
    stretch: int | None = None,
) -> AgreementStep:
    """A rep agrees or counters, a manager answers. ``seen`` is the version that the page showed.

    Raises PlanError ``plan_outdated`` (number) when the numbers may have changed meanwhile.
    """
    Kgi.objects.select_for_update().get(pk=kgi.pk)
    plan = latest_plan(kgi)
    if plan.number != seen:
        raise PlanError("plan_outdated", number=plan.number)
    record_event(team=kgi.team, actor=by, kind=f"target_{kind}", kgi=kgi.pk, plan=plan.pk, member=member.pk)
    return AgreementStep.objects.create(
        plan=plan,
        member=member,
        kind=kind,
        amount=amount,
        reason=reason,
        conviction=conviction,
        commit=commit,
        stretch=stretch,
        author=by,
    )
