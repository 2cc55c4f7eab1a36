import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.domain.money import LARGEST, decimals, parse_money
from apps.domain.numbers import exact_text, normal, parse_number
from apps.domain.workdays import LONGEST_PERIOD
from apps.funnels.models import Segment
from apps.goals.wording import sentence
from apps.web.forms import Refused

BETWEEN_NUMBERS = re.compile(r"[\s/;:、・|→]+|,(?!\d{3}\b)\s*")
LARGEST_WEIGHT = 1000


def refused(error: PlanError) -> Refused:
    return Refused(error, sentence(error))


def name_in(name: str, segment: Segment) -> str:
    """A field's name in a segment; those of the default segment have none."""
    return name if segment.is_default else f"{name}_s{segment.pk}"


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


class NumbersField(forms.CharField):
    """Several numbers in one line, like ``30/30/20/20``; cleans to them as exact decimals."""

    def __init__(self, *, how_many: int | None = None, **kwargs: Any) -> None:
        super().__init__(max_length=120, required=False, **kwargs)
        self.how_many = how_many
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return []
        try:
            numbers = [
                parse_number(part) for part in BETWEEN_NUMBERS.split(normal(text).strip("%/ ")) if part
            ]
        except PlanError as error:
            raise refused(error) from error
        if self.how_many and len(numbers) != self.how_many:
            raise refused(PlanError("other_count", wanted=self.how_many, found=len(numbers)))
        # Two places are more than anybody weighs by; more would make the sums of days unwieldy.
        if any(number > LARGEST_WEIGHT or (number * 100).denominator != 1 for number in numbers):
            raise refused(PlanError("not_a_weight", largest=f"{LARGEST_WEIGHT:,}"))
        return [exact_text(number) for number in numbers]


class AgreeForm(forms.Form):
    """A rep's yes, with how convinced, one line why, and, where wanted, what is promised at the least and
    what is reached for beyond ``target``, the amount in the plan."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    conviction = forms.TypedChoiceField(
        label=_("How convinced are you?"),
        choices=[(number, str(number)) for number in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why, in one line"), max_length=300, required=False)

    def __init__(self, *args: Any, target: int, currency: str, is_amount: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        for name, label in (("commit", _("At the least (commit)")), ("stretch", _("Beyond (stretch)"))):
            self.fields[name] = part_field(label, currency, is_amount=is_amount)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("commit") is not None and not 0 <= data["commit"] <= self.target:
            self.add_error("commit", refused(PlanError("commit_above_target")))
        if data.get("stretch") is not None and data["stretch"] < self.target:
            self.add_error("stretch", refused(PlanError("stretch_below_target")))
        return data


def part_field(label: Any, currency: str, *, is_amount: bool) -> forms.Field:
    """Somebody's part of a goal, in money or in contracts; may stay open."""
    if is_amount:
        return MoneyField(label=label, currency=currency, required=False)
    return forms.IntegerField(label=label, min_value=0, max_value=LARGEST, required=False)


class CounterForm(forms.Form):
    """A rep's other proposal, or a manager's answer to it: in both cases with a reason."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, currency: str, is_amount: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = part_field(_("What I would carry"), currency, is_amount=is_amount)

    def clean_amount(self) -> int | None:
        amount: int | None = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise refused(PlanError("goal_not_positive"))
        return amount
