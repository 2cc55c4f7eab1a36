"""A second step at sign-in, and the list of sign-ins."""

import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Event, User
from apps.accounts.sign_in_views import device
from tests.people import World, make_user

PASSWORD = "correct horse battery"
SIGN_IN = "/accounts/login/"


@pytest.fixture
def user(db: None) -> User:
    found = make_user("Mai")
    found.set_password(PASSWORD)
    found.save()
    return found


def sign_in(user: User) -> tuple[Client, str]:
    client = Client()
    answer = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    return client, str(answer.headers.get("Location", ""))


def code_of(secret: str, steps: int = 0) -> str:
    counter = int(time.time()) // 30 + steps
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def confirm(client: Client) -> None:
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def activate(client: Client) -> str:
    """Through the pages; the secret."""
    confirm(client)
    url = reverse("mfa_activate_totp")
    page = client.get(url)
    assert page.status_code == 200
    secret = str(page.context["form"].secret)
    wrong = client.post(url, {"code": "000000"})
    assert wrong.status_code == 200
    assert wrong.context["form"].errors
    assert client.post(url, {"code": code_of(secret)}).status_code == 302
    return secret


def test_the_code_is_asked_for_after_the_password(transactional_db: None, user: User) -> None:
    client, _ = sign_in(user)
    secret = activate(client)
    assert mail.outbox[0].to == [user.email]
    assert Event.objects.filter(actor=user, kind="second_step_added").exists()
    other, where = sign_in(user)
    assert where == reverse("mfa_authenticate")
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert other.post(where, {"code": "000000"}).status_code == 200
    assert other.post(where, {"code": code_of(secret, steps=1)}).status_code == 302
    assert other.get(reverse("accounts:profile")).status_code == 200


def test_a_recovery_code_works_once(user: User) -> None:
    client, _ = sign_in(user)
    activate(client)
    client.post(reverse("mfa_generate_recovery_codes"), {})
    [code, *_] = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    for expected in (302, 200):
        other, where = sign_in(user)
        assert other.post(where, {"code": code}).status_code == expected


def test_no_secret_stands_in_the_database(user: User) -> None:
    client, _ = sign_in(user)
    secret = activate(client)
    kept = Authenticator.objects.get(type="totp")
    assert secret not in str(kept.data)
    assert kept.wrap().validate_code(code_of(secret))


def test_changing_the_second_step_asks_for_the_password(user: User) -> None:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("mfa_activate_totp"))
    assert urlsplit(answer.headers["Location"]).path == reverse("account_reauthenticate")
    answer = client.post(answer.headers["Location"], {"password": PASSWORD})
    assert urlsplit(answer.headers["Location"]).path == reverse("mfa_activate_totp")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_key_of_somebody_else_is_not_found(user: User) -> None:
    other = make_user("Ren")
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Ren's"})
    client, _ = sign_in(user)
    confirm(client)
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        for method in (client.get, client.post):
            assert method(reverse(name, args=[key.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_every_sign_in_is_listed_and_can_be_ended(user: User) -> None:
    here, _ = sign_in(user)
    there, _ = sign_in(user)
    third, _ = sign_in(user)
    page = here.get(reverse("accounts:sign_ins"))
    assert [session.here for session in page.context["sessions"]].count(True) == 1
    first_other = next(each for each in page.context["sessions"] if not each.here)
    here.post(reverse("accounts:sign_in_end", args=[first_other.pk]))
    alive = [each.get(reverse("accounts:profile")).status_code for each in (here, there, third)]
    assert sorted(alive) == [200, 200, 302]
    assert alive[0] == 200
    here.post(reverse("accounts:sign_ins_end"))
    alive = [each.get(reverse("accounts:profile")).status_code for each in (here, there, third)]
    assert alive == [200, 302, 302]
    assert UserSession.objects.filter(user=user).count() == 1


def test_sign_ins_and_refusals_are_kept(user: User) -> None:
    sign_in(user)
    Client().post(SIGN_IN, {"login": user.email, "password": "a guess"})
    Client().post(SIGN_IN, {"login": "nobody@example.com", "password": PASSWORD})
    events = Event.objects.filter(actor=user).order_by("pk")
    assert [event.kind for event in events] == ["signed_in", "sign_in_refused"]
    assert {event.facts["address"] for event in events} == {"127.0.0.1"}
    assert PASSWORD not in str([event.facts for event in Event.objects.all()])


def test_an_invitation_is_a_way_in_too(world: World) -> None:
    from apps.accounts.services import invite_member

    invitation = invite_member(team=world.team, by=world.manager, email="", role="rep", language="en")
    body = {"name": "New", "email": "new@example.com", "password": PASSWORD}
    Client().post(reverse("accounts:invitation_accept", args=[invitation.token]), body)
    assert UserSession.objects.filter(user__email="new@example.com").count() == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_browsers_are_named_as_people_name_them(agent: str, said: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert device(agent) == said


def test_under_another_key_no_code_fits_and_nothing_breaks(world: World, settings: Any) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(world.rep, secret)
    codes = RecoveryCodes.activate(world.rep)
    recovery = codes.get_unused_codes()[0]
    settings.SECRET_KEY = "another key, which is long enough to be one"
    [app] = Authenticator.objects.filter(user=world.rep, type="totp")
    assert not totp.TOTP(app).validate_code(code_of(secret))
    [kept] = Authenticator.objects.filter(user=world.rep, type="recovery_codes")
    assert not RecoveryCodes(kept).validate_code(recovery)


def test_an_operator_takes_a_second_step_away(world: World, capsys: Any) -> None:
    totp.TOTP.activate(world.rep, totp.generate_totp_secret())
    call_command("reset_second_step", world.rep.email.upper())
    assert not Authenticator.objects.filter(user=world.rep).exists()
    assert Event.objects.filter(kind="second_step_removed", actor=world.rep).exists()
    with pytest.raises(CommandError):
        call_command("reset_second_step", "nobody@example.com")
