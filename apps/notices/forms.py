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


class OutsideUrl(forms.URLField):
    """An address that we send to: a secret of its team, and outside the own network."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.URLInput(attrs={"autocomplete": "off"})
        super().__init__(max_length=500, assume_scheme="https", widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        url = super().clean(value)
        try:
            target_of(url)
        except PlanError as error:
            raise forms.ValidationError(sentence(error)) from error
        return url


class ChannelForm(forms.Form):
    url = OutsideUrl(
        label=_("Address of the incoming webhook"),
        help_text=_("Slack, Mattermost and others give one for a channel. Treat it as a password."),
    )
