"""Every form and every query string with odd values: a sentence, never an error, and nothing half saved.

`KPI_INPUTS=50000 ./kpi test tests/test_bad_input.py` is the long run."""

import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Event, Invitation, User
from apps.activity.models import Entry
from apps.api.models import Token
from apps.web.models import Mark
from tests.access_places import Place
from tests.access_table import FIRST_VISIT, TABLE
from tests.people import World
from tests.test_access import let_go

INPUTS = int(os.environ.get("KPI_INPUTS", "2000"))
FORMS = sorted(name for name, methods in TABLE.items() if ":" in name and "POST" in methods)
PAGES = sorted(name for name, methods in TABLE.items() if ":" in name and "GET" in methods)
PARAMETERS = (
    "goal", "q", "weeks", "state", "gap", "group", "segment", "kpi", "member", "day", "start", "end", "page",
    "rates", "preset", "entries", "report", "kind", "next", "before", "language", "of", "for",
)  # fmt: skip
# What has broken parsers: numbers and days that are none, texts that mean something elsewhere.
ODD = (
    "", " ", "0", "-1", "+5", "1.5", "1e9", "1e999", "NaN", "Infinity", "1/0", "1/3", "100%", "\uff11\uff12",
    "9" * 30, "-" + "9" * 30, "2147483648", "9223372036854775808", "\u00bd", "\u4e00\u4e07", "2026-02-30",
    "0001-01-01", "9999-12-31", "2026-06-10", "24:00", "true", "null", "[]", "{}", "\x00", "a\x00b", "\r\n",
    "<script>alert(1)</script>", "'; DROP TABLE x; --", "=1+1", "../../etc/passwd", "%s%n%00", "\u202egnp",
    "\U00020bb7\u91ce\u5bb6", "\U0001f600" * 50, "x" * 20_000, "https://127.0.0.1/", "javascript:alert(1)",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = st.one_of(st.sampled_from(ODD), TEXT, st.integers().map(str), st.dates().map(str))


@pytest.fixture
def place(world: World) -> Place:
    return Place(world)


def fields_of(client: Client, place: Place, name: str) -> dict[str, Any]:
    """What its page would send, and what the access table sends."""
    found: dict[str, Any] = {}
    if "GET" in TABLE[name]:
        page = client.get(place.url(name)).content.decode(errors="replace")
        found = dict(re.findall(r'<(?:input|button)[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
        found |= {field: "" for field in re.findall(r'<(?:select|textarea|input)[^>]* name="([^"]+)"', page)
                  if field not in found}  # fmt: skip
    found.pop("csrfmiddlewaretoken", None)
    return found | place.bodies.get(name, {})


def books() -> tuple[object, ...]:
    """All that can be saved: marks stand for every table of a team, counts for the rest."""
    marks = sorted(Mark.objects.values_list("team_id", "what", "mark"))
    return (marks, *(model.objects.count() for model in (Entry, Event, Invitation, Token, User)))


EXAMPLES: dict[str, Any] = {"deadline": None, "database": None, "derandomize": True}


@settings(max_examples=INPUTS, suppress_health_check=list(HealthCheck), **EXAMPLES)
@given(data=st.data())
def test_odd_values_in_any_form_are_refused_with_a_sentence_or_fit(place: Place, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FORMS), label="form")
    client = _clients(place)[data.draw(st.sampled_from(["manager", "rep", "owner"]), label="person")]
    body = _bent(data, _known_fields(place, name))
    headers = {"HX-Request": "true"} if data.draw(st.booleans(), label="htmx") else {}
    before = books()
    with transaction.atomic():
        answer = client.post(
            place.url(name),
            urlencode(body, doseq=True),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )
        after = books()
        transaction.set_rollback(True)
    let_go(answer)
    assert answer.status_code < 500, (name, body)
    if answer.status_code >= 400:
        assert after == before, f"{name} refuses and saves: {body}"


@settings(max_examples=INPUTS // 4, suppress_health_check=list(HealthCheck), **EXAMPLES)
@given(data=st.data())
def test_odd_query_strings_break_no_page(place: Place, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(PAGES), label="page")
    client = _clients(place)[data.draw(st.sampled_from(["manager", "rep", "owner"]), label="person")]
    query = data.draw(st.dictionaries(st.sampled_from(PARAMETERS), VALUES, max_size=4), label="query")
    answer = client.get(place.url(name), query)
    let_go(answer)
    assert answer.status_code < 500, (name, query)


def _bent(data: st.DataObject, fields: dict[str, Any]) -> dict[str, Any]:
    """Mostly as it should be, with some fields odd, one gone, one twice, one that nobody asked for."""
    body = dict(fields)
    names = sorted(body) or ["x"]
    for field in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4), label="odd"):
        body[field] = data.draw(VALUES, label=field)
    if data.draw(st.booleans(), label="less"):
        body.pop(data.draw(st.sampled_from(names), label="gone"), None)
    if data.draw(st.booleans(), label="more"):
        body[data.draw(st.sampled_from(names), label="twice")] = ["1", data.draw(VALUES, label="second")]
        body[data.draw(TEXT.filter(bool), label="unasked")] = "1"
    return body


# What a place is asked for once: it is a fixture, and examples are many.
_kept: dict[tuple[int, str], Any] = {}


def _clients(place: Place) -> dict[str, Client]:
    key = (id(place), "clients")
    if key not in _kept:
        _kept.clear()
        _kept[key] = dict(_signed_in(place.world))
    found: dict[str, Client] = _kept[key]
    return found


def _signed_in(world: World) -> Iterator[tuple[str, Client]]:
    for person in ("manager", "rep", "owner"):
        client = Client(raise_request_exception=False)
        client.force_login(getattr(world, person))
        yield person, client


def _known_fields(place: Place, name: str) -> dict[str, Any]:
    key = (id(place), name)
    if key not in _kept:
        who = "rep" if name.startswith("home:") else "manager"
        _kept[key] = {} if name in FIRST_VISIT else fields_of(_clients(place)[who], place, name)
    found: dict[str, Any] = _kept[key]
    return found
