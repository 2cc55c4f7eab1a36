"""What if: settings tried beside the plan, what each asks for, and which lever alone would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.domain.errors import PlanError
from apps.domain.money import plain_text
from apps.domain.numbers import parse_number, shown, whole_up
from apps.domain.what_if import Enough, Setting, brings, enough, needed_a_day, needed_actions
from apps.funnels.forms import RateField
from apps.funnels.models import Kpi
from apps.goals.drafts import Draft
from apps.goals.forms import MoneyField, refused
from apps.goals.models import Kgi
from apps.goals.queries import TeamSchedule
from apps.web.amounts import amount_text

MOST_DAYS, MOST_PEOPLE, MOST_A_DAY = 400, 10_000, 10_000


class PlainNumberField(forms.CharField):
    """A number from 0 to ``most``, cleaned to a fraction."""

    def __init__(self, *, most: int, whole: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.most, self.whole = most, whole
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            number = parse_number(text)
        except PlanError as error:
            raise refused(error) from error
        if self.whole and number.denominator != 1:
            raise refused(PlanError("not_whole"))
        if not 0 < number <= self.most:
            raise refused(PlanError("not_in_range", largest=f"{self.most:,}"))
        return number


class WhatIfForm(forms.Form):
    """Goal, price, rates, days, people, and the first actions a day that one person can do."""

    def __init__(self, *args: Any, kpis: Sequence[Kpi], kgi: Kgi, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpis, self.kgi = kpis, kgi
        self.fields["goal"] = MoneyField(label=gettext_lazy("Goal"), currency=currency)
        if kgi.is_amount:
            self.fields["unit_price"] = MoneyField(label=gettext_lazy("Unit price"), currency=currency)
        else:
            self.fields["goal"] = PlainNumberField(label=gettext_lazy("Goal"), most=10**9, whole=True)
        for before, kpi in pairwise(kpis):
            self.fields[f"rate_{kpi.pk}"] = RateField(label=f"{before.name} → {kpi.name}")
        self.fields["days"] = PlainNumberField(label=gettext_lazy("Working days of a person"), most=MOST_DAYS)
        self.fields["people"] = PlainNumberField(label=gettext_lazy("People"), most=MOST_PEOPLE, whole=True)
        self.fields["a_day"] = PlainNumberField(
            label=_("%(stage)s a day that a person can do") % {"stage": kpis[0].name}, most=MOST_A_DAY
        )
        self.fields["name"] = forms.CharField(
            label=gettext_lazy("Keep it under the name"), max_length=60, required=False
        )

    def clean(self) -> dict[str, Any]:
        for name in ("goal", "unit_price"):
            value = self.cleaned_data.get(name)
            if value is not None and value <= 0:
                code = "goal_not_positive" if name == "goal" else "price_not_positive"
                self.add_error(name, refused(PlanError(code)))
        return self.cleaned_data

    def setting(self) -> Setting:
        data: Mapping[str, Any] = self.cleaned_data
        return Setting(
            Fraction(data["goal"]),
            Fraction(data.get("unit_price", 1)),
            tuple(data[f"rate_{kpi.pk}"].value for kpi in self.kpis[1:]),
            data["days"],
            int(data["people"]),
        )

    def values(self) -> dict[str, str]:
        """As typed, to be kept."""
        return {name: str(self.data.get(name, "")) for name in self.fields if name != "name"}


def values_of(schedule: TeamSchedule, currency: str) -> dict[str, str]:
    """The plan as it stands, as fields; of several segments price and rates are weighted means."""
    draft = schedule.draft
    people = max(1, len(schedule.members))
    worked = sum((sum(row, Fraction(0)) for row in schedule.capacity.values()), Fraction(0))
    days = worked / people if worked else sum(schedule.team_capacity, Fraction(0))
    is_amount = schedule.kgi.is_amount
    goal = plain_text(draft.goal, currency) if is_amount else str(draft.goal)
    values = {"goal": goal, "days": shown(days, 1), "people": str(people)}
    price = draft.goal / draft.contracts if is_amount else Fraction(1)
    if is_amount:
        values["unit_price"] = plain_text(round(price), currency)
    rates = [rate or Fraction(1) for rate in draft.rates()[1:]]
    values |= _rate_texts(draft, rates)
    a_day = needed_a_day(Setting(Fraction(draft.goal), price, tuple(rates), days or Fraction(1), people))
    return values | {"a_day": str(max(1, whole_up(a_day))) if a_day else "1"}


def _rate_texts(draft: Draft, rates: Sequence[Fraction]) -> dict[str, str]:
    typed = [rate.text if rate else "" for rate in draft.streams[0].rates[1:]]
    texts = typed if draft.is_one else [f"{rate.numerator}/{rate.denominator}" for rate in rates]
    return {f"rate_{kpi.pk}": text for kpi, text in zip(draft.kpis[1:], texts, strict=True)}


@dataclass(frozen=True)
class Outcome:
    """What a setting asks for, and what it brings at the pace that is possible."""

    name: str
    goal: str
    price: str
    rates: Sequence[str]
    days: str
    people: int
    actions: int
    a_day: str
    landing: str
    percent: Fraction
    pk: int | None = None


@dataclass(frozen=True)
class LeverRow:
    name: str
    now: str
    needed: str
    is_possible: bool


def outcome(form: WhatIfForm, name: str, currency: str, pk: int | None = None) -> Outcome:
    setting, a_day = form.setting(), form.cleaned_data["a_day"]
    result = brings(setting, a_day)
    per_day = needed_a_day(setting)
    assert per_day is not None
    return Outcome(
        name,
        _text(setting.goal, form.kgi, currency),
        amount_text(setting.price, currency) if form.kgi.is_amount else "",
        [_percent(rate) for rate in setting.rates],
        shown(setting.days, 1),
        setting.people,
        whole_up(needed_actions(setting)),
        shown(per_day, 1),
        _text(result, form.kgi, currency),
        result / setting.goal,
        pk,
    )


def lever_rows(form: WhatIfForm, currency: str) -> list[LeverRow]:
    """Each lever alone, the others as typed."""
    found = enough(form.setting(), form.cleaned_data["a_day"])
    return [_lever(one, form, currency) for one in found]


def _lever(one: Enough, form: WhatIfForm, currency: str) -> LeverRow:
    kpis = form.kpis
    if isinstance(one.factor, int):
        name = f"{kpis[one.factor].name} → {kpis[one.factor + 1].name}"
        return LeverRow(name, _percent(one.now), _percent(_up(one.needed, 3)), one.is_possible)
    if one.factor in ("price", "goal"):
        name = _("Unit price") if one.factor == "price" else _("Goal")
        # A price is enough from the next whole unit on, a goal up to the one below.
        needed = _up(one.needed, 0) if one.factor == "price" else one.needed
        return LeverRow(name, _text(one.now, form.kgi, currency), _text(needed, form.kgi, currency), True)
    names = {
        "actions": _("%(stage)s a day and person") % {"stage": kpis[0].name},
        "days": _("Working days of a person"),
        "people": _("People"),
    }
    return LeverRow(names[one.factor], shown(one.now, 1), shown(_up(one.needed, 1), 1), True)


def _up(value: Fraction, places: int) -> Fraction:
    """Rounded up, so that what is shown is enough."""
    return Fraction(whole_up(value * 10**places), 10**places)


def _percent(rate: Fraction) -> str:
    return f"{shown(rate * 100, 1)}%"


def _text(value: Fraction, kgi: Kgi, currency: str) -> str:
    return amount_text(value, currency) if kgi.is_amount else shown(value, 1)
