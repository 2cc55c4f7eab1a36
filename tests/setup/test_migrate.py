"""A migration is done and known to be, or not done."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from apps.api.models import Token


class Killed(Exception):
    """In the moment between the tables and the note that they are there."""


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("api_")]


def noted() -> list[str]:
    return sorted(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "api")


@pytest.mark.django_db(transaction=True)
def test_a_migration_killed_before_it_is_noted_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = noted()
    try:
        _kill_between(monkeypatch)
    finally:
        call_command("migrate", verbosity=0)
    assert noted() == everything
    assert not Token.objects.exists()


def _kill_between(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("migrate", "api", "zero", verbosity=0)
    assert (tables(), noted()) == ([], [])

    def killed(*_what: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(MigrationExecutor, "record_migration", killed)
        with pytest.raises(Killed):
            call_command("migrate", "api", verbosity=0)
    assert (tables(), noted()) == ([], [])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
