"""Pages by where the last one ended: a row that comes in between moves nothing."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.api.problems import Problem

SIZE = 500
Order = Mapping[str, Callable[[str], Any]]


def _key(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError("no key of ours")
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(UTC)


BY_DAY: Order = {"day": date.fromisoformat, "pk": _key}
BY_MOMENT: Order = {"day": date.fromisoformat, "created_at": _moment, "pk": UUID}


def page_of(
    rows: QuerySet[Any], cursor: str | None, order: Order, size: int = SIZE
) -> tuple[list[Any], str | None]:
    """Rows after the cursor in this order, whose last key is unique; and the cursor of the next page."""
    keys = list(order)
    if cursor:
        rows = rows.filter(_after(keys, _read(cursor, order)))
    found = list(rows.order_by(*keys)[: size + 1])
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    return found[:size], _write([getattr(last, key) for key in keys])


def _after(keys: Sequence[str], values: Sequence[Any]) -> Q:
    wanted = Q()
    for place, key in enumerate(keys):
        same = Q(**dict(zip(keys[:place], values[:place], strict=True)))
        wanted |= same & Q(**{f"{key}__gt": values[place]})
    return wanted


def _write(values: Sequence[Any]) -> str:
    texts = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode()


def _read(cursor: str, order: Order) -> list[Any]:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not all(isinstance(text, str) for text in texts):
            raise Problem(422, "bad_cursor")
        return [parse(text) for parse, text in zip(order.values(), texts, strict=True)]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Problem(422, "bad_cursor") from error
