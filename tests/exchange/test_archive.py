"""A team leaves as one file and comes back equal."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import Invitation, Organization, Team, User
from apps.activity.queries import tally_drifts
from apps.domain.errors import PlanError
from apps.exchange.archive import LEFT_OUT, PATHS, USER_FIELDS, Exact, read_archive, tables_of, write_archive
from apps.setup.sample import make_sample, sample_team
from tests.access_places import Place
from tests.people import CANARY, World

LABELS = ["accounts.User", "accounts.Organization", *PATHS]


def packed(team: Team) -> io.BytesIO:
    file = io.BytesIO()
    write_archive(team, file)
    file.seek(0)
    return file


def state(team: Team) -> dict[str, list[str]]:
    return {
        table.name: sorted(
            serializers.serialize("jsonl", table.rows, fields=table.fields, cls=Exact).splitlines()
        )
        for table in tables_of(team)
    }


def empty() -> None:
    for label in reversed([*LABELS, *LEFT_OUT]):
        apps.get_model(label)._default_manager.all().delete()


def test_every_table_is_in_the_archive_or_left_out_on_purpose() -> None:
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("apps.")}
    assert ours == {*LABELS, *LEFT_OUT}


@pytest.mark.django_db
def test_the_sample_team_comes_back_equal_table_by_table() -> None:
    make_sample(language="ja")
    team = sample_team()
    assert team
    before, file = state(team), packed(team)
    assert sum(bool(rows) for rows in before.values()) > 25
    empty()
    assert not User.objects.exists()
    again = read_archive(file)
    after = state(again)
    assert before.keys() == after.keys()
    for name in before:
        assert before[name] == after[name], name
    assert tally_drifts() == []
    # What is written next does not meet a key that was given.
    User.objects.create_user("next@example.com", None, name="Next")


def test_an_archive_holds_no_byte_of_another_team(world: World) -> None:
    Place(world)
    with zipfile.ZipFile(packed(world.team)) as archive:
        raw = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Ren" in raw
    assert CANARY.encode() not in raw
    assert world.other_rep.user.email.encode() not in raw


def test_an_archive_holds_no_secret(world: World) -> None:
    world.rep.set_password("a-long-enough-password")
    world.rep.save()
    with zipfile.ZipFile(packed(world.team)) as archive:
        users = archive.read("tables/accounts.User.jsonl").decode()
    assert world.rep.password not in users
    assert set(json.loads(users.splitlines()[0])["fields"]) == set(USER_FIELDS)


def changed(file: io.BytesIO, name: str, change: Any) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            raw = old.read(part)
            new.writestr(part, change(raw) if part == name else raw)
    out.seek(0)
    return out


def swapped_model(raw: bytes) -> bytes:
    return raw.replace(b"accounts.membership", b"accounts.invitation")


@pytest.mark.parametrize(
    "broken",
    [
        lambda file: io.BytesIO(b"no zip at all"),
        lambda file: io.BytesIO(file.getvalue()[:-2_000]),
        lambda file: changed(file, "manifest.json", lambda raw: b"[]"),
        lambda file: changed(file, "manifest.json", lambda raw: raw.replace(b'"format": 1', b'"format": 9')),
        lambda file: changed(file, "tables/accounts.Membership.jsonl", swapped_model),
        lambda file: changed(file, "tables/funnels.Kpi.jsonl", lambda raw: raw.replace(b"call", b"cold")),
    ],
)
def test_a_broken_archive_writes_nothing(world: World, broken: Any) -> None:
    file = packed(world.team)
    empty()
    with pytest.raises(PlanError) as error:
        read_archive(broken(file))
    assert error.value.code == "archive_broken"
    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_an_archive_is_read_into_a_fresh_installation_alone(world: World, tmp_path: Any, capsys: Any) -> None:
    path = tmp_path / "team.zip"
    call_command("archive_team", str(world.team.pk), str(path))
    assert path.stat().st_mode & 0o077 == 0
    with translation.override("en"), pytest.raises(CommandError, match="fresh installation"):
        call_command("load_team", str(path))
    with pytest.raises(CommandError, match="There is no team 0"):
        call_command("archive_team", "0", str(tmp_path / "other.zip"))
    with pytest.raises(CommandError, match="no-such-file"):
        call_command("load_team", str(tmp_path / "no-such-file"))
    empty()
    call_command("load_team", str(path), "--links")
    links = [line for line in capsys.readouterr().out.splitlines() if "/invitations/" in line]
    assert len(links) == 5
    invitation = Invitation.objects.get(email=world.manager.email)
    url = reverse("accounts:invitation_accept", args=[invitation.token])
    client = Client()
    client.post(url, {"name": "Mai", "password": "a-long-enough-password"})
    assert client.get(reverse("progress:team", args=[world.team.pk])).status_code == 200
