from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.domain.money import LARGEST
from apps.domain.numbers import parse_number
from apps.domain.shape import MONTHS_OF_A_YEAR, shape_of
from apps.funnels.forms import RateField
from apps.funnels.models import Kpi, Segment
from apps.goals.deal_list import count_grades
from apps.goals.drafts import Draft, Form, Grade, Stream
from apps.goals.forms import MoneyField, NumbersField, clean_period, name_in, refused
from apps.goals.models import Kgi, Plan
from apps.web.forms import Refused, day_field

# Grades of open deals, with the chance in per cent that many sales teams reckon with.
GRADES = {"A": 80, "B": 50, "C": 20}
MOST_DEALS = 100_000


class PlanForm(forms.Form):
    """Goal, price, period and rates. One rate field per stage after the first: ``rate_<kpi>``; the
    fields of further segments end in ``_s<segment>``."""

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
    buffer = forms.DecimalField(
        label=_("Buffer in per cent"),
        help_text=_("Every number is planned so much higher. Empty: none."),
        min_value=0,
        max_value=200,
        max_digits=5,
        decimal_places=2,
        required=False,
    )
    weights = NumbersField(
        label=_("Weights of the weeks"),
        help_text=_("Like 30/30/20/20, for equal parts of the period's working days. Empty: even."),
    )
    season = NumbersField(
        label=_("Season, January to December"),
        help_text=_(
            "For a period of several months: twelve numbers in per cent, like 90 100 130 …; 100 is usual."
        ),
        how_many=MONTHS_OF_A_YEAR,
    )
    uses_lead_time = forms.BooleanField(label=_("Move each stage earlier by its lead time"), required=False)

    def __init__(
        self,
        *args: Any,
        kpis: Sequence[Kpi],
        segments: Sequence[Segment],
        currency: str,
        last: Plan | None = None,
        **kwargs: Any,
    ) -> None:
        """``last`` is the version to be changed; None for a new goal."""
        super().__init__(*args, **kwargs)
        self.kpis, self.segments, self.currency, self.last = kpis, segments, currency, last
        self.kgi = kgi = last.kgi if last else None
        for segment in segments:
            self._add_segment(segment)
        for name in ("counts", "start", "end") if kgi else ("valid_from", "reason", "seen"):
            del self.fields[name]

    def _add_segment(self, segment: Segment) -> None:
        one_of_several = len(self.segments) > 1
        self.fields[name_in("goal", segment)] = MoneyField(
            label=_("Goal"), currency=self.currency, required=not one_of_several
        )
        self.fields[name_in("unit_price", segment)] = MoneyField(
            label=_("Gross profit of a contract") if self._is_profit() else _("Unit price"),
            currency=self.currency,
            required=self._asks_amount() and not one_of_several,
        )
        for kpi in self.kpis[1:]:
            self.fields[name_in(f"rate_{kpi.pk}", segment)] = RateField(
                label=kpi.name, required=not one_of_several
            )
        for grade in GRADES:
            self._add_grade(grade, segment)
        self.fields[name_in("deal_list", segment)] = forms.CharField(
            label=_("Or paste a list"),
            help_text=_("Rows from a spreadsheet, each deal with its grade A, B or C: they are counted."),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=100_000,
            required=False,
        )

    def _add_grade(self, grade: str, segment: Segment) -> None:
        self.fields[name_in(f"deals_{grade}", segment)] = forms.IntegerField(
            label=_("Open deals, grade %(grade)s") % {"grade": grade},
            min_value=0,
            max_value=MOST_DEALS,
            required=False,
        )
        self.fields[name_in(f"chance_{grade}", segment)] = forms.IntegerField(
            label=_("Chance of grade %(grade)s in per cent") % {"grade": grade},
            min_value=0,
            max_value=100,
            required=False,
        )
        self.fields[name_in(f"reached_{grade}", segment)] = forms.TypedChoiceField(
            label=_("Stage that grade %(grade)s has reached") % {"grade": grade},
            choices=[(kpi.pk, kpi.name) for kpi in self.kpis[:-1] or self.kpis],
            coerce=int,
            required=False,
        )

    # -- for the template --------------------------------------------------------------------------

    def segment_rows(self) -> list[dict[str, Any]]:
        """Per segment its fields, in the order of the form."""
        return [
            {
                "segment": segment,
                "goal": self[name_in("goal", segment)],
                "unit_price": self[name_in("unit_price", segment)],
                "rates": self._rate_fields(segment),
                "grades": [
                    {
                        "name": grade,
                        "deals": self[name_in(f"deals_{grade}", segment)],
                        "chance": self[name_in(f"chance_{grade}", segment)],
                        "reached": self[name_in(f"reached_{grade}", segment)],
                    }
                    for grade in GRADES
                ],
                "deal_list": self[name_in("deal_list", segment)],
            }
            for segment in self.segments
        ]

    def _rate_fields(self, segment: Segment) -> list[dict[str, Any]]:
        """The rates with the names of the stages they join."""
        found = []
        for before, kpi in zip(self.kpis, self.kpis[1:], strict=False):
            name = name_in(f"rate_{kpi.pk}", segment)
            found.append(
                {"field": self[name], "kpi": kpi, "before": before, "readings": self._readings(name)}
            )
        return found

    def rate_fields(self) -> list[dict[str, Any]]:
        return [row for segment in self.segments for row in self._rate_fields(segment)]

    def has_shape(self) -> bool:
        """Whether the fields of shape and open deals are in use or wrong, and so stand open."""
        names = ["buffer", "weights", "season", "uses_lead_time"]
        names += [name for name in self.fields if name.startswith(("deals_", "deal_list"))]
        return any(self[name].value() or self[name].errors for name in names)

    def _readings(self, name: str) -> list[dict[str, object]]:
        """What an ambiguous number could mean, to be chosen with one click."""
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

    # -- cleaning ----------------------------------------------------------------------------------

    def _counts(self) -> str:
        sent = self.data.get("counts") if self.is_bound else self.initial.get("counts")
        return str(self.kgi.counts if self.kgi else sent)

    def _asks_amount(self) -> bool:
        return self._counts() in (Kgi.Counts.AMOUNT, Kgi.Counts.PROFIT)

    def _is_profit(self) -> bool:
        return self._counts() == Kgi.Counts.PROFIT

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for segment in self.segments:
            self._clean_segment(data, segment)
        asked = [name_in("goal", segment) for segment in self.segments]
        if not any(data.get(name) for name in asked) and not any(name in self.errors for name in asked):
            self.add_error(asked[0], refused(PlanError("missing")))
        clean_period(self, data)
        self._clean_shape(data)
        return data

    def _clean_segment(self, data: dict[str, Any], segment: Segment) -> None:
        goal, price = name_in("goal", segment), name_in("unit_price", segment)
        is_amount = self._asks_amount()
        if data.get(goal) is not None and not is_amount:
            self._read_count(data, goal)
        if data.get(goal) is not None and data[goal] <= 0:
            self.add_error(goal, refused(PlanError("goal_not_positive")))
        if not is_amount:
            data[price] = None
        elif data.get(price) is not None and data[price] <= 0:
            self.add_error(price, refused(PlanError("price_not_positive")))
        self._count_deals(data, segment)
        if data.get(goal):
            self._ask_for_the_rest(data, segment)

    def _count_deals(self, data: dict[str, Any], segment: Segment) -> None:
        """A pasted list says how many deals each grade has, and takes the place of typed numbers."""
        name = name_in("deal_list", segment)
        if not data.get(name):
            return
        try:
            counts = count_grades(data[name], GRADES)
        except PlanError as error:
            self.add_error(name, refused(error))
        else:
            data.update({name_in(f"deals_{grade}", segment): counts[grade] for grade in GRADES})

    def _ask_for_the_rest(self, data: dict[str, Any], segment: Segment) -> None:
        """A segment with a goal needs its price and its rates; without one it is left out."""
        if self._asks_amount():
            self._require(data, name_in("unit_price", segment), "missing")
        for kpi in self.kpis[1:]:
            self._require(data, name_in(f"rate_{kpi.pk}", segment), "rate_missing")

    def _require(self, data: Mapping[str, Any], name: str, code: str) -> None:
        if data.get(name) is None and name not in self.errors:
            self.add_error(name, refused(PlanError(code)))

    def _read_count(self, data: dict[str, Any], name: str) -> None:
        """A goal in contracts was read as money by its field; read what was typed again."""
        number = parse_number(str(self.data.get(name, "")))
        data[name] = number.numerator
        if number.denominator != 1:
            self.add_error(name, refused(PlanError("not_whole")))
        elif number > LARGEST:
            self.add_error(name, refused(PlanError("too_large", largest=f"{LARGEST:,}")))

    def _clean_shape(self, data: dict[str, Any]) -> None:
        season = data.get("season") or []
        if any(Fraction(percent).denominator != 1 for percent in season):
            self.add_error("season", refused(PlanError("not_whole")))
            return
        for name, weights, factors in (
            ("weights", data.get("weights") or [], []),
            ("season", [], [int(percent) for percent in season]),
        ):
            try:
                shape_of(weights, factors)
            except PlanError as error:
                self.add_error(name, refused(error))

    def draft(self) -> Draft:
        data = self.cleaned_data
        form = Form(
            data["buffer"] or Decimal(0),
            data["weights"],
            [int(percent) for percent in data["season"]],
            data["uses_lead_time"],
        )
        streams = [self._stream(segment) for segment in self.segments if data[name_in("goal", segment)]]
        return Draft(self.kpis, streams, data.get("reason", ""), form)

    def _stream(self, segment: Segment) -> Stream:
        data = self.cleaned_data
        return Stream(
            segment,
            data[name_in("goal", segment)],
            data[name_in("unit_price", segment)],
            [
                data[name_in(f"rate_{kpi.pk}", segment)] if place else None
                for place, kpi in enumerate(self.kpis)
            ],
            [self._grade(grade, segment) for grade in GRADES if data[name_in(f"deals_{grade}", segment)]],
        )

    def _grade(self, grade: str, segment: Segment) -> Grade:
        data = self.cleaned_data
        chance = data[name_in(f"chance_{grade}", segment)]
        return Grade(
            grade,
            data[name_in(f"reached_{grade}", segment)] or self.kpis[0].pk,
            data[name_in(f"deals_{grade}", segment)],
            GRADES[grade] if chance is None else chance,
        )
