from django.test import Client
from django.urls import reverse

from tests.people import World


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
