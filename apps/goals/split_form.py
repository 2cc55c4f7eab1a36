from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import LARGEST_NEED, Draft, Split
from apps.goals.forms import name_in
from apps.web.forms import FileForm, OwnIds

MOST_WEIGHT = 1000


class SplitForm(forms.Form):
    """By segment: weights of members and, where wanted, cells typed by hand."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, members: Sequence[Membership], draft: Draft, split: Split, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members, self.kpis, self.stored = members, draft.kpis, split
        self.segments = [stream.segment for stream in draft.streams]
        for segment in self.segments:
            for member in members:
                self._add_row(segment, member)

    def _add_row(self, segment: Segment, member: Membership) -> None:
        place = (member.pk, segment.pk)
        self.fields[weight_name(member, segment)] = forms.IntegerField(
            label=_("Weight of %(name)s") % {"name": member.user.name},
            min_value=0,
            max_value=MOST_WEIGHT,
            # Somebody who joined after the plan was made carries a part like the others.
            initial=self.stored.weights.get(place, 1),
        )
        for kpi in self.kpis:
            self.fields[cell_name(member, segment, kpi)] = forms.IntegerField(
                label=_("%(stage)s of %(name)s") % {"stage": kpi.name, "name": member.user.name},
                min_value=0,
                max_value=LARGEST_NEED,
                required=False,
                initial=self.stored.by_hand.get((*place, kpi.pk)),
            )

    def clean(self) -> dict[str, Any]:
        for segment in self.segments:
            weights = [self.cleaned_data.get(weight_name(member, segment)) for member in self.members]
            if weights and not any(weights) and None not in weights:
                self.add_error(None, _("The weights add up to zero. Give at least one person a weight."))
        return self.cleaned_data

    def split(self) -> Split:
        data = self.cleaned_data
        places = [(member, segment) for segment in self.segments for member in self.members]
        typed = {
            (member.pk, segment.pk, kpi.pk): data[cell_name(member, segment, kpi)]
            for member, segment in places
            for kpi in self.kpis
        }
        return Split(
            {(member.pk, segment.pk): data[weight_name(member, segment)] for member, segment in places},
            {cell: count for cell, count in typed.items() if count is not None},
            self.stored.rates,
        )


class TargetListForm(OwnIds, FileForm):
    """Numbers from a spreadsheet, to fill the grid with."""

    ids = "targets"

    file = forms.FileField(
        label=_("File, CSV or Excel (.xlsx)"),
        help_text=_("Columns: person, KPI, target; a segment where there are several."),
    )


def weight_name(member: Membership, segment: Segment) -> str:
    return name_in(f"weight_{member.pk}", segment)


def cell_name(member: Membership, segment: Segment, kpi: Kpi) -> str:
    return name_in(f"cell_{member.pk}_{kpi.pk}", segment)
