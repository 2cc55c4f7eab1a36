from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import check_new_password, new_password_field
from apps.accounts.models import LANGUAGES, User
from apps.accounts.zones import zone_choices
from apps.calendars.holidays import country_choices
from apps.domain.money import CURRENCIES
from apps.funnels.presets import PRESETS


class FirstTeamForm(forms.Form):
    """Account, company, team: all that a first team needs."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"))
    password = new_password_field()
    company = forms.CharField(label=_("Company"), max_length=80)
    team = forms.CharField(label=_("Team"), max_length=80)
    preset = forms.ChoiceField(
        label=_("How you sell"), choices=[(preset.code, preset.name) for preset in PRESETS]
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    country = forms.ChoiceField(label=_("Public holidays of"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, initial="Asia/Tokyo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.fields["country"] = forms.ChoiceField(
            label=_("Public holidays of"),
            required=False,
            initial="JP",
            choices=[("", _("No public holidays")), *country_choices(language)],
        )
        self.fields["language"].initial = language

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("There is an account with this e-mail already."))
        return email

    def clean(self) -> dict[str, Any]:
        check_new_password(self)
        return self.cleaned_data
