"""The evening: the day in numbers, ticks, and three minutes to look back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, User
from apps.activity.models import Cause, Entry, Reflection
from apps.activity.queries import counts_by_segment
from apps.activity.services import MOST_AT_ONCE, new_entry
from apps.calendars.day_template import day_of_member, load_template
from apps.funnels.models import Kpi, Segment
from apps.home.queries import Today
from apps.web.forms import day_field

EVENING = "evening"


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


def places_of(day: Today, member: Membership) -> list[Place]:
    """Stages, steps and signals of the day, each with what is logged so far. Contracts are not among
    them: they come with an amount. Two queries at most."""
    done = counts_by_segment(member.pk, day.day, day.day)
    default = day.only_segment or Segment.objects.get(team=member.team, is_default=True)
    found = []
    for stage in day.stages:
        segments = [row.segment for row in stage.segments] or [default]
        if not stage.carries_amount:
            found += [(stage.kpi, segment, len(segments) > 1) for segment in segments]
        found += [(one.kpi, default, False) for one in stage.beside]
    return [
        Place(kpi, segment, done.get((kpi.pk, segment.pk), {}).get(day.day, 0), shows)
        for kpi, segment, shows in found
    ]


class EveningForm(forms.Form):
    """For each place ``total_…``, the day's number as a whole, and ``seen_…``, what stood there when it
    was typed: the difference is logged, so that a form sent late or twice says the same."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    day = day_field(widget=forms.HiddenInput)
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
            self.fields[f"seen_{place.name}"] = forms.IntegerField(initial=place.done, required=False)
        self.fields["ticks"] = forms.TypedMultipleChoiceField(
            choices=list(enumerate(lines)), coerce=int, required=False
        )
        self.fields["causes"] = forms.MultipleChoiceField(choices=Cause.choices, required=False)
        if reflection and not self.is_bound:
            self.initial = {
                name: getattr(reflection, name) for name in ("did", "words", "first", "ticks", "causes")
            }

    def numbers(self) -> list[dict[str, Any]]:
        return [
            {"place": place, "total": self[f"total_{place.name}"], "seen": self[f"seen_{place.name}"]}
            for place in self.places
        ]

    @property
    def ticked(self) -> list[str]:
        return [str(value) for value in (self["ticks"].value() or [])]

    @property
    def caused(self) -> list[str]:
        return [str(value) for value in (self["causes"].value() or [])]

    def entries(self, member: Membership, by: User) -> list[Entry]:
        """What is to be logged so that the day's numbers are as typed; stages before their signals."""
        data = self.cleaned_data
        found = []
        for place in self.places:
            total, seen = data.get(f"total_{place.name}"), data.get(f"seen_{place.name}") or 0
            if total is None or total == seen:
                continue
            entry = new_entry(
                pk=uuid.uuid5(data["id"], place.name),
                team=member.team,
                member=member,
                kpi=place.kpi,
                segment=place.segment,
                day=data["day"],
                count=total - seen,
                by=by,
            )
            found.append(entry)
        return sorted(found, key=lambda entry: entry.kpi.kind == Kpi.Kind.SIGNAL)

    def reflection(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("ticks", "causes", "did", "words", "first")}


def evening_lines(member: Membership) -> list[str]:
    """What the evening's block of the day lists, to be ticked. One query."""
    blocks = day_of_member(load_template(member.team), member)
    evening = next((block for block in blocks if block.code == EVENING), None)
    return [str(line) for line in evening.activities] if evening else []


def evening_form(
    member: Membership, day: Today, reflection: Reflection | None, data: Any = None
) -> EveningForm:
    return EveningForm(
        data, places=places_of(day, member), lines=evening_lines(member), reflection=reflection
    )


def day_posted(data: Any, today: date) -> date | None:
    """The day that a form names, where it is one that can be logged."""
    try:
        day = day_field().clean(data.get("day"))
    except forms.ValidationError:
        return None
    return day if isinstance(day, date) and day <= today else None
