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


class SignalForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    unit = forms.CharField(label=_("Unit"), max_length=12, required=False)
    measure = forms.ChoiceField(
        label=_("How it is counted"), choices=Kpi.Measure.choices, initial=Kpi.Measure.SHARE
    )


class NewSignalForm(SignalForm):
    field_order = ["stage", "name", "unit", "measure"]

    def __init__(self, *args: Any, stages: KpiQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Two forms stand on the funnel's page, and both have a name: ids have to differ.
        self.fields["stage"] = forms.ModelChoiceField(
            queryset=stages, label=_("Beside the stage"), empty_label=None
        )
        self.order_fields(self.field_order)
