"""Planned against measured rates: keep, take over, or set, and what that asks for a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Team, User
from apps.accounts.services import record_event
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.domain.periods import month_of, previous
from apps.domain.rates import Rate
from apps.funnels.forms import RateField
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import Draft, draft_of, split_needs, split_of
from apps.goals.forms import refused
from apps.goals.history import Evidence, History, load_history
from apps.goals.models import Kgi, Plan
from apps.goals.queries import load_schedule
from apps.goals.services import latest_plan, next_change, revise_plan
from apps.reviews.models import RateDecision, Review
from apps.reviews.services import lock_open, touch
from apps.web.forms import day_field

Choice = RateDecision.Choice
Place = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """From one stage into the next in a segment: the planned rate beside what was measured."""

    segment: Segment
    before: Kpi
    after: Kpi
    planned: Rate
    month: Evidence
    months: Evidence

    @property
    def place(self) -> Place:
        return (self.segment.pk, self.after.pk)

    @property
    def name(self) -> str:
        return f"{self.after.pk}_{self.segment.pk}"

    def measured(self, choice: str) -> Evidence:
        return self.month if choice == Choice.MONTH else self.months


def steps_of(draft: Draft, history: History, last_month: date) -> list[Step]:
    return [
        Step(
            stream.segment,
            before,
            after,
            rate,
            history.evidence(before.pk, after.pk, stream.segment.pk, months=[last_month]),
            history.evidence(before.pk, after.pk, stream.segment.pk),
        )
        for stream in draft.streams
        for (before, after), rate in zip(pairwise(draft.kpis), stream.rates[1:], strict=True)
        if rate is not None
    ]


@dataclass(frozen=True)
class RateTable:
    """What a team can decide about its rates now."""

    kgi: Kgi
    plan: Plan
    draft: Draft
    steps: Sequence[Step]
    earliest: date


def load_rate_table(team: Team, day: date) -> RateTable | None:
    """Of the goal that runs on a day; None where none does."""
    kgi = Kgi.objects.of_team(team).on(day).first()
    if kgi is None:
        return None
    kgi.team = team
    plan = latest_plan(kgi)
    draft = draft_of(plan)
    today = today_in(team)
    last_month = previous(month_of(today))[0]
    steps = steps_of(draft, load_history(team, today), last_month)
    return RateTable(kgi, plan, draft, steps, next_change(kgi, plan, today))


class RatesForm(forms.Form):
    """For each step ``choice_…`` and, where it is typed, ``rate_…``."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    valid_from = day_field(label=_("From"))
    reason = forms.CharField(max_length=200, required=False, label=_("Reason"))

    def __init__(self, *args: Any, table: RateTable, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"seen": table.plan.number, "valid_from": table.earliest})
        super().__init__(*args, **kwargs)
        self.table = table
        for step in table.steps:
            known = [
                (choice.value, choice.label)
                for choice in (Choice.MONTH, Choice.MONTHS)
                if step.measured(choice).rate is not None
            ]
            self.fields[f"choice_{step.name}"] = forms.ChoiceField(
                choices=[
                    (Choice.KEEP.value, Choice.KEEP.label),
                    *known,
                    (Choice.TYPED.value, Choice.TYPED.label),
                ],
                initial=Choice.KEEP,
                widget=forms.RadioSelect,
                label=f"{step.before.name} → {step.after.name}",
            )
            self.fields[f"rate_{step.name}"] = RateField(required=False, label=_("Rate"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for step in self.table.steps:
            name = f"rate_{step.name}"
            # Whoever types a rate means it.
            if data.get(name) and data.get(f"choice_{step.name}") == Choice.KEEP:
                data[f"choice_{step.name}"] = Choice.TYPED
            if (
                data.get(f"choice_{step.name}") == Choice.TYPED
                and not data.get(name)
                and name not in self.errors
            ):
                self.add_error(name, refused(PlanError("rate_missing")))
        if self.is_changing() and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("A changed rate needs a reason: in a month nobody will remember it."))
        return data

    def is_changing(self) -> bool:
        return any(
            self.cleaned_data.get(f"choice_{step.name}", "keep") != "keep" for step in self.table.steps
        )

    def rates(self) -> dict[Place, tuple[str, Rate]]:
        """What changes, with the choice that it came from."""
        found: dict[Place, tuple[str, Rate]] = {}
        for step in self.table.steps:
            choice = self.cleaned_data.get(f"choice_{step.name}", Choice.KEEP)
            rate = self._rate(step, choice)
            if rate is not None and rate.value != step.planned.value:
                found[step.place] = (choice, rate)
        return found

    def _rate(self, step: Step, choice: str) -> Rate | None:
        if choice == Choice.TYPED:
            return self.cleaned_data.get(f"rate_{step.name}") or None
        evidence = step.measured(choice)
        if choice == Choice.KEEP or evidence.rate is None:
            return None
        return Rate(evidence.rate, f"{evidence.count}/{evidence.of}")

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"step": step, "choice": self[f"choice_{step.name}"], "rate": self[f"rate_{step.name}"]}
            for step in self.table.steps
        ]


def with_rates(draft: Draft, rates: Mapping[Place, Rate], reason: str) -> Draft:
    streams = [
        replace(
            stream,
            rates=[
                rates.get((stream.segment.pk, kpi.pk), rate)
                for kpi, rate in zip(draft.kpis, stream.rates, strict=True)
            ],
        )
        for stream in draft.streams
    ]
    return replace(draft, streams=streams, reason=reason)


@dataclass(frozen=True)
class Effect:
    """What changed rates do to a stage: the team's number of the period, and each working day of a
    person from a day on."""

    kpi: Kpi
    before: int
    after: int
    a_day: Fraction | None


def effects(table: RateTable, changed: Draft, valid_from: date) -> list[Effect]:
    """Raises PlanError of ``Draft.needs``. The numbers are those that the plan asks of its people: own
    rates and numbers typed by hand stay as they are."""
    split = split_of(table.plan)
    before, after = _by_kpi(split_needs(table.draft, split)), _by_kpi(split_needs(changed, split))
    schedule = load_schedule(table.kgi, valid_from)
    first = schedule.index(valid_from) - 1
    left = sum((sum(row[max(0, first) :], Fraction(0)) for row in schedule.capacity.values()), Fraction(0))
    return [
        Effect(
            kpi,
            before.get(kpi.pk, 0),
            after.get(kpi.pk, 0),
            Fraction(after.get(kpi.pk, 0) - before.get(kpi.pk, 0)) / left if left else None,
        )
        for kpi in table.draft.kpis
    ]


def _by_kpi(cells: Mapping[tuple[int, int, int], int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for (_member, _segment, kpi), count in cells.items():
        found[kpi] = found.get(kpi, 0) + count
    return found


@transaction.atomic
def decide_rates(
    *,
    review: Review,
    by: User,
    table: RateTable,
    rates: Mapping[Place, tuple[str, Rate]],
    valid_from: date,
    reason: str,
    seen: int,
) -> Plan | None:
    """Writes what was decided about every step, and a version of the plan where something changes.
    Raises PlanError of ``revise_plan``."""
    lock_open(review)
    plan = None
    if rates:
        changed = with_rates(table.draft, {place: rate for place, (_c, rate) in rates.items()}, reason)
        plan = revise_plan(kgi=table.kgi, by=by, valid_from=valid_from, draft=changed, seen=seen)
    if seen != table.plan.number:
        raise PlanError("plan_outdated", number=table.plan.number)
    # "Keep" said twice is said once.
    kept = {(one.segment_id, one.kpi_id, one.before_text) for one in review.rates.filter(plan=None)}
    RateDecision.objects.bulk_create(
        _decision(review, by, step, rates.get(step.place), plan, valid_from, reason)
        for step in table.steps
        if step.place in rates or (*step.place, step.planned.text) not in kept
    )
    touch(review)
    record_event(
        team=review.team, actor=by, kind="rates_decided", review=review.pk, plan=plan.pk if plan else None
    )
    return plan


def _decision(
    review: Review,
    by: User,
    step: Step,
    changed: tuple[str, Rate] | None,
    plan: Plan | None,
    valid_from: date,
    reason: str,
) -> RateDecision:
    choice, rate = changed or (Choice.KEEP, step.planned)
    evidence = step.measured(choice)
    return RateDecision(
        review=review,
        segment=step.segment,
        kpi=step.after,
        choice=choice,
        before_text=step.planned.text,
        after_text=rate.text,
        count=max(0, evidence.count),
        of=max(0, evidence.of),
        reason=reason if changed else "",
        valid_from=valid_from,
        plan=plan if changed else None,
        author=by,
    )


@transaction.atomic
def undo_rates(*, review: Review, by: User, plan: Plan, reason: str) -> Plan:
    """A further version with the rates as they were before ``plan``; what else changed since stays.

    Raises PlanError ``already_undone``, ``rate_changed_since`` where a later decision stands on it, and
    those of ``revise_plan``.
    """
    decisions = list(review.rates.select_for_update().filter(plan=plan, undone_by=None))
    if not decisions:
        raise PlanError("already_undone")
    kgi = plan.kgi
    kgi.team = review.team
    former = draft_of(kgi.plans.get(number=plan.number - 1))
    old = {
        (stream.segment.pk, kpi.pk): rate
        for stream in former.streams
        for kpi, rate in zip(former.kpis, stream.rates, strict=True)
        if rate is not None
    }
    last = latest_plan(kgi)
    standing = draft_of(last)
    wanted = {(one.segment_id, one.kpi_id): one.after_text for one in decisions}
    if any(_text_at(standing, place) != text for place, text in wanted.items()):
        raise PlanError("rate_changed_since")
    back = with_rates(standing, {place: old[place] for place in wanted if place in old}, reason)
    day = next_change(kgi, last, today_in(review.team))
    undone = revise_plan(kgi=kgi, by=by, valid_from=day, draft=back, seen=last.number)
    review.rates.filter(pk__in=[one.pk for one in decisions]).update(undone_by=undone)
    touch(review)
    record_event(team=review.team, actor=by, kind="rates_undone", review=review.pk, plan=undone.pk)
    return undone


def _text_at(draft: Draft, place: Place) -> str:
    """The rate that stands in a draft, as typed."""
    for stream in draft.streams:
        for kpi, rate in zip(draft.kpis, stream.rates, strict=True):
            if (stream.segment.pk, kpi.pk) == place and rate is not None:
                return rate.text
    return ""


def own_rate_holders(table: RateTable) -> int:
    """How many people keep rates of their own, which a change of the team's does not touch."""
    split = split_of(table.plan)
    return len({member for member, _segment, _kpi in split.rates})
