"""Copies of everything, each verified before it counts.

SQLite is copied by VACUUM INTO: one consistent moment, while others go on writing. The copy is opened again,
checked for integrity, and its rows are hashed table by table, so that a restore can prove that it holds the
same. PostgreSQL is dumped by pg_dump, whose list of contents is read back.
"""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from apps.domain.errors import PlanError

# So many verified copies are kept.
KEPT = 14
CHUNK = 1 << 20
SUFFIXES = {"sqlite": ".sqlite3", "postgresql": ".dump"}


@dataclass(frozen=True)
class Manifest:
    """What stands beside a copy once it is verified. ``tables``: rows and hash by table; empty for
    PostgreSQL."""

    file: str
    made_at: str
    engine: str
    sha256: str
    tables: Mapping[str, tuple[int, str]]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def backup_folder() -> Path:
    return Path(settings.BACKUP_DIR)


def make_backup(folder: Path, now: datetime | None = None) -> Manifest:
    """A verified copy in ``folder``; old ones beyond ``KEPT`` go. Raises PlanError: ``backup_failed``
    (reason)."""
    now = now or timezone.now()
    engine = "sqlite" if settings.DATABASE_IS_SQLITE else "postgresql"
    target = folder / f"kpiplanner-{now:%Y%m%d-%H%M%S-%f}{SUFFIXES[engine]}"
    # Under another name until it is verified: what lies there under its own name can be relied on.
    unverified = target.with_suffix(".unverified")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tables = _copy_sqlite(unverified) if engine == "sqlite" else _dump_postgresql(unverified)
    except (sqlite3.Error, subprocess.CalledProcessError, OSError) as error:
        with suppress(OSError):
            unverified.unlink()
        raise PlanError("backup_failed", reason=_reason(error)) from error
    unverified.chmod(0o600)
    unverified.rename(target)
    manifest = Manifest(target.name, now.isoformat(), engine, _sha256(target), tables)
    _manifest_of(target).write_text(json.dumps(asdict(manifest), indent=1))
    _forget_old(folder)
    return manifest


def _reason(error: Exception) -> str:
    said = getattr(error, "stderr", "") or str(error)
    return str(said).strip().splitlines()[-1] if str(said).strip() else type(error).__name__


def _copy_sqlite(target: Path) -> dict[str, tuple[int, str]]:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    return verify_sqlite(target)


def verify_sqlite(path: Path) -> dict[str, tuple[int, str]]:
    """Rows and hash by table. Raises sqlite3.DatabaseError where the file is damaged."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
        if [row[0] for row in copy.execute("PRAGMA integrity_check")] != ["ok"]:
            raise sqlite3.DatabaseError(f"{path.name} is damaged")
        if copy.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.DatabaseError(f"{path.name} holds rows that belong to nothing")
        names = copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {name: _hash_of(copy, name) for name in sorted(row[0] for row in names)}


def _hash_of(copy: sqlite3.Connection, table: str) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    # The name comes from the database's own list of tables.
    for row in copy.execute(f'SELECT * FROM "{table}" ORDER BY 1'):  # noqa: S608
        digest.update(repr(row).encode())
        rows += 1
    return rows, digest.hexdigest()


def _dump_postgresql(target: Path) -> dict[str, tuple[int, str]]:
    database = connections["default"].settings_dict
    _run([_binary("pg_dump"), "--format=custom", f"--file={target}", *_address(database)], database)
    listed = _run([_binary("pg_restore"), "--list", str(target)], database)
    if "accounts_user" not in listed:
        raise OSError("the dump does not list the tables")
    return {}


def _binary(name: str) -> str:
    """The newest of the machine: an older one refuses a newer server."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    path = str(found[0]) if found else shutil.which(name)
    if path is None:
        raise OSError(f"{name} is missing: install postgresql-client")
    return path


def _address(database: Mapping[str, Any]) -> list[str]:
    options = {"host": database.get("HOST"), "port": database.get("PORT"), "username": database.get("USER")}
    named = [f"--{name}={value}" for name, value in options.items() if value]
    return [*named, f"--dbname={database['NAME']}", "--no-password"]


def _run(words: list[str], database: Mapping[str, Any]) -> str:
    """The password travels by the environment: other people of the machine can read a command line."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSWORD": str(database.get("PASSWORD") or "")}
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    return done.stdout


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _manifest_of(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def manifests(folder: Path) -> list[Manifest]:
    """Of the verified copies that lie there, the oldest first."""
    return list(_manifests(folder))


def _manifests(folder: Path) -> Iterator[Manifest]:
    for path in sorted(folder.glob("kpiplanner-*.json")):
        facts = json.loads(path.read_text())
        if (folder / facts["file"]).exists():
            yield Manifest(
                **facts | {"tables": {name: tuple(found) for name, found in facts["tables"].items()}}
            )


def _forget_old(folder: Path) -> None:
    for manifest in manifests(folder)[:-KEPT]:
        _manifest_of(folder / manifest.file).unlink()
        (folder / manifest.file).unlink()


# -- back again ------------------------------------------------------------------------------------


def restore_backup(path: Path) -> Path | None:
    """Puts a copy in the place of the database; the former SQLite file is kept beside it and returned. The
    server has to be stopped. Raises PlanError: ``backup_unknown``, ``backup_damaged``,
    ``backup_other_engine``, ``database_in_use``, ``backup_failed`` (reason)."""
    manifest = _read_manifest(path)
    if _sha256(path) != manifest.sha256:
        raise PlanError("backup_damaged", file=path.name)
    if (manifest.engine == "sqlite") != settings.DATABASE_IS_SQLITE:
        raise PlanError("backup_other_engine", engine=manifest.engine)
    try:
        if manifest.engine == "sqlite":
            return _restore_sqlite(path, manifest)
        _restore_postgresql(path)
    except (sqlite3.Error, subprocess.CalledProcessError, OSError) as error:
        raise PlanError("backup_failed", reason=_reason(error)) from error
    return None


def _read_manifest(path: Path) -> Manifest:
    known = {manifest.file: manifest for manifest in manifests(path.parent)} if path.exists() else {}
    if path.name not in known:
        raise PlanError("backup_unknown", file=path.name)
    return known[path.name]


def _restore_sqlite(path: Path, manifest: Manifest) -> Path | None:
    database = Path(connection.settings_dict["NAME"])
    connection.close()
    fresh = database.with_name(database.name + ".restoring")
    shutil.copyfile(path, fresh)
    if verify_sqlite(fresh) != dict(manifest.tables):
        fresh.unlink()
        raise PlanError("backup_damaged", file=path.name)
    former = database.with_name(f"{database.name}.before-{timezone.now():%Y%m%d-%H%M%S}")
    with _nobody_else_in(database):
        pass
    had_one = database.exists()
    if had_one:
        database.rename(former)
    for rest in ("-wal", "-shm"):
        database.with_name(database.name + rest).unlink(missing_ok=True)
    fresh.rename(database)
    return former if had_one else None


@contextmanager
def _nobody_else_in(database: Path) -> Iterator[None]:
    """Leaving WAL mode needs the file alone: a server that runs holds it. What it had written is in the file
    then."""
    if not database.exists():
        yield
        return
    with closing(sqlite3.connect(database, timeout=0)) as alone:
        try:
            mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise PlanError("database_in_use") from error
        if mode != "delete":
            raise PlanError("database_in_use")
        yield


def _restore_postgresql(path: Path) -> None:
    database = connections["default"].settings_dict
    connections.close_all()
    words = [_binary("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    _run([*words, *_address(database), str(path)], database)
