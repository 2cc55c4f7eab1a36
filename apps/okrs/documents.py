"""The SMART check as a document: JSON in, JSON out (see docs/smart.md)."""

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from apps.domain.errors import PlanError
from apps.domain.numbers import parse_number
from apps.domain.smart.judge import KINDS, Context, Finding, judge

Json = dict[str, Any]


def answer(line: str, worded: Callable[[Finding], str]) -> Json:
    """One document's letters, or what is wrong with it; never an exception for what it holds."""
    try:
        body = _read(line)
        verdict = judge(body["text"], _kind(body), _day(body, "today"), _context(body))
    except PlanError as error:
        return {"error": {"code": error.code, "field": str(error.facts.get("field", ""))}}
    return {
        "letters": verdict.letters,
        "findings": [
            {
                "letter": finding.letter,
                "code": finding.code,
                "words": list(finding.words),
                "message": worded(finding),
            }
            for finding in verdict.findings
        ],
    }


def _read(line: str) -> Json:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PlanError("bad_json") from error
    if not isinstance(body, dict):
        raise PlanError("bad_json")
    if not isinstance(body.get("text"), str):
        raise PlanError("bad_text", field="text")
    return body


def _kind(body: Json) -> str:
    kind = body.get("kind") or "goal"
    if kind not in KINDS:
        raise PlanError("bad_kind", field="kind")
    return str(kind)


def _day(body: Json, field: str) -> date | None:
    value = body.get(field)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise PlanError("bad_date", field=field) from error


def _context(body: Json) -> Context:
    context = body.get("context") or {}
    if not isinstance(context, dict):
        raise PlanError("bad_context", field="context")
    history = context.get("history") or []
    if not isinstance(history, list):
        raise PlanError("bad_history", field="context.history")
    target = context.get("target")
    return Context(
        history=[_number(value, "context.history") for value in history],
        target=None if target is None else _number(target, "context.target"),
        period_end=_day(context, "period_end"),
        objective=str(context.get("objective") or ""),
    )


def _number(value: object, field: str) -> Fraction:
    try:
        return parse_number(str(value))
    except PlanError as error:
        raise PlanError("not_a_number", field=field) from error
