"""The API as a program meets it."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Event, Team, User
from apps.accounts.services import end_membership
from apps.activity.models import Entry, Tally
from apps.api.models import Token
from apps.api.services import make_token, revoke_token
from tests.access_objects import review_of
from tests.people import CANARY, TODAY, World, log, make_key_result, make_objective

BOTH = ("read", "log")


class Program:
    """Speaks to the API with a token."""

    def __init__(
        self, user: User, team: Team | None = None, scopes: Any = BOTH, days: int | None = 30
    ) -> None:
        self.token, self.secret = make_token(user=user, team=team, name="CRM", scopes=scopes, days=days)
        self.client = Client()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        known = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"} | headers
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic(method, f"/api/v1{path}", raw, "application/json", headers=known)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)


@pytest.fixture
def rep(world: World) -> Program:
    return Program(world.rep)


@pytest.fixture
def manager(world: World) -> Program:
    return Program(world.manager)


def entry(**changes: Any) -> dict[str, Any]:
    return {"day": f"{TODAY}", "kpi": "call", "count": 3} | changes


READS = ("", "/members", "/funnel", "/plans", "/tallies", "/entries", "/key-results", "/reviews")


@pytest.mark.parametrize("path", READS)
def test_every_list_answers(world: World, rep: Program, path: str) -> None:
    log(world.ren, "call", 3)
    make_key_result(make_objective(world.team, world.manager), "meeting")
    review_of(world.team, world.manager)
    answer = rep.get(f"/teams/{world.team.pk}{path}" if path else "/teams")
    assert answer.status_code == 200
    assert answer.json()
    assert CANARY not in answer.content.decode()


def test_a_rep_reads_what_the_pages_show(world: World, rep: Program, manager: Program) -> None:
    log(world.ren, "call", 3)
    log(world.rika, "call", 5)
    path = f"/teams/{world.team.pk}/tallies"
    assert [row["count"] for row in rep.get(path).json()["items"]] == [3]
    assert [row["count"] for row in manager.get(path).json()["items"]] == [3, 5]
    targets = f"/teams/{world.team.pk}/plans/{world.plan.kgi_id}/targets"
    assert {row["member"] for row in rep.get(targets).json()} == {world.ren.pk}
    [plan] = rep.get(f"/teams/{world.team.pk}/plans").json()
    assert (plan["goal"], plan["stages"][0]["needed"]) == (1_000_000, 300)


def test_an_entry_is_logged_once_however_often_it_is_sent(world: World, rep: Program) -> None:
    path = f"/teams/{world.team.pk}/entries"
    for _turn in range(3):
        assert rep.post(path, entry(), **{"Idempotency-Key": "a"}).status_code == 200
    one = str(uuid4())
    for _turn in range(3):
        assert rep.post(path, entry(id=one)).json()["id"] == one
    assert Tally.objects.get(kpi=world.kpi("call")).count == 6
    # The same key with another body is a mistake, and said.
    again = rep.post(path, entry(count=4), **{"Idempotency-Key": "a"})
    assert again.status_code == 409
    assert again.json()["code"] == "entry_conflict"
    assert Entry.objects.get(pk=one).source == f"api:{rep.token.pk}"


def test_many_entries_are_logged_all_or_none(world: World, rep: Program) -> None:
    path = f"/teams/{world.team.pk}/entries/bulk"
    wrong = rep.post(path, {"entries": [entry(), entry(kpi="nothing")]})
    assert wrong.status_code == 422
    assert not Entry.objects.exists()
    body = {"entries": [entry(count=number) for number in range(1, 101)]}
    for _turn in range(2):
        answer = rep.post(path, body, **{"Idempotency-Key": "night"})
        assert len(answer.json()["entries"]) == 100
    assert Tally.objects.get(kpi=world.kpi("call")).count == 5_050


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kpi": "nothing"}, "kpi_unknown"),
        ({"segment": "nothing"}, "segment_unknown"),
        ({"day": "2026-06-11"}, "day_in_future"),
        ({"count": 0}, "nothing_logged"),
        ({"count": -1}, "below_zero"),
        ({"count": 10**9}, "invalid"),
        ({"day": "0001-01-01"}, "invalid"),
        ({"id": "x"}, "invalid"),
        ({"member": 0}, "invalid"),
    ],
)
def test_what_is_refused_says_why(world: World, rep: Program, change: dict[str, Any], code: str) -> None:
    answer = rep.post(f"/teams/{world.team.pk}/entries", entry(**change))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["title"]


def test_problems_are_in_the_callers_language(world: World, rep: Program) -> None:
    answer = rep.post(f"/teams/{world.team.pk}/entries", entry(count=0), **{"Accept-Language": "ja"})
    assert "\u5165\u529b" in answer.json()["title"] or "\u6570" in answer.json()["title"]


def test_only_managers_log_for_others(world: World, rep: Program, manager: Program) -> None:
    path = f"/teams/{world.team.pk}/entries"
    world.team.visibility = "open"
    world.team.save()
    assert rep.post(path, entry(member=world.rika.pk)).status_code == 403
    assert manager.post(path, entry(member=world.rika.pk)).status_code == 200
    assert manager.post(path, entry()).json()["code"] == "member_missing"
    assert manager.post(path, entry(member=world.other_rep.pk)).status_code == 404


def test_foreign_teams_are_not_found(world: World, manager: Program) -> None:
    for path in READS[1:]:
        answer = manager.get(f"/teams/{world.other_team.pk}{path}")
        assert answer.status_code == 404
        assert CANARY not in answer.content.decode()
    assert manager.get(f"/teams/{world.team.pk}/plans/{world.other_plan.kgi_id}/targets").status_code == 404


def test_scopes_and_teams_bind_a_token(world: World) -> None:
    reader = Program(world.rep, scopes=["read"])
    assert reader.post(f"/teams/{world.team.pk}/entries", entry()).json()["code"] == "scope_missing"
    logger = Program(world.rep, scopes=["log"])
    assert logger.get("/teams").status_code == 403
    world.other_team.memberships.create(user=world.rep, role="rep")
    bound = Program(world.rep, team=world.team)
    assert [team["id"] for team in bound.get("/teams").json()] == [world.team.pk]
    assert bound.get(f"/teams/{world.other_team.pk}/funnel").status_code == 404


def test_dead_tokens_open_nothing(world: World, rep: Program) -> None:
    expired, revoked = Program(world.rep, days=1), Program(world.rep)
    Token.objects.filter(pk=expired.token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_token(token=revoked.token, by=world.rep)
    for program in (expired, revoked):
        assert program.get("/teams").status_code == 401
    assert rep.get("/teams", Authorization="Bearer kpi_nonsense").status_code == 401
    assert rep.get("/teams", Authorization="").status_code == 401
    User.objects.filter(pk=world.rep.pk).update(is_active=False)
    assert rep.get("/teams").status_code == 401


def test_rights_that_end_for_the_owner_end_for_the_token(world: World, rep: Program) -> None:
    end_membership(member=world.ren, by=world.manager)
    assert rep.get("/teams").json() == []
    assert rep.get(f"/teams/{world.team.pk}/funnel").status_code == 404


def test_pages_follow_each_other_without_a_gap(world: World, manager: Program, monkeypatch: Any) -> None:
    from apps.api import cursors

    monkeypatch.setattr(cursors.page_of, "__defaults__", (7,))
    for number in range(1, 11):
        log(world.ren, "call", number, TODAY.replace(day=number))
        log(world.rika, "call", number, TODAY.replace(day=number))
    for name in ("tallies", "entries"):
        seen, cursor = [], ""
        while True:
            page = manager.get(f"/teams/{world.team.pk}/{name}?cursor={cursor}").json()
            seen += [(row["member"], row["day"]) for row in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 20, name
    for wrong in ("x", "W10=", "WyJhIiwgMV0=", "\u00e4"):
        answer = manager.get(f"/teams/{world.team.pk}/tallies?cursor={wrong}")
        assert answer.json()["code"] == "bad_cursor"


def test_a_check_in_by_the_api(world: World, rep: Program, manager: Program) -> None:
    key_result = make_key_result(make_objective(world.team, world.manager), target=15)
    path = f"/teams/{world.team.pk}/key-results/{key_result.pk}/check-ins"
    assert manager.post(path, {"value": 7.5, "confidence": 4, "note": "half"}).json()["value"] == "7.5"
    assert rep.post(path, {"value": 9}).status_code == 403
    assert manager.post(path, {}).json()["code"] == "nothing_checked"
    [row] = manager.get(f"/teams/{world.team.pk}/key-results").json()
    assert row["current"] == "7.5"


def test_the_session_of_a_browser_opens_nothing(world: World) -> None:
    client = Client()
    client.force_login(world.manager)
    assert client.get("/api/v1/teams").status_code == 401
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_broken_bodies_are_no_server_errors(world: World, rep: Program) -> None:
    path = f"/teams/{world.team.pk}/entries"
    for raw in (b"", b"{", b"[]", b"null", b'{"day": "2026-06-09"}', b"\xff\xfe", b"1" * 5_000):
        assert rep.post(path, raw).status_code in (400, 422)


# -- tokens on their page --------------------------------------------------------------------------


def test_a_token_is_shown_once_and_kept_as_its_hash(world: World) -> None:
    client = Client()
    client.force_login(world.rep)
    body = {"name": "CRM", "scopes": ["read"], "days": "365"}
    page = client.post(reverse("connections:token_make"), body)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert secret not in client.get(reverse("connections:tokens")).content.decode()
    token = Token.objects.get()
    assert secret not in str(token.__dict__)
    assert (token.hint, token.scopes) == (secret[-4:], ["read"])
    assert Event.objects.filter(kind="token_made", actor=world.rep).exists()
    client.post(reverse("connections:token_revoke", args=[token.pk]))
    assert Client().get("/api/v1/teams", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert client.post(reverse("connections:token_make"), {"name": ""}).status_code == 422
    assert (
        client.post(reverse("connections:token_make"), body | {"team": world.other_team.pk}).status_code
        == 422
    )


def test_queries_do_not_grow(world: World, manager: Program, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 10):
        log(world.ren, "call", number, TODAY.replace(day=number))
        make_key_result(make_objective(world.team, world.manager), "meeting")
    manager.get("/teams")
    for path in READS:
        with django_assert_max_num_queries(16):
            manager.get(f"/teams/{world.team.pk}{path}" if path else "/teams")
