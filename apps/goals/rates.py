"""Whose rate stands in the plan: the team's, or a person's own with the cases behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Membership
from apps.domain.errors import PlanError
from apps.domain.rates import Rate
from apps.funnels.forms import RateField
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import Cell, Draft, Split
from apps.goals.forms import refused
from apps.goals.history import Evidence, History
from apps.goals.models import PlanRate

Source = PlanRate.Source
TEAM = "team"


@dataclass(frozen=True)
class Choice:
    """A rate that could stand in the plan."""

    source: str
    label: str
    rate: Rate | None
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Step:
    """From one stage into the next, for one person in one segment."""

    segment: Segment
    before: Kpi
    after: Kpi
    choices: Sequence[Choice]
    # What stands in the plan now: None for the team's rate.
    stored: PlanRate | None

    @property
    def name(self) -> str:
        return f"{self.after.pk}_{self.segment.pk}"

    def choice(self, source: str) -> Choice | None:
        return next((one for one in self.choices if one.source == source), None)


def steps_of(draft: Draft, split: Split, history: History, member: Membership) -> list[Step]:
    return [
        Step(
            stream.segment,
            before,
            after,
            _choices(history, stream.rates[place], stream.segment, before, after, member),
            split.rates.get((member.pk, stream.segment.pk, after.pk)),
        )
        for stream in draft.streams
        for place, (before, after) in enumerate(pairwise(draft.kpis), start=1)
    ]


def _choices(
    history: History,
    in_plan: Rate | None,
    segment: Segment,
    before: Kpi,
    after: Kpi,
    member: Membership,
) -> list[Choice]:
    own = history.evidence(before.pk, after.pk, segment.pk, member.pk)
    best = history.best_month(before.pk, after.pk, segment.pk, member.pk)
    team = history.evidence(before.pk, after.pk, segment.pk)
    usual = Rate(after.rate, after.rate_text) if after.rate else None
    return [
        Choice(TEAM, _("the team's, as planned"), in_plan, team),
        Choice(Source.OWN, _("own"), _measured(own), own),
        Choice(Source.BEST, _("own best month"), _measured(best) if best else None, best),
        Choice(Source.BENCHMARK, after.rate_source or _("the funnel's usual rate"), usual),
    ]


def _measured(evidence: Evidence) -> Rate | None:
    rate = evidence.rate
    return Rate(rate, f"{evidence.count} of {evidence.of}") if rate is not None else None


class MemberRatesForm(forms.Form):
    """For each step where the rate comes from: ``source_<kpi>_<segment>``, and ``typed_…``."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, steps: Sequence[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps = steps
        for step in steps:
            known = [(one.source, one.label) for one in step.choices if one.rate is not None]
            self.fields[f"source_{step.name}"] = forms.ChoiceField(
                label=f"{step.before.name} → {step.after.name}",
                choices=[*known, (Source.TYPED, gettext_lazy("typed"))],
                initial=step.stored.source if step.stored else TEAM,
                widget=forms.RadioSelect,
            )
            self.fields[f"typed_{step.name}"] = RateField(
                label=gettext_lazy("Rate"),
                required=False,
                initial=step.stored.rate_text if step.stored and step.stored.source == Source.TYPED else "",
            )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for step in self.steps:
            typed = f"typed_{step.name}"
            is_open = typed not in self.errors and not data.get(typed)
            if is_open and data.get(f"source_{step.name}") == Source.TYPED:
                self.add_error(typed, refused(PlanError("rate_missing")))
        return data

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"step": step, "source": self[f"source_{step.name}"], "typed": self[f"typed_{step.name}"]}
            for step in self.steps
        ]

    def rates(self, member: Membership) -> dict[Cell, PlanRate]:
        """The rates that are not the team's."""
        found: dict[Cell, PlanRate] = {}
        for step in self.steps:
            source = self.cleaned_data[f"source_{step.name}"]
            rate = self._rate(step, source)
            if rate:
                evidence = one.evidence if (one := step.choice(source)) else None
                found[member.pk, step.segment.pk, step.after.pk] = plan_rate(
                    member.pk, step.segment.pk, step.after.pk, source, rate, evidence
                )
        return found

    def _rate(self, step: Step, source: str) -> Rate | None:
        if source == TEAM:
            return None
        if source == Source.TYPED:
            typed: Rate = self.cleaned_data[f"typed_{step.name}"]
            return typed
        # What stands in the plan stays as it was measured until another source is chosen.
        if step.stored and step.stored.source == source:
            return Rate(step.stored.rate, step.stored.rate_text)
        choice = step.choice(source)
        return choice.rate if choice else None


def plan_rate(
    member: int, segment: int, kpi: int, source: str, rate: Rate, evidence: Evidence | None
) -> PlanRate:
    """Not saved: the next version keeps it."""
    return PlanRate(
        member_id=member,
        segment_id=segment,
        kpi_id=kpi,
        source=source,
        rate_text=rate.text,
        rate_numerator=rate.value.numerator,
        rate_denominator=rate.value.denominator,
        cases=evidence.count if evidence else None,
        of_cases=evidence.of if evidence else None,
        since=evidence.since if evidence else None,
    )


def with_rates(split: Split, member: Membership, rates: Mapping[Cell, PlanRate]) -> Split:
    others = {cell: rate for cell, rate in split.rates.items() if cell[0] != member.pk}
    return Split(split.weights, split.by_hand, others | dict(rates))


def own_rates_of_all(
    draft: Draft, split: Split, history: History, members: Sequence[Membership]
) -> dict[Cell, PlanRate]:
    """Everybody's own rates, where enough cases stand behind them; the rest go by the team's."""
    found: dict[Cell, PlanRate] = {}
    for member in members:
        for step in steps_of(draft, split, history, member):
            own = step.choice(Source.OWN)
            if own and own.rate and own.evidence and not own.evidence.is_few:
                cell = (member.pk, step.segment.pk, step.after.pk)
                found[cell] = plan_rate(*cell, Source.OWN, own.rate, own.evidence)
    return found
