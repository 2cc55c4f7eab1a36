from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.domain.errors import PlanError
from apps.domain.money import LARGEST, decimals, parse_money
from apps.domain.numbers import parse_number
from apps.domain.workdays import LONGEST_PERIOD
from apps.funnels.forms import RateField
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.services import Draft, Split
from apps.goals.wording import sentence
from apps.web.forms import Refused, day_field


def refused(error: PlanError) -> Refused:
    return Refused(error, sentence(error))


def clean_period(form: forms.BaseForm, data: Mapping[str, Any]) -> None:
    """Puts what is wrong with a period beside its end."""
    start: date | None = data.get("start")
    end: date | None = data.get("end")
    if start is None or end is None:
        return
    if end < start:
        form.add_error("end", refused(PlanError("end_before_start", start=start, end=end)))
    elif (end - start).days >= LONGEST_PERIOD:
        form.add_error("end", refused(PlanError("period_too_long", longest=LONGEST_PERIOD)))


class MoneyField(forms.CharField):
    """An amount in the team's currency, cleaned to minor units."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.currency = currency
        self.widget.attrs |= {
            "inputmode": "decimal" if decimals(currency) else "numeric",
            "autocomplete": "off",
        }

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_money(text, self.currency)
        except PlanError as error:
            raise refused(error) from error


class PlanForm(forms.Form):
    """Goal, price, period and rates. One rate field per stage after the first: ``rate_<kpi>``."""

    counts = forms.ChoiceField(
        label=_("The goal is"),
        choices=Kgi.Counts.choices,
        initial=Kgi.Counts.AMOUNT,
        widget=forms.RadioSelect,
    )
    start = day_field(label=_("From"))
    end = day_field(label=_("Until"))
    valid_from = day_field(
        label=_("Changes apply from"),
        help_text=_("Days before it keep their numbers."),
    )
    reason = forms.CharField(label=_("Why the change"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, kpis: Sequence[Kpi], currency: str, kgi: Kgi | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kpis, self.currency, self.kgi = kpis, currency, kgi
        self.fields["goal"] = MoneyField(label=_("Goal"), currency=currency)
        self.fields["unit_price"] = MoneyField(
            label=_("Unit price"), currency=currency, required=self._asks_amount()
        )
        for kpi in kpis[1:]:
            self.fields[f"rate_{kpi.pk}"] = RateField(label=kpi.name)
        for name in ("counts", "start", "end") if kgi else ("valid_from", "reason", "seen"):
            del self.fields[name]

    def rate_fields(self) -> list[dict[str, Any]]:
        """The rates with the names of the stages they join, for the template."""
        return [
            {"field": self[f"rate_{kpi.pk}"], "kpi": kpi, "before": before, "readings": self._readings(kpi)}
            for before, kpi in zip(self.kpis, self.kpis[1:], strict=False)
        ]

    def _readings(self, kpi: Kpi) -> list[dict[str, object]]:
        """What an ambiguous number could mean, to be chosen with one click."""
        name = f"rate_{kpi.pk}"
        errors = self.errors.as_data().get(name, []) if self.is_bound else []
        for error in errors:
            if isinstance(error, Refused) and error.code == "rate_ambiguous":
                number, percent = error.facts["number"], error.facts["percent"]
                each = _("%(number)s for each") % {"number": number}
                return [
                    {"choice": f"{name}={percent}", "text": percent},
                    {"choice": f"{name}={error.facts['per_event']}", "text": each},
                ]
        return []

    def _asks_amount(self) -> bool:
        sent = self.data.get("counts") if self.is_bound else self.initial.get("counts")
        return (self.kgi.counts if self.kgi else sent) == Kgi.Counts.AMOUNT

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self._clean_goal(data)
        clean_period(self, data)
        return data

    def _clean_goal(self, data: dict[str, Any]) -> None:
        is_amount = self._asks_amount()
        if data.get("goal") is not None and not is_amount:
            self._read_count(data)
        if data.get("goal") is not None and data["goal"] <= 0:
            self.add_error("goal", refused(PlanError("goal_not_positive")))
        if not is_amount:
            data["unit_price"] = None
        elif data.get("unit_price") is not None and data["unit_price"] <= 0:
            self.add_error("unit_price", refused(PlanError("price_not_positive")))

    def _read_count(self, data: dict[str, Any]) -> None:
        """A goal in contracts was read as money by its field; read what was typed again."""
        number = parse_number(str(self.data.get("goal", "")))
        data["goal"] = number.numerator
        if number.denominator != 1:
            self.add_error("goal", refused(PlanError("not_whole")))
        elif number > LARGEST:
            self.add_error("goal", refused(PlanError("too_large", largest=f"{LARGEST:,}")))

    def draft(self) -> Draft:
        data = self.cleaned_data
        stages = [(kpi, data[f"rate_{kpi.pk}"] if number else None) for number, kpi in enumerate(self.kpis)]
        return Draft(data["goal"], data["unit_price"], stages, data.get("reason", ""))


class AgreeForm(forms.Form):
    """A rep's yes, with how convinced, and one line why."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    conviction = forms.TypedChoiceField(
        label=_("How convinced are you?"),
        choices=[(number, str(number)) for number in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why, in one line"), max_length=300, required=False)


class CounterForm(forms.Form):
    """A rep's other proposal, or a manager's answer to it: in both cases with a reason."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, currency: str, is_amount: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_amount:
            self.fields["amount"] = MoneyField(
                label=_("What I would carry"), currency=currency, required=False
            )
        else:
            self.fields["amount"] = forms.IntegerField(
                label=_("What I would carry"), min_value=0, max_value=LARGEST, required=False
            )

    def clean_amount(self) -> int | None:
        amount: int | None = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise refused(PlanError("goal_not_positive"))
        return amount


class SplitForm(forms.Form):
    """Weights per member and, where wanted, cells typed by hand: ``cell_<member>_<kpi>``."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, members: Sequence[Membership], kpis: Sequence[Kpi], split: Split, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members, self.kpis = members, kpis
        for member in members:
            self.fields[f"weight_{member.pk}"] = forms.IntegerField(
                label=_("Weight of %(name)s") % {"name": member.user.name},
                min_value=0,
                max_value=1000,
                # Somebody who joined after the plan was made carries a part like the others.
                initial=split.weights.get(member.pk, 1),
            )
            for kpi in kpis:
                self.fields[f"cell_{member.pk}_{kpi.pk}"] = forms.IntegerField(
                    label=_("%(stage)s of %(name)s") % {"stage": kpi.name, "name": member.user.name},
                    min_value=0,
                    max_value=10**9,
                    required=False,
                    initial=split.by_hand.get((member.pk, kpi.pk)),
                )

    def clean(self) -> dict[str, Any]:
        weights = [value for name, value in self.cleaned_data.items() if name.startswith("weight_")]
        if weights and not any(weights):
            self.add_error(None, _("The weights add up to zero. Give at least one person a weight."))
        return self.cleaned_data

    def split(self) -> Split:
        data: Mapping[str, Any] = self.cleaned_data
        return Split(
            weights={member.pk: data[f"weight_{member.pk}"] for member in self.members},
            by_hand={
                (member.pk, kpi.pk): data[f"cell_{member.pk}_{kpi.pk}"]
                for member in self.members
                for kpi in self.kpis
                if data[f"cell_{member.pk}_{kpi.pk}"] is not None
            },
        )
