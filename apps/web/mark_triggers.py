"""The triggers that keep the marks, for every table with rows of a team: derived from the models, so that a
new one is among them without anybody thinking of it."""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from apps.web.marks import LOGS, PLAN, REST

PLAN_APPS = {"accounts", "calendars", "funnels", "goals"}
# Logs of what happened, and what no remembered page shows.
OUTSIDE_APPS = {"web", "notices", "exchange"}
OUTSIDE = {"activity.entry", "activity.opportunitystep", "accounts.event"}
OUTSIDE |= {"api.parcel", "api.token"}
# Written at each sign-in and shown nowhere: fifty people in the morning must not undo what is remembered.
UNSEEN = {"accounts_user": "last_login"}
TEAM, TALLY = "accounts.team", "activity.tally"
PREFIX = "marks_"
EVENTS = ("insert", "update", "delete")


@dataclass(frozen=True)
class Watched:
    """A table, its columns, and the query for team and mark of its rows called ``changed``."""

    table: str
    columns: Sequence[str]
    marks: str


def watched() -> list[Watched]:
    found = [_watch(model) for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    return sorted(found, key=lambda one: one.table)


def _is_ours(model: type[models.Model]) -> bool:
    config = apps.get_app_config(model._meta.app_label)
    inside = config.name.startswith("apps.") and config.label not in OUTSIDE_APPS
    return inside and model._meta.label_lower not in OUTSIDE


def _watch(model: type[models.Model]) -> Watched:
    team, joins = _way_to_team(model)
    columns = [str(field.column) for field in model._meta.concrete_fields]
    # Names of our own tables alone.
    marks = " UNION ALL ".join(
        f"SELECT {team} AS team_id, {what} AS what FROM changed{joins}"  # noqa: S608
        for what in _words(model)
    )
    return Watched(model._meta.db_table, columns, marks)


def _words(model: type[models.Model]) -> list[str]:
    if model._meta.label_lower == TALLY:
        return ["CAST(changed.day AS varchar(10))", f"'{LOGS}'"]
    return [f"'{PLAN}'" if model._meta.app_label in PLAN_APPS else f"'{REST}'"]


def _way_to_team(model: type[models.Model]) -> tuple[str, str]:
    """The column of the team and the joins to it: by the shortest way over what every row has, to its own
    team, else to the teams of its company or person."""
    ways, others = deque([(model, "changed", "")]), list[tuple[str, str]]()
    while ways:
        at, alias, joins = ways.popleft()
        others += [(column, joins + more) for column, more in _ends(at, f"{alias}.id")]
        for field in _keys(at):
            other: Any = field.related_model
            key, name = f"{alias}.{field.column}", f"{alias}_{field.name}".removeprefix("changed_")
            if other._meta.label_lower == TEAM:
                return key, joins
            if ends := _ends(other, key):
                others += [(column, joins + more) for column, more in ends]
                continue
            ways.append((other, name, f"{joins} JOIN {other._meta.db_table} {name} ON {name}.id = {key}"))
    if not others:
        raise LookupError(f"{model._meta.label} leads to no team.")
    return others[0]


def _ends(model: type[models.Model], key: str) -> list[tuple[str, str]]:
    """Where ``key`` names a team, a company or a person."""
    return {
        TEAM: [(key, "")],
        "accounts.organization": [
            ("teams.id", f" JOIN accounts_team teams ON teams.organization_id = {key}")
        ],
        "accounts.user": [("teams.team_id", f" JOIN accounts_membership teams ON teams.user_id = {key}")],
    }.get(model._meta.label_lower, [])


def _keys(model: type[models.Model]) -> list[Any]:
    fields = model._meta.concrete_fields
    return [field for field in fields if field.is_relation and not field.null]


# -- SQLite: a trigger sees one row at a time; there is one writer at a time, so a mark is one row ----------

SQLITE = """
CREATE TRIGGER {name} AFTER {event}{of} ON {table} BEGIN
  UPDATE web_mark SET mark = random() >> 23 WHERE (team_id, what) IN ({marks});
  INSERT INTO web_mark (team_id, what, mark)
  SELECT DISTINCT team_id, what, random() >> 23 FROM ({marks}) AS new
  WHERE NOT EXISTS (SELECT 1 FROM web_mark m WHERE m.team_id = new.team_id AND m.what = new.what);
END
"""


def _of_sqlite(one: Watched, event: str, name: str) -> list[str]:
    row = "OLD" if event == "delete" else "NEW"
    columns = ", ".join(f'{row}."{column}" AS "{column}"' for column in one.columns)
    marks = one.marks.replace("FROM changed", f"FROM (SELECT {columns}) AS changed")
    shown = [column for column in one.columns if column != UNSEEN.get(one.table)]
    of = f" OF {', '.join(shown)}" if event == "update" and len(shown) < len(one.columns) else ""
    return [SQLITE.format(name=name, event=event, of=of, table=one.table, marks=marks)]


# -- PostgreSQL: a trigger sees all rows of a statement ------------------------------------------------------

# Whoever finds a mark locked by another writer takes a row of his own instead of waiting: nobody queues at
# it, and two who write in different orders cannot lock each other out.
TOUCH = """
CREATE OR REPLACE FUNCTION marks_touch(team bigint, word text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE web_mark SET mark = (random() * 1e12)::bigint WHERE id = (
    SELECT id FROM web_mark WHERE team_id = team AND what = word LIMIT 1 FOR UPDATE SKIP LOCKED);
  IF NOT FOUND THEN
    INSERT INTO web_mark (team_id, what, mark) VALUES (team, word, (random() * 1e12)::bigint);
  END IF;
END $$
"""
POSTGRES = (
    """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM marks_touch(found.team_id, found.what) FROM (SELECT DISTINCT team_id, what FROM ({marks}) AS each)
  AS found WHERE found.team_id IS NOT NULL;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed{before}
FOR EACH STATEMENT EXECUTE FUNCTION {name}()
""",
)


def _of_postgres(one: Watched, event: str, name: str) -> list[str]:
    rows, marks, before = "OLD" if event == "delete" else "NEW", one.marks, ""
    if event == "update" and one.table in UNSEEN:
        column = UNSEEN[one.table]
        differs = f"to_jsonb(c) - '{column}' <> to_jsonb(b) - '{column}'"
        told = f"(SELECT c.* FROM changed c JOIN before b ON b.id = c.id WHERE {differs})"  # noqa: S608
        marks, before = marks.replace("FROM changed", f"FROM {told} AS changed"), " OLD TABLE AS before"
    values = {
        "name": name,
        "event": event,
        "table": one.table,
        "rows": rows,
        "marks": marks,
        "before": before,
    }
    return [text.format(**values) for text in POSTGRES]


# -- installed -----------------------------------------------------------------------------------------------


def triggers() -> dict[str, tuple[str, list[str]]]:
    """By name, its table and the statements that make it; the name changes with them."""
    make = _of_sqlite if connection.vendor == "sqlite" else _of_postgres
    found = {}
    for one in watched():
        for event in EVENTS:
            text = "".join(make(one, event, "")) + TOUCH
            digest = hashlib.sha256(text.encode()).hexdigest()[:8]
            name = f"{PREFIX}{one.table}_{event}_{digest}"
            found[name] = (one.table, make(one, event, name))
    return found


def installed() -> dict[str, str]:
    """Those of this database, with their tables."""
    names = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


@transaction.atomic
def install() -> None:
    """What is missing or has changed; nothing where all is there. Then every team has fresh marks."""
    wanted, there = triggers(), installed()
    if wanted.keys() == there.keys():
        return
    remove()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        # Half way: the models speak of columns that are not there yet, or no longer.
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(TOUCH)
        for _table, statements in wanted.values():
            for statement in statements:
                cursor.execute(statement)
        cursor.execute("UPDATE accounts_team SET name = name")


@transaction.atomic
def remove() -> None:
    """Without triggers no marks: nothing is remembered until they are back."""
    with connection.cursor() as cursor:
        for name, table in installed().items():
            cursor.execute(
                f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")
            )
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION {name}()")
        if "web_mark" in connection.introspection.table_names(cursor):
            cursor.execute("DELETE FROM web_mark")


@contextmanager
def without_triggers() -> Iterator[None]:
    """For filling a database with millions of rows."""
    remove()
    try:
        yield
    finally:
        install()


def before_migrating(*, plan: Sequence[object], **_more: object) -> None:
    """SQLite makes a table anew to change it, and refuses where a trigger speaks of it."""
    if plan:
        remove()


def after_migrating(**_more: object) -> None:
    install()
