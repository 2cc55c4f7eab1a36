from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.accounts.services import record_event
from apps.calendars.queries import day_of, today_in
from apps.domain.errors import PlanError
from apps.goals.drafts import (
    Cell,
    Draft,
    Split,
    Stream,
    draft_of,
    split_amounts,
    split_needs,
    split_of,
)
from apps.goals.models import Kgi, OpenDeals, Plan, PlanRate, PlanShare, PlanStage, PlanStream, PlanTarget


@transaction.atomic
def start_kgi(
    *,
    team: Team,
    by: User,
    counts: str,
    start: date,
    end: date,
    draft: Draft,
    split: Split | None = None,
) -> Plan:
    """A goal for a period with the first version of its plan, split equally unless said otherwise.

    Raises PlanError ``kgi_overlaps`` (start, end): a team has at most one goal on a day.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    other = Kgi.objects.of_team(team).running().filter(start__lte=end, end__gte=start).first()
    if other:
        raise PlanError("kgi_overlaps", start=other.start, end=other.end)
    kgi = Kgi.objects.create(team=team, counts=counts, start=start, end=end)
    return _write_version(kgi, 1, start, draft, split or equal_split(team, draft), by)


def equal_split(team: Team, draft: Draft) -> Split:
    members = Membership.objects.filter(team=team).carrying_targets().values_list("pk", flat=True)
    return Split({(member, stream.segment.pk): 1 for stream in draft.streams for member in members})


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
    return _write_version(kgi, last.number + 1, valid_from, draft, split or carried_over(last, draft), by)


def carried_over(last: Plan, draft: Draft) -> Split:
    """The split of the version before. In a segment that is new everybody who is there carries as much
    as in the first one; a rate stays where it still leads from the same stage to the same stage."""
    split, before = split_of(last), draft_of(last)
    first = before.streams[0].segment.pk
    known = {segment for _member, segment in split.weights}
    new = [stream.segment.pk for stream in draft.streams if stream.segment.pk not in known]
    gone = Membership.objects.filter(pk__in=split.members(), ended_at__isnull=False)
    left = set(gone.values_list("pk", flat=True))
    weights = dict(split.weights) | {
        (member, segment): 0 if member in left else split.weights.get((member, first), 1)
        for member in split.members()
        for segment in new
    }
    steps = _steps(draft) & _steps(before)
    kept = {step[1] for step in steps}
    return Split(
        weights, split.by_hand, {cell: rate for cell, rate in split.rates.items() if cell[2] in kept}
    )


def _steps(draft: Draft) -> set[tuple[int, int]]:
    return {(one.pk, other.pk) for one, other in pairwise(draft.kpis)}


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


def _write_version(kgi: Kgi, number: int, valid_from: date, draft: Draft, split: Split, by: User) -> Plan:
    cells = split_needs(draft, split)
    plan = Plan.objects.create(
        kgi=kgi,
        number=number,
        valid_from=valid_from,
        goal=draft.goal,
        reason=draft.reason,
        author=by,
        buffer=draft.form.buffer,
        weights=list(draft.form.weights),
        season=list(draft.form.season),
        uses_lead_time=draft.form.uses_lead_time,
    )
    for position, stream in enumerate(draft.streams):
        _write_stream(plan, draft, stream, position)
    _write_split(plan, draft, split, cells)
    record_event(
        team=kgi.team, actor=by, kind="plan_saved", kgi=kgi.pk, plan=plan.pk, number=number, goal=draft.goal
    )
    return plan


def _write_stream(plan: Plan, draft: Draft, stream: Stream, position: int) -> None:
    PlanStream.objects.create(
        plan=plan, segment=stream.segment, position=position, goal=stream.goal, unit_price=stream.unit_price
    )
    PlanStage.objects.bulk_create(
        PlanStage(
            plan=plan,
            kpi=kpi,
            segment=stream.segment,
            position=place,
            rate_text=rate.text if rate else "",
            rate_numerator=rate.value.numerator if rate else None,
            rate_denominator=rate.value.denominator if rate else None,
            lead_days=days,
        )
        for place, (kpi, rate, days) in enumerate(
            zip(draft.kpis, stream.rates, draft.days_between, strict=True)
        )
    )
    OpenDeals.objects.bulk_create(
        OpenDeals(
            plan=plan,
            segment=stream.segment,
            grade=grade.name,
            kpi_id=grade.kpi,
            count=grade.count,
            chance_percent=grade.chance_percent,
        )
        for grade in stream.grades
        if grade.count
    )


def _write_split(plan: Plan, draft: Draft, split: Split, cells: Mapping[Cell, int]) -> None:
    PlanShare.objects.bulk_create(
        PlanShare(
            plan=plan,
            member_id=member,
            segment_id=segment,
            weight=split.weights[member, segment],
            amount=amount,
        )
        for (member, segment), amount in split_amounts(draft, split).items()
    )
    PlanTarget.objects.bulk_create(
        PlanTarget(
            plan=plan,
            member_id=member,
            kpi_id=kpi,
            segment_id=segment,
            count=count,
            by_hand=(member, segment, kpi) in split.by_hand,
        )
        for (member, segment, kpi), count in cells.items()
    )
    segments = {stream.segment.pk for stream in draft.streams}
    kept = [rate for (member, segment, _kpi), rate in split.rates.items()
            if segment in segments and (member, segment) in split.weights]  # fmt: skip
    PlanRate.objects.bulk_create(_copied(rate, plan) for rate in kept)


def _copied(rate: PlanRate, plan: Plan) -> PlanRate:
    return PlanRate(
        plan=plan,
        member_id=rate.member_id,
        segment_id=rate.segment_id,
        kpi_id=rate.kpi_id,
        source=rate.source,
        rate_text=rate.rate_text,
        rate_numerator=rate.rate_numerator,
        rate_denominator=rate.rate_denominator,
        cases=rate.cases,
        of_cases=rate.of_cases,
        since=rate.since,
    )


@transaction.atomic
def withdraw_kgi(*, kgi: Kgi, by: User) -> None:
    """Takes a goal out of use; its versions and all that was logged stay."""
    kgi.withdrawn_at = timezone.now()
    kgi.save(update_fields=["withdrawn_at"])
    record_event(team=kgi.team, actor=by, kind="kgi_withdrawn", kgi=kgi.pk)
