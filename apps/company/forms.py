from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organization, User
from apps.accounts.zones import zone_choices
from apps.calendars.holidays import country_choices
from apps.company.event_words import GROUPS
from apps.funnels.presets import PRESETS
from apps.web.forms import OwnIds, day_field

LONGEST_CLOSURE = 60


class LogForm(forms.Form):
    group = forms.ChoiceField(
        label=_("What?"), required=False, choices=[("", _("Everything")), *GROUPS.items()]
    )
    actor = forms.ModelChoiceField(
        label=_("Who?"), required=False, queryset=User.objects.none(), empty_label=_("Everybody")
    )
    start = day_field(label=_("From"), required=False)
    end = day_field(label=_("Until"), required=False)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"] = forms.ModelChoiceField(
            label=_("Who?"), required=False, queryset=people, empty_label=_("Everybody")
        )


class AsOfForm(forms.Form):
    day = day_field(label=_("As of"))


class CompanyForm(forms.ModelForm[Organization]):
    class Meta:
        model = Organization
        fields = ["name", "fiscal_month", "keep_words_months"]


class OwnerForm(OwnIds):
    ids = "owner"

    user = forms.ModelChoiceField(label=_("Who becomes owner?"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = forms.ModelChoiceField(label=_("Who becomes owner?"), queryset=people)


class NewTeamForm(OwnIds):
    ids = "team"

    name = forms.CharField(label=_("Team"), max_length=80)
    preset = forms.ChoiceField(
        label=_("How you sell"), choices=[(preset.code, preset.name) for preset in PRESETS]
    )
    country = forms.ChoiceField(label=_("Public holidays of"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, initial="Asia/Tokyo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [("", _("No public holidays")), *country_choices(get_language() or "en")]
        self.fields["country"] = forms.ChoiceField(
            label=_("Public holidays of"), required=False, initial="JP", choices=countries
        )


class ClosureForm(OwnIds):
    """Days on which the whole company is closed."""

    ids = "closure"

    start = day_field(label=_("From"))
    end = day_field(label=_("Until"))
    name = forms.CharField(label=_("Reason"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("start") and data.get("end"):
            if data["end"] < data["start"]:
                self.add_error("end", _("The end lies before the start."))
            elif (data["end"] - data["start"]).days >= LONGEST_CLOSURE:
                self.add_error("end", _("This is longer than a closure can be."))
        return data
