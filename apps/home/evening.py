"""The evening: the day in numbers, ticks, and three minutes to look back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.activity.models import Cause, Reflection
from apps.activity.services import MOST_AT_ONCE, Total
from apps.calendars.day_template import Block
from apps.funnels.models import Kpi, Segment
from apps.home.queries import Today
from apps.web.forms import day_field

EVENING = "evening"
# By KPI and segment, and by day.
Counts = Mapping[tuple[int, int], Mapping[date, int]]


@dataclass(frozen=True)
class Place:
    """A number of the day that can be typed as a whole."""

    kpi: Kpi
    segment: Segment
    done: int
    shows_segment: bool

    @property
    def name(self) -> str:
        return f"{self.kpi.pk}_{self.segment.pk}"


def places_of(day: Today, member: Membership, counts: Counts) -> list[Place]:
    """Stages, steps and signals of the day, each with what is logged so far. Contracts are not among
    them: they come with an amount."""
    default = day.only_segment or Segment.objects.get(team=member.team, is_default=True)
    found = []
    for stage in day.stages:
        segments = [row.segment for row in stage.segments] or [default]
        if not stage.carries_amount:
            found += [(stage.kpi, segment, len(segments) > 1) for segment in segments]
        found += [(one.kpi, default, False) for one in stage.beside]
    return [
        Place(kpi, segment, counts.get((kpi.pk, segment.pk), {}).get(day.day, 0), shows)
        for kpi, segment, shows in found
    ]


class EveningForm(forms.Form):
    """For each place ``total_…``, the day's number as a whole; what is missing to it is logged. ``seen``
    is when the reflection was written that the page showed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    day = day_field(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    did = forms.CharField(max_length=500, required=False, label=_("What I did, in a line"))
    words = forms.CharField(max_length=500, required=False, label=_("Why not, in a line"))
    first = forms.CharField(max_length=200, required=False, label=_("What comes first tomorrow"))

    def __init__(
        self,
        *args: Any,
        places: Sequence[Place],
        lines: Sequence[str],
        reflection: Reflection | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places, self.lines = places, lines
        for place in places:
            label = f"{place.kpi.name} ({place.segment.label})" if place.shows_segment else place.kpi.name
            self.fields[f"total_{place.name}"] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=MOST_AT_ONCE
            )
        self.fields["ticks"] = forms.TypedMultipleChoiceField(
            choices=list(enumerate(lines)), coerce=int, required=False
        )
        self.fields["causes"] = forms.MultipleChoiceField(choices=Cause.choices, required=False)
        if reflection and not self.is_bound:
            self.initial = {
                name: getattr(reflection, name) for name in ("did", "words", "first", "ticks", "causes")
            }

    def numbers(self) -> list[dict[str, Any]]:
        return [{"place": place, "total": self[f"total_{place.name}"]} for place in self.places]

    @property
    def ticked(self) -> list[str]:
        return [str(value) for value in (self["ticks"].value() or [])]

    @property
    def caused(self) -> list[str]:
        return [str(value) for value in (self["causes"].value() or [])]

    def clean(self) -> dict[str, Any]:
        """A number whose stage has left the page since must not vanish without a word."""
        unknown = [name for name, value in self.data.items() if name.startswith("total_") and value]
        if any(name not in self.fields for name in unknown):
            self.add_error(None, _("The stages have changed since this page was opened. Please reload it."))
        return self.cleaned_data

    def totals(self) -> list[Total]:
        """What the day comes to, where something was typed; stages before their signals."""
        data = self.cleaned_data
        found = [
            Total(uuid.uuid5(data["id"], place.name), place.kpi, place.segment, total)
            for place in self.places
            if (total := data.get(f"total_{place.name}")) is not None
        ]
        return sorted(found, key=lambda total: total.kpi.kind == Kpi.Kind.SIGNAL)

    def reflection(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("ticks", "causes", "did", "words", "first")}


def evening_lines(blocks: Sequence[Block]) -> list[str]:
    """What the evening's block of the day lists, to be ticked."""
    evening = next((block for block in blocks if block.code == EVENING), None)
    return [str(line) for line in evening.activities] if evening else []


def evening_form(
    member: Membership,
    day: Today,
    blocks: Sequence[Block],
    reflection: Reflection | None,
    counts: Counts,
    data: Any = None,
) -> EveningForm:
    places = places_of(day, member, counts)
    return EveningForm(data, places=places, lines=evening_lines(blocks), reflection=reflection)


def day_posted(data: Any, today: date) -> date | None:
    """The day that a form names, where it is one that can be logged."""
    try:
        day = day_field().clean(data.get("day"))
    except forms.ValidationError:
        return None
    return day if isinstance(day, date) and day <= today else None
