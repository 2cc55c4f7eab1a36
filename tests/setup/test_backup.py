"""Copies of everything, put back, and what watches them. SQLite; the dump where the suite runs on
PostgreSQL."""

import json
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from apps.activity.models import Entry
from apps.domain.errors import PlanError
from apps.setup import health
from apps.setup.backup import KEPT, Manifest, make_backup, manifests, restore_backup, verify_sqlite
from tests.kept import kept_world
from tests.people import NOON, World, log

pytestmark = pytest.mark.django_db(transaction=True)
ON_SQLITE = pytest.mark.skipif(not settings.DATABASE_IS_SQLITE, reason="of files")


@pytest.fixture
def world(db: None) -> World:
    with time_machine.travel(NOON, tick=False):
        return kept_world()


def restored(manifest: Manifest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put back in the place of a database of its own, not of the suite's."""
    place = folder / "restored" / "db.sqlite3"
    place.parent.mkdir(exist_ok=True)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(place))
    restore_backup(folder / manifest.file)
    return place


@ON_SQLITE
def test_a_copy_put_back_is_equal_table_by_table(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(world.ren, "call", 7)
    made = make_backup(tmp_path)
    place = restored(made, tmp_path, monkeypatch)
    assert verify_sqlite(place) == dict(made.tables)
    with closing(sqlite3.connect(place)) as copy:
        assert copy.execute("SELECT count FROM activity_entry").fetchall() == [(7,)]
    assert (tmp_path / made.file).stat().st_mode & 0o077 == 0


@ON_SQLITE
def test_what_was_there_before_is_kept(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_backup(tmp_path)
    place = restored(made, tmp_path, monkeypatch)
    with closing(sqlite3.connect(place)) as copy:
        copy.execute("UPDATE accounts_team SET name = 'Changed'")
        copy.commit()
    former = restore_backup(tmp_path / made.file)
    assert former
    with closing(sqlite3.connect(former)) as copy:
        assert ("Changed",) in copy.execute("SELECT name FROM accounts_team").fetchall()
    assert verify_sqlite(place) == dict(made.tables)


@ON_SQLITE
def test_a_copy_under_load_misses_nothing_that_was_acknowledged_before(world: World, tmp_path: Path) -> None:
    stop = threading.Event()
    path = connection.settings_dict["NAME"]

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as own:
            while not stop.is_set():
                own.execute("INSERT INTO web_cache VALUES (hex(randomblob(16)), 'x', datetime('now'))")
                own.commit()

    before = [log(world.ren, "call", 1).pk for _each in range(20)]
    writers = [threading.Thread(target=write) for _each in range(2)]
    for writer in writers:
        writer.start()
    made = make_backup(tmp_path)
    stop.set()
    for writer in writers:
        writer.join()
    with closing(sqlite3.connect(tmp_path / made.file)) as copy:
        found = {row[0].replace("-", "") for row in copy.execute("SELECT id FROM activity_entry")}
    assert {pk.hex for pk in before} <= found


@ON_SQLITE
def test_a_running_server_is_not_overwritten(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_backup(tmp_path)
    place = restored(made, tmp_path, monkeypatch)
    with closing(sqlite3.connect(place)) as server:
        server.execute("PRAGMA journal_mode=WAL")
        server.execute("SELECT count(*) FROM accounts_team").fetchone()
        with pytest.raises(PlanError, match="database_in_use"):
            restore_backup(tmp_path / made.file)


@ON_SQLITE
def test_a_damaged_copy_is_refused(world: World, tmp_path: Path) -> None:
    made = make_backup(tmp_path)
    path = tmp_path / made.file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(PlanError, match="backup_damaged"):
        restore_backup(path)


def test_what_was_never_verified_is_refused(tmp_path: Path) -> None:
    stray = tmp_path / "kpiplanner-stray.sqlite3"
    stray.write_bytes(b"nothing")
    for path in (stray, tmp_path / "missing.sqlite3"):
        with pytest.raises(PlanError, match="backup_unknown"):
            restore_backup(path)


def test_a_copy_of_another_engine_is_refused(world: World, tmp_path: Path) -> None:
    made = make_backup(tmp_path)
    beside = tmp_path / f"{made.file}.json"
    facts = json.loads(beside.read_text())
    facts["engine"] = "postgresql" if settings.DATABASE_IS_SQLITE else "sqlite"
    beside.write_text(json.dumps(facts))
    with pytest.raises(PlanError, match="backup_other_engine"):
        restore_backup(tmp_path / made.file)


def test_a_folder_that_cannot_be_written_is_said(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((PlanError, FileExistsError, NotADirectoryError)):
        make_backup(tmp_path / "file")


def test_the_last_copies_are_kept(world: World, tmp_path: Path) -> None:
    now = timezone.now()
    for number in range(KEPT + 2):
        make_backup(tmp_path, now + timedelta(minutes=number))
    found = manifests(tmp_path)
    assert len(found) == KEPT
    assert found[0].moment == now + timedelta(minutes=2)
    assert len(list(tmp_path.iterdir())) == 2 * KEPT


@pytest.mark.skipif(settings.DATABASE_IS_SQLITE, reason="of PostgreSQL")
def test_a_dump_put_back_holds_what_was_there(world: World, tmp_path: Path) -> None:
    log(world.ren, "call", 7)
    made = make_backup(tmp_path)
    log(world.ren, "call", 5)
    restore_backup(tmp_path / made.file)
    assert list(Entry.objects.values_list("count", flat=True)) == [7]


def test_the_commands(world: World, tmp_path: Path) -> None:
    out = StringIO()
    call_command("backup", to=tmp_path, stdout=out)
    assert "verified" in out.getvalue()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="could not be copied"):
        call_command("backup", to=tmp_path / "file")
    with pytest.raises(CommandError, match="say --yes"):
        call_command("restore", tmp_path / "any")
    with pytest.raises(CommandError, match="is no verified backup"):
        call_command("restore", tmp_path / "any", yes=True)


# -- health ----------------------------------------------------------------------------------------


def ready(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["problems"]


def test_alive_and_ready() -> None:
    client = Client()
    assert client.get("/healthz").content == b"ok"
    assert ready(client) == (200, [])


def test_red_when_the_last_copy_is_too_old(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BACKUP_DIR", str(tmp_path))
    monkeypatch.setattr(settings, "BACKUP_MAX_HOURS", 26)
    client = Client()
    assert ready(client) == (503, ["backup"])
    made = make_backup(tmp_path)
    assert ready(client) == (200, [])
    with time_machine.travel(timezone.now() + timedelta(hours=27), tick=False):
        assert ready(client) == (503, ["backup"])
    (tmp_path / made.file).unlink()
    assert ready(client) == (503, ["backup"])


def test_red_while_migrations_are_open(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_args: ["one"])
    health.MIGRATED.clear()
    assert ready(Client()) == (503, ["migrations"])


def test_red_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(health, "connection", Gone())
    assert ready(Client()) == (503, ["database"])
