from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.calendars.day_template import Block
from apps.calendars.holidays import country_choices
from apps.calendars.models import DayKind
from apps.domain.workdays import LONGEST_PERIOD
from apps.web.forms import OwnIds, day_field


class CalendarForm(forms.Form):
    country = forms.ChoiceField(label=_("Public holidays of"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Working weekdays"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = country_choices(get_language() or "en")
        self.fields["country"] = forms.ChoiceField(
            label=_("Public holidays of"), required=False, choices=[("", _("No public holidays")), *countries]
        )

    def clean_weekdays(self) -> str:
        return "".join(sorted(self.cleaned_data["weekdays"]))


class RangeForm(OwnIds):
    """From one day to another, at most a year and some weeks."""

    start = day_field(label=_("From"))
    end = day_field(label=_("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        start: date | None = data.get("start")
        if start is None:
            return data
        end = data.get("end") or start
        data["end"] = end
        if end < start:
            self.add_error("end", _("The last day is before the first."))
        elif (end - start).days >= LONGEST_PERIOD:
            self.add_error("end", _("That is longer than a year. Please take it in parts."))
        return data


class CalendarDayForm(RangeForm):
    kind = forms.ChoiceField(label=_("What kind of day"), choices=DayKind.choices)
    name = forms.CharField(label=_("Reason"), max_length=60, required=False)


class WorkTimeForm(forms.Form):
    member = forms.ModelChoiceField(label=_("Person"), queryset=Membership.objects.none(), empty_label=None)
    first_day = day_field(label=_("From"))
    percent = forms.IntegerField(
        label=_("Per cent of full time"),
        min_value=0,
        max_value=100,
        help_text=_("60 for three days of five; 0 before joining and after leaving."),
    )

    def __init__(self, *args: Any, members: "Any", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members


class LeaveForm(RangeForm):
    ids = "leave"

    member = forms.ModelChoiceField(label=_("Person"), queryset=Membership.objects.none())
    is_half = forms.BooleanField(label=_("Half a day each"), required=False)

    def __init__(self, *args: Any, members: "Any", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members
        field.empty_label = None


class DayTemplateForm(forms.Form):
    """Name, minutes and activities of each part of the day: ``name_morning`` and so on."""

    def __init__(self, *args: Any, day: Sequence[Block], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        for block in day:
            self.fields[f"name_{block.code}"] = forms.CharField(
                label=_("Name"), max_length=60, initial=str(block.name)
            )
            self.fields[f"minutes_{block.code}"] = forms.IntegerField(
                label=_("Minutes"), min_value=0, max_value=1440, initial=block.minutes
            )
            self.fields[f"activities_{block.code}"] = forms.CharField(
                label=_("What belongs here, one per line"),
                max_length=600,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial="\n".join(str(line) for line in block.activities),
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "block": block,
                "name": self[f"name_{block.code}"],
                "minutes": self[f"minutes_{block.code}"],
                "activities": self[f"activities_{block.code}"],
            }
            for block in self.day
        ]

    def clean(self) -> dict[str, Any]:
        minutes = [self.cleaned_data.get(f"minutes_{block.code}") or 0 for block in self.day]
        if sum(minutes) > 1440:
            self.add_error(None, _("Together that is more than a day has."))
        return self.cleaned_data

    def blocks(self) -> list[Block]:
        data = self.cleaned_data
        return [
            Block(
                block.code,
                data[f"name_{block.code}"],
                data[f"minutes_{block.code}"],
                [line.strip() for line in data[f"activities_{block.code}"].splitlines() if line.strip()],
            )
            for block in self.day
        ]
