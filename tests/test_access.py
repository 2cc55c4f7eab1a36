"""Every URL, every method, every kind of person. An undeclared URL fails."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_places import FOREIGN, SECURITY_KEY_PAGES, Place
from tests.access_table import FIRST_VISIT, METHODS, PEOPLE, TABLE
from tests.people import (
    CANARY,
    TODAY,
    World,
    log,
)

# Class-based views of allauth answer what they know about methods in their own way.
OURS = [name for name in TABLE if ":" in name]


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from patterns(pattern, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_url_is_declared() -> None:
    assert set(patterns(get_resolver())) == set(TABLE)


def client_of(world: World, person: str) -> Client:
    client = Client()
    if person == "deactivated":
        # Signed in before the account was closed.
        world.deactivated.is_active = True
        world.deactivated.save()
        client.force_login(world.deactivated)
        world.deactivated.is_active = False
        world.deactivated.save()
    elif person != "anonymous":
        client.force_login(getattr(world, person))
    return client


@pytest.mark.parametrize("person", PEOPLE)
def test_access_table(world: World, person: str) -> None:
    """One person tries everything. POSTs run in a savepoint each, so none spoils the next."""
    from django.db import transaction

    place, client = Place(world), client_of(world, person)
    wrong = []
    for name, methods in TABLE.items():
        for method in METHODS if name in OURS else methods:
            expected = expected_status(name, method, person)
            with transaction.atomic():
                client_now = client if "logout" not in name else client_of(world, person)
                answer = client_now.generic(
                    method, place.url(name), *encoded(place.bodies.get(name, {}) if method == "POST" else {})
                )
                transaction.set_rollback(True)
            said(answer)
            if answer.status_code != expected:
                wrong.append((name, method, answer.status_code, expected))
    assert wrong == []


def encoded(body: dict[str, Any]) -> tuple[str, str]:
    from urllib.parse import urlencode

    return urlencode(body, doseq=True), "application/x-www-form-urlencoded"


PUBLIC = (
    "setup:healthz",
    "setup:readyz",
    "home:start", "home:session", "home:offline", "home:service_worker", "home:manifest",
    "accounts:language_set", "accounts:invitation_accept", "notices:feed", "notices:stop",
)  # fmt: skip


def expected_status(name: str, method: str, person: str) -> int:
    methods = TABLE[name]
    if method in methods:
        return methods[method][PEOPLE.index(person)]
    public = name in PUBLIC or name.startswith("api:")
    is_known = person not in ("anonymous", "deactivated")
    return 405 if is_known or public or name in FIRST_VISIT else 302


def test_signed_out_is_sent_to_sign_in(world: World) -> None:
    answer = Client().get(reverse("home:today", args=[world.team.pk]))
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


OF_REPS = (
    "home:entry_undo",
    "home:next_step_close",
    "notices:report_send",
    "growth:drill_done",
    "goals:plan_agree",
    "goals:plan_counter",
)


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_foreign_ids_in_the_path_are_not_found(world: World, name: str) -> None:
    client = client_of(world, "rep" if name in OF_REPS else "manager")
    url = reverse(name, args=FOREIGN[name](world))
    if name.startswith("company:") or name == "home:organization":
        client = client_of(world, "owner")
    for method in TABLE[name]:
        answer = client.generic(method, url)
        assert answer.status_code == 404
        assert CANARY not in answer.content.decode()


def objects_in(
    resolver: URLResolver, prefix: str = "", kept: tuple[str, ...] = ()
) -> Iterator[tuple[str, set[str]]]:
    """Names of URLs with the converters in their paths."""
    for pattern in resolver.url_patterns:
        found = (*kept, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from objects_in(pattern, space, found)
        else:
            yield f"{prefix}{pattern.name}", set(found)


def test_every_url_with_an_object_has_a_foreign_case() -> None:
    """An object is what stands in the path beside the team, a day or a signed token."""
    plain = {"team_id", "day", "token"}
    with_object = {name for name, found in objects_in(get_resolver()) if found - plain}
    # The sample's members: only while nothing real exists, see tests/setup.
    # allauth's ask for the password first: tests/accounts/test_second_step.py.
    # The API's are in tests/api: they ask for a token before they look.
    with_object = {name for name in with_object if not name.startswith("api:")}
    assert with_object - {"setup:sample_sign_in", *SECURITY_KEY_PAGES} == set(FOREIGN)


def test_foreign_ids_in_the_body_are_refused(world: World, rep: Client) -> None:
    url = reverse("home:entry_create", args=[world.team.pk])
    foreign_kpi = world.other_team.funnel.kpis.get(code="call").pk
    base = {"id": uuid4(), "day": TODAY, "kpi": world.kpi("contract").pk, "count": 1}
    for extra in ({"kpi": foreign_kpi}, {"shared_with": world.other_rep.pk}):
        answer = rep.post(url, base | extra)
        assert answer.status_code == 422
        assert CANARY not in answer.content.decode()
    leave = reverse("calendars:leave_take", args=[world.team.pk])
    answer = client_of(world, "manager").post(leave, {"start": TODAY, "member": world.other_rep.pk})
    assert answer.status_code == 422


def said(answer: Any) -> str:
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(whole.decode(errors="replace"))


def let_go(answer: Any) -> None:
    """A file that was not read to its end stays open; closing the whole answer would end the connection."""
    for close in answer._resource_closers:
        close()


def test_no_page_shows_another_companys_words(world: World) -> None:
    place = Place(world)
    log(world.other_rep, "call", 1)
    for person in ("rep", "viewer", "manager", "owner"):
        client = client_of(world, person)
        for name in OURS:
            if "GET" in TABLE[name]:
                assert CANARY not in said(client.get(place.url(name), follow=True)), name


def test_a_rep_sees_own_row_and_the_teams_total_only(world: World, rep: Client) -> None:
    page = rep.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "Ren" in page
    assert "Rika" not in page
    assert rep.get(reverse("progress:rep", args=[world.team.pk, world.rika.pk])).status_code == 404
    world.team.visibility = "open"
    world.team.save()
    assert "Rika" in rep.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert rep.get(reverse("progress:rep", args=[world.team.pk, world.rika.pk])).status_code == 200


def test_a_rep_does_not_see_colleagues_targets(world: World, rep: Client) -> None:
    page = rep.get(reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])).content.decode()
    assert "Ren" in page
    assert "Rika" not in page


def test_access_ends_with_the_next_request(world: World, rep: Client) -> None:
    today = reverse("home:today", args=[world.team.pk])
    assert rep.get(today).status_code == 200
    client_of(world, "manager").post(reverse("accounts:member_end", args=[world.team.pk, world.ren.pk]))
    assert rep.get(today).status_code == 404


def test_every_post_needs_a_csrf_token(world: World) -> None:
    place = Place(world)
    for name, methods in TABLE.items():
        # A mail program presses the one-click stop: its signed token is its proof.
        if "POST" not in methods or name in FIRST_VISIT or name == "notices:stop" or name.startswith("api:"):
            continue
        client = Client(enforce_csrf_checks=True)
        # Somebody who would be let in with a token; the reason for the 403 is the page that says so.
        client.force_login(world.rep if name.startswith("home:") or name in OF_REPS else world.manager)
        answer = client.post(place.url(name))
        assert answer.status_code == 403, name
        assert "errors/csrf.html" in [template.name for template in answer.templates], name


def test_get_changes_nothing(world: World) -> None:
    from django.apps import apps

    place = Place(world)

    def state() -> list[tuple[str, list[Any]]]:
        models = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
        return [(model.__name__, list(model._default_manager.order_by("pk").values())) for model in models]

    clients = [client_of(world, person) for person in ("manager", "rep")]
    before = state()
    for client in clients:
        for name in OURS:
            client.get(place.url(name))
    assert state() == before
