"""What a machine that watches asks: does it live, and can people be sent here?"""

from datetime import timedelta
from threading import Event

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from apps.setup.backup import backup_folder, manifests

# Once seen, never asked again by this worker: an upgrade starts new ones.
MIGRATED = Event()


def problems() -> list[str]:
    """Codes of what is wrong, without details: anybody may ask."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrated = _is_migrated()
    except DatabaseError:
        return ["database"]
    found = [] if migrated else ["migrations"]
    return found + (["backup"] if is_backup_too_old() else [])


def _is_migrated() -> bool:
    if not MIGRATED.is_set():
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            MIGRATED.set()
    return MIGRATED.is_set()


def is_backup_too_old() -> bool:
    """Asked only where somebody set how old the last verified backup may be."""
    if not settings.BACKUP_MAX_HOURS:
        return False
    known = manifests(backup_folder())
    limit = timezone.now() - timedelta(hours=settings.BACKUP_MAX_HOURS)
    return not known or known[-1].moment < limit
