"""The API as a program meets it."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import OperationalError
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
    make = reverse("connections:token_make")
    answer = client.post(make, body)
    # A device that somebody left open makes no token.
    assert urlsplit(answer.headers["Location"]).path == reverse("account_reauthenticate")
    assert client.post(answer.headers["Location"], {"password": "a guess"}).status_code == 200
    assert not Token.objects.exists()
    # What was typed into the form waited.
    page = client.post(answer.headers["Location"], {"password": "right-password"})
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
    assert client.post(make, {"name": ""}).status_code == 422
    assert client.post(make, body | {"team": world.other_team.pk}).status_code == 422
    # For a quarter of an hour the password is not asked for again.
    assert client.post(make, body).context["secret"] != secret


def test_queries_do_not_grow(world: World, manager: Program, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 10):
        log(world.ren, "call", number, TODAY.replace(day=number))
        make_key_result(make_objective(world.team, world.manager), "meeting")
    manager.get("/teams")
    for path in READS:
        with django_assert_max_num_queries(16):
            manager.get(f"/teams/{world.team.pk}{path}" if path else "/teams")


# -- what pages hide, programs do not see either ---------------------------------------------------


def test_a_colleagues_own_key_result_is_not_told(world: World, rep: Program, manager: Program) -> None:
    objective = make_objective(world.team, world.manager)
    make_key_result(objective, "meeting", member=world.rika)
    path = f"/teams/{world.team.pk}/key-results"
    assert rep.get(path).json() == []
    assert len(manager.get(path).json()) == 1


def test_check_ins_follow_the_rules_of_the_page(world: World, rep: Program, manager: Program) -> None:
    objective = make_objective(world.team, world.manager)
    own = make_key_result(objective, target=15, member=world.ren)
    counted = make_key_result(objective, "meeting")
    base = f"/teams/{world.team.pk}/key-results"
    assert rep.post(f"{base}/{own.pk}/check-ins", {"value": 3}).status_code == 200
    # Where the log counts, a typed number is a view beside it, as on the page.
    assert manager.post(f"{base}/{counted.pk}/check-ins", {"value": 3}).status_code == 200
    told = {row["id"]: row["current"] for row in manager.get(base).json()}
    assert told[counted.pk] == "0"
    assert manager.post(f"{base}/{counted.pk}/check-ins", {"note": "  "}).json()["code"] == "nothing_checked"
    assert manager.post(f"{base}/{counted.pk}/check-ins", {"note": "a\x00b"}).json()["code"] == "invalid"
    own.parked_at = timezone.now()
    own.save()
    assert rep.post(f"{base}/{own.pk}/check-ins", {"value": 3}).status_code == 404


# -- keys ------------------------------------------------------------------------------------------


def test_a_key_holds_for_one_team_and_one_operation(world: World, rep: Program) -> None:
    key = {"Idempotency-Key": "night"}
    path = f"/teams/{world.team.pk}/entries"
    assert rep.post(f"{path}/bulk", {"entries": [entry(), entry(count=4)]}, **key).status_code == 200
    assert rep.post(path, entry(), **key).status_code == 200
    second = world.other_team
    second.memberships.create(user=world.rep, role="rep", carries_targets=True)
    assert rep.post(f"/teams/{second.pk}/entries", entry(), **key).status_code == 200
    assert Tally.objects.get(kpi=world.kpi("call")).count == 10


@pytest.mark.parametrize("changed", [[3, 4, 5], [3], [3, 5], [4, 3]])
def test_a_key_with_another_list_is_a_mistake(world: World, rep: Program, changed: list[int]) -> None:
    path, key = f"/teams/{world.team.pk}/entries/bulk", {"Idempotency-Key": "night"}
    assert rep.post(path, {"entries": [entry(), entry(count=4)]}, **key).status_code == 200
    again = rep.post(path, {"entries": [entry(count=count) for count in changed]}, **key)
    assert (again.status_code, again.json()["code"]) == (409, "entry_conflict")
    assert Tally.objects.get(kpi=world.kpi("call")).count == 7


def test_an_empty_key_is_none(world: World, rep: Program) -> None:
    answer = rep.post(f"/teams/{world.team.pk}/entries", entry(), **{"Idempotency-Key": ""})
    assert answer.status_code == 422
    assert not Entry.objects.exists()


def test_what_was_logged_is_said_again_although_its_step_is_parked(world: World, rep: Program) -> None:
    path, key = f"/teams/{world.team.pk}/entries", {"Idempotency-Key": "a"}
    first = rep.post(path, entry(), **key).json()
    many = rep.post(f"{path}/bulk", {"entries": [entry(count=4)]}, **key).json()
    kpi = world.kpi("call")
    kpi.parked_at = timezone.now()
    kpi.save()
    assert rep.post(path, entry(), **key).json() == first
    assert rep.post(f"{path}/bulk", {"entries": [entry(count=4)]}, **key).json() == many
    assert rep.post(path, entry()).json()["code"] == "kpi_unknown"


# -- amounts ---------------------------------------------------------------------------------------


def test_amounts_follow_the_rules_of_the_page(world: World, rep: Program) -> None:
    path = f"/teams/{world.team.pk}/entries"
    won = entry(kpi="contract", count=1, amount=50_000)
    assert rep.post(path, won).json()["amount"] == 50_000
    assert rep.post(path, won | {"amount": -5_000}).json()["code"] == "invalid"
    assert rep.post(path, won | {"count": 0}).json()["code"] == "amount_needs_count"
    assert rep.post(path, entry(amount=1)).json()["code"] == "amount_not_here"
    assert rep.post(path, won | {"cancellation": True}).json()["amount"] == -50_000
    assert rep.post(path, won | {"cancellation": True}).json()["code"] == "nothing_to_cancel"
    tally = Tally.objects.get(kpi=world.kpi("contract"))
    assert (tally.count, tally.amount) == (0, 0)


@pytest.mark.parametrize(
    "change", [{"count": True}, {"count": "1"}, {"count": 1.0}, {"day": 1_781_049_600}, {"day": "20260609"}]
)
def test_values_are_not_guessed(world: World, rep: Program, change: dict[str, Any]) -> None:
    answer = rep.post(f"/teams/{world.team.pk}/entries", entry(**change))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


# -- always a problem, never a page ----------------------------------------------------------------


def test_every_refusal_is_a_problem(world: World, rep: Program, monkeypatch: Any) -> None:
    for method, path, status in (
        ("GET", "/nope", 404),
        ("GET", "/teams/", 404),
        ("DELETE", f"/teams/{world.team.pk}/entries", 405),
        ("PUT", "/teams", 405),
    ):
        answer = rep.ask(method, path)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["title"]

    def broken(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("apps.api.api.teams_of", broken)
    answer = rep.get("/teams")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")


def test_a_program_is_told_to_wait_while_the_database_is_away(rep: Program, monkeypatch: Any) -> None:
    def away(*_args: Any) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr("apps.api.api.teams_of", away)
    answer = rep.get("/teams")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "away", "5")


def test_cursors_of_others_break_nothing(world: World, rep: Program) -> None:
    odd = (
        ["2026-01-01", "0001-01-01T00:00:00+23:00", str(uuid4())],
        ["2026-01-01", float("inf")],
        ["2026-01-01", "9" * 30],
        ["2026-01-01", 1],
        {"a": "b"},
    )
    for texts in odd:
        cursor = base64.urlsafe_b64encode(json.dumps(texts).encode()).decode()
        for name in ("entries", "tallies"):
            answer = rep.get(f"/teams/{world.team.pk}/{name}?cursor={cursor}")
            assert answer.json()["code"] == "bad_cursor", (name, texts)


@pytest.mark.parametrize(("wished", "language"), [("*", "ja"), ("fr", "ja"), ("en-GB", "en"), ("", "ja")])
def test_the_owners_language_holds_unless_another_is_named(
    world: World, rep: Program, wished: str, language: str
) -> None:
    User.objects.filter(pk=world.rep.pk).update(language="ja")
    title = rep.get("/nope2/x/members", **{"Accept-Language": wished}).json()["title"]
    refused = rep.post(
        f"/teams/{world.team.pk}/entries", entry(count=0), **{"Accept-Language": wished}
    ).json()["title"]
    assert title
    assert refused.isascii() == (language == "en")
