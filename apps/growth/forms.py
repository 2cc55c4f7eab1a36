from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.accounts.models import Membership, MembershipQuerySet, Team
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi
from apps.funnels.queries import base_of, is_share
from apps.goals.forms import clean_period
from apps.growth.models import MOST_TIMES, Drill, Note, Practice
from apps.growth.starts import chosen_kpi
from apps.growth.wording import sentence
from apps.okrs.forms import NumberField
from apps.web.forms import Refused, day_field

# Rows for steps on a fresh form, and at the most.
ROWS, MOST_DRILLS = 3, 8


def refused(code: str, **facts: object) -> Refused:
    error = PlanError(code, **facts)
    return Refused(error, sentence(error))


class PracticeForm(forms.ModelForm[Practice]):
    """``text`` is the aim: the field that the SMART box looks at."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=300,
        label=_("What exactly will be different?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("So that one could see it: what do you do, until what happens?"),
    )
    start = day_field(label=_("From"))
    end = day_field(label=_("Until"))
    target = NumberField(
        required=False,
        label=_("Target"),
        help_text=_("What the number shall become: of a rate or a share in per cent."),
    )

    class Meta:
        model = Practice
        fields = ("vague", "kpi", "start", "end", "explained")

    def __init__(self, *args: Any, access: Access, members: MembershipQuerySet | None, **kwargs: Any) -> None:
        """``members``: for whom a manager writes it; None for one's own, or one that exists."""
        instance: Practice = kwargs["instance"]
        kwargs["initial"] = {
            "seen": instance.version,
            "key": uuid4(),
            "text": instance.aim,
            "target": instance.target,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.stored_kpi = instance.kpi_id
        self.fields["kpi"] = _kpi_field(access)
        if members is not None:
            self.fields["members"] = forms.ModelMultipleChoiceField(
                queryset=members,
                label=_("For whom"),
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": sentence(PlanError("nobody_chosen"))},
            )
        target = self.fields["target"]
        assert isinstance(target, NumberField)
        target.reading = "share" if self._reads_share(access.team) else "count"

    def _reads_share(self, team: Team) -> bool:
        """How a target is read hangs on what is chosen beside it."""
        kpi = chosen_kpi(team, str(self["kpi"].value() or ""))
        return kpi is not None and is_share(kpi, base_of(kpi, list(Kpi.objects.of_team(team).running())))

    def clean_kpi(self) -> Kpi:
        kpi: Kpi = self.cleaned_data["kpi"]
        is_parked = kpi.parked_at or (kpi.beside and kpi.beside.parked_at)
        # What a practice stands on already may stay.
        if is_parked and not (self.instance.pk and kpi.pk == self.stored_kpi):
            raise refused("kpi_parked", name=kpi.name)
        return kpi

    def _has_share_target(self) -> bool:
        field = self.fields["target"]
        return isinstance(field, NumberField) and field.reading == "share"

    def clean_target(self) -> Decimal | None:
        target: Decimal | None = self.cleaned_data["target"]
        if target is not None and not 0 < target <= (100 if self._has_share_target() else target):
            raise refused("target_outside" if target > 0 else "not_positive")
        return target

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        clean_period(self, data)
        if data.get("text"):
            self.instance.aim = data["text"]
        if "target" in data:
            self.instance.target = data["target"]
        return data


def _kpi_field(access: Access) -> forms.ModelChoiceField[Kpi]:
    """Parked ones are found too, so that it can be said why they do not do."""
    kinds = (Kpi.Kind.STAGE, Kpi.Kind.SIGNAL)
    kpis = Kpi.objects.of_team(access.team).filter(kind__in=kinds).select_related("beside")
    field = forms.ModelChoiceField(
        queryset=kpis,
        label=_("Where does it show?"),
        help_text=_("The stage whose rate should rise, or the signal that tells it sooner."),
    )
    running = [kpi for kpi in kpis.order_by("kind", "position") if not kpi.parked_at]
    signals = [(kpi.pk, f"{kpi.beside} – {kpi.name}") for kpi in running if kpi.is_signal]
    stages = [(kpi.pk, kpi.name) for kpi in running if kpi.is_stage]
    choices: list[Any] = [("", "---------"), (_("Stages"), stages)]
    field.choices = [*choices, (_("Signals"), signals)] if signals else choices
    return field


class DrillForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(max_length=200, required=False, label=_("Practice step"))
    times = forms.IntegerField(
        min_value=1, max_value=MOST_TIMES, required=False, initial=3, label=_("Times a week")
    )
    partner = forms.CharField(max_length=80, required=False, label=_("With whom"))
    evidence = forms.CharField(max_length=200, required=False, label=_("Done well when"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        said = data.get("partner") or data.get("evidence")
        if said and not data.get("text"):
            self.add_error("text", _("What is done in this step?"))
        if data.get("text") and data.get("times") is None and "times" not in self.errors:
            self.add_error("times", _("How often a week?"))
        return data


class BaseDrills(BaseFormSet[DrillForm]):
    def clean(self) -> None:
        if not any(self.errors) and not self.filled():
            raise refused("no_drill")

    def filled(self) -> list[dict[str, Any]]:
        """The steps in their order; an emptied row is a step less."""
        rows = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        return [row for row in rows if row.get("text")]


def drill_forms(data: Any, steps: Sequence[dict[str, Any]]) -> BaseDrills:
    rows = max(1, ROWS - len(steps))
    made = formset_factory(
        DrillForm,
        formset=BaseDrills,
        extra=rows,
        max_num=MOST_DRILLS,
        validate_max=True,
        absolute_max=MOST_DRILLS,
    )
    # What was typed is not held against what is stored: a line that equals it is a line all the same.
    found = made(data, initial=None if data is not None else list(steps), prefix="step")
    assert isinstance(found, BaseDrills)
    return found


def stored_steps(practice: Practice) -> list[dict[str, Any]]:
    rows = Drill.objects.filter(practice=practice, parked_at=None).order_by("position", "pk")
    return [dict(row) for row in rows.values("id", "text", "times", "partner", "evidence")]


class CloseForm(forms.Form):
    lesson = forms.CharField(max_length=500, required=False, label=_("What we learned"))


class DayForm(forms.Form):
    day = day_field()


class NoteForm(forms.ModelForm[Note]):
    class Meta:
        model = Note
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}


def people_of(access: Access) -> MembershipQuerySet:
    return Membership.objects.filter(team=access.team).carrying_targets().in_team_order()
