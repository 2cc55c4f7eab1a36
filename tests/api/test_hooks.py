"""Webhooks, against a receiver that really listens."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.activity.models import Tally
from apps.api import hooks
from apps.api.models import Hook, Parcel
from apps.api.services import add_hook, remove_hook
from apps.domain.errors import PlanError
from apps.goals.agreements import take_step
from apps.notices.webhook import post_json
from apps.reviews.services import close_review
from apps.web.marks import forget
from tests.access_objects import review_of
from tests.people import World, log

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = [str(kind) for kind in Hook.Kind]


class Receiver:
    """Keeps what arrives, and answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.got.append((dict(self.headers.items()), body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _headers, body in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def hook(world: World, receiver: Receiver) -> Hook:
    return add_hook(team=world.team, by=world.manager, url=receiver.url, kinds=KINDS)


def test_what_happens_is_told_once_and_signed(world: World, hook: Hook, receiver: Receiver) -> None:
    entry = log(world.ren, "call", 3)
    take_step(kgi=world.plan.kgi, member=world.ren, by=world.rep, kind="agreed", seen=1)
    close_review(review=review_of(world.team, world.manager), by=world.manager)
    assert receiver.kinds == ["entry.logged", "plan.agreed", "review.closed"]
    headers, body = receiver.got[0]
    said = json.loads(body)
    assert said["data"]["id"] == str(entry.pk)
    assert (said["data"]["team"], said["data"]["member"], said["data"]["count"]) == (
        world.team.pk,
        world.ren.pk,
        3,
    )
    # As a receiver checks it.
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert {parcel.state for parcel in Parcel.objects.all()} == {"taken"}
    hooks.send_waiting()
    assert len(receiver.got) == 3


def test_a_team_hears_only_what_it_asked_for_and_only_its_own(world: World, receiver: Receiver) -> None:
    add_hook(team=world.team, by=world.manager, url=receiver.url, kinds=["review.closed"])
    log(world.ren, "call", 3)
    close_review(review=review_of(world.other_team, world.stranger), by=world.stranger)
    assert receiver.got == []


def test_what_did_not_happen_is_not_told(world: World, hook: Hook, receiver: Receiver) -> None:
    with transaction.atomic():
        log(world.ren, "call", 3)
        transaction.set_rollback(True)
    assert receiver.got == []
    assert not Parcel.objects.exists()


def test_what_is_not_taken_comes_again_later_and_later_with_the_same_id(
    world: World, hook: Hook, receiver: Receiver, time_machine: Any
) -> None:
    receiver.status = 500
    log(world.ren, "call", 3)
    waits = []
    for _try in range(hooks.MOST_TRIES):
        parcel = Parcel.objects.get()
        waits.append(round((parcel.not_before - timezone.now()).total_seconds() / 60))
        assert hooks.send_waiting() == 0
        time_machine.move_to(parcel.not_before + timedelta(seconds=1))
        hooks.send_waiting()
    assert waits[:4] == [5, 20, 80, 320]
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.tries, parcel.problem) == ("given_up", hooks.MOST_TRIES, "500")
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    receiver.status = 204
    hooks.send_again(parcel)
    assert Parcel.objects.get().state == "taken"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 503])
def test_only_a_yes_is_a_yes(world: World, hook: Hook, receiver: Receiver, status: int) -> None:
    receiver.status = status
    log(world.ren, "call", 3)
    assert Parcel.objects.get().state == "waiting"
    assert len(receiver.got) == 1


def test_a_sender_that_died_is_followed_by_another(world: World, hook: Hook, receiver: Receiver) -> None:
    now = timezone.now()
    dead = Parcel.objects.create(hook=hook, kind="test", body="{}", tries=1, not_before=now + hooks.LEASE)
    assert not hooks.send(str(dead.pk))
    Parcel.objects.update(not_before=now)
    call_command("send_hooks")
    assert len(receiver.got) == 1
    assert not hooks.send(str(dead.pk))


def test_a_removed_hook_hears_nothing_more(world: World, hook: Hook, receiver: Receiver) -> None:
    receiver.status = 500
    log(world.ren, "call", 3)
    receiver.got.clear()
    remove_hook(hook=hook, by=world.manager)
    log(world.ren, "call", 3)
    Parcel.objects.update(not_before=timezone.now())
    assert hooks.send_waiting() == 0
    assert receiver.got == []


def test_old_parcels_go(world: World, hook: Hook, receiver: Receiver, time_machine: Any) -> None:
    log(world.ren, "call", 3)
    time_machine.move_to(timezone.now() + timedelta(days=31))
    hooks.send_waiting()
    assert not Parcel.objects.exists()


def test_an_address_that_turned_inside_is_refused_when_sent(world: World, settings: Any) -> None:
    settings.WEBHOOK_ALLOW = []
    add_hook(team=world.team, by=world.manager, url="https://127.0.0.1/hook", kinds=KINDS)
    log(world.ren, "call", 3)
    assert Parcel.objects.get().problem == "webhook_inside"


# -- on the page -----------------------------------------------------------------------------------


@pytest.fixture
def manager(world: World) -> Client:
    client = Client()
    client.force_login(world.manager)
    return client


def test_a_hook_is_added_tested_and_removed(world: World, manager: Client, receiver: Receiver) -> None:
    answer = manager.post(
        reverse("connections:hook_add", args=[world.team.pk]), {"url": receiver.url, "kinds": KINDS}
    )
    assert urlsplit(answer.headers["Location"]).path == reverse("account_reauthenticate")
    assert not Hook.objects.exists()
    page: Any = manager.post(answer.headers["Location"], {"password": "right-password"})
    hook = Hook.objects.get()
    assert hook.secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    shown = manager.get(reverse("connections:team", args=[world.team.pk])).content.decode()
    assert hook.secret not in shown
    assert "/hook" not in shown.replace("/hooks/", "")
    manager.post(reverse("connections:hook_test", args=[world.team.pk, hook.pk]))
    assert receiver.kinds == ["test"]
    manager.post(reverse("connections:hook_remove", args=[world.team.pk, hook.pk]))
    assert not Hook.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "http://example.com/x",
        "https://user:word@example.com/x",
        "ftp://example.com",
        "",
    ],
)
def test_addresses_inside_are_refused_beside_the_field(world: World, manager: Client, url: str) -> None:
    answer = manager.post(reverse("connections:hook_add", args=[world.team.pk]), {"url": url, "kinds": KINDS})
    assert answer.status_code == 422
    assert answer.context["form"].errors["url"]
    assert not Hook.objects.exists()


def test_logging_asks_once_more_however_many_hooks(
    world: World, receiver: Receiver, django_assert_num_queries: Any
) -> None:
    for _each in range(3):
        add_hook(team=world.team, by=world.manager, url=receiver.url, kinds=["review.closed"])
    forget()
    with django_assert_num_queries(2):
        hooks.pack(world.team.pk, Hook.Kind.ENTRY_LOGGED, dict)
    # What is known asks only whether it still holds.
    with django_assert_num_queries(1):
        hooks.pack(world.team.pk, Hook.Kind.ENTRY_LOGGED, dict)


def test_a_broken_queue_loses_nothing(world: World, hook: Hook, receiver: Receiver, monkeypatch: Any) -> None:
    monkeypatch.setattr("apps.api.tasks.send_hook", None)
    log(world.ren, "call", 3)
    assert Tally.objects.get().count == 3
    assert receiver.got == []
    assert hooks.send_waiting() == 1


def test_many_entries_are_sent_by_one_task(
    world: World, hook: Hook, receiver: Receiver, monkeypatch: Any
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(hooks, "_send_soon", lambda hook_id: calls.append(hook_id))
    with transaction.atomic():
        for _each in range(5):
            log(world.ren, "call", 1)
    assert calls == [hook.pk]
    assert hooks.send_of(hook.pk) == 5


def test_one_dead_address_does_not_hold_up_the_others(
    world: World, hook: Hook, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(hooks, "_send_soon", lambda hook_id: None)
    dead = add_hook(team=world.team, by=world.manager, url="http://127.0.0.1:9/x", kinds=KINDS)
    for _each in range(3):
        log(world.ren, "call", 1)
    assert hooks.send_waiting() == 3
    assert sum(parcel.tries for parcel in Parcel.objects.filter(hook=dead)) == 1


def test_a_defect_of_ours_is_kept_like_a_refusal(
    world: World, hook: Hook, receiver: Receiver, monkeypatch: Any
) -> None:
    def broken(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(hooks, "post_json", broken)
    log(world.ren, "call", 3)
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.problem) == ("waiting", "ZeroDivisionError")
    assert parcel.not_before > timezone.now() + timedelta(minutes=4)


def test_an_answer_that_drips_is_cut(world: World, settings: Any, monkeypatch: Any) -> None:
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    monkeypatch.setattr("apps.notices.webhook.WHOLE", 1.0)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _peer = listener.accept()
        with contextlib.suppress(OSError), connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for _each in range(100):
                time.sleep(0.1)
                connection.sendall(b"X-A: b\r\n")

    threading.Thread(target=drip, daemon=True).start()
    with listener, pytest.raises(PlanError) as error:
        post_json(f"http://127.0.0.1:{listener.getsockname()[1]}/", "{}", {})
    assert error.value.code == "webhook_failed"
