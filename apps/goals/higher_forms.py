from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.domain.money import LARGEST
from apps.domain.shape import MONTHS_OF_A_YEAR, shape_of
from apps.goals.forms import MoneyField, NumbersField, refused
from apps.goals.models import HigherGoal, Kgi
from apps.web.forms import day_field


class HigherGoalForm(forms.Form):
    span = forms.ChoiceField(label=_("Span"), choices=HigherGoal.Span.choices)
    start = day_field(label=_("From the first of"))
    counts = forms.ChoiceField(label=_("The goal is"), choices=Kgi.Counts.choices)
    of_company = forms.BooleanField(label=_("Of the whole company"), required=False)

    def __init__(self, *args: Any, currency: str, is_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts_contracts = self.is_bound and self.data.get("counts") == Kgi.Counts.CONTRACTS
        self.fields["goal"] = (
            forms.IntegerField(label=_("Goal"), max_value=LARGEST)
            if counts_contracts
            else MoneyField(label=_("Goal"), currency=currency)
        )
        self.order_fields(["span", "start", "counts", "goal", "of_company"])
        if not is_owner:
            del self.fields["of_company"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("start") and data["start"].day != 1:
            self.add_error("start", refused(PlanError("not_first_of_month")))
        if data.get("goal") is not None and data["goal"] <= 0:
            self.add_error("goal", refused(PlanError("goal_not_positive")))
        return data

    def values(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in ("span", "start", "counts", "goal")}
        return values | {"of_company": bool(self.cleaned_data.get("of_company"))}


class SplitIntoForm(forms.Form):
    span = forms.ChoiceField(
        label=_("Into"),
        choices=[choice for choice in HigherGoal.Span.choices if choice[0] != HigherGoal.Span.YEAR],
        initial=HigherGoal.Span.QUARTER,
    )
    season = NumbersField(
        label=_("Season, January to December"),
        help_text=_("Twelve numbers in per cent, like 90 100 130 …; 100 is a usual month. Empty: even."),
        how_many=MONTHS_OF_A_YEAR,
    )

    def clean_season(self) -> list[str]:
        season: list[str] = self.cleaned_data["season"]
        if any(Fraction(percent).denominator != 1 for percent in season):
            raise refused(PlanError("not_whole"))
        try:
            shape_of((), [int(percent) for percent in season])
        except PlanError as error:
            raise refused(error) from error
        return season
