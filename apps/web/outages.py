"""A database that is away, full or busy comes back; a statement that is wrong stays wrong."""

import sqlite3

from django.db import InterfaceError, OperationalError

# Seconds after which asking again makes sense.
WAIT = 5


def is_outage(error: BaseException | None) -> bool:
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # SQLite tells of wrong statements by the same class.
    return getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
