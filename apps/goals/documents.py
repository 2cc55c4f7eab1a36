"""The backcast as a document: JSON in, JSON out, exact on the way (see docs/backcast.md)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from apps.calendars.holidays import country_codes, public_holidays
from apps.domain.backcast import Landing, Need, Stage, backcast, contracts_for
from apps.domain.errors import PlanError
from apps.domain.numbers import exact_text, parse_number
from apps.domain.rates import parse_rate
from apps.domain.staircase import split_over_time
from apps.domain.workdays import WorkCalendar, capacities, period_days, weeks_of

MOST_STAGES = 50
LARGEST_DOUBLE = 10**300

Json = dict[str, Any]
Worded = Callable[[PlanError], str]


class Numeral(str):
    """A JSON number, kept as it was written: a float would not be 0.1."""


class DocumentError(Exception):
    def __init__(self, field: str, cause: PlanError) -> None:
        super().__init__(field)
        self.field, self.cause = field, cause


@dataclass(frozen=True)
class Document:
    stages: tuple[Stage, ...]
    contracts: Fraction
    unit_price: Fraction | None
    days: tuple[date, ...]
    country: str
    warnings: tuple[tuple[str, PlanError], ...]


def answer(line: str, worded: Worded) -> Json:
    """One document's answer, or its error; never an exception for what the line holds."""
    try:
        document = read(line)
        return compute(document, worded)
    except DocumentError as error:
        return {"error": _told(error.field, error.cause, worded)}


def _told(field: str, cause: PlanError, worded: Worded) -> Json:
    return {"code": cause.code, "field": field, "message": worded(cause)}


# -- reading ---------------------------------------------------------------------------------------


def read(line: str) -> Document:
    body = _parse(line)
    stages, warnings = _read_stages(body)
    contracts, unit_price = _read_goal(body)
    return Document(stages, contracts, unit_price, _read_days(body), _read_country(body), tuple(warnings))


def _refuse(field: str, code: str, **facts: object) -> DocumentError:
    return DocumentError(field, PlanError(code, **facts))


def _parse(line: str) -> Json:
    def constant(name: str) -> None:
        raise _refuse("", "bad_json", problem=name)

    try:
        body = json.loads(line, parse_float=Numeral, parse_int=Numeral, parse_constant=constant)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _refuse("", "bad_json", problem=str(error)) from error
    if not isinstance(body, dict):
        raise _refuse("", "bad_json", problem=type(body).__name__)
    return body


def _number(field: str, value: object) -> Fraction:
    if value is None:
        raise _refuse(field, "missing")
    if not isinstance(value, str):
        raise _refuse(field, "not_a_number", text=json.dumps(value, ensure_ascii=False)[:40])
    try:
        return parse_number(value)
    except PlanError as error:
        raise DocumentError(field, error) from error


def _positive(field: str, value: object, code: str) -> Fraction:
    number = _number(field, value)
    if number <= 0:
        raise _refuse(field, code)
    return number


def _read_goal(body: Json) -> tuple[Fraction, Fraction | None]:
    if body.get("goal_count") is not None:
        if body.get("goal") is not None or body.get("unit_price") is not None:
            raise _refuse("goal_count", "goal_twice")
        return _positive("goal_count", body["goal_count"], "goal_not_positive"), None
    goal = _positive("goal", body.get("goal"), "goal_not_positive")
    price = _positive("unit_price", body.get("unit_price"), "price_not_positive")
    return contracts_for(goal, price), price


def _read_stages(body: Json) -> tuple[tuple[Stage, ...], list[tuple[str, PlanError]]]:
    rows = body.get("stages")
    if not isinstance(rows, list) or not rows:
        raise _refuse("stages", "no_stages")
    if len(rows) > MOST_STAGES:
        raise _refuse("stages", "too_many_stages", largest=MOST_STAGES)
    stages: list[Stage] = []
    warnings: list[tuple[str, PlanError]] = []
    for position, row in enumerate(rows):
        field = f"stages[{position}]"
        name = _read_name(field, row)
        if any(stage.name == name for stage in stages):
            raise _refuse(f"{field}.name", "name_twice", name=name)
        rate = _read_rate(f"{field}.rate", row.get("rate")) if position else None
        stages.append(Stage(name, rate))
        if not position and row.get("rate") is not None:
            warnings.append((f"{field}.rate", PlanError("first_rate_ignored")))
        if rate is not None and rate > 1:
            warnings.append((f"{field}.rate", PlanError("rate_above_one", stage=name)))
    return tuple(stages), warnings


def _read_name(field: str, row: object) -> str:
    if not isinstance(row, dict):
        raise _refuse(field, "bad_stage")
    name = row.get("name")
    if name is None or name == "":
        raise _refuse(f"{field}.name", "missing")
    if not isinstance(name, str) or isinstance(name, Numeral):
        raise _refuse(f"{field}.name", "bad_text")
    return name


def _read_rate(field: str, value: object) -> Fraction:
    if value is None:
        raise _refuse(field, "rate_missing")
    if not isinstance(value, str):
        raise _refuse(field, "rate_unreadable", text=json.dumps(value, ensure_ascii=False)[:40])
    try:
        # A JSON number may have an exponent, which no person types.
        text = exact_text(parse_number(value)) if isinstance(value, Numeral) else value
        return parse_rate(text).value
    except PlanError as error:
        raise DocumentError(field, error) from error


def _read_days(body: Json) -> tuple[date, ...]:
    if body.get("start") is None and body.get("end") is None:
        return ()
    start, end = _read_date("start", body.get("start")), _read_date("end", body.get("end"))
    try:
        return period_days(start, end)
    except PlanError as error:
        raise DocumentError("end", error) from error


def _read_date(field: str, value: object) -> date:
    if value is None:
        raise _refuse(field, "missing")
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _refuse(field, "bad_date", text=str(value)[:40]) from error


def _read_country(body: Json) -> str:
    country = body.get("country")
    if country is None or country == "":
        return ""
    if not isinstance(country, str) or country.upper() not in country_codes():
        raise _refuse("country", "unknown_country", text=str(country)[:40])
    return country.upper()


# -- answering -------------------------------------------------------------------------------------


def compute(document: Document, worded: Worded) -> Json:
    tree = backcast(document.stages, document.contracts, document.unit_price)
    warnings = list(document.warnings)
    result: Json = {
        "stages": [
            {"name": need.name, "exact": exact_text(need.exact), "needed": need.whole} for need in tree.needs
        ],
        "lands_at": _landing(tree.landing),
    }
    if document.days:
        capacity = capacities(_calendar(document), document.days)
        result |= _staircase(tree.needs, document.days, capacity)
        if not any(capacity):
            warnings.append(("start", PlanError("no_working_days")))
    result["warnings"] = [_told(field, cause, worded) for field, cause in warnings]
    return result


def _landing(landing: Landing) -> Json:
    amount = None if landing.amount is None else _plain(landing.amount)
    return {"amount": amount, "attainment": _plain(landing.attainment)}


def _plain(value: Fraction) -> int | float:
    """A JSON number: whole where it is whole or beyond what a double holds, otherwise the nearest."""
    if value.denominator == 1 or abs(value) > LARGEST_DOUBLE:
        return round(value)
    return float(value)


def _calendar(document: Document) -> WorkCalendar:
    years = {day.year for day in document.days}
    return WorkCalendar(days_off=frozenset(public_holidays(document.country, years)))


def _staircase(needs: Sequence[Need], days: Sequence[date], capacity: Sequence[Fraction]) -> Json:
    by_stage = {need.name: split_over_time(need.whole, capacity) for need in needs}
    place = {day: position for position, day in enumerate(days)}

    def needed(start: date, end: date) -> dict[str, int]:
        return {name: sum(row[place[start] : place[end] + 1]) for name, row in by_stage.items()}

    return {
        "weeks": [
            {
                "start": week.start.isoformat(),
                "end": week.end.isoformat(),
                "working_days": _plain(sum(capacity[place[week.start] : place[week.end] + 1], Fraction(0))),
                "needed": needed(week.start, week.end),
            }
            for week in weeks_of(days)
        ],
        "days": [
            {"date": day.isoformat(), "capacity": _plain(share), "needed": needed(day, day)}
            for day, share in zip(days, capacity, strict=True)
        ],
    }
