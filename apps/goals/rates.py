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
# The team's rate, and what stands in the plan since it was chosen.
TEAM, KEPT = "team", "kept"


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

    @property
    def own(self) -> Choice | None:
        return self.choice(Source.OWN)

    @property
    def of_team(self) -> Choice | None:
        return self.choice(TEAM)

    def choice(self, source: str) -> Choice | None:
        return next((one for one in self.choices if one.source == source), None)


def steps_of(draft: Draft, split: Split, history: History, member: Membership) -> list[Step]:
    return [
        Step(
            stream.segment,
            before,
            after,
            _choices(history, stream.rates[place], stream.segment, before, after, member, stored),
            stored,
        )
        for stream in draft.streams
        for place, (before, after) in enumerate(pairwise(draft.kpis), start=1)
        for stored in [split.rates.get((member.pk, stream.segment.pk, after.pk))]
    ]


def _choices(
    history: History,
    in_plan: Rate | None,
    segment: Segment,
    before: Kpi,
    after: Kpi,
    member: Membership,
    stored: PlanRate | None,
) -> list[Choice]:
    own = history.evidence(before.pk, after.pk, segment.pk, member.pk)
    best = history.best_month(before.pk, after.pk, segment.pk, member.pk)
    team = history.evidence(before.pk, after.pk, segment.pk)
    usual = Rate(after.rate, after.rate_text) if after.rate else None
    return [
        *([_kept(stored)] if stored else []),
        Choice(TEAM, _("the team's, as planned"), in_plan, team),
        Choice(Source.OWN, _("own"), _measured(own), own),
        Choice(Source.BEST, _("own best month"), _measured(best) if best else None, best),
        Choice(Source.BENCHMARK, after.rate_source or _("the funnel's usual rate"), usual),
    ]


def _kept(stored: PlanRate) -> Choice:
    """With the cases that it rests on, as they were when it was chosen."""
    label = _("as in the plan: %(source)s") % {"source": stored.get_source_display()}
    evidence = None
    if stored.cases is not None and stored.of_cases is not None and stored.since:
        evidence = Evidence(stored.cases, stored.of_cases, stored.since)
    return Choice(KEPT, label, Rate(stored.rate, stored.rate_text), evidence)


def _measured(evidence: Evidence) -> Rate | None:
    rate = evidence.rate
    return Rate(rate, f"{evidence.count}/{evidence.of}") if rate is not None else None


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
                initial=KEPT if step.stored else TEAM,
                widget=forms.RadioSelect,
            )
            self.fields[f"typed_{step.name}"] = RateField(
                label=gettext_lazy("Rate"),
                required=False,
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
            cell = (member.pk, step.segment.pk, step.after.pk)
            if source == KEPT and step.stored:
                found[cell] = step.stored
            elif source == Source.TYPED:
                found[cell] = plan_rate(*cell, source, self.cleaned_data[f"typed_{step.name}"], None)
            elif source != TEAM and (choice := step.choice(source)) and choice.rate:
                found[cell] = plan_rate(*cell, source, choice.rate, choice.evidence)
        return found


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
