from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import LANGUAGES, Membership, Role, Team, User


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Leave empty to get a link that you pass on yourself."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.REP)


class MemberForm(forms.ModelForm[Membership]):
    class Meta:
        model = Membership
        fields = ["role", "carries_targets"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("role") == Role.VIEWER:
            data["carries_targets"] = False
        return data


class TeamForm(forms.ModelForm[Team]):
    class Meta:
        model = Team
        fields = ["name", "time_zone", "visibility", "kpi_limit", "key_result_limit", "silent_after"]


def new_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
        strip=False,
    )


def check_new_password(form: forms.Form) -> None:
    """Puts what is wrong with a new password, for its owner, beside its field."""
    data = form.cleaned_data
    if data.get("password"):
        owner = User(email=data.get("email", ""), name=data.get("name", ""))
        try:
            validate_password(data["password"], owner)
        except forms.ValidationError as error:
            form.add_error("password", error)


class NewPersonForm(forms.Form):
    """Name and password of somebody who accepts an invitation without an account."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"))
    password = new_password_field()

    def __init__(self, *args: Any, fixed_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_email = fixed_email
        if fixed_email:
            del self.fields["email"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.fixed_email:
            data["email"] = self.fixed_email
        if data.get("email") and User.objects.filter(email=data["email"]).exists():
            self.add_error(
                None, _("There is an account with this e-mail already. Sign in, then open the link again.")
            )
        check_new_password(self)
        return data
