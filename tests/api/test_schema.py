"""Every operation of the API with generated values: no server error, and every answer as described."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.api.services import make_token
from tests.people import TODAY, World, log, make_key_result, make_objective

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Own places mostly, so that more than the 404 is met.
turns = itertools.count()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A real request ends with its connection; the test's transaction has to outlive it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def asking(world: World, one_connection: None) -> dict[str, Any]:
    """The keys of team A and the two who ask."""
    log(world.ren, "call", 3)
    key_result = make_key_result(make_objective(world.team, world.manager), target=15)
    people = (world.manager, world.rep)
    return {
        "tokens": [
            make_token(user=user, team=None, name="x", scopes=["read", "log"], days=None)[1]
            for user in people
        ],
        "keys": {
            "team_id": world.team.pk,
            "plan_id": world.plan.kgi_id,
            "key_result_id": key_result.pk,
        },
    }


def _make_plausible(body: Any) -> None:
    """Entries of a step and a day that exist, so that they reach the books."""
    if not isinstance(body, dict):
        return
    entries = body.get("entries", [body] if "kpi" in body else [])
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            entry |= {"kpi": "call", "day": f"{TODAY}", "member": None, "segment": ""}


@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("KPI_EXAMPLES", 100)),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_every_operation_answers_as_described(case: Case[Any], asking: dict[str, Any]) -> None:
    turn = next(turns)
    if turn % 8:
        case.path_parameters.update(
            {name: key for name, key in asking["keys"].items() if name in case.path_parameters}
        )
    if turn % 4:
        _make_plausible(case.body)
    token = asking["tokens"][turn % 2]
    case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {token}"})
