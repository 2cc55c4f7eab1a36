"""What goes out: what the asker may see, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import Event
from apps.activity.imports import plan_import
from apps.exchange.exports import EXPORTS
from apps.exchange.tables import csv_lines
from apps.web.tables import open_table, text_rows
from tests.access_places import Place
from tests.people import CANARY, TODAY, World, log, make_key_result, make_objective


def export(client: Client, world: World, name: str = "activity", **body: Any) -> Any:
    wanted = {"name": name, "start": "2026-06-01", "end": "2026-06-30", "format": "csv"} | body
    return client.post(reverse("exchange:export", args=[world.team.pk]), wanted)


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_numbers_go_out_and_come_in_again(world: World, manager: Client) -> None:
    log(world.ren, "call", 12)
    log(world.ren, "contract", 1, amount=300_000)
    log(world.rika, "call", 3)
    text = b"".join(export(manager, world).streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    planned = plan_import(team=world.team, rows=text_rows(text), source="back", today=TODAY)
    assert planned.errors == []
    assert sorted(change.count for change in planned.differences) == [1, 3, 12]
    assert {change.elsewhere for change in planned.differences} == {(12, 0), (1, 300_000), (3, 0)}


def test_a_rep_gets_the_own_rows_alone(world: World, rep: Client) -> None:
    log(world.ren, "call", 12)
    log(world.rika, "call", 3)
    for name in EXPORTS:
        said = str(rows_of(export(rep, world, name)))
        assert "rika" not in said.lower(), name
    assert len(rows_of(export(rep, world))) == 2


def test_only_the_days_asked_for_go_out(world: World, manager: Client) -> None:
    log(world.ren, "call", 12, TODAY.replace(day=2))
    log(world.ren, "call", 5)
    found = rows_of(export(manager, world, start="2026-06-03"))
    assert [row[6] for row in found[1:]] == ["5"]
    assert export(manager, world, start="2026-06-09", end="2026-06-01").status_code == 422
    assert export(manager, world, name="passwords").status_code == 422


@pytest.mark.parametrize("name", EXPORTS)
def test_every_table_goes_out_in_both_formats(world: World, manager: Client, name: str) -> None:
    Place(world)
    make_key_result(make_objective(world.team, world.manager), "meeting")
    header, *rows = rows_of(export(manager, world, name))
    assert list(EXPORTS[name][1]) == header
    assert rows
    raw = b"".join(export(manager, world, name, format="xlsx").streaming_content)
    with open_table(io.BytesIO(raw)) as table:
        found = [list(cells) for _line, cells in table]
    assert found[0] == header
    assert len(found) == len(rows) + 1
    assert CANARY.encode() not in raw
    assert CANARY not in str(rows)


def test_exports_are_noted(world: World, rep: Client) -> None:
    export(rep, world)
    event = Event.objects.get(kind="exported")
    assert (event.actor, event.facts["name"]) == (world.rep, "activity")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(world: World, manager: Client, cell: str) -> None:
    [line] = list(csv_lines([cell], []))
    assert next(csv.reader([line.lstrip("\ufeff")]))[0] == f"'{cell}"
    world.rep.name = cell
    world.rep.save()
    raw = b"".join(export(manager, world, "people", format="xlsx").streaming_content)
    values = [found for row in load_workbook(io.BytesIO(raw)).active.iter_rows() for found in row]
    shown = [found for found in values if found.value and cell.strip() in str(found.value)]
    assert shown
    assert all(found.data_type == "s" for found in shown)


def test_exports_show_what_the_pages_show(world: World, rep: Client) -> None:
    world.team.visibility = "near"
    world.team.save()
    make_key_result(
        make_objective(world.team, world.colleague, text="Rika's own", member=world.rika), "meeting"
    )
    assert "Rika's own" not in str(rows_of(export(rep, world, "key_results")))
    world.team.visibility = "open"
    world.team.save()
    log(world.rika, "call", 3)
    for name in EXPORTS:
        said = str(rows_of(export(rep, world, name)))
        assert world.colleague.email not in said, name
    assert "Rika" in str(rows_of(export(rep, world)))


def test_cents_come_back_as_cents(world: World, manager: Client) -> None:
    world.team.organization.currency = "USD"
    world.team.organization.save()
    log(world.ren, "contract", 1, amount=1_250)
    text = b"".join(export(manager, world).streaming_content).decode("utf-8-sig")
    assert ",12.50" in text
    world.team.organization.refresh_from_db()
    planned = plan_import(team=world.team, rows=text_rows(text), source="back", today=TODAY)
    assert [change.amount for change in planned.differences] == [1_250]


def test_a_name_with_a_control_character_goes_out(world: World, manager: Client) -> None:
    world.rep.name = "R\x0ben"
    world.rep.save()
    raw = b"".join(export(manager, world, "people", format="xlsx").streaming_content)
    with open_table(io.BytesIO(raw)) as table:
        assert any(cells[0] == "Ren" for _line, cells in table)
