import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.test import Client, override_settings
from django.urls import reverse

from tests.people import World, log


def test_pages_carry_the_strict_headers(world: World, rep: Client) -> None:
    answer = rep.get(reverse("home:today", args=[world.team.pk]))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_page_names_another_host(world: World, rep: Client, manager: Client) -> None:
    """No script, style, font or picture from elsewhere; a link to a source is a link."""
    import re

    pages = [
        rep.get(reverse("home:today", args=[world.team.pk])),
        manager.get(reverse("progress:rep", args=[world.team.pk, world.ren.pk])),
        manager.get(reverse("goals:plan", args=[world.team.pk, world.plan.kgi_id])),
    ]
    for page in pages:
        assert not re.search(r'(?:src|data|action)="https?:|<link[^>]+href="https?:', page.content.decode())


def test_an_error_page_names_no_detail(world: World, manager: Client) -> None:
    answer = manager.get("/teams/999999/people/")
    assert answer.status_code == 404
    assert "Traceback" not in answer.content.decode()


def test_a_foreign_next_is_not_followed(world: World, rep: Client) -> None:
    answer = rep.post(reverse("accounts:language_set"), {"language": "ja", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_signed_out_in_the_middle_moves_the_whole_page(world: World) -> None:
    answer = Client().get(reverse("home:today", args=[world.team.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")


def test_a_redirect_of_htmx_keeps_its_cookies(world: World) -> None:
    headers = {"HX-Request": "true"}
    answer = Client().post(reverse("accounts:language_set"), {"language": "en"}, headers=headers)
    assert answer.status_code == 204
    assert answer.cookies["language"].value == "en"


# -- pages that are as the browser has them --------------------------------------------------------


def test_a_page_that_did_not_change_is_not_sent_again(world: World, rep: Client) -> None:
    url = reverse("progress:team", args=[world.team.pk])
    first = rep.get(url)
    again = rep.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    log(world.ren, "call", 3)
    changed = rep.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_page_with_old_tokens_is_another_page(world: World, rep: Client) -> None:
    """Its forms would be refused."""
    url = reverse("progress:team", args=[world.team.pk])
    first = rep.get(url)
    rep.cookies.pop("csrftoken", None)
    session = rep.session
    session.pop("_csrftoken", None)
    session.save()
    assert rep.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_today_is_never_an_old_one(world: World, rep: Client) -> None:
    """The ids of its next entries stand in it: used twice, the second tap would not count."""
    url = reverse("home:today", args=[world.team.pk])
    mark = rep.get(url).headers["ETag"]
    assert rep.get(url, headers={"If-None-Match": mark}).status_code == 200


def test_nobody_elses_page_is_taken_for_ones_own(world: World, rep: Client, manager: Client) -> None:
    url = reverse("progress:team", args=[world.team.pk])
    mark = rep.get(url).headers["ETag"]
    assert manager.get(url, headers={"If-None-Match": mark}).status_code == 200


def test_fragments_and_refusals_have_no_mark(world: World, rep: Client) -> None:
    assert "ETag" not in rep.get("/teams/999999/people/").headers
    assert "ETag" not in rep.post(reverse("accounts:language_set"), {"language": "ja"}).headers


def test_files_and_what_programs_get_are_kept_by_nobody(world: World, manager: Client) -> None:
    archive = manager.post(reverse("exchange:archive", args=[world.team.pk]))
    assert archive.headers["Cache-Control"] == "no-store"
    assert "attachment" in archive.headers["Content-Disposition"]
    b"".join(archive.streaming_content)  # type: ignore[attr-defined]
    assert Client().get("/api/v1/teams").headers["Cache-Control"] == "no-store"


# -- the arithmetic of a public grader ---------------------------------------------------------------

# MDN's HTTP Observatory: 100, less for what is missing, more for what few have (mdn/mdn-http-observatory,
# src/grader/charts.js, August 2026). The bonuses count from 90 on.
HTTPS = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.startswith(("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_"))]
print("settings", json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_a_public_grader_would_give_the_highest_grade(world: World) -> None:
    """With the settings that an https address brings, on the sign-in page and on one behind it."""
    found = https_settings()
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert (found["SESSION_COOKIE_SECURE"], found["SESSION_COOKIE_HTTPONLY"]) == (True, True)
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
    with override_settings(**found):
        client = Client()
        client.force_login(world.manager)
        pages = ("/accounts/login/", reverse("progress:team", args=[world.team.pk]), "/welcome/", "/nothing/")
        for path in pages:
            answer = client.get(path, secure=True)
            assert score(answer.headers, list(answer.cookies.values())) >= 140, path


def https_settings() -> dict[str, Any]:
    """As they are where SITE_URL says https."""
    found = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", HTTPS],
        env=os.environ
        | {"SITE_URL": "https://kpi.example.com", "DJANGO_SETTINGS_MODULE": "kpiplanner.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    settings: dict[str, Any] = json.loads(found.stdout.partition("settings ")[2])
    assert settings["SECURE_HSTS_SECONDS"]
    # The test client's host is not the installation's.
    return settings | {"SECURE_SSL_REDIRECT": False}


def score(headers: Mapping[str, str], cookies: Sequence[Any]) -> int:
    policy = headers.get("Content-Security-Policy", "")
    hsts, referrer = headers.get("Strict-Transport-Security", ""), headers.get("Referrer-Policy", "")
    points = 100
    points -= 0 if policy else 25
    points -= 20 if "unsafe" in policy else 0
    points -= 0 if "max-age=31536000" in hsts else 20
    points -= 0 if headers.get("X-Content-Type-Options") == "nosniff" else 5
    are_safe = all(cookie["secure"] and cookie["samesite"] for cookie in cookies)
    points -= 0 if are_safe else 40
    if points < 90:
        return points
    points += 10 if "default-src 'none'" in policy else 0
    points += 10 if headers.get("Cross-Origin-Opener-Policy") == "same-origin" else 0
    points += 10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0
    points += 5 if "frame-ancestors 'none'" in policy else 0
    points += 5 if referrer == "same-origin" else 0
    points += 5 if are_safe and cookies else 0
    return points
