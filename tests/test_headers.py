from django.test import Client
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
