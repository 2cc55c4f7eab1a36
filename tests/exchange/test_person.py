"""A person's data as one file, and a person erased for good."""

import io
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Event, Membership, User
from apps.activity.models import Tally
from apps.activity.reflections import save_reflection
from apps.domain.errors import PlanError
from apps.exchange.archive import write_person
from apps.exchange.erasing import erase_person
from apps.goals.models import AgreementStep
from apps.growth.services import add_note
from apps.okrs.models import CheckIn
from apps.reviews.models import Review
from apps.reviews.services import SAID, save_words
from tests.access_places import Place
from tests.people import TODAY, World, log, make_key_result, make_objective, make_practice

WORD = "Zwetschgenknoedel"


def everywhere(world: World) -> None:
    """The word stands wherever a person writes, and where others write about that person."""
    world.rep.name, world.rep.email = f"Ren {WORD}", f"{WORD.lower()}@example.com"
    world.rep.save()
    Place(world)
    save_reflection(world.ren, TODAY, {"did": WORD, "words": WORD, "first": WORD})
    practice = make_practice(world.ren, vague=WORD, aim=f"Ask {WORD}")
    add_note(practice=practice, by=world.rep, text=WORD)
    add_note(practice=practice, by=world.manager, text=f"Well done, {WORD}")
    objective = make_objective(world.team, world.rep, text=f"Trust {WORD}", member=world.ren)
    key_result = make_key_result(objective, "appointment", text=f"15 by {WORD}")
    CheckIn.objects.create(key_result=key_result, day=TODAY, note=WORD, author=world.rep)
    CheckIn.objects.create(key_result=key_result, day=TODAY, note=WORD, author=world.manager)
    AgreementStep.objects.create(
        plan=world.plan, member=world.ren, kind="countered", reason=WORD, author=world.rep
    )
    review = Review.objects.filter(team=world.team).first()
    assert review
    for side, by in (("rep", world.rep), ("manager", world.manager)):
        said = dict.fromkeys(SAID, WORD)
        save_words(review=review, member=world.ren, side=side, by=by, said=said, seen=1)
    # Somebody else writes the name.
    make_objective(world.team, world.manager, text=f"Learn from Ren {WORD} how to listen")


def dumped() -> str:
    """Everything that the database holds, as a dump says it."""
    from django.apps import apps

    return "\n".join(
        str(list(model._default_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    )


def test_erasing_leaves_no_word_and_keeps_the_numbers(world: World) -> None:
    everywhere(world)
    log(world.ren, "call", 12)
    before = sorted(Tally.objects.values_list("member", "kpi", "day", "count"))
    frozen = list(Review.objects.order_by("pk").values_list("frozen", flat=True))
    assert WORD.lower() in dumped().lower()
    erase_person(user=world.rep, by=world.owner)
    assert WORD.lower() not in dumped().lower()
    assert sorted(Tally.objects.values_list("member", "kpi", "day", "count")) == before
    assert list(Review.objects.order_by("pk").values_list("frozen", flat=True)) == frozen
    world.rep.refresh_from_db()
    assert not world.rep.is_active
    assert "Former member" in world.rep.name or "\u5143\u30e1\u30f3\u30d0\u30fc" in world.rep.name


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
def test_erasing_leaves_no_byte_in_the_file(transactional_db: None, world: World) -> None:
    everywhere(world)
    path = Path(str(connection.settings_dict["NAME"]))
    erase_person(user=world.rep, by=world.owner)
    files = [path, path.with_name(path.name + "-wal")]
    raw = b"".join(file.read_bytes() for file in files if file.exists()).lower()
    assert b"team a" in raw
    assert WORD.lower().encode() not in raw


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
def test_erasing_leaves_no_byte_in_a_dump(transactional_db: None, world: World) -> None:
    everywhere(world)
    erase_person(user=world.rep, by=world.owner)
    known = connection.settings_dict
    environment = {"PGPASSWORD": str(known["PASSWORD"] or ""), "PATH": os.environ["PATH"]}
    command = [
        "pg_dump",
        "-h",
        known["HOST"],
        "-p",
        str(known["PORT"] or 5432),
        "-U",
        known["USER"],
        known["NAME"],
    ]
    dump = subprocess.run(command, capture_output=True, check=True, env=environment).stdout.lower()
    assert b"team a" in dump
    assert WORD.lower().encode() not in dump


def test_pages_go_on_without_the_person(world: World, manager: Client) -> None:
    everywhere(world)
    erase_person(user=world.rep, by=world.owner)
    for name in ("progress:team", "growth:practice_list", "okrs:objective_list", "reviews:review_list"):
        page = manager.get(reverse(name, args=[world.team.pk]))
        assert page.status_code == 200
        assert WORD not in page.content.decode()


def test_an_erased_person_is_out(world: World, rep: Client) -> None:
    erase_person(user=world.rep, by=world.owner)
    assert rep.get(reverse("home:today", args=[world.team.pk])).status_code == 302
    assert not Membership.objects.active().filter(user=world.rep).exists()
    assert Event.objects.filter(kind="person_erased", facts__member=world.ren.pk).exists()


def test_the_last_owner_and_the_last_manager_stay(world: World) -> None:
    with pytest.raises(PlanError, match="last_owner"):
        erase_person(user=world.owner, by=world.owner)
    world.team.organization.owners.set([world.manager, world.owner])
    Membership.objects.filter(user=world.deactivated).delete()
    world.team.organization.owners.set([world.viewer])
    erase_person(user=world.manager, by=world.viewer)
    assert not User.objects.get(pk=world.manager.pk).is_active


def test_the_last_manager_of_a_company_without_owners_stays(world: World) -> None:
    world.team.organization.owners.clear()
    Membership.objects.filter(user=world.deactivated).delete()
    with pytest.raises(PlanError, match="last_manager"):
        erase_person(user=world.manager, by=world.viewer)
    assert User.objects.get(pk=world.manager.pk).name == "Mai"


def test_erasing_ends_what_is_signed_in(world: World, rep: Client) -> None:
    key = rep.session.session_key
    UserSession.objects.create(user=world.rep, ip="192.0.2.7", user_agent="a phone", session_key=key)
    erase_person(user=world.rep, by=world.owner)
    assert not UserSession.objects.exists()
    assert not Session.objects.filter(session_key=key).exists()


def test_erasing_asks_for_the_name(world: World) -> None:
    client = Client()
    client.force_login(world.owner)
    url = reverse("exchange:person_erase", args=[world.team.pk, world.rika.pk])
    assert client.post(url, {"typed": "Ren"}).status_code == 422
    assert User.objects.filter(name="Rika").exists()
    assert client.post(url, {"typed": "\uff32ika"}).status_code == 302
    assert not User.objects.filter(name="Rika").exists()


def test_short_names_do_not_tear_words(world: World) -> None:
    world.colleague.name = "Al"
    world.colleague.save()
    objective = make_objective(world.team, world.manager, text="All calls of Al and others")
    erase_person(user=world.colleague, by=world.owner)
    objective.refresh_from_db()
    assert objective.text.startswith("All calls of ")
    assert " Al " not in objective.text


def test_a_persons_file_holds_own_data_alone(world: World) -> None:
    everywhere(world)
    log(world.ren, "call", 12)
    log(world.rika, "call", 3)
    file = io.BytesIO()
    write_person(world.rep, file)
    with zipfile.ZipFile(file) as archive:
        said = {name: archive.read(name).decode() for name in archive.namelist()}
    assert WORD in said["tables/activity.Reflection.jsonl"]
    assert f'"member": {world.rika.pk}' not in "".join(said.values())
    assert world.colleague.email not in "".join(said.values())


def test_the_page_says_who_reads_what(world: World, rep: Client) -> None:
    url = reverse("exchange:person", args=[world.team.pk, world.ren.pk])
    page = rep.get(url).content.decode()
    assert "Who can read what" in page
    assert "the person, viewers, managers and owners" in page


def test_a_rep_takes_the_own_file_along(world: World, rep: Client) -> None:
    url = reverse("exchange:person_archive", args=[world.team.pk, world.ren.pk])
    answer: Any = rep.post(url)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert "tables/accounts.User.jsonl" in archive.namelist()


def test_every_text_of_people_is_known() -> None:
    """A new field has to be said to be words of people, or not."""
    from django.apps import apps
    from django.db import models

    from apps.exchange.archive import PATHS
    from apps.exchange.erasing import BY_AUTHOR, CODES, HUMAN

    for label in PATHS:
        texts = {
            field.name
            for field in apps.get_model(label)._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
            if not isinstance(field, models.SlugField | models.URLField)
        }
        assert texts == {*HUMAN.get(label, ()), *CODES.get(label, ())}, label
    for label, fields in BY_AUTHOR.items():
        assert set(fields) <= set(HUMAN[label])


@pytest.mark.parametrize("name", ["JP", "50%", "call", "Tele"])
def test_a_name_that_is_a_code_breaks_nothing(world: World, manager: Client, name: str) -> None:
    world.rep.name = name
    world.rep.save()
    rates = list(world.team.funnel.kpis.order_by("pk").values_list("code", "rate_text"))
    erase_person(user=world.rep, by=world.owner)
    assert world.team.calendars.get().country == "JP"
    assert list(world.team.funnel.kpis.order_by("pk").values_list("code", "rate_text")) == rates
    assert manager.get(reverse("progress:team", args=[world.team.pk])).status_code == 200


def test_an_owner_has_no_say_over_who_is_elsewhere(world: World) -> None:
    """Somebody who left for another company is not this owner's to read or to erase."""
    Membership.objects.create(team=world.other_team, user=world.rep, role="rep")
    owner, rep = Client(), Client()
    owner.force_login(world.owner)
    rep.force_login(world.rep)
    for name, method in (("person", "get"), ("person_archive", "post"), ("person_erase", "post")):
        url = reverse(f"exchange:{name}", args=[world.team.pk, world.ren.pk])
        assert getattr(owner, method)(url, {"typed": "Ren"}).status_code == 403
    assert rep.get(reverse("exchange:person", args=[world.team.pk, world.ren.pk])).status_code == 200


def test_a_file_on_its_way_is_gone_too(world: World, manager: Client) -> None:
    from apps.exchange.models import ImportRun
    from apps.exchange.runs import start_run
    from apps.exchange.tasks import read_import

    raw = f"Ren {WORD},2026-06-01,call,3\n".encode()
    run = start_run(team=world.team, by=world.manager, kind="activity", source="x", name=WORD, raw=raw)
    ImportRun.objects.filter(pk=run.pk).update(state="reading")
    erase_person(user=world.rep, by=world.owner)
    # The worker was in the middle of it.
    read_import.enqueue(run.pk)
    run.refresh_from_db()
    assert (run.state, run.payload, run.header) == ("dropped", None, [])
    assert WORD not in dumped()
