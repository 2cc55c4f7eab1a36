"""Somebody walks from link to link and puts other companies' ids into each address."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from tests.access_places import Place
from tests.people import CANARY, World, log
from tests.test_access import client_of, let_go, said

ADDRESS = re.compile(r'(?:href|action|hx-get|hx-post|data-url)="(/[^"#]*)"')
STARTS = ("/", "/profile/")
# Where a walk would end the session, or leave for what another program serves.
PASSED = ("/accounts/logout/", "/static/", "/sw.js")


def walk(client: Client, starts: list[str]) -> dict[str, str]:
    """One address for each kind of page that can be reached by links."""
    found: dict[str, str] = {}
    waiting, seen = list(starts), set(starts)
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        if name is None or name in found:
            continue
        found[name] = path
        answer = client.get(path, follow=True)
        page = said(answer)
        let_go(answer)
        for link in addresses(page):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def addresses(page: str) -> Iterator[str]:
    for link in ADDRESS.findall(page):
        path = link.replace("&amp;", "&")
        if not path.startswith(PASSED):
            yield path


def name_of(path: str) -> str | None:
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    # Steps of a review, files of different kinds are pages of their own.
    words = [str(value) for value in found.kwargs.values() if re.fullmatch(r"[a-z_]+", str(value))]
    return " ".join([found.view_name, *words[:1]]) if found.view_name else None


def swapped(path: str, foreign: set[int]) -> Iterator[str]:
    """Each number of the path, and each of the query, by each foreign one."""
    for place in re.finditer(r"(?<=[/=])\d+(?=[/&]|$)", path):
        for other in foreign:
            yield f"{path[: place.start()]}{other}{path[place.end() :]}"


@pytest.mark.parametrize("person", ["rep", "manager", "owner"])
def test_no_address_with_foreign_ids_shows_foreign_words(world: World, person: str) -> None:
    log(world.other_rep, "call", 1)
    place = Place(world)
    client = client_of(world, person)
    client.raise_request_exception = False
    team = f"/teams/{world.team.pk}"
    starts = [*STARTS, f"{team}/progress/", f"{team}/plans/", f"{team}/people/", place.url("goals:plan")]
    pages = walk(client, [*starts, f"/organizations/{world.team.organization_id}/", f"{team}/today/"])
    other = world.other_team
    foreign = {other.pk, other.organization_id, world.other_rep.pk, world.other_plan.kgi_id, 999_999}
    wrong = []
    for path in pages.values():
        for changed in swapped(path, foreign - {world.team.pk, world.team.organization_id}):
            answer = client.get(changed, follow=True)
            if answer.status_code >= 500 or CANARY in said(answer):
                wrong.append((changed, answer.status_code))
            let_go(answer)
    assert wrong == []
    assert len(pages) > {"rep": 20, "manager": 45, "owner": 45}[person], sorted(pages)
