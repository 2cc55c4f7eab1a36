import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
import urllib3
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from apps.accounts.models import Membership
from apps.activity.reflections import save_reflection
from apps.calendars.models import Leave
from apps.domain.errors import PlanError
from apps.notices.due import send_due
from apps.notices.models import Channel, Feed, Wish
from apps.notices.tasks import post_to_channel
from apps.notices.webhook import Target, _Hurried, _pool, send_text, target_of
from kpiplanner.logs import TOKEN_IN_PATH
from tests.people import TODAY, World, log
from tests.reviews.meetings import MONDAY

# Nine in the morning in Tokyo: Wednesday 10 June, and Monday the 8th.
WEDNESDAY, ON_MONDAY = "2026-06-10T00:00:00Z", "2026-06-08T00:00:00Z"


@pytest.fixture(autouse=True)
def _others_are_quiet(world: World) -> None:
    """The other company's people want no mail, so that counts are of this team."""
    for member in Membership.objects.filter(team=world.other_team):
        Wish.objects.create(member=member, morning=False, monday=False, reminders=False)


# -- the calendar feed -----------------------------------------------------------------------------


def open_feed(client: Client, world: World) -> str:
    answer = client.post(reverse("notices:feed_renew", args=[world.team.pk]), follow=True)
    page = answer.content.decode()
    return "/feeds/" + page.split("http://localhost:8000/feeds/")[1].split('"')[0]


def test_the_feed_holds_working_days_and_reviews(world: World, rep: Client) -> None:
    Leave.objects.create(user=world.rep, day=TODAY + timedelta(days=1), created_at="2026-06-01T00:00:00Z")
    path = open_feed(rep, world)
    answer = Client().get(path)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events: list[Any] = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    mornings = {event["DTSTART"].dt.date() for event in events if str(event["SUMMARY"]) == "Outbound"}
    assert TODAY in mornings
    assert TODAY + timedelta(days=1) not in mornings
    assert date(2026, 6, 13) not in mornings
    reviews = [str(event["SUMMARY"]) for event in events if "Review" in str(event["SUMMARY"])]
    assert any("Half-time" in name for name in reviews)
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_the_feeds_address_is_shown_once_renewed_and_revoked(world: World, rep: Client) -> None:
    first = open_feed(rep, world)
    assert first not in rep.get(reverse("notices:wishes", args=[world.team.pk])).content.decode()
    second = open_feed(rep, world)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert second.split("/")[2] not in str(list(Feed.objects.values()))
    rep.post(reverse("notices:feed_revoke", args=[world.team.pk]))
    assert Client().get(second).status_code == 404


def test_the_feed_ends_with_the_membership(world: World, rep: Client) -> None:
    path = open_feed(rep, world)
    Membership.objects.filter(pk=world.ren.pk).update(ended_at="2026-06-09T00:00:00Z")
    assert Client().get(path).status_code == 404


def test_tokens_do_not_stand_in_logs() -> None:
    line = TOKEN_IN_PATH.sub(r"\1…", "Internal Server Error: /feeds/s3cret/calendar.ics")
    assert line == "Internal Server Error: /feeds/…/calendar.ics"


# -- the chat --------------------------------------------------------------------------------------


class Chat(BaseHTTPRequestHandler):
    taken: list[dict[str, Any]] = []
    answer = 200
    pause = threading.Event()

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.taken.append(json.loads(self.rfile.read(length)))
        if self.answer == 0:
            self.pause.wait(3)
            return
        self.send_response(self.answer)
        if self.answer == 302:
            self.send_header("Location", "http://127.0.0.1:1/inside")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@contextmanager
def chat(answer: int = 200) -> Iterator[str]:
    Chat.taken, Chat.answer = [], answer
    server = HTTPServer(("127.0.0.1", 0), Chat)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        Chat.pause.set()
        server.shutdown()
        server.server_close()
        Chat.pause.clear()


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.WEBHOOK_ALLOW = {"127.0.0.1"}


@pytest.mark.usefixtures("allowed")
def test_a_text_reaches_the_chat() -> None:
    with chat() as url:
        send_text(url, "Hello")
    assert Chat.taken == [{"text": "Hello"}]


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(("answer", "problem"), [(500, "500"), (302, "302"), (404, "404")])
def test_a_chat_that_refuses_is_named_and_followed_nowhere(answer: int, problem: str) -> None:
    with chat(answer) as url, pytest.raises(PlanError) as refused:
        send_text(url, "Hello")
    assert (refused.value.code, refused.value.facts["problem"]) == ("webhook_failed", problem)


@pytest.mark.usefixtures("allowed")
def test_a_chat_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.notices.webhook.SECONDS", 0.3)
    with chat(0) as url, pytest.raises(PlanError) as refused:
        send_text(url, "Hello")
    assert refused.value.code == "webhook_failed"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/x", "webhook_not_https"),
        ("https://127.0.0.1/x", "webhook_inside"),
        ("https://[::1]/x", "webhook_inside"),
        ("https://[::ffff:10.0.0.1]/x", "webhook_inside"),
        ("https://10.1.2.3/x", "webhook_inside"),
        ("https://169.254.169.254/latest", "webhook_inside"),
        ("https://192.168.0.1:8443/x", "webhook_inside"),
        ("https://0/x", "webhook_inside"),
        ("https://localhost/x", "webhook_inside"),
        ("https://[64:ff9b::7f00:1]/x", "webhook_inside"),
        ("https://[64:ff9b::a9fe:a9fe]/x", "webhook_inside"),
        ("https://[64:ff9b:1::1]/x", "webhook_inside"),
        ("https://[2002:7f00:1::1]/x", "webhook_inside"),
        ("https://[::127.0.0.1]/x", "webhook_inside"),
        ("https://[fec0::1]/x", "webhook_inside"),
        ("https://[fe80::1]/x", "webhook_inside"),
        ("https://user:secret@example.com/x", "webhook_bad_address"),
        ("ftp://example.com/x", "webhook_not_https"),
        ("https:///x", "webhook_bad_address"),
        ("https://example.com:99999/x", "webhook_bad_address"),
        ("https://" + "\u00e4" * 70 + ".example/x", "webhook_bad_address"),
        ("https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/x", "webhook_inside"),
    ],
)
def test_addresses_inside_the_own_network_are_refused(url: str, code: str) -> None:
    with pytest.raises(PlanError) as refused:
        target_of(url)
    assert refused.value.code == code


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may have several addresses; all of them have to lie outside."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.216.34", "192.168.1.7")]
    monkeypatch.setattr("apps.notices.webhook.socket.getaddrinfo", lambda *_a, **_k: rows)
    with pytest.raises(PlanError) as refused:
        target_of("https://two-faces.example/x")
    assert refused.value.code == "webhook_inside"
    monkeypatch.setattr("apps.notices.webhook.socket.getaddrinfo", lambda *_a, **_k: rows[:1])
    assert target_of("https://two-faces.example/x").ip == "93.184.216.34"


def test_a_name_that_nobody_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_where: Any, **_how: Any) -> None:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr("apps.notices.webhook.socket.getaddrinfo", unknown)
    with pytest.raises(PlanError) as refused:
        target_of("https://no-such-host.example/x")
    assert refused.value.code == "webhook_unknown_host"
    assert refused.value.facts == {"host": "no-such-host.example"}


@pytest.mark.usefixtures("allowed")
def test_channel_is_set_tested_and_removed(world: World, manager: Client) -> None:
    page = reverse("notices:channel", args=[world.team.pk])
    answer = manager.post(page, {"url": "https://10.0.0.1/x"})
    assert answer.status_code == 422
    assert "lies inside this network" in answer.content.decode()
    with chat() as url:
        assert manager.post(page, {"url": url}).status_code == 302
        manager.post(reverse("notices:channel_test", args=[world.team.pk]))
        assert "test from kpiplanner" in Chat.taken[0]["text"]
        assert url not in manager.get(page).content.decode()
    manager.post(reverse("notices:channel_test", args=[world.team.pk]))
    assert Channel.objects.get().problem == "webhook_failed"
    assert "did not answer" in manager.get(page).content.decode()
    manager.post(reverse("notices:channel_remove", args=[world.team.pk]))
    assert not Channel.objects.exists()


@pytest.mark.usefixtures("allowed")
def test_the_monday_numbers_reach_the_chat_once_and_name_nobody(world: World) -> None:
    log(world.ren, "call", 31, MONDAY - timedelta(days=4))
    with chat() as url:
        Channel.objects.create(team=world.team, url=url)
        with time_machine.travel(ON_MONDAY, tick=False):
            send_due()
            send_due()
    assert len(Chat.taken) == 1
    assert "Call: 31 of" in Chat.taken[0]["text"]
    assert "Ren" not in Chat.taken[0]["text"]


@pytest.mark.usefixtures("allowed")
def test_report_send_posts_the_own_report_once(world: World, rep: Client) -> None:
    save_reflection(world.ren, TODAY, {"first": "Call Yamada"})
    url = reverse("notices:report_send", args=[world.team.pk, TODAY])
    assert rep.post(url).status_code == 404
    with chat() as address:
        Channel.objects.create(team=world.team, url=address)
        for _each in range(2):
            assert rep.post(url).status_code == 302
        assert len(Chat.taken) == 1
        assert "Call Yamada" in Chat.taken[0]["text"]
        # Another text is another report.
        log(world.ren, "call", 9)
        rep.post(url)
    assert len(Chat.taken) == 2
    other = reverse("notices:report_send", args=[world.team.pk, TODAY - timedelta(days=1)])
    assert rep.post(other).status_code == 404


def test_a_checked_address_is_met_with_the_certificate_of_its_name() -> None:
    pool = _pool(Target(is_https=True, host="chat.example", port=443, path="/x", ip="93.184.216.34"))
    assert pool.host == "93.184.216.34"
    assert isinstance(pool, urllib3.HTTPSConnectionPool)
    assert (pool.assert_hostname, pool.conn_kw["server_hostname"]) == ("chat.example", "chat.example")
    # With a limit for the whole answer, as over plain HTTP.
    assert issubclass(pool.ConnectionCls, _Hurried)


def test_a_team_without_a_chat_is_told_nothing(world: World) -> None:
    post_to_channel(world.team.pk, "Hello")
    assert not Channel.objects.exists()
