"""What the gap by tonight is made of: of a person, of the team as the sum of its people, of a segment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import sqrt

from apps.accounts.models import Membership
from apps.domain.diagnosis import DAYS, PRICE, VOLUME, Line, Part, summed, why
from apps.domain.evidence import BELOW, evidence
from apps.domain.levers import Cases
from apps.domain.prices import price_of
from apps.funnels.models import Kpi
from apps.progress.queries import Measure, MemberProgress, Progress, SegmentProgress

# How sure it is that a factor is off: it is counted; chance seldom brings that; chance may bring that; nobody
# knows yet.
COUNTED, SURE, CHANCE, UNKNOWN = "counted", "sure", "chance", "unknown"
# A price off by more standard errors than this is hardly chance.
SIGMAS = 1.96
# Below this part of the gap nothing is called the bottleneck.
NOTICEABLE = 0.1


@dataclass(frozen=True)
class Cause:
    """A part of the gap between plan and actual: DAYS, VOLUME, PRICE, or the conversion ``before`` into
    ``kpi``."""

    factor: str | int
    before: Kpi | None
    kpi: Kpi | None
    effect: Fraction


@dataclass(frozen=True)
class Bottleneck:
    """The part that costs most, and how sure it is that it is no chance."""

    cause: Cause
    surety: str


@dataclass(frozen=True)
class SegmentCauses:
    name: str
    gap: Fraction
    causes: Sequence[Cause]


def causes_of(progress: Progress, row: MemberProgress) -> list[Cause]:
    """Of one person; empty where neither plan nor work has begun."""
    return _named(progress, _parts_of(progress, row))


def causes_of_team(progress: Progress) -> list[Cause]:
    """The sum of everybody's, also of those without targets, so that it is the team's gap exactly."""
    return _named(progress, summed([_parts_of(progress, row) for row in everybody(progress)]))


def everybody(progress: Progress) -> list[MemberProgress]:
    return progress.member_rows(progress.members)


def _parts_of(progress: Progress, row: MemberProgress) -> list[Part]:
    return progress.of_person("parts", row.member, lambda: _parts(progress, row))


def _parts(progress: Progress, row: MemberProgress) -> list[Part]:
    done = [stage.measure.actual for stage in row.stages]
    planned = needed_by_now(progress, row)
    if not planned or not (any(planned) or any(done) or row.goal.expected or row.goal.actual):
        return []
    wanted, worked = worked_days(progress, row.member)
    is_amount = progress.schedule.kgi.is_amount
    amounts = (row.goal.expected, row.goal.actual) if is_amount else (None, None)
    return why(Line(planned, amounts[0], wanted), Line(done, amounts[1], worked))


def needed_by_now(progress: Progress, row: MemberProgress | SegmentProgress) -> list[Fraction]:
    """What the goal needs by tonight at each stage: without the buffer, which nobody misses the goal by. Of
    a goal in contracts the last stage is the goal itself."""
    plain = 1 + Fraction(progress.schedule.plan.buffer) / 100
    needed = [Fraction(stage.measure.expected) / plain for stage in row.stages]
    if needed and isinstance(row, MemberProgress) and not progress.schedule.kgi.is_amount:
        needed[-1] = Fraction(row.goal.expected)
    return needed


def worked_days(
    progress: Progress, member: Membership, *, until_now: bool = True
) -> tuple[Fraction, Fraction]:
    """Working days over by tonight, and those on which something was logged; a day on which the plan asks
    for half counts as half."""
    start = progress.schedule.kgi.start.toordinal()
    over = progress.elapsed if until_now else min(progress.elapsed, progress.today.toordinal() - start)
    capacity = progress.schedule.capacity.get(member.pk, ())[:over]
    logged = {day for day in logged_days(progress, member) if day.toordinal() - start < over}
    on_plan = sum(
        (share for place, share in enumerate(capacity) if date.fromordinal(start + place) in logged),
        Fraction(0),
    )
    # What was logged on a day off is a day more.
    off = sum(not _share_of(capacity, day.toordinal() - start) for day in logged)
    return sum(capacity, Fraction(0)), on_plan + off


def _share_of(capacity: Sequence[Fraction], place: int) -> Fraction:
    return capacity[place] if 0 <= place < len(capacity) else Fraction(0)


def logged_days(progress: Progress, member: Membership) -> set[date]:
    return {row.day for row in progress.counts_of.get(member.pk, []) if row.count > 0}


def _named(progress: Progress, parts: Iterable[Part]) -> list[Cause]:
    kpis = progress.schedule.kpis
    return [_cause(part, kpis) for part in parts]


def _cause(part: Part, kpis: Sequence[Kpi]) -> Cause:
    if part.factor == VOLUME:
        return Cause(VOLUME, None, kpis[0], part.effect)
    if isinstance(part.factor, int):
        return Cause(part.factor, kpis[part.factor - 1], kpis[part.factor], part.effect)
    return Cause(part.factor, None, None, part.effect)


def causes_of_segments(
    progress: Progress, goal: Measure, segments: Sequence[SegmentProgress]
) -> list[SegmentCauses]:
    """Each segment against its part of what the plan asks for by tonight."""
    found = []
    for segment in segments:
        planned = needed_by_now(progress, segment)
        done = [stage.measure.actual for stage in segment.stages]
        expected = segment.goal * goal.expected // goal.target if goal.target else 0
        is_amount = progress.schedule.kgi.is_amount
        amounts = (expected, segment.goal_done) if is_amount else (None, None)
        causes = _named(progress, why(Line(planned, amounts[0]), Line(done, amounts[1])))
        found.append(
            SegmentCauses(segment.segment.label, sum((one.effect for one in causes), Fraction(0)), causes)
        )
    return found


def bottleneck(
    progress: Progress, causes: Sequence[Cause], rows: Sequence[MemberProgress]
) -> Bottleneck | None:
    """What costs most of what is missing, in the rows' own counts; None where nothing is missing."""
    gap = sum((one.effect for one in causes), Fraction(0))
    worst = min(causes, key=lambda one: one.effect, default=None)
    if worst is None or gap >= 0 or float(-worst.effect) < NOTICEABLE * float(-gap):
        return None
    return Bottleneck(worst, _surety(progress, worst, rows))


def _surety(progress: Progress, cause: Cause, rows: Sequence[MemberProgress]) -> str:
    if cause.factor in (DAYS, VOLUME):
        return COUNTED
    if cause.factor == PRICE:
        return _surety_of_price(progress, rows)
    assert isinstance(cause.factor, int)
    done = [row.stages[cause.factor].measure.actual for row in rows]
    of = [row.stages[cause.factor - 1].measure.actual for row in rows]
    planned = progress.schedule.draft.rates()[cause.factor]
    found = evidence(Cases(sum(done), sum(of)), [])
    if found is None or planned is None:
        return UNKNOWN
    return SURE if found.against(float(planned)) == BELOW else CHANCE


def _surety_of_price(progress: Progress, rows: Sequence[MemberProgress]) -> str:
    shown = {row.member.pk for row in rows}
    sums = [(row.count, row.amount) for row in progress.counts if row.member in shown and row.amount]
    price = price_of(sums, None)
    draft = progress.schedule.draft
    if price is None or not draft.contracts:
        return UNKNOWN
    planned = float(draft.goal / draft.contracts)
    error = price.mean * sqrt(price.variation / price.deals)
    return SURE if planned - price.mean > SIGMAS * error else CHANCE
