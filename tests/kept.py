"""The world of tests/people.py: made by the services once, put back as rows for each further test."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from apps.web.models import Mark
from tests.people import World, make_world

Rows = dict[str, list[tuple[Any, ...]]]


@cache
def stored() -> list[type[Model]]:
    """Each after those that it points at, where triggers look up whose a row is. The marks are left out:
    the triggers write them."""
    seen: set[type[Model]] = {Mark}
    ordered: list[type[Model]] = []

    def visit(model: type[Model]) -> None:
        if model in seen:
            return
        seen.add(model)
        for field in model._meta.concrete_fields:
            if isinstance(field.related_model, type):
                visit(field.related_model)
        ordered.append(model)

    for model in apps.get_models(include_auto_created=True):
        visit(model)
    return ordered


def tables() -> list[str]:
    return [model._meta.db_table for model in stored()]


def quoted(table: str) -> str:
    return connection.ops.quote_name(table)


def filled() -> Rows:
    """What stands in the tables, in the order of ``stored``."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {quoted(table)}")  # noqa: S608 - Django's own names
            found[table] = cursor.fetchall()
    return {table: rows for table, rows in found.items() if rows}


def put_back(rows: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, values in rows.items():
            places = ", ".join(["%s"] * len(values[0]))
            cursor.executemany(f"INSERT INTO {quoted(table)} VALUES ({places})", values)  # noqa: S608
        # PostgreSQL does not count up for a row that brings its number, and reading an archive counts back.
        filled_again = [model for model in stored() if model._meta.db_table in rows]
        for statement in connection.ops.sequence_reset_sql(no_style(), filled_again):
            cursor.execute(statement)


@dataclass(frozen=True)
class Kept:
    rows: Rows
    world: World


_kept: list[Kept] = []


def kept_world() -> World:
    """Kept from the first database that is empty but for what the migrations write."""
    if _kept:
        put_back(_kept[0].rows)
        return deepcopy(_kept[0].world)
    before, world = filled(), make_world()
    after = filled()
    if all(after[table] == rows for table, rows in before.items()):
        fresh = {table: rows for table, rows in after.items() if table not in before}
        _kept.append(Kept(fresh, deepcopy(world)))
    return world
