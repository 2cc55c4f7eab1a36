"""How the key results of one objective came to where they are, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Sum

from apps.activity.models import Tally
from apps.domain.key_results import progress
from apps.domain.money import decimals
from apps.domain.workdays import days_between
from apps.okrs.measures import Measures
from apps.okrs.models import CheckIn, KeyResult, as_fraction


@dataclass(frozen=True)
class Line:
    key_result: KeyResult
    # The part of the way that was done by the end of each day; None while nothing can be said.
    done: Sequence[Fraction | None]


@dataclass(frozen=True)
class Course:
    days: Sequence[date]
    # The part of the working days that was over.
    pace: Sequence[Fraction]
    lines: Sequence[Line]


def load_course(measures: Measures, key_results: Sequence[KeyResult]) -> Course | None:
    """Up to today; None before the first day. Two queries, however many key results."""
    if not key_results:
        return None
    start, end = min(kr.first_day for kr in key_results), max(kr.last_day for kr in key_results)
    last = min(end, measures.last_look(key_results[0]))
    if last < start:
        return None
    days = days_between(start, end)
    over = days[: (last - start).days + 1]
    logged = _Log(measures, start, last)
    checked = _checked(key_results)
    lines = [Line(kr, _line(measures, kr, over, logged, checked)) for kr in key_results]
    whole = KeyResult(objective=key_results[0].objective, start=start, end=end)
    return Course(days, measures.pace(whole, days), lines)


class _Log:
    """Counts and amounts by day."""

    def __init__(self, measures: Measures, start: date, last: date) -> None:
        members = [member.pk for member in measures.members]
        rows = Tally.objects.filter(member__in=members, day__range=(start, last)).order_by()
        kpis = measures.kpis_counted()
        if kpis is not None:
            rows = rows.filter(kpi__in=kpis)
        found = rows.values_list("day", "kpi_id", "member_id")
        self.rows = list(found.annotate(count=Sum("count"), amount=Sum("amount")))

    def by_day(self, kpi: int | None, member: int | None, since: date, *, amounts: bool) -> dict[date, int]:
        found: dict[date, int] = {}
        for day, of_kpi, of_member, count, amount in self.rows:
            if day >= since and kpi in (None, of_kpi) and member in (None, of_member):
                found[day] = found.get(day, 0) + (amount if amounts else count)
        return found


def _checked(key_results: Sequence[KeyResult]) -> dict[int, list[tuple[date, Fraction]]]:
    by_hand = [key_result for key_result in key_results if key_result.is_by_hand]
    found: dict[int, list[tuple[date, Fraction]]] = {}
    typed = CheckIn.objects.filter(key_result__in=by_hand, value__isnull=False).order_by("pk")
    for key_result, day, value in typed.values_list("key_result_id", "day", "value"):
        found.setdefault(key_result, []).append((day, as_fraction(value) or Fraction(0)))
    return found


def _line(
    measures: Measures,
    key_result: KeyResult,
    days: Sequence[date],
    log: _Log,
    checked: dict[int, list[tuple[date, Fraction]]],
) -> list[Fraction | None]:
    way = measures.way(key_result)
    if way is None:
        return [None] * len(days)
    if key_result.is_by_hand:
        values = _steps(checked.get(key_result.pk, []), days)
    else:
        values = _values(measures, key_result, days, log)
    inside = (
        value if key_result.first_day <= day <= key_result.last_day else None
        for day, value in zip(days, values, strict=True)
    )
    return [None if value is None else progress(way, value) for value in inside]


def _steps(checked: Sequence[tuple[date, Fraction]], days: Sequence[date]) -> list[Fraction | None]:
    """A number stands until the next one is typed."""
    values: list[Fraction | None] = []
    for day in days:
        known = [value for on, value in checked if on <= day]
        values.append(known[-1] if known else None)
    return values


def _values(
    measures: Measures, key_result: KeyResult, days: Sequence[date], log: _Log
) -> list[Fraction | None]:
    member = key_result.carrier.pk if key_result.carrier else None
    is_amount = key_result.measure == KeyResult.Measure.AMOUNT
    done = log.by_day(key_result.kpi_id, member, key_result.first_day, amounts=is_amount)
    base = measures.base_of(key_result)
    of = log.by_day(base.pk, member, key_result.first_day, amounts=False) if base else {}
    scale = 10 ** decimals(measures.team.organization.currency) if is_amount else 1
    values: list[Fraction | None] = []
    total = cases = 0
    for day in days:
        total, cases = total + done.get(day, 0), cases + of.get(day, 0)
        values.append(
            Fraction(total, scale)
            if key_result.is_running_total
            else measures.ratio(key_result, total, cases)
        )
    return values
