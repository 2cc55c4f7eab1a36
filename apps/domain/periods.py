"""Periods beside one another: whole months stay whole months, other periods keep their length."""

import calendar
from datetime import date, timedelta

Period = tuple[date, date]
ONE_DAY = timedelta(days=1)


def month_of(day: date) -> Period:
    """The first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def previous(period: Period) -> Period:
    """The period before: May before June, the quarter before a quarter, else as many days."""
    start, end = period
    if months := whole_months(period):
        return _first_of(start, -months), start - ONE_DAY
    return start - (end - start) - ONE_DAY, start - ONE_DAY


def following(period: Period) -> Period:
    """The period after."""
    start, end = period
    first = end + ONE_DAY
    if months := whole_months(period):
        return first, _first_of(first, months) - ONE_DAY
    return first, first + (end - start)


def periods_before(period: Period, number: int) -> list[Period]:
    """The periods before, the last one first."""
    found = []
    for _each in range(number):
        period = previous(period)
        found.append(period)
    return found


def months_from(start: date, months: int) -> date:
    """The last day of so many months that begin on ``start``, the first of a month."""
    return _first_of(start, months) - ONE_DAY


def parts_of(period: Period, months: int) -> list[Period]:
    """A run of whole months in parts of so many months; the last part may be shorter."""
    parts, start = [], period[0]
    while start <= period[1]:
        end = min(months_from(start, months), period[1])
        parts.append((start, end))
        start = end + ONE_DAY
    return parts


def fiscal_start(day: date, first_month: int) -> date:
    """The first day of the business year that a day lies in."""
    return date(day.year - (day.month < first_month), first_month, 1)


def fiscal_place(period: Period, first_month: int) -> tuple[int, int] | None:
    """Where whole months stand in the business year that begins in ``first_month``: the calendar year in
    which it begins, and which part of it they are, from one: the second half, the third quarter. None where
    they are no whole part of it."""
    months = whole_months(period)
    start = period[0]
    into = (start.month - first_month) % 12
    if months not in (1, 3, 6, 12) or into % months:
        return None
    return start.year - (start.month < first_month), into // months + 1


def whole_months(period: Period) -> int:
    """How many whole months a period is; 0 where it is none."""
    start, end = period
    after = end + ONE_DAY
    if start.day != 1 or after.day != 1:
        return 0
    return (after.year - start.year) * 12 + after.month - start.month


def _first_of(first: date, months: int) -> date:
    """The first day of a month so many months away."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
