import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.domain.errors import PlanError
from apps.domain.numbers import normal, parse_number
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi
from apps.goals.forms import clean_period
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
    """A number as people write it (1,200, 120万, −3), cleaned to a decimal with four places.

    ``reading``: ``count`` refuses a per cent sign, ``change`` ignores it, and ``share`` reads 30%, 30,
    0.3, 3割 and 3/10 all as thirty per cent.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.reading = "count"
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = self._read(normal(text).replace("\u2212", "-"))
        except PlanError as error:
            raise Refused(error, sentence(error)) from error
        if abs(number) > LARGEST:
            raise refused("too_large", largest=f"{LARGEST:,}")
        scaled = number * 10**PLACES
        if scaled.denominator != 1 and self.reading != "share":
            raise refused("too_many_places", places=PLACES)
        return Decimal(round(scaled)).scaleb(-PLACES)

    def _read(self, text: str) -> Fraction:
        has_sign = text.endswith("%")
        if has_sign and self.reading == "count":
            raise PlanError("no_per_cent")
        bare = text.removesuffix("%").lstrip("+")
        if self.reading != "share":
            return parse_number(bare)
        if bare.endswith("割"):
            return parse_number(bare.removesuffix("割")) * 10
        try:
            number = parse_number(bare)
        except PlanError:
            # 1 in 5, 5件に1件: as rates are written everywhere else.
            return parse_rate(text).value * 100
        return number if has_sign or abs(number) > 1 else number * 100

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
        show_too_much(self)
        if not self.is_bound and self.instance.pk:
            self.initial["seen"] = self.instance.version
        self._limit_to(access)

    def _limit_to(self, access: Access) -> None:
        """Choices are what this person may see; a rep writes own objectives only."""
        member = model_choice(self, "member")
        if access.can_edit:
            members = Membership.objects.filter(team=access.team)
            kept_member = members.filter(pk__in=[self.instance.member_id])
            member.queryset = (members.carrying_targets() | kept_member).in_team_order()
            member.empty_label = str(_("the whole team"))
        else:
            assert access.membership
            del self.fields["member"]
            self.instance.member = access.membership
        # What was chosen stays a choice, also when it is withdrawn, closed or gone meanwhile.
        kept = self.instance
        kgi = model_choice(self, "kgi")
        of_team = Kgi.objects.of_team(access.team)
        kgi.queryset = (of_team.running() | of_team.filter(pk__in=[kept.kgi_id])).order_by("-start")
        kgi.label_from_instance = _period_of  # type: ignore[method-assign,assignment]
        kgi.empty_label = str(_("none"))
        visible = Objective.objects.visible_to(access)
        if kept.parent_id and not visible.filter(pk__in=[kept.parent_id]).exists():
            # A colleague's, which this person does not see: it stays where it is.
            del self.fields["parent"]
            return
        parents = (visible.open() | visible.filter(pk__in=[kept.parent_id])).exclude(pk__in=self._below())
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
        data = self.cleaned_data
        clean_period(self, data)
        if self.instance.pk and data.get("start") and data.get("end") and not self.errors:
            self._check_key_results(data["start"], data["end"])
        return data

    def _check_key_results(self, start: date, end: date) -> None:
        """Key results with days of their own have to stay within the new period."""
        outside = Q(start__lt=start) | Q(start__gt=end) | Q(end__gt=end) | Q(end__lt=start)
        found = self.instance.key_results.filter(outside).first()
        if found:
            self.add_error("end", refused("key_result_outside", text=found.text))


def show_too_much(form: forms.BaseForm) -> None:
    """A browser cuts what is longer than maxlength without a word; here it is kept, and said."""
    for field in form.fields.values():
        if isinstance(field.widget, forms.Textarea | forms.TextInput):
            field.widget.attrs.pop("maxlength", None)


def _period_of(kgi: Kgi) -> str:
    return f"{date_format(kgi.start, 'SHORT_DATE_FORMAT')} – {date_format(kgi.end, 'SHORT_DATE_FORMAT')}"


def model_choice(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


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
        show_too_much(self)
        measure = self["measure"].value()
        self.fields["kpi"].required = measure not in (KeyResult.Measure.AMOUNT, KeyResult.Measure.HAND)
        for name in ("kpi", "compares", "base"):
            self.fields[name].never_empty = True  # type: ignore[attr-defined]
        self._set_readings(measure)
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

    def _set_readings(self, measure: str) -> None:
        """How the numbers are read: of a rate, 0.3 is thirty per cent."""
        reading = "share" if measure == KeyResult.Measure.RATE or self._is_share(measure) else "count"
        if self["compares"].value():
            reading = "change"
        for name in ("baseline", "target", "commit", "stretch"):
            field = self.fields[name]
            assert isinstance(field, NumberField)
            field.reading = reading

    def _is_share(self, measure: str) -> bool:
        typed = str(self["kpi"].value() or "")
        is_signal = measure == KeyResult.Measure.SIGNAL and re.fullmatch("[0-9]{1,18}", typed)
        return bool(is_signal) and Kpi.objects.filter(pk=int(typed), measure=Kpi.Measure.SHARE).exists()

    def _limit_to(self, access: Access) -> None:
        owner = self.instance.objective.member
        if owner or not access.can_edit:
            del self.fields["member"]
            return
        members = Membership.objects.filter(team=access.team)
        kept = members.filter(pk__in=[self.instance.member_id])
        model_choice(self, "member").queryset = (members.carrying_targets() | kept).in_team_order()
        model_choice(self, "member").empty_label = str(_("the whole team"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self._clean_days(data)
        self._clean_measure(data)
        self._clean_numbers(data)
        return data

    def _clean_days(self, data: dict[str, Any]) -> None:
        """Days of its own lie within the objective's."""
        whole = self.instance.objective
        start, end = data.get("start") or whole.start, data.get("end") or whole.end
        if end < start:
            self.add_error("end", refused("end_before_start", start=start, end=end))
            return
        for name in ("start", "end"):
            if data.get(name) and not whole.start <= data[name] <= whole.end:
                self.add_error(name, refused("outside_objective", start=whole.start, end=whole.end))

    def _clean_measure(self, data: dict[str, Any]) -> None:
        """Fields that do not belong to the measure are emptied rather than complained about."""
        measure, kpi = data.get("measure"), data.get("kpi")
        is_signal = kpi is not None and kpi.is_signal
        if measure == KeyResult.Measure.AMOUNT:
            data["kpi"] = None
        elif "kpi" in self.errors:
            pass
        elif measure == KeyResult.Measure.SIGNAL and not is_signal:
            self.add_error("kpi", refused("choose_signal"))
        elif measure in (KeyResult.Measure.COUNT, KeyResult.Measure.RATE) and is_signal:
            self.add_error("kpi", refused("choose_stage"))
        if measure != KeyResult.Measure.RATE:
            data["base"] = None
        elif kpi and not is_signal:
            self._clean_base(data, kpi)
        if measure == KeyResult.Measure.HAND:
            data["compares"] = KeyResult.Compares.NOTHING
        if measure in (KeyResult.Measure.COUNT, KeyResult.Measure.AMOUNT):
            # A total begins at nothing; a baseline left over from another measure is not shown.
            data["baseline"] = None

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
        if target is not None and not self._may_be(target, data):
            self.add_error("target", refused("less_is_lower" if data.get("compares") else "not_positive"))
        steps = [data[name] for name in ("commit", "target", "stretch") if data.get(name) is not None]
        if steps != sorted(steps, reverse=bool(lower)):
            self.add_error("commit", refused("levels_out_of_order"))

    def _may_be(self, target: Decimal, data: dict[str, Any]) -> bool:
        """Less than before is wanted where lower is better, and there alone; a number of its own that
        the log counts is above zero, or zero where lower is better."""
        if data.get("compares"):
            return (target < 0) == bool(data.get("lower_is_better")) and target != 0
        if data.get("measure") == KeyResult.Measure.HAND:
            return True
        return target > 0 or (target == 0 and bool(data.get("lower_is_better")))


class CheckInForm(forms.ModelForm[CheckIn]):
    value = NumberField(label=_("Number so far"), required=False)
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
        show_too_much(self)
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
