from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.domain.errors import PlanError
from apps.domain.numbers import normal, parse_number
from apps.domain.workdays import LONGEST_PERIOD
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.okrs.models import FULL_GRADE, CheckIn, KeyResult, Objective
from apps.okrs.wording import sentence
from apps.web.forms import Refused, day_field

LARGEST = 10**13
PLACES = 4


def refused(code: str, **facts: object) -> Refused:
    error = PlanError(code, **facts)
    return Refused(error, sentence(error))


class NumberField(forms.CharField):
    """A number as people write it (1,200, 120万, 15%), cleaned to a decimal with four places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_number(normal(text).removesuffix("%").lstrip("+"))
        except PlanError as error:
            raise Refused(error, sentence(error)) from error
        if abs(number) > LARGEST:
            raise refused("too_large", largest=f"{LARGEST:,}")
        scaled = number * 10**PLACES
        if scaled.denominator != 1:
            raise refused("too_many_places", places=PLACES)
        return Decimal(scaled.numerator).scaleb(-PLACES)

    def prepare_value(self, value: Any) -> Any:
        """Without the zeros that fill a stored decimal up."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class ObjectiveForm(forms.ModelForm[Objective]):
    start = day_field(label=_("From"))
    end = day_field(label=_("Until"))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    class Meta:
        model = Objective
        fields = ["text", "why", "member", "kgi", "parent", "start", "end", "explained"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "why": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.team = access.team
        if not self.is_bound and self.instance.pk:
            self.initial["seen"] = self.instance.version
        self._limit_to(access)

    def _limit_to(self, access: Access) -> None:
        """Choices are what this person may see; a rep writes own objectives only."""
        member = model_choice(self, "member")
        if access.can_edit:
            members = Membership.objects.filter(team=access.team).carrying_targets()
            member.queryset = members.in_team_order()
            member.empty_label = str(_("the whole team"))
        else:
            assert access.membership
            del self.fields["member"]
            self.instance.member = access.membership
        kgi = model_choice(self, "kgi")
        kgi.queryset = Kgi.objects.of_team(access.team).running().order_by("-start")
        kgi.label_from_instance = _period_of  # type: ignore[method-assign,assignment]
        kgi.empty_label = str(_("none"))
        parents = Objective.objects.visible_to(access).open().exclude(pk__in=self._below())
        model_choice(self, "parent").queryset = parents.order_by("-start", "pk")
        model_choice(self, "parent").empty_label = str(_("nothing above it"))

    def _below(self) -> list[int]:
        """The objective itself and all that hangs on it: none of them can stand above it."""
        if self.instance.pk is None:
            return []
        pairs = list(Objective.objects.filter(team=self.instance.team).values_list("pk", "parent_id"))
        found, last = {self.instance.pk}, 0
        while len(found) > last:
            last = len(found)
            found |= {pk for pk, parent in pairs if parent in found}
        return list(found)

    def clean(self) -> dict[str, Any]:
        clean_period(self, self.cleaned_data)
        return self.cleaned_data


def _period_of(kgi: Kgi) -> str:
    return f"{date_format(kgi.start, 'SHORT_DATE_FORMAT')} – {date_format(kgi.end, 'SHORT_DATE_FORMAT')}"


def model_choice(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


def clean_period(form: forms.BaseForm, data: dict[str, Any]) -> None:
    start, end = data.get("start"), data.get("end")
    if start is None or end is None:
        return
    if end < start:
        form.add_error("end", refused("end_before_start", start=start, end=end))
    elif (end - start).days >= LONGEST_PERIOD:
        form.add_error("end", refused("period_too_long", longest=LONGEST_PERIOD))


class KeyResultForm(forms.ModelForm[KeyResult]):
    baseline = NumberField(label=_("Baseline"), required=False)
    target = NumberField(label=_("Target"))
    commit = NumberField(label=_("Commit"), required=False, help_text=_("The least that is promised."))
    stretch = NumberField(label=_("Stretch"), required=False, help_text=_("More than is expected."))
    start = day_field(label=_("From"), required=False)
    end = day_field(label=_("Until"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    class Meta:
        model = KeyResult
        fields = [
            "text", "measure", "kpi", "base", "compares", "baseline", "target", "commit", "stretch",
            "unit", "lower_is_better", "start", "end", "member", "explained",
        ]  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is asked for depends on the measure, which the browser does not know.
        self.use_required_attribute = False
        measure = self["measure"].value()
        self.fields["kpi"].required = measure not in (KeyResult.Measure.AMOUNT, KeyResult.Measure.HAND)
        for name in ("kpi", "compares", "base"):
            self.fields[name].never_empty = True  # type: ignore[attr-defined]
        if not self.is_bound and self.instance.pk:
            self.initial["seen"] = self.instance.version
        kpis = Kpi.objects.of_team(access.team).filter(parked_at=None).select_related("beside")
        # What a key result was tied to stays, also when it is parked meanwhile.
        kept = Kpi.objects.filter(pk__in=[self.instance.kpi_id, self.instance.base_id])
        model_choice(self, "kpi").queryset = (kpis | kept.select_related("beside")).order_by(
            "-kind", "position"
        )
        model_choice(self, "kpi").label_from_instance = _name_of_kpi  # type: ignore[method-assign,assignment]
        model_choice(self, "kpi").empty_label = str(_("choose"))
        stages = (kpis | kept.select_related("beside")).filter(kind=Kpi.Kind.STAGE)
        model_choice(self, "base").queryset = stages.order_by("position")
        model_choice(self, "base").empty_label = str(_("the stage before"))
        self._limit_to(access)

    def _limit_to(self, access: Access) -> None:
        owner = self.instance.objective.member
        if owner or not access.can_edit:
            del self.fields["member"]
            return
        members = Membership.objects.filter(team=access.team).carrying_targets().in_team_order()
        model_choice(self, "member").queryset = members
        model_choice(self, "member").empty_label = str(_("the whole team"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        clean_period(self, data)
        self._clean_measure(data)
        self._clean_numbers(data)
        return data

    def _clean_measure(self, data: dict[str, Any]) -> None:
        """Fields that do not belong to the measure are emptied rather than complained about."""
        measure, kpi = data.get("measure"), data.get("kpi")
        is_signal = kpi is not None and kpi.is_signal
        if measure == KeyResult.Measure.AMOUNT:
            data["kpi"] = None
        elif measure == KeyResult.Measure.SIGNAL and not is_signal:
            self.add_error("kpi", refused("choose_signal"))
        elif measure in (KeyResult.Measure.COUNT, KeyResult.Measure.RATE) and (kpi is None or is_signal):
            self.add_error("kpi", refused("choose_stage"))
        if measure != KeyResult.Measure.RATE:
            data["base"] = None
        elif kpi and not is_signal:
            self._clean_base(data, kpi)
        if measure == KeyResult.Measure.HAND:
            data["compares"] = KeyResult.Compares.NOTHING

    def _clean_base(self, data: dict[str, Any], kpi: Kpi) -> None:
        base = data.get("base")
        if base is None and kpi.position == 0:
            self.add_error("base", refused("first_stage_has_no_rate", stage=kpi.name))
        elif base is not None and base.position >= kpi.position:
            self.add_error("base", refused("base_after_stage", stage=kpi.name))

    def _clean_numbers(self, data: dict[str, Any]) -> None:
        baseline, target, lower = data.get("baseline"), data.get("target"), data.get("lower_is_better")
        if data.get("compares"):
            data["baseline"] = None
        elif baseline is not None and target is not None and baseline == target:
            self.add_error("baseline", refused("baseline_is_target"))
        elif baseline is not None and target is not None and (baseline > target) != bool(lower):
            self.add_error("baseline", refused("baseline_beyond" if not lower else "baseline_below"))
        steps = [data[name] for name in ("commit", "target", "stretch") if data.get(name) is not None]
        if steps != sorted(steps, reverse=bool(lower)):
            self.add_error("commit", refused("levels_out_of_order"))


class CheckInForm(forms.ModelForm[CheckIn]):
    value = NumberField(label=_("Number"), required=False)
    confidence = forms.TypedChoiceField(
        label=_("How sure are you?"),
        choices=[(number, str(number)) for number in range(1, 6)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("1: it will not happen, 5: it is certain."),
    )

    class Meta:
        model = CheckIn
        fields = ["value", "confidence", "note"]


class CloseForm(forms.Form):
    grade = forms.TypedChoiceField(
        label=_("Grade"),
        choices=[(number, f"{number / FULL_GRADE:.1f}") for number in range(FULL_GRADE + 1)],
        coerce=int,
        help_text=_("0.0 nothing, 0.7 a good result of a stretching objective, 1.0 all of it."),
    )
    lesson = forms.CharField(
        label=_("What we learned"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, key_results: Sequence[KeyResult], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key_results = key_results
        self.fields["carry_over"] = forms.TypedMultipleChoiceField(
            label=_("Carry over into the next period"),
            choices=[(key_result.pk, key_result.text) for key_result in key_results],
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def carried(self) -> list[KeyResult]:
        chosen = self.cleaned_data["carry_over"]
        return [key_result for key_result in self.key_results if key_result.pk in chosen]


class GoalForm(forms.Form):
    """A sentence of its own, to be looked at letter by letter; nothing is stored."""

    text = forms.CharField(label=_("Goal"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def _name_of_kpi(kpi: Kpi) -> str:
    return f"{kpi.beside.name}: {kpi.name}" if kpi.is_signal and kpi.beside else kpi.name
