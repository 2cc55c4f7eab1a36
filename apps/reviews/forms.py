from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, MembershipQuerySet
from apps.domain.checks import CODES
from apps.funnels.models import Kpi, KpiQuerySet
from apps.goals.priorities import Ranked
from apps.reviews.models import Action, CheckAnswer, Review, Verdict, Words
from apps.reviews.services import SAID
from apps.web.forms import day_field


class OpenForm(forms.Form):
    kind = forms.ChoiceField(choices=Review.Kind.choices)
    day = day_field()


class OrderForm(forms.Form):
    """For each stage its place, ``place_…``; equal places keep the order that stands."""

    seen = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, order: Sequence[Ranked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        for number, one in enumerate(order, start=1):
            self.fields[f"place_{one.kpi.pk}"] = forms.IntegerField(
                min_value=1, max_value=99, initial=number, label=one.kpi.name
            )

    def chosen(self) -> list[int]:
        places = {one.kpi.pk: self.cleaned_data[f"place_{one.kpi.pk}"] for one in self.order}
        return sorted(places, key=lambda kpi: places[kpi])


class ActionForm(forms.Form):
    text = forms.CharField(max_length=300, label=_("What"), widget=forms.TextInput())
    due = day_field(required=False, label=_("Due by"))
    hypothesis = forms.CharField(
        max_length=300,
        required=False,
        label=_("We expect that"),
        help_text=_(
            "e.g. the appointment rate rises, because the first sentence names the customer's problem"
        ),
    )

    def __init__(self, *args: Any, people: MembershipQuerySet, kpis: KpiQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = forms.ModelChoiceField(
            queryset=people, required=False, label=_("Who"), empty_label=_("nobody: a decision")
        )
        self.fields["kpi"] = forms.ModelChoiceField(
            queryset=kpis, required=False, label=_("On which KPI"), empty_label=_("none")
        )
        self.fields["kpi"].label_from_instance = _kpi_name  # type: ignore[attr-defined]
        self.order_fields(["text", "owner", "due", "kpi", "hypothesis"])


def _kpi_name(kpi: Any) -> str:
    assert isinstance(kpi, Kpi)
    return kpi.name


class ActionChangeForm(forms.Form):
    seen = forms.IntegerField(min_value=1)
    state = forms.ChoiceField(choices=Action.State.choices, required=False)
    verdict = forms.ChoiceField(choices=Action.Verdict.choices, required=False)


class VerdictForm(forms.Form):
    choice = forms.ChoiceField(choices=Verdict.Choice.choices)
    note = forms.CharField(max_length=300, required=False)
    seen = forms.CharField(max_length=8, required=False)


class AnswersForm(forms.Form):
    """The team's own answer to each check, with a note; what is left empty is not answered."""

    seen = forms.CharField(max_length=200, required=False, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in CODES:
            self.fields[f"answer_{code}"] = forms.ChoiceField(
                choices=[*CheckAnswer.Answer.choices, ("", "–")], required=False
            )
            self.fields[f"note_{code}"] = forms.CharField(max_length=300, required=False, label=_("Note"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for code in CODES:
            if data.get(f"note_{code}") and not data.get(f"answer_{code}"):
                self.add_error(f"answer_{code}", _("Please choose yes, partly or no as well."))
        return data

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """In the order of the checks: the code, its answer, its note."""
        return [(code, self[f"answer_{code}"], self[f"note_{code}"]) for code in CODES]

    def answers(self) -> dict[str, tuple[str, str]]:
        given = {code: self.cleaned_data[f"answer_{code}"] for code in CODES}
        return {code: (said, self.cleaned_data[f"note_{code}"]) for code, said in given.items() if said}


def with_stored(typed: QueryDict, answers: Mapping[str, CheckAnswer]) -> QueryDict:
    """What was typed, and where nothing was, what somebody else has answered since."""
    merged = typed.copy()
    for code, one in answers.items():
        if not typed.get(f"answer_{code}"):
            merged[f"answer_{code}"], merged[f"note_{code}"] = one.answer, one.note
    return merged


def initial_of(answers: Mapping[str, CheckAnswer]) -> dict[str, str]:
    said = {f"answer_{code}": one.answer for code, one in answers.items()}
    return said | {f"note_{code}": one.note for code, one in answers.items()}


class LearnedForm(forms.Form):
    learned = forms.CharField(
        max_length=2000, required=False, label=_("What we learned"), widget=forms.Textarea(attrs={"rows": 5})
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class WordsForm(forms.ModelForm[Words]):
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Words
        fields = SAID
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in SAID}

    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in SAID}


def writes_side(member: Membership, user_id: int, *, can_edit: bool) -> str:
    """Which side somebody writes on: the person it is about, or the manager; neither: nothing."""
    if member.user_id == user_id:
        return Words.Side.REP
    return Words.Side.MANAGER if can_edit else ""
