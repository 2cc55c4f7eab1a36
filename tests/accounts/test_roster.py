"""A list of people: read, looked at, taken in; and the first sign-in of each."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from apps.accounts.models import Invitation, Membership, User
from apps.accounts.roster import ASKED, HERE, KNOWN, NEW, RETURNS, Roster, read_roster
from apps.accounts.services import end_membership
from apps.notices.due import messages_of
from apps.web.tables import pasted_rows
from tests.people import World, make_member, make_team

PASSWORD = "a-long-enough-password"


def read(world: World, text: str) -> Roster:
    return read_roster(world.team, pasted_rows(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aoi Sato,aoi@example.com", [("Aoi Sato", "aoi@example.com", "rep")]),
        ("佐藤葵\taoi@example.com\t営業", [("佐藤葵", "aoi@example.com", "rep")]),
        ("Aoi Sato <AOI@Example.com>", [("Aoi Sato", "aoi@example.com", "rep")]),
        (
            "\u4f50\u85e4\u3000\u8475\u3000aoi@example.com",
            [("\u4f50\u85e4 \u8475", "aoi@example.com", "rep")],
        ),
        ("\uff41\uff4f\uff49\uff20example.com;Aoi", [("Aoi", "aoi@example.com", "rep")]),
        ("Name;E-mail;Role\nAoi;aoi@example.com;Manager", [("Aoi", "aoi@example.com", "manager")]),
        ("氏名,メールアドレス\n佐藤葵,aoi@example.com\n\n", [("佐藤葵", "aoi@example.com", "rep")]),
        ("葵、aoi@example.com、マネージャー", [("葵", "aoi@example.com", "manager")]),
        (
            "A\ta@example.com\nB, b@example.com",
            [("A", "a@example.com", "rep"), ("B", "b@example.com", "rep")],
        ),
        ("aoi@example.com", [("aoi", "aoi@example.com", "rep")]),
        ("Aoi,aoi@example.com,閲覧のみ", [("Aoi", "aoi@example.com", "viewer")]),
    ],
)
def test_lists_are_read_as_people_write_them(world: World, text: str, expected: Any) -> None:
    roster = read(world, text)
    assert [(one.name, one.email, one.role) for one in roster.people] == expected
    assert roster.problems == []


def test_what_is_wrong_is_said_for_each_line(world: World) -> None:
    roster = read(world, "Aoi,aoi@example.com\nBo\nCy,cy@@example\nAoi S,AOI@EXAMPLE.COM")
    codes = [person.problem.code if person.problem else "" for person in roster.people]
    assert codes == ["", "email_missing", "email_broken", "email_twice"]


def test_who_is_known_is_recognised(world: World) -> None:
    second = make_team(world.owner, "Second team")
    second.organization = world.team.organization
    second.save()
    kento = User.objects.create_user("kento@example.com", "right-password", name="Kento")
    Membership.objects.create(team=second, user=kento, role="rep")
    end_membership(member=world.rika, by=world.manager)
    lines = [
        world.ren.user.email,
        world.rika.user.email,
        kento.email,
        world.other_rep.user.email,
        "new@example.com",
    ]
    states = [person.state for person in read(world, "\n".join(lines)).people]
    assert states == [HERE, RETURNS, KNOWN, ASKED, NEW]


def test_the_same_name_under_another_address_is_pointed_out(world: World) -> None:
    # By width and case: the same name to a reader.
    [person] = read(world, "\uff32\uff25\uff2e,ren.b@example.com").people
    assert person.namesake
    assert person.problem is None


def take_in(client: Client, world: World, text: str) -> None:
    url = reverse("accounts:people_add", args=[world.team.pk])
    look = client.post(url, {"people": text})
    assert look.status_code == 200
    assert "Nothing" not in look.content.decode()
    assert client.post(url, {"people": text, "add": "1"}).status_code == 302


def test_a_list_is_looked_at_and_then_taken_in(world: World, manager: Client) -> None:
    url = reverse("accounts:people_add", args=[world.team.pk])
    before = User.objects.count()
    page = manager.post(url, {"people": "Aoi,aoi@example.com"}).content.decode()
    assert "joins and gets a link" in page
    assert User.objects.count() == before
    manager.post(url, {"people": "Aoi,aoi@example.com\nBo,bo@example.com,manager", "add": "1"})
    aoi, bo = (Membership.objects.get(user__email=f"{name}@example.com") for name in ("aoi", "bo"))
    assert (aoi.role, aoi.carries_targets) == ("rep", True)
    assert (bo.role, bo.carries_targets) == ("manager", False)
    assert [message.to for message in mail.outbox] == [["aoi@example.com"], ["bo@example.com"]]
    assert (
        "has not signed in yet"
        in manager.get(reverse("accounts:people", args=[world.team.pk])).content.decode()
    )


def test_taking_the_same_list_in_again_changes_nothing(world: World, manager: Client) -> None:
    for _turn in range(2):
        manager.post(
            reverse("accounts:people_add", args=[world.team.pk]),
            {"people": "Aoi,aoi@example.com", "add": "1"},
        )
    assert Invitation.objects.filter(email="aoi@example.com").count() == 1


def test_a_list_with_a_problem_writes_nothing(world: World, manager: Client) -> None:
    url = reverse("accounts:people_add", args=[world.team.pk])
    answer = manager.post(url, {"people": "Aoi,aoi@example.com\nBo", "add": "1"})
    assert answer.status_code == 422
    assert "Line 2" in answer.content.decode()
    assert "Aoi" in answer.content.decode()
    assert not User.objects.filter(email="aoi@example.com").exists()


def workbook(*rows: tuple[str, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        "佐藤葵,aoi@example.com".encode("cp932"),
        "\ufeff佐藤葵,aoi@example.com".encode(),
        workbook(("氏名", "メール"), ("佐藤葵", "aoi@example.com")),
    ],
)
def test_files_are_read_by_what_they_are(world: World, manager: Client, raw: bytes) -> None:
    url = reverse("accounts:people_add", args=[world.team.pk])
    answer = manager.post(url, {"file": SimpleUploadedFile("list.dat", raw)})
    assert answer.status_code == 200
    assert "佐藤葵" in answer.content.decode()
    # What the file held stands in the form now.
    assert answer.context["form"]["people"].value().startswith(("佐藤葵", "氏名"))


def test_the_first_sign_in_takes_the_account(world: World, manager: Client) -> None:
    take_in(manager, world, "Aoi,aoi@example.com")
    invitation = Invitation.objects.get(email="aoi@example.com")
    url = reverse("accounts:invitation_accept", args=[invitation.token])
    client = Client()
    page = client.get(url).content.decode()
    assert 'value="Aoi"' in page
    assert client.post(url, {"name": "Aoi S", "password": "short"}).status_code == 422
    assert client.post(url, {"name": "Aoi S", "password": PASSWORD}).status_code == 302
    member = Membership.objects.get(user__email="aoi@example.com")
    assert member.user.name == "Aoi S"
    assert client.get(reverse("home:today", args=[world.team.pk])).status_code == 200
    assert not Membership.objects.waiting().exists()
    # The link is spent.
    assert Client().post(url, {"name": "Eve", "password": PASSWORD}).status_code == 410


def test_a_link_ends_with_the_membership(world: World, manager: Client) -> None:
    take_in(manager, world, "Aoi,aoi@example.com")
    invitation = Invitation.objects.get(email="aoi@example.com")
    assert invitation.member
    end_membership(member=invitation.member, by=world.manager)
    assert Client().get(reverse("accounts:invitation_accept", args=[invitation.token])).status_code == 410


def test_a_renewed_link_works_and_the_old_one_does_not(world: World, manager: Client) -> None:
    take_in(manager, world, "Aoi,aoi@example.com")
    old = Invitation.objects.get(email="aoi@example.com")
    manager.post(reverse("accounts:invitation_renew", args=[world.team.pk, old.pk]))
    fresh = Invitation.objects.get(email="aoi@example.com", revoked_at=None)
    assert len(mail.outbox) == 2
    statuses = [
        Client().get(reverse("accounts:invitation_accept", args=[one.token])).status_code
        for one in (old, fresh)
    ]
    assert statuses == [410, 200]
    # Asked for twice: one link works.
    manager.post(reverse("accounts:invitation_renew", args=[world.team.pk, old.pk]))
    assert Invitation.objects.filter(email="aoi@example.com", revoked_at=None).count() == 1


def test_nobody_who_was_never_here_gets_other_mails(world: World, manager: Client) -> None:
    take_in(manager, world, "Aoi,aoi@example.com")
    morning = datetime.fromisoformat("2026-06-10T09:10+09:00")
    keys = [message.key for message in messages_of(world.team, morning)]
    assert [key for key in keys if key.startswith(f"morning:{world.ren.pk}:")]
    waiting = Membership.objects.get(user__email="aoi@example.com").pk
    assert not [key for key in keys if key.endswith(f":{waiting}") or f":{waiting}:" in key]


def test_a_team_is_handed_over_and_left(world: World, manager: Client) -> None:
    url = reverse("accounts:hand_over", args=[world.team.pk])
    assert manager.post(url, {"to": world.other_rep.pk}).status_code == 422
    assert manager.post(url, {"to": world.ren.pk, "leaves": "on"}).status_code == 302
    world.ren.refresh_from_db()
    assert world.ren.role == "manager"
    assert manager.get(url).status_code == 404
    rep = Client()
    rep.force_login(world.rep)
    assert rep.get(reverse("accounts:team_edit", args=[world.team.pk])).status_code == 200


def test_the_last_who_may_edit_cannot_leave(world: World, manager: Client) -> None:
    world.team.organization.owners.clear()
    Membership.objects.filter(user=world.deactivated).delete()
    leave = reverse("accounts:team_leave", args=[world.team.pk])
    answer = manager.post(leave, follow=True)
    assert "Make another person manager first" in answer.content.decode()
    assert manager.get(reverse("accounts:people", args=[world.team.pk])).status_code == 200


def test_whoever_leaves_has_no_access_and_the_numbers_stay(world: World, rep: Client) -> None:
    from apps.activity.models import Tally
    from tests.people import log

    log(world.ren, "call", 7)
    rep.post(reverse("accounts:team_leave", args=[world.team.pk]))
    assert rep.get(reverse("home:today", args=[world.team.pk])).status_code == 404
    assert Tally.objects.filter(member=world.ren, count=7).exists()


def test_queries_do_not_grow_with_people(
    world: World, manager: Client, django_assert_max_num_queries: Any
) -> None:
    take_in(manager, world, "\n".join(f"P{number},p{number}@example.com" for number in range(30)))
    with django_assert_max_num_queries(14):
        manager.get(reverse("accounts:people", args=[world.team.pk]))
    with django_assert_max_num_queries(12):
        text = "\n".join(f"P{number},q{number}@example.com" for number in range(60))
        manager.post(reverse("accounts:people_add", args=[world.team.pk]), {"people": text})


def test_a_link_changes_no_password_that_somebody_chose(world: World, manager: Client) -> None:
    """The account got a password by mail meanwhile, or its owner came in another way."""
    take_in(manager, world, "Aoi,aoi@example.com")
    invitation = Invitation.objects.get(email="aoi@example.com")
    user = User.objects.get(email="aoi@example.com")
    user.set_password("chosen-by-the-owner")
    user.save()
    url = reverse("accounts:invitation_accept", args=[invitation.token])
    Client().post(url, {"name": "Eve", "password": PASSWORD})
    user.refresh_from_db()
    assert user.check_password("chosen-by-the-owner")
    manager.post(reverse("accounts:invitation_renew", args=[world.team.pk, invitation.pk]))
    assert Invitation.objects.filter(email="aoi@example.com").count() == 1


def test_somebody_who_never_came_gets_no_more_than_the_first_team(world: World, manager: Client) -> None:
    from apps.company.services import add_owner
    from apps.domain.errors import PlanError

    take_in(manager, world, "Aoi,aoi@example.com")
    second = make_team(world.owner, "Second team")
    second.organization = world.team.organization
    second.save()
    [person] = read_roster(second, pasted_rows("Aoi,aoi@example.com,manager")).people
    assert person.problem
    assert person.problem.code == "email_waiting"
    user = User.objects.get(email="aoi@example.com")
    with pytest.raises(PlanError, match="not_in_company"):
        add_owner(company=world.team.organization, by=world.owner, user=user)
    hand = manager.post(
        reverse("accounts:hand_over", args=[world.team.pk]),
        {"to": Membership.objects.get(user=user).pk, "leaves": "on"},
    )
    assert hand.status_code == 422
    assert manager.get(reverse("accounts:team_edit", args=[world.team.pk])).status_code == 200


def test_a_list_looked_at_long_ago_takes_over_no_account(world: World) -> None:
    from apps.accounts.services import add_people

    roster = read(world, "Aoi,aoi@example.com")
    real = User.objects.create_user("aoi@example.com", "chosen-by-the-owner", name="Aoi")
    invitations = add_people(team=world.team, by=world.manager, people=roster.coming, language="en")
    assert [invitation.member for invitation in invitations] == [None]
    assert not Membership.objects.filter(user=real).exists()


def test_who_comes_back_without_a_password_gets_a_link(world: World, manager: Client) -> None:
    take_in(manager, world, "Aoi,aoi@example.com")
    end_membership(member=Membership.objects.get(user__email="aoi@example.com"), by=world.manager)
    take_in(manager, world, "Aoi,aoi@example.com")
    invitation = Invitation.objects.filter(email="aoi@example.com").latest("pk")
    assert Client().get(reverse("accounts:invitation_accept", args=[invitation.token])).status_code == 200


def test_empty_lines_of_a_file_cost_nobody_a_place(world: World, manager: Client) -> None:
    text = "\n\n".join(f"P{number},p{number}@example.com" for number in range(400))
    url = reverse("accounts:people_add", args=[world.team.pk])
    answer = manager.post(url, {"file": SimpleUploadedFile("list.csv", text.encode())})
    assert len(answer.context["rows"]) == 400


@pytest.mark.parametrize(
    ("line", "name", "reading"),
    [
        (
            "\u5c71\u7530 \u82b1\u5b50,\u3084\u307e\u3060 \u306f\u306a\u3053,h@example.com",
            "\u5c71\u7530 \u82b1\u5b50",
            "\u3084\u307e\u3060 \u306f\u306a\u3053",
        ),
        (
            "\u5c71\u7530\u82b1\u5b50,h@example.com,\uff94\uff8f\uff80\uff9e\uff8a\uff85\uff7a",
            "\u5c71\u7530\u82b1\u5b50",
            "\u30e4\u30de\u30c0\u30cf\u30ca\u30b3",
        ),
        (
            "\u5c71\u7530,\u82b1\u5b50,\u30e4\u30de\u30c0,\u30cf\u30ca\u30b3,h@example.com",
            "\u5c71\u7530 \u82b1\u5b50",
            "\u30e4\u30de\u30c0 \u30cf\u30ca\u30b3",
        ),
        ("\u5c71\u672c,\u3055\u304f\u3089,s@example.com", "\u5c71\u672c \u3055\u304f\u3089", ""),
        ("\u3055\u304f\u3089,s@example.com", "\u3055\u304f\u3089", ""),
        ("\u3055\u304f\u3089,\u3055\u304f\u3089,s@example.com", "\u3055\u304f\u3089 \u3055\u304f\u3089", ""),
        ("h@example.com,Hanako Yamada", "Hanako Yamada", ""),
    ],
)
def test_a_reading_in_kana_is_kept_apart_from_the_name(
    world: World, line: str, name: str, reading: str
) -> None:
    [person] = read(world, line).people
    assert (person.name, person.reading, person.problem) == (name, reading, None)


def test_what_is_no_role_is_said(world: World) -> None:
    [person] = read(world, "Osamu Kato,o@example.com,boss").people
    assert person.name == "Osamu Kato"
    assert person.problem is not None
    assert person.problem.code == "role_unknown"


def test_invitations_by_mail_are_said_to_be_on_their_way(
    world: World, manager: Client, settings: Any
) -> None:
    settings.HAS_MAIL = True
    body = {"people": "Aoi,aoi@example.com", "add": "1"}
    page = manager.post(reverse("accounts:people_add", args=[world.team.pk]), body, follow=True)
    assert "The invitations are on their way" in page.content.decode()
    assert [mail.to for mail in mail.outbox] == [["aoi@example.com"]]


def test_a_list_that_is_too_long_is_refused_beside_its_field(
    world: World, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.accounts.roster.MOST_PEOPLE", 1)
    body = {"people": "A,a@example.com\nB,b@example.com"}
    answer = manager.post(reverse("accounts:people_add", args=[world.team.pk]), body)
    assert answer.status_code == 422
    assert "people" in answer.context["form"].errors


def test_an_address_taken_in_the_same_moment_is_only_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was looked at before; between the look and the writing somebody signed up with it."""
    from apps.accounts import services

    roster = read(world, "Aoi,aoi@example.com")
    real = User.objects.create_user("aoi@example.com", "chosen-by-the-owner", name="Aoi")
    monkeypatch.setattr(services, "compare", lambda *_what: None)
    invitations = services.add_people(team=world.team, by=world.manager, people=roster.coming, language="en")
    assert [invitation.member for invitation in invitations] == [None]
    assert not Membership.objects.filter(user=real).exists()


def test_a_colleague_with_a_password_needs_no_link(world: World) -> None:
    from apps.accounts.services import add_people

    second = make_team(world.owner, "Second team")
    second.organization = world.team.organization
    second.save()
    coming = read_roster(second, pasted_rows("Ren,ren@example.com")).coming
    assert add_people(team=second, by=world.owner, people=coming, language="en") == []
    assert Membership.objects.filter(team=second, user=world.rep).exists()


def test_an_address_with_an_account_is_no_new_person(world: World) -> None:
    from apps.accounts.services import invite_member, join_as_new_person
    from apps.domain.errors import PlanError

    invitation = invite_member(team=world.team, by=world.manager, email="", role="rep", language="en")
    with pytest.raises(PlanError, match="email_taken"):
        join_as_new_person(
            invitation=invitation, email="ren@example.com", password=PASSWORD, name="Ren", language="en"
        )
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_used_link_opens_nothing_twice(world: World, manager: Client) -> None:
    from apps.accounts.services import accept_invitation, claim_account
    from apps.domain.errors import PlanError

    take_in(manager, world, "Aoi,aoi@example.com")
    invitation = Invitation.objects.get(email="aoi@example.com")
    claim_account(invitation=invitation, name="Aoi", password=PASSWORD, language="en")
    with pytest.raises(PlanError, match="invitation_used"):
        claim_account(invitation=invitation, name="Eve", password=PASSWORD, language="en")
    with pytest.raises(PlanError, match="invitation_used"):
        accept_invitation(invitation=invitation, user=world.stranger)
    assert User.objects.get(email="aoi@example.com").name == "Aoi"


def test_an_owner_who_left_as_a_rep_still_owns_and_logs_no_more(world: World) -> None:
    member = make_member(world.team, world.owner, "rep")
    client = Client()
    client.force_login(world.owner)
    today = reverse("home:today", args=[world.team.pk])
    assert client.get(today).status_code == 200
    end_membership(member=member, by=world.manager)
    assert client.get(today).status_code == 403
    assert client.get(reverse("accounts:people_add", args=[world.team.pk])).status_code == 200
