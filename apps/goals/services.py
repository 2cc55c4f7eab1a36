from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.accounts.services import record_event
from apps.calendars.queries import day_of, today_in
from apps.domain.backcast import Need, Stage, Tree, backcast
from apps.domain.errors import PlanError
from apps.domain.rates import Rate
from apps.domain.staircase import split_by_weight
from apps.funnels.models import Kpi, Segment
from apps.goals.models import Kgi, Plan, PlanShare, PlanStage, PlanTarget

LARGEST_NEED = 10**9


@dataclass(frozen=True)
class Draft:
    """A plan as written in the form, valid in itself."""

    goal: int
    unit_price: int | None
    # First stage first; its rate is None.
    stages: Sequence[tuple[Kpi, Rate | None]]
    reason: str = ""

    def tree(self) -> Tree:
        """Raises PlanError of ``backcast`` and ``needs_too_much`` (stage, largest)."""
        stages = [Stage(kpi.name, rate.value if rate else None) for kpi, rate in self.stages]
        price = None if self.unit_price is None else Fraction(self.unit_price)
        tree = backcast(stages, Fraction(self.goal, self.unit_price or 1), price)
        for need in tree.needs:
            if need.whole > LARGEST_NEED:
                raise PlanError("needs_too_much", stage=need.name, largest=f"{LARGEST_NEED:,}")
        return tree


@dataclass(frozen=True)
class Split:
    """How the team's numbers go to people: weights, and cells typed by hand (member, kpi)."""

    weights: Mapping[int, int]
    by_hand: Mapping[tuple[int, int], int] = field(default_factory=dict)


@transaction.atomic
def start_kgi(*, team: Team, by: User, counts: str, start: date, end: date, draft: Draft) -> Plan:
    """A goal for a period with the first version of its plan, split equally.

    Raises PlanError ``kgi_overlaps`` (start, end): a team has at most one goal on a day.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    other = Kgi.objects.of_team(team).running().filter(start__lte=end, end__gte=start).first()
    if other:
        raise PlanError("kgi_overlaps", start=other.start, end=other.end)
    kgi = Kgi.objects.create(team=team, counts=counts, start=start, end=end)
    members = Membership.objects.filter(team=team).carrying_targets()
    split = Split(weights=dict.fromkeys(members.values_list("pk", flat=True), 1))
    return _write_version(kgi, 1, start, draft, split, by)


@transaction.atomic
def revise_plan(
    *, kgi: Kgi, by: User, valid_from: date, draft: Draft, seen: int, split: Split | None = None
) -> Plan:
    """A further version from a day on. ``seen`` is the version that the editor started from.

    Raises PlanError ``plan_outdated`` (number) when somebody saved in between, and
    ``valid_from_outside`` (start, end).
    """
    Kgi.objects.select_for_update().get(pk=kgi.pk)
    last = latest_plan(kgi)
    if last.number != seen:
        raise PlanError("plan_outdated", number=last.number)
    if not kgi.start <= valid_from <= kgi.end:
        raise PlanError("valid_from_outside", start=kgi.start, end=kgi.end)
    if valid_from < earliest_change(kgi, last, today_in(kgi.team)):
        raise PlanError("valid_from_past")
    return _write_version(kgi, last.number + 1, valid_from, draft, split or split_of(last), by)


def latest_plan(kgi: Kgi) -> Plan:
    return kgi.plans.order_by("-number")[0]


def earliest_change(kgi: Kgi, last: Plan, today: date) -> date:
    """The first day that a change may move: today. Where the numbers stand only since today, or the
    period is to come, the first day that the last version moved."""
    if day_of(kgi.team, last.created_at) == today or today < last.valid_from:
        return min(last.valid_from, max(today, kgi.start)) if last.number > 1 else kgi.start
    return today


def next_change(kgi: Kgi, last: Plan, today: date) -> date:
    """From when a change applies unless the editor says otherwise: tomorrow, so that today's numbers
    stand still; where these stand only since today, from where the last version began."""
    if day_of(kgi.team, last.created_at) == today or today < last.valid_from:
        return max(last.valid_from, earliest_change(kgi, last, today))
    return min(max(today + timedelta(days=1), kgi.start), kgi.end)


def split_of(plan: Plan) -> Split:
    """The split of a version, to carry over into the next."""
    return Split(
        weights=dict(plan.shares.values_list("member_id", "weight")),
        by_hand={
            (member, kpi): count
            for member, kpi, count in plan.targets.filter(by_hand=True).values_list(
                "member_id", "kpi_id", "count"
            )
        },
    )


def _write_version(kgi: Kgi, number: int, valid_from: date, draft: Draft, split: Split, by: User) -> Plan:
    needs = draft.tree().needs
    segment = Segment.objects.get(team=kgi.team, is_default=True)
    plan = Plan.objects.create(
        kgi=kgi,
        number=number,
        valid_from=valid_from,
        goal=draft.goal,
        unit_price=draft.unit_price,
        reason=draft.reason,
        author=by,
    )
    _write_stages(plan, draft, segment)
    _write_split(plan, draft, needs, split, segment)
    record_event(
        team=kgi.team, actor=by, kind="plan_saved", kgi=kgi.pk, plan=plan.pk, number=number, goal=draft.goal
    )
    return plan


def _write_stages(plan: Plan, draft: Draft, segment: Segment) -> None:
    PlanStage.objects.bulk_create(
        PlanStage(
            plan=plan,
            kpi=kpi,
            segment=segment,
            position=position,
            rate_text=rate.text if rate else "",
            rate_numerator=rate.value.numerator if rate else None,
            rate_denominator=rate.value.denominator if rate else None,
        )
        for position, (kpi, rate) in enumerate(draft.stages)
    )


def _write_split(plan: Plan, draft: Draft, needs: Sequence[Need], split: Split, segment: Segment) -> None:
    amounts = split_by_weight(draft.goal, weights_of(split))
    PlanShare.objects.bulk_create(
        PlanShare(plan=plan, member_id=member, weight=split.weights[member], amount=amount)
        for member, amount in amounts.items()
    )
    kpis = [kpi for kpi, _rate in draft.stages]
    PlanTarget.objects.bulk_create(
        PlanTarget(
            plan=plan,
            member_id=member,
            kpi_id=kpi,
            segment=segment,
            count=count,
            by_hand=(member, kpi) in split.by_hand,
        )
        for (member, kpi), count in split_needs(kpis, needs, split).items()
    )


def draft_of(plan: Plan) -> Draft:
    """A stored version as a draft, for an edit that changes only the split."""
    stages = [
        (stage.kpi, Rate(stage.rate, stage.rate_text) if stage.rate else None)
        for stage in plan.stages.select_related("kpi")
    ]
    return Draft(plan.goal, plan.unit_price, stages)


def weights_of(split: Split) -> dict[int, Fraction]:
    return {member: Fraction(weight) for member, weight in split.weights.items()}


def split_needs(kpis: Sequence[Kpi], needs: Sequence[Need], split: Split) -> dict[tuple[int, int], int]:
    """Each member's whole number per stage. Cells typed by hand stay; what they leave of the
    team's number goes to the others by weight."""
    cells: dict[tuple[int, int], int] = {}
    for kpi, need in zip(kpis, needs, strict=True):
        typed = {
            member: count
            for (member, of_kpi), count in split.by_hand.items()
            if of_kpi == kpi.pk and member in split.weights
        }
        free = {member: weight for member, weight in weights_of(split).items() if member not in typed}
        # Nobody with weight: the rest stays open, and the page says by how much.
        rest = max(0, need.whole - sum(typed.values())) if any(free.values()) else 0
        for member, count in (typed | split_by_weight(rest, free)).items():
            cells[member, kpi.pk] = count
    return cells


@transaction.atomic
def withdraw_kgi(*, kgi: Kgi, by: User) -> None:
    """Takes a goal out of use; its versions and all that was logged stay."""
    kgi.withdrawn_at = timezone.now()
    kgi.save(update_fields=["withdrawn_at"])
    record_event(team=kgi.team, actor=by, kind="kgi_withdrawn", kgi=kgi.pk)
