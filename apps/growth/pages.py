"""What the page of a practice draws."""

from fractions import Fraction

from django.utils.translation import gettext as _

from apps.charts.rate_course import Mark, RateCourse, Span, rate_course
from apps.domain.before_after import Cases
from apps.growth.models import Practice
from apps.growth.queries import PracticeRow


def course_chart(row: PracticeRow, practice: Practice) -> str:
    """Week by week, with the mean of each phase; empty where nothing was counted."""
    effect = row.effect
    factor = 100 if row.per_cent else 1
    values = [_value(week.cases, factor) for week in effect.weeks]
    if not any(value is not None for value in values):
        return ""
    marks = [Mark(practice.start, _("begun"))]
    if any(week.phase == "after" for week in effect.weeks):
        marks.append(Mark(practice.last_day, _("ended")))
    return rate_course(
        RateCourse(
            [week.window.start for week in effect.weeks],
            values,
            practice.kpi.name,
            "%" if factor == 100 else "",
            _means(row, factor),
            _("mean before, during, after"),
            marks,
        )
    )


def _means(row: PracticeRow, factor: int) -> list[Span]:
    found = []
    sides = (
        ("before", row.effect.before),
        ("during", row.effect.during.after),
        ("after", row.effect.after.after if row.effect.after else None),
    )
    for phase, cases in sides:
        windows = [week.window for week in row.effect.weeks if week.phase == phase]
        value = _value(cases, factor) if cases else None
        if windows and value is not None:
            found.append(Span(windows[0].start, windows[-1].end, value))
    return found


def _value(cases: Cases, factor: int) -> float | None:
    value: Fraction | None = cases.value
    return None if value is None else float(value * factor)
