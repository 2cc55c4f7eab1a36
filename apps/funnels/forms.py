from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.domain.rates import Rate, parse_rate
from apps.funnels.models import Kpi, KpiQuerySet
from apps.funnels.wording import sentence
from apps.web.forms import Refused


class RateField(forms.CharField):
    """A rate as people write it; cleans to a Rate, or to None where it may be left open."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text and not self.required:
            return None
        try:
            return parse_rate(text)
        except PlanError as error:
            raise Refused(error, sentence(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return value.text if isinstance(value, Rate) else value


class StageForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    unit = forms.CharField(label=_("Unit"), max_length=12, required=False)
    nature = forms.ChoiceField(label=_("Nature"), choices=Kpi.Nature.choices, initial=Kpi.Nature.ACTION)
    rate = RateField(
        label=_("Usual rate from the stage before"),
        required=False,
        help_text=_("Like 20 %, 0.2, 1/5 or 1 in 5. Empty: each plan asks for it."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes each"),
        min_value=1,
        max_value=600,
        required=False,
        help_text=_("What one of it takes, to see whether the plan fits the day."),
    )
    block = forms.ChoiceField(
        label=_("Part of the day"), choices=[("", "–"), *Kpi.Block.choices], required=False
    )
    lead_days = forms.IntegerField(
        label=_("Working days until the next stage"),
        min_value=0,
        max_value=250,
        required=False,
        help_text=_("As it usually is, e.g. 5 from a meeting to a proposal. Empty: at once."),
    )

    def clean_lead_days(self) -> int:
        return self.cleaned_data["lead_days"] or 0


class DetailForm(forms.Form):
    """One link of the chain between two stages."""

    name = forms.CharField(label=_("Name"), max_length=60)
    unit = forms.CharField(label=_("Unit"), max_length=12, required=False)
    rate = RateField(label=_("Rate from the step before"))
    onward = RateField(
        label=_("Rate into the next stage"),
        required=False,
        help_text=_("Only of the last step. Empty: what is left of the stage's rate."),
    )


class SegmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)


class SignalForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    unit = forms.CharField(label=_("Unit"), max_length=12, required=False)
    measure = forms.ChoiceField(
        label=_("How it is counted"), choices=Kpi.Measure.choices, initial=Kpi.Measure.SHARE
    )
    target = RateField(
        label=_("Target"),
        required=False,
        help_text=_("A share like 60 %, or so many per case, like 2 per event."),
    )

    def clean(self) -> dict[str, Any]:
        target: Rate | None = self.cleaned_data.get("target")
        if target and target.is_above_one and self.cleaned_data.get("measure") == Kpi.Measure.SHARE:
            error = PlanError("share_above_all", text=target.text)
            self.add_error("target", Refused(error, sentence(error)))
        return self.cleaned_data


class NewSignalForm(SignalForm):
    field_order = ["stage", "name", "unit", "measure", "target"]

    def __init__(self, *args: Any, stages: KpiQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Two forms stand on the funnel's page, and both have a name: ids have to differ.
        self.fields["stage"] = forms.ModelChoiceField(
            queryset=stages, label=_("Beside the stage"), empty_label=None
        )
        self.order_fields(self.field_order)
