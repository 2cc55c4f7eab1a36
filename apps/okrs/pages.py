"""What the pages of objectives show, as plain data for their templates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.accounts.access import Access
from apps.charts.progress_lines import ProgressLines, progress_lines
from apps.domain.errors import PlanError
from apps.domain.money import decimals
from apps.domain.numbers import parse_number, shown, whole_up
from apps.okrs.course import Course, load_course
from apps.okrs.focus import Focus
from apps.okrs.judging import linked_objectives
from apps.okrs.measures import Disagreement, Measures
from apps.okrs.models import CheckIn, KeyResult, Objective, as_fraction
from apps.okrs.queries import KeyResultRow, ObjectiveCard, card_of
from apps.web.amounts import amount_text

CHECK_INS_SHOWN = 12


def value_text(key_result: KeyResult, value: Fraction | Decimal | None, currency: str) -> str:
    """A number of a key result with its unit."""
    if value is None:
        return "–"
    number = Fraction(value)
    if key_result.measure == KeyResult.Measure.AMOUNT:
        return amount_text(number * 10 ** decimals(currency), currency)
    is_share = key_result.measure == KeyResult.Measure.SIGNAL and key_result.kpi and key_result.kpi.is_share
    if key_result.measure == KeyResult.Measure.RATE or is_share:
        return f"{shown(number, 1)}%"
    if key_result.measure == KeyResult.Measure.COUNT:
        # A part of a case is no case: what is asked for is the next whole one.
        number = Fraction(whole_up(number))
    unit = key_result.unit or (key_result.kpi.unit if key_result.kpi else "")
    if not unit:
        return shown(number)
    return f"{shown(number)}{unit}" if len(unit) == 1 else f"{shown(number)} {unit}"


def target_text(key_result: KeyResult, value: Decimal | None, currency: str) -> str:
    """A target as it was set: a number of its own, or a change against the period before."""
    if value is None:
        return ""
    if key_result.compares == KeyResult.Compares.NOTHING:
        return value_text(key_result, value, currency)
    number = f"{'+' if value > 0 else ''}{shown(Fraction(value))}"
    if key_result.compares == KeyResult.Compares.PERCENT:
        return f"{number}%"
    return _("%(number)s points") % {"number": number}


@dataclass(frozen=True)
class KeyResultView:
    """A key result on its objective's page."""

    row: KeyResultRow
    current: str
    target: str
    # What the target comes to, where it is a change against the period before.
    resolved: str
    before: str
    baseline: str
    levels: Sequence[tuple[str, str]]
    check_ins: Sequence[CheckIn]
    check_ins_in_all: int
    # Numbers of the check-ins, oldest first.
    trail: Sequence[Fraction]
    disagreement: dict[str, Any] | None
    can_check_in: bool
    chance: int | None


@dataclass(frozen=True)
class ObjectivePage:
    card: ObjectiveCard
    views: Sequence[KeyResultView]
    parked: Sequence[KeyResultView]
    measures: Measures

    # Only the objective's own page asks for the course; closing shows the numbers alone.

    @cached_property
    def course(self) -> Course | None:
        return load_course(self.measures, [row.key_result for row in self.card.running])

    @cached_property
    def chart(self) -> str:
        return _chart(self.course) if self.course else ""

    @property
    def table(self) -> list[tuple[date, list[Fraction | None]]]:
        return _table(self.course) if self.course else []

    @property
    def has_history(self) -> bool:
        """Whether it is more than a draft that could be deleted."""
        everything = [*self.views, *self.parked]
        return self.card.objective.closed_at is not None or any(view.check_ins for view in everything)


def load_page(access: Access, objective: Objective, today: date, focus: Focus | None) -> ObjectivePage:
    mine = KeyResult.objects.visible_to(access).filter(objective=objective)
    key_results = list(mine.with_hand().in_order())
    measures = Measures(access.team, key_results, today)
    card = card_of(objective, key_results, measures, focus, today, linked_objectives(access.team))
    by_key_result: dict[int, list[CheckIn]] = {}
    for check_in in (
        CheckIn.objects.filter(key_result__in=key_results).select_related("author").order_by("-pk")
    ):
        by_key_result.setdefault(check_in.key_result_id, []).append(check_in)
    views = [_view(access, row, measures, by_key_result.get(row.key_result.pk, [])) for row in card.rows]
    return ObjectivePage(
        card,
        [view for view in views if view.row.key_result.parked_at is None],
        [view for view in views if view.row.key_result.parked_at is not None],
        measures,
    )


def _view(
    access: Access, row: KeyResultRow, measures: Measures, check_ins: Sequence[CheckIn]
) -> KeyResultView:
    key_result, standing = row.key_result, row.standing
    currency = access.team.organization.currency
    levels = [
        (name, target_text(key_result, value, currency))
        for name, value in ((_("Commit"), key_result.commit), (_("Stretch"), key_result.stretch))
        if value is not None
    ]
    numbers = [as_fraction(check_in.value) for check_in in check_ins if check_in.value is not None]
    return KeyResultView(
        row,
        value_text(key_result, standing.current, currency),
        target_text(key_result, key_result.target, currency),
        value_text(key_result, standing.way.target, currency) if key_result.compares and standing.way else "",
        value_text(key_result, standing.before, currency) if key_result.compares else "",
        "" if key_result.baseline is None else value_text(key_result, key_result.baseline, currency),
        levels,
        check_ins[:CHECK_INS_SHOWN],
        len(check_ins),
        [number for number in reversed(numbers[:CHECK_INS_SHOWN]) if number is not None],
        _disagreement(key_result, measures.disagreement(key_result), currency),
        key_result.is_running and key_result.is_checked_in_by(access),
        None
        if standing.chance is None or standing.level in ("target", "stretch")
        else round(standing.chance * 100),
    )


def _disagreement(key_result: KeyResult, found: Disagreement | None, currency: str) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "hand": value_text(key_result, found.hand, currency),
        "logged": value_text(key_result, found.logged, currency),
        "day": found.day,
    }


def _chart(course: Course) -> str:
    return progress_lines(
        ProgressLines(
            course.days,
            [float(part * 100) for part in course.pace],
            [
                (Truncator(line.key_result.text).chars(40), [_percent(part) for part in line.done])
                for line in course.lines
            ],
            _("Even pace"),
        )
    )


def _percent(part: Fraction | None) -> float | None:
    return None if part is None else round(float(part * 100), 1)


def _table(course: Course) -> list[tuple[date, list[Fraction | None]]]:
    """The chart in numbers, day by day as far as time has gone."""
    length = len(course.lines[0].done)
    return [
        (day, [course.pace[number], *(line.done[number] for line in course.lines)])
        for number, day in enumerate(course.days[:length])
    ]


def conflict_of(form: forms.BaseForm, stored: forms.BaseForm) -> list[dict[str, Any]]:
    """Fields in which what somebody else saved meanwhile differs from what was typed."""
    differences = []
    for name in form.fields:
        typed, kept = str(form[name].value() or ""), str(stored[name].value() or "")
        if not form.fields[name].widget.is_hidden and _plain(typed) != _plain(kept):
            label = form.fields[name].label
            row = {"label": label, "stored": _shown(stored, name, kept), "typed": _shown(form, name, typed)}
            differences.append(row)
    return differences


def seen_now(data: QueryDict, version: int) -> QueryDict:
    """What was typed, on top of what is stored now: saving again replaces it."""
    again = data.copy()
    again["seen"] = str(version)
    return again


def _plain(text: str) -> str:
    """For comparing: 1,000 is 1000."""
    if text in ("None", "False"):
        return ""
    try:
        return str(parse_number(text))
    except PlanError:
        return text.strip()


def _shown(form: forms.BaseForm, name: str, value: str) -> str:
    """Of a choice its words."""
    choices = getattr(form.fields[name], "choices", None)
    if choices is None:
        return value
    return next((str(label) for key, label in choices if str(key) == value), value)


def filtered(cards: Iterable[ObjectiveCard], letter: str) -> list[ObjectiveCard]:
    """Only those with an open gap in a letter."""
    if not letter:
        return list(cards)
    return [replace(card, depth=0) for card in cards if letter in card.gaps]
