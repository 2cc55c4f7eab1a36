from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.notices.models import Wish
from apps.notices.webhook import target_of
from apps.notices.wording import sentence


class WishForm(forms.ModelForm[Wish]):
    class Meta:
        model = Wish
        fields = ["morning", "monday", "reminders", "hour"]


class ChannelForm(forms.Form):
    url = forms.URLField(
        max_length=500,
        assume_scheme="https",
        label=_("Address of the incoming webhook"),
        help_text=_("Slack, Mattermost and others give one for a channel. Treat it as a password."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )

    def clean_url(self) -> Any:
        url = self.cleaned_data["url"]
        try:
            target_of(url)
        except PlanError as error:
            raise forms.ValidationError(sentence(error)) from error
        return url
