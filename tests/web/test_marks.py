"""Nothing that was worked out outlives what it rests on."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Membership, Organization, Role, Team, User
from apps.activity.models import Tally
from apps.activity.records import first_day_read
from apps.activity.services import rebuild_tallies, undo_entry
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.queries import load_schedule
from apps.web import mark_triggers
from apps.web.marks import LOGS, PLAN, REST, forget, marks_of, one_look, remembered
from apps.web.models import Mark
from tests.browser.everything import make_everything
from tests.people import (
    TODAY,
    World,
    log,
    make_higher_goal,
    make_member,
    make_objective,
    make_plan,
    make_user,
)

LONG_AGO = date(2000, 1, 1)


def state(team: Team) -> dict[str, int]:
    return dict(marks_of(team.pk, LONG_AGO).sums)


def changed(team: Team, before: dict[str, int]) -> set[str]:
    now = state(team)
    return {what for what in before.keys() | now.keys() if before.get(what) != now.get(what)}


# -- the triggers ----------------------------------------------------------------------------------


def test_a_change_of_any_row_of_any_table_changes_a_mark_of_its_team(db: None) -> None:
    """Also a bulk update, which no signal tells of."""
    make_everything()
    team, seen = Team.objects.get(), 0
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for one in mark_triggers.watched():
        model: Any = by_table[one.table]
        row = model.objects.first()
        if row is None:
            continue
        before = state(team)
        _touch(model, row)
        assert changed(team, before), one.table
        seen += 1
    assert seen > 35


def _touch(model: Any, row: Any) -> None:
    if model is User:
        # PostgreSQL looks whether anything that is shown has changed.
        model.objects.filter(pk=row.pk).update(name=f"{row.name} X")
        return
    name = next(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    model.objects.filter(pk=row.pk).update(**{name: getattr(row, name)})


def test_inserting_and_deleting_change_it_too(world: World) -> None:
    before = state(world.team)
    objective = make_objective(world.team, world.manager)
    assert changed(world.team, before) == {REST}
    before = state(world.team)
    objective.delete()
    assert changed(world.team, before) == {REST}


def test_a_log_changes_its_day_and_leaves_the_plan(world: World) -> None:
    before = state(world.team)
    log(world.ren, "call", 3)
    assert changed(world.team, before) == {TODAY.isoformat(), LOGS}
    before = state(world.team)
    undo_entry(entry=log(world.ren, "call", 3, TODAY - timedelta(days=1)), by=world.rep)
    assert changed(world.team, before) == {(TODAY - timedelta(days=1)).isoformat(), LOGS}


def test_another_team_keeps_its_marks(world: World) -> None:
    other = world.other_team
    before = state(other)
    log(world.ren, "call", 3)
    make_objective(world.team, world.manager)
    Kpi.objects.of_team(world.team).update(name="Dials")
    assert changed(other, before) == set()


def test_what_is_changed_above_a_team_reaches_it(world: World) -> None:
    for change in (
        lambda: Organization.objects.filter(pk=world.team.organization_id).update(currency="USD"),
        lambda: User.objects.filter(pk=world.rep.pk).update(name="Renn"),
        lambda: world.team.organization.owners.add(world.rep),
    ):
        before = state(world.team)
        change()
        assert changed(world.team, before) == {PLAN}


def test_signing_in_changes_nothing_that_is_shown(world: World) -> None:
    before = state(world.team)
    User.objects.filter(pk=world.rep.pk).update(last_login=timezone.now())
    assert changed(world.team, before) == set()
    User.objects.filter(pk=world.rep.pk).update(last_login=timezone.now(), reading="れん")
    assert changed(world.team, before) == {PLAN}


def test_history_older_than_a_year_is_seen_where_it_is_read(world: World) -> None:
    """The forecast of a yearly goal reads two years before it."""
    period = (date(2026, 4, 1), date(2027, 3, 31))
    assert first_day_read(period) == date(2024, 4, 1)


def test_a_transaction_that_is_rolled_back_takes_its_marks_with_it(world: World) -> None:
    before = state(world.team)
    with transaction.atomic():
        log(world.ren, "call", 3)
        assert changed(world.team, before)
        transaction.set_rollback(True)
    assert changed(world.team, before) == set()


def test_bulk_writers_are_seen(world: World) -> None:
    log(world.ren, "call", 3)
    before = state(world.team)
    rebuild_tallies()
    assert changed(world.team, before) == {TODAY.isoformat(), LOGS}
    before = state(world.team)
    Tally.objects.all().delete()
    assert changed(world.team, before) == {TODAY.isoformat(), LOGS}


def test_every_table_with_rows_of_a_team_is_watched_or_named_as_an_exception() -> None:
    outside = mark_triggers.OUTSIDE_APPS
    ours = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    tables = {one.table for one in mark_triggers.watched()}
    for model in ours:
        is_outside = model._meta.app_label in outside or model._meta.label_lower in mark_triggers.OUTSIDE
        assert (model._meta.db_table in tables) != is_outside, model._meta.label


def test_without_triggers_nothing_is_remembered(world: World) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [remembered("x", world.team.pk, 1, make) for _each in range(3)] == [1, 1, 1]
    mark_triggers.remove()
    assert [remembered("x", world.team.pk, 1, make) for _each in range(2)] == [2, 3]
    mark_triggers.install()
    assert set(mark_triggers.installed()) == set(mark_triggers.triggers())
    assert remembered("x", world.team.pk, 1, make) == 4


@pytest.mark.django_db(transaction=True)
def test_migrating_takes_them_away_and_brings_them_back() -> None:
    """SQLite makes tables anew: a trigger that speaks of one would stop it."""
    assert set(mark_triggers.installed()) == set(mark_triggers.triggers())
    call_command("migrate", "accounts", "0006", verbosity=0)
    assert mark_triggers.installed() == {}
    assert not Mark.objects.exists()
    call_command("migrate", verbosity=0)
    assert set(mark_triggers.installed()) == set(mark_triggers.triggers())


# -- what is remembered ----------------------------------------------------------------------------


def test_one_look_reads_once_and_a_write_looks_again(world: World, django_assert_num_queries: Any) -> None:
    with one_look(writes=False), django_assert_num_queries(1):
        for _each in range(3):
            marks_of(world.team.pk, TODAY)
    with one_look(writes=False):
        first = marks_of(world.team.pk, LONG_AGO)
        # An older day than was looked at before is looked up.
        assert first.since == LONG_AGO


def test_rights_that_end_end_with_the_next_request(world: World, rep: Client) -> None:
    page = reverse("progress:team", args=[world.team.pk])
    assert rep.get(page).status_code == 200
    Membership.objects.filter(pk=world.ren.pk).update(role=Role.MANAGER)
    assert rep.get(reverse("accounts:people", args=[world.team.pk])).status_code == 200
    Membership.objects.filter(pk=world.ren.pk).delete()
    assert rep.get(page).status_code == 404


def test_a_refused_change_of_the_team_is_not_remembered(world: World, manager: Client) -> None:
    page = reverse("accounts:team_edit", args=[world.team.pk])
    assert manager.get(page).status_code == 200
    assert manager.post(page, {"name": "Nobody's team", "time_zone": "Nowhere"}).status_code == 422
    assert "Nobody's team" not in manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()


def test_each_reader_gets_the_page_in_own_words(world: World, manager: Client) -> None:
    page = reverse("progress:team", args=[world.team.pk])
    english = manager.get(page).content.decode()
    User.objects.filter(pk=world.manager.pk).update(language="ja")
    japanese = manager.get(page).content.decode()
    assert ("Where does the team stand?" in english, "Where does the team stand?" in japanese) == (
        True,
        False,
    )


OPERATIONS = (
    "log",
    "late",
    "undo",
    "rename",
    "plan",
    "leave",
    "role",
    "calendar",
    "member",
    "higher",
    "next",
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(work=st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=8))
def test_pages_say_after_any_change_what_a_process_without_memory_says(world: World, work: list[str]) -> None:
    with transaction.atomic():
        manager, rep = Client(), Client()
        manager.force_login(world.manager)
        rep.force_login(world.rep)
        for number, name in enumerate(work):
            _do(world, name, number)
            for client, path in _pages(world, manager, rep):
                warm = _said(client, path)
                forget()
                assert warm == _said(client, path), (name, path)
        transaction.set_rollback(True)


def _pages(world: World, manager: Client, rep: Client) -> list[tuple[Client, str]]:
    """Each at a first look keeps what later ones read."""
    team = world.team.pk
    kgi, *_others = Kgi.objects.filter(team=team).order_by("start")
    of_ren = reverse("progress:rep", args=[team, world.ren.pk])
    return [
        (manager, reverse("progress:team", args=[team])),
        (rep, reverse("home:today", args=[team])),
        (manager, reverse("setup:path", args=[team])),
        (manager, reverse("goals:plan", args=[team, kgi.pk])),
        *((manager, f"{of_ren}?goal={one.pk}") for one in _others),
    ]


def _do(world: World, name: str, number: int) -> None:
    kgi = Kgi.objects.filter(team=world.team).order_by("start")[0]
    work: dict[str, Callable[[], object]] = {
        "log": lambda: log(world.ren, "call", number + 1),
        "late": lambda: log(world.rika, "call", 2, TODAY - timedelta(days=number + 1)),
        "undo": lambda: undo_entry(entry=log(world.ren, "call", 7), by=world.rep),
        "rename": lambda: User.objects.filter(pk=world.rep.pk).update(name=f"Ren {number}"),
        "plan": lambda: load_schedule(kgi, TODAY).plan.targets.update(count=models.F("count") + number),
        "leave": lambda: world.rep.leave.create(day=TODAY + timedelta(days=number + 1)),
        "role": lambda: Team.objects.filter(pk=world.team.pk).update(name=f"Team {number}"),
        "member": lambda: make_member(world.team, make_user(f"New-{number}"), "rep", position=number),
        "higher": lambda: make_higher_goal(
            world.team, world.manager, start=date(2026 - number, 4, 1), span="half"
        ),
        "next": lambda: make_plan(
            world.team,
            world.manager,
            start=kgi.end + timedelta(days=1 + 40 * number),
            end=kgi.end + timedelta(days=30 + 40 * number),
        ),
        "calendar": lambda: world.team.calendars.create(country="JP", weekdays="0123"),
    }
    work[name]()


def _said(client: Client, path: str) -> str:
    text = client.get(path).content.decode()
    # Ids and tokens are new each time.
    return re.sub(r"[0-9a-f-]{36}|\w{64}", "", text)
