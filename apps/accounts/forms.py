from itertools import islice
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import LANGUAGES, Membership, MembershipQuerySet, Role, Team, User
from apps.accounts.roster import MOST_PEOPLE
from apps.accounts.wording import sentence
from apps.domain.errors import PlanError
from apps.web.tables import open_table
from apps.web.wording import too_large_sentence


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = [
            *("name", "reading", "language", "time_zone"),
            *("first_page", "amounts", "palette", "is_calm", "has_keys"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
        for name in ("first_page", "amounts", "palette"):
            self.fields[name].never_empty = True  # type: ignore[attr-defined]


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Leave empty to get a link that you pass on yourself."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.REP)


class RosterForm(forms.Form):
    people = forms.CharField(
        label=_("One person a line: name and e-mail, both needed"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        required=False,
        max_length=100_000,
        help_text=_(
            "Paste it from a spreadsheet or a mail. A reading in kana and a role may follow: manager, rep or "
            "viewer; without a role it is a rep."
        ),
    )
    file = forms.FileField(label=_("or a file, CSV or Excel (.xlsx)"), required=False)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.too_large:
            self.add_error("file", too_large_sentence())
        elif data.get("file"):
            self._read(data)
        elif not (data.get("people") or "").strip() and "people" not in self.errors:
            self.add_error("people", _("Paste a list or choose a file."))
        return data

    def _read(self, data: dict[str, Any]) -> None:
        try:
            with open_table(data["file"]) as rows:
                filled = (cells for _line, cells in rows if any(cell.strip() for cell in cells))
                lines = ("\t".join(" ".join(cell.split()) for cell in cells) for cells in filled)
                data["people"] = "\n".join(islice(lines, MOST_PEOPLE + 2))
        except PlanError as error:
            self.add_error("file", sentence(error))


class HandOverForm(forms.Form):
    """To whom a team goes, and whether the one who gives it leaves."""

    to = forms.ModelChoiceField(label=_("To whom?"), queryset=Membership.objects.none())
    leaves = forms.BooleanField(label=_("I leave the team"), required=False)

    def __init__(self, *args: Any, members: MembershipQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ModelChoiceField(label=_("To whom?"), queryset=members)


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

    def __init__(self, *args: Any, fixed_email: str = "", is_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_email, self.is_known = fixed_email, is_known
        if fixed_email:
            del self.fields["email"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.fixed_email:
            data["email"] = self.fixed_email
        if data.get("email") and not self.is_known and User.objects.filter(email=data["email"]).exists():
            self.add_error(
                None, _("There is an account with this e-mail already. Sign in, then open the link again.")
            )
        check_new_password(self)
        return data
