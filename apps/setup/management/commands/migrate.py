"""Django's own command, but that a migration killed at any moment is done and known to be, or not done. One
that asks for no transaction (``atomic = False``) is left to Django; there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState


@contextmanager
def _one_transaction(connection: BaseDatabaseWrapper) -> Iterator[None]:
    # SQLite changes tables only without these checks, and takes the wish only before a transaction.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            yield
    finally:
        connection.enable_constraint_checking()


class WholeMigrations(MigrationExecutor):
    """Django notes a migration that makes indexes after the transaction that made them: killed in between,
    the next run would make the same tables again and fail."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        with _one_transaction(self.connection):
            return super().apply_migration(state, migration, fake, fake_initial)

    def unapply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False
    ) -> ProjectState:
        if not migration.atomic:
            return super().unapply_migration(state, migration, fake)
        with _one_transaction(self.connection):
            return super().unapply_migration(state, migration, fake)


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        # The command offers no other place for an executor.
        migrate.MigrationExecutor = WholeMigrations  # type: ignore[attr-defined]
        super().handle(*args, **options)
