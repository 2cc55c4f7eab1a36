from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Team
from apps.api.models import Hook, Scope
from apps.notices.forms import OutsideUrl

DAYS = [("30", _("30 days")), ("365", _("a year")), ("0", _("until it is ended"))]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=60)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("all of mine")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=_("How long?"), choices=DAYS, initial="365")

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def clean_days(self) -> int | None:
        return int(self.cleaned_data["days"]) or None


class HookForm(forms.Form):
    url = OutsideUrl(label=_("Address of the other system"))
    kinds = forms.MultipleChoiceField(
        label=_("What is it told?"), choices=Hook.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
