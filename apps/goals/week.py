"""A rep's week: what each day asks for, and moving it between own days with the sum kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, User
from apps.accounts.services import record_event
from apps.domain.errors import PlanError
from apps.domain.workdays import days_between, week_start
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import LARGEST_NEED
from apps.goals.forms import refused
from apps.goals.models import DayMove, Kgi
from apps.goals.queries import TeamSchedule

# kpi, segment, day
Spot = tuple[int, int, date]


@dataclass(frozen=True)
class WeekDay:
    day: date
    works: bool
    # A day that is over keeps its number.
    is_open: bool


@dataclass(frozen=True)
class Line:
    """A stage of a segment over the days of a week, as the plan has it and as it stands."""

    kpi: Kpi
    segment: Segment
    planned: Sequence[int]


@dataclass(frozen=True)
class OwnWeek:
    days: Sequence[WeekDay]
    lines: Sequence[Line]
    several_segments: bool


def own_week(schedule: TeamSchedule, member: Membership, day: date, today: date) -> OwnWeek:
    """The week of ``day``, clipped at the ends of the period; actions only: results are counted by
    the week anyway."""
    monday = week_start(day)
    first = max(monday, schedule.kgi.start)
    last = min(monday + timedelta(days=6), schedule.kgi.end)
    places = [(on - schedule.kgi.start).days for on in days_between(first, last)]
    capacity = schedule.capacity[member.pk]
    return OwnWeek(
        [
            WeekDay(schedule.days[place], bool(capacity[place]), schedule.days[place] >= today)
            for place in places
        ],
        [
            Line(kpi, segment, [row[place] for place in places])
            for kpi in schedule.kpis
            if not kpi.is_result
            for segment in schedule.segments
            if any(
                row := schedule.planned_in.get((kpi.pk, segment.pk), {}).get(member.pk, [0] * len(capacity))
            )
        ],
        len(schedule.segments) > 1,
    )


class WeekForm(forms.Form):
    """A number for each line and each open working day: ``n_<kpi>_<segment>_<day>``."""

    def __init__(self, *args: Any, week: OwnWeek, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week = week
        for line in week.lines:
            for day, planned in zip(week.days, line.planned, strict=True):
                if day.is_open and day.works:
                    self.fields[_name(line, day.day)] = forms.IntegerField(
                        label=_("%(stage)s on %(day)s")
                        % {"stage": line.kpi.name, "day": date_format(day.day, "MONTH_DAY_FORMAT")},
                        min_value=0,
                        max_value=LARGEST_NEED,
                        initial=planned,
                    )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "sum": sum(line.planned),
                "cells": [
                    {
                        "day": day.day,
                        "planned": planned,
                        "works": day.works,
                        "field": self[_name(line, day.day)] if _name(line, day.day) in self.fields else None,
                    }
                    for day, planned in zip(self.week.days, line.planned, strict=True)
                    if day.works or planned
                ],
            }
            for line in self.week.lines
        ]

    def clean(self) -> dict[str, Any]:
        """The sum of each line is kept; where it is not, the last open day says by how much."""
        for line in self.week.lines:
            names = [_name(line, day.day) for day in self.week.days if _name(line, day.day) in self.fields]
            if not names or any(self.cleaned_data.get(name) is None for name in names):
                continue
            over = sum(self.changes_of(line).values())
            if over:
                code = "week_over" if over > 0 else "week_under"
                self.add_error(names[-1], refused(PlanError(code, stage=line.kpi.name, by=abs(over))))
        return self.cleaned_data

    def changes_of(self, line: Line) -> dict[Spot, int]:
        """By how much each day changes."""
        return {
            (line.kpi.pk, line.segment.pk, day.day): self.cleaned_data[_name(line, day.day)] - planned
            for day, planned in zip(self.week.days, line.planned, strict=True)
            if _name(line, day.day) in self.fields
        }

    def changes(self) -> dict[Spot, int]:
        found: dict[Spot, int] = {}
        for line in self.week.lines:
            found |= {spot: more for spot, more in self.changes_of(line).items() if more}
        return found


def _name(line: Line, day: date) -> str:
    return f"n_{line.kpi.pk}_{line.segment.pk}_{day:%Y%m%d}"


@transaction.atomic
def move_load(*, kgi: Kgi, member: Membership, by: User, changes: Mapping[Spot, int]) -> None:
    """Adds what is moved to what was moved before; a day back at its plan has no row. The caller holds
    the member's row, under which ``changes`` were computed."""
    standing = {
        (move.kpi_id, move.segment_id, move.day): move
        for move in DayMove.objects.filter(kgi=kgi, member=member)
    }
    for spot, more in changes.items():
        move = standing.get(spot) or DayMove(
            kgi=kgi, member=member, kpi_id=spot[0], segment_id=spot[1], day=spot[2], more=0
        )
        move.more += more
        if move.more:
            move.save()
        elif move.pk:
            move.delete()
    record_event(team=kgi.team, actor=by, kind="load_moved", kgi=kgi.pk, member=member.pk)
