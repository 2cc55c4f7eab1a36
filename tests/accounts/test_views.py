import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Invitation, Membership, Role, User
from apps.accounts.services import invite_member
from tests.people import World


def invite(world: World, email: str = "", role: str = Role.REP) -> Invitation:
    return invite_member(team=world.team, by=world.manager, email=email, role=role, language="en")


def accept_url(invitation: Invitation) -> str:
    return reverse("accounts:invitation_accept", args=[invitation.token])


NEW = {"name": "Nao", "password": "a-long-enough-password"}


# -- people ----------------------------------------------------------------------------------------


def test_invitation_by_mail_reaches_the_new_person(world: World, manager: Client) -> None:
    path = reverse("accounts:invitation_create", args=[world.team.pk])
    manager.post(path, {"email": "Nao@Example.com", "role": "rep"})
    assert mail.outbox[0].to == ["nao@example.com"]
    link = next(line for line in mail.outbox[0].body.splitlines() if "/invitations/" in line)
    newcomer = Client()
    newcomer.post(link.removeprefix("http://localhost:8000"), NEW)
    user = User.objects.get(email="nao@example.com")
    assert Membership.objects.get(user=user).role == Role.REP
    assert newcomer.get(reverse("home:today", args=[world.team.pk])).status_code == 200


def test_invitation_by_link_is_shown_to_be_copied(world: World, manager: Client) -> None:
    manager.post(reverse("accounts:invitation_create", args=[world.team.pk]), {"role": "viewer"})
    page = manager.get(reverse("accounts:people", args=[world.team.pk])).content.decode()
    assert accept_url(Invitation.objects.get()) in page
    assert mail.outbox == []


def test_people_hides_links_and_addresses_from_reps(world: World, rep: Client) -> None:
    invitation = invite(world)
    page = rep.get(reverse("accounts:people", args=[world.team.pk])).content.decode()
    assert invitation.token not in page
    assert "rika@example.com" not in page


def test_invitation_create_refuses_a_wrong_address(world: World, manager: Client) -> None:
    path = reverse("accounts:invitation_create", args=[world.team.pk])
    assert manager.post(path, {"email": "nonsense", "role": "rep"}).status_code == 422
    assert manager.post(path, {"role": "emperor"}).status_code == 422


def test_invitation_expires_is_used_once_and_can_be_withdrawn(world: World, manager: Client) -> None:
    old, used, withdrawn = invite(world), invite(world), invite(world)
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    Client().post(accept_url(used), NEW | {"email": "nao@example.com"})
    manager.post(reverse("accounts:invitation_revoke", args=[world.team.pk, withdrawn.pk]))
    for invitation in (old, used, withdrawn):
        assert Client().get(accept_url(invitation)).status_code == 410
    assert Client().get(reverse("accounts:invitation_accept", args=["forged"])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "password12"}, "too common"),
        ({"email": "rep"}, "valid email"),
        ({"email": "ren@example.com"}, "already"),
        ({"name": ""}, "required"),
    ],
)
def test_invitation_accept_refuses(world: World, changes: dict[str, str], message: str) -> None:
    data = NEW | {"email": "nao@example.com"} | changes
    client = Client(headers={"accept-language": "en"})
    answer = client.post(accept_url(invite(world)), data)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not User.objects.filter(name="Nao").exists()


def test_invitation_lets_a_signed_in_person_join_another_team(world: World) -> None:
    client = Client()
    client.force_login(world.stranger)
    client.post(accept_url(invite(world, role=Role.VIEWER)))
    assert Membership.objects.get(user=world.stranger, team=world.team).role == Role.VIEWER


def test_a_mailed_invitation_is_for_its_address_alone(world: World) -> None:
    client = Client()
    client.force_login(world.stranger)
    invitation = invite(world, email="alice@example.com", role=Role.MANAGER)
    assert client.post(accept_url(invitation)).status_code == 403
    assert not Membership.objects.filter(team=world.team, user=world.stranger).exists()


def test_an_invitation_brings_somebody_back(world: World, manager: Client, rep: Client) -> None:
    manager.post(reverse("accounts:member_end", args=[world.team.pk, world.ren.pk]))
    rep.post(accept_url(invite(world)))
    world.ren.refresh_from_db()
    assert world.ren.ended_at is None


def test_the_last_manager_cannot_leave_or_step_down(world: World, manager: Client) -> None:
    world.team.organization.owners.clear()
    Membership.objects.filter(user=world.deactivated).delete()
    edit = reverse("accounts:member_edit", args=[world.team.pk, world.mai.pk])
    assert manager.post(edit, {"role": "rep"}).status_code == 422
    manager.post(reverse("accounts:member_end", args=[world.team.pk, world.mai.pk]))
    world.mai.refresh_from_db()
    assert (world.mai.role, world.mai.ended_at) == (Role.MANAGER, None)


def test_a_viewer_never_carries_targets(world: World, manager: Client) -> None:
    path = reverse("accounts:member_edit", args=[world.team.pk, world.ren.pk])
    manager.post(path, {"role": "viewer", "carries_targets": "on"})
    world.ren.refresh_from_db()
    assert not world.ren.carries_targets


# -- sign-in ---------------------------------------------------------------------------------------


def sign_in(client: Client, email: str, password: str, address: str = "192.0.2.1") -> int:
    answer = client.post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address
    )
    return answer.status_code


@pytest.fixture
def fresh_limits(db: None) -> None:
    cache.clear()


def test_sign_in_with_the_address_in_any_case(world: World, fresh_limits: None) -> None:
    assert sign_in(Client(), "REN@example.com", "right-password") == 302


def test_limits_stop_guessing_one_account_before_hashing(
    world: World, fresh_limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []
    checked = User.check_password

    def counted(user: User, raw: str) -> bool:
        checks.append(raw)
        return checked(user, raw)

    monkeypatch.setattr(User, "check_password", counted)
    client = Client()
    for number in range(30):
        sign_in(client, "ren@example.com", f"wrong-{number}", f"198.51.100.{number}")
    assert len(checks) <= 20
    assert sign_in(client, "ren@example.com", "right-password") == 200


def test_limits_do_not_lock_an_office_out(world: World, fresh_limits: None) -> None:
    """Three hundred people behind one address sign in within an hour; a tenth mistypes once."""
    for number in range(300):
        email = f"office-{number}@example.com"
        User.objects.create_user(email, "right-password", name=f"Office {number}")
        client = Client()
        if number % 10 == 0:
            assert sign_in(client, email, "wrong") == 200
        assert sign_in(client, email, "right-password") == 302, number


def test_sign_in_does_not_tell_whether_an_account_exists(world: World, fresh_limits: None) -> None:
    pages = [
        Client().post(reverse("account_login"), {"login": email, "password": "wrong"}).content.decode()
        for email in ("ren@example.com", "nobody@example.com")
    ]
    import re

    same = [re.sub(r'value="[^"]*"|[\w.]+@example.com|"x-csrftoken": "\w+"', "", page) for page in pages]
    assert same[0] == same[1]


def test_session_id_changes_at_sign_in(world: World, fresh_limits: None) -> None:
    client = Client()
    client.get(reverse("account_login"))
    before = client.session.session_key
    sign_in(client, "ren@example.com", "right-password")
    assert client.session.session_key != before


def test_password_reset_by_mail(world: World, fresh_limits: None) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "ren@example.com"})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/reset/key/" in line)
    form = client.get(link.strip().split("testserver")[-1].split("localhost:8000")[-1], follow=True)
    path = form.redirect_chain[-1][0]
    client.post(path, {"password1": "another-long-one", "password2": "another-long-one"})
    assert User.objects.get(pk=world.rep.pk).check_password("another-long-one")


def test_reset_password_command(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("another-long-one\n"))
    call_command("reset_password", "REN@example.com", "--stdin")
    assert User.objects.get(pk=world.rep.pk).check_password("another-long-one")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="short"):
        call_command("reset_password", "ren@example.com", "--stdin")
    with pytest.raises(CommandError, match="No account"):
        call_command("reset_password", "nobody@example.com", "--stdin")


# -- language and time -----------------------------------------------------------------------------


def test_language_switch_stays_with_the_person(world: World, rep: Client) -> None:
    path = reverse("home:today", args=[world.team.pk])
    rep.post(reverse("accounts:language_set"), {"language": "ja", "next": path})
    page = rep.get(path).content.decode()
    assert 'lang="ja"' in page
    assert "今日、何をどれだけやるか" in page
    assert User.objects.get(pk=world.rep.pk).language == "ja"


def test_language_follows_the_browser_before_sign_in(world: World) -> None:
    for language, words in (("ja", "ログイン"), ("en", "Sign in")):
        client = Client(headers={"accept-language": language})
        assert words in client.get(reverse("account_login")).content.decode()


def test_profile_refuses_an_unknown_zone(world: World, rep: Client) -> None:
    data = {"name": "Ren", "language": "en", "time_zone": "Mars/Olympus"}
    assert rep.post(reverse("accounts:profile"), data).status_code == 422
