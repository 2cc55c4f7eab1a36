from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Sum

from apps.activity.imports import plan_import, run_import
from apps.activity.models import Entry
from apps.activity.queries import counts_by_day, tally_drifts
from apps.domain.errors import PlanError
from apps.web.tables import decode, text_rows
from tests.people import TODAY, World, log

HEADER = "date,member,kpi,count,amount\n"
ROW = "2026-06-09,ren@example.com,call,12,\n"
CONTRACT = '2026/6/9,Ren,contract,1,"100,000"\n'


def run(world: World, text: str) -> int:
    return len(
        run_import(team=world.team, rows=text_rows(text), source="crm", today=TODAY, by=None).differences
    )


def calls(world: World) -> int:
    rows = counts_by_day([world.ren.pk], TODAY.replace(day=1), TODAY)
    return sum(row.count for row in rows if row.kpi == world.kpi("call").pk)


def test_import_writes_totals(world: World) -> None:
    assert run(world, HEADER + ROW + CONTRACT) == 2
    assert calls(world) == 12
    assert Entry.objects.get(kpi__code="contract").amount == 100_000


def test_import_of_the_same_file_changes_nothing(world: World) -> None:
    run(world, HEADER + ROW)
    assert run(world, HEADER + ROW) == 0
    assert calls(world) == 12


def test_import_of_a_corrected_file_corrects(world: World) -> None:
    run(world, HEADER + ROW)
    run(world, HEADER + ROW.replace("12", "9"))
    assert calls(world) == 9
    assert tally_drifts() == []


def test_import_leaves_hand_made_entries_alone_and_shows_them(world: World) -> None:
    log(world.ren, "call", 4, TODAY.replace(day=9))
    planned = plan_import(team=world.team, rows=text_rows(HEADER + ROW), source="crm", today=TODAY)
    assert [change.elsewhere for change in planned.beside_others] == [(4, 0)]
    run(world, HEADER + ROW)
    assert calls(world) == 16


def test_import_of_two_sources_adds_up(world: World) -> None:
    run(world, HEADER + ROW)
    run_import(team=world.team, rows=text_rows(HEADER + ROW), source="dialler", today=TODAY, by=None)
    assert calls(world) == 24


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2026-06-31,ren@example.com,call,1,", "bad_date"),
        ("2026-06-11,ren@example.com,call,1,", "day_in_future"),
        ("2026-06-09,nobody,call,1,", "member_unknown"),
        ("2026-06-09,ren@example.com,dance,1,", "kpi_unknown"),
        ("2026-06-09,ren@example.com,call,1.5,", "count_not_whole"),
        ("2026-06-09,ren@example.com,call,-1,", "count_not_whole"),
        ("2026-06-09,ren@example.com,call,,", "missing"),
        ("2026-06-09,ren@example.com,call,x,", "not_a_number"),
        ("2026-06-09,ren@example.com,call,1,0.5", "too_fine"),
        ("2026-06-09,ren@example.com,call", "missing"),
        (f"2026-06-09,ren@example.com,call,{'9' * 50},", "too_long"),
    ],
)
def test_import_names_the_line_and_writes_nothing(world: World, row: str, code: str) -> None:
    planned = run_import(
        team=world.team,
        rows=text_rows(HEADER + ROW + "\n" + row + "\n"),
        source="crm",
        today=TODAY,
        by=None,
    )
    assert [(error.line, error.cause.code) for error in planned.errors] == [(4, code)]
    assert Entry.objects.count() == 0


def test_import_refuses_a_row_that_stands_twice(world: World) -> None:
    planned = plan_import(team=world.team, rows=text_rows(HEADER + ROW + ROW), source="crm", today=TODAY)
    assert [error.cause.code for error in planned.errors] == ["row_twice"]


@pytest.mark.parametrize(("text", "code"), [("", "file_empty"), ("date,kpi\n", "columns_missing")])
def test_import_refuses_the_file(world: World, text: str, code: str) -> None:
    with pytest.raises(PlanError) as error:
        plan_import(team=world.team, rows=text_rows(text), source="crm", today=TODAY)
    assert error.value.code == code


@pytest.mark.parametrize("text", [HEADER + f"2026-06-09,{'x' * 200_000},call,1,\n"])
def test_import_refuses_what_is_no_csv(world: World, text: str) -> None:
    with pytest.raises(PlanError) as error:
        plan_import(team=world.team, rows=text_rows(text), source="crm", today=TODAY)
    assert error.value.code == "csv_broken"


def test_import_counts_lines_as_an_editor_does(world: World) -> None:
    text = HEADER + '2026-06-09,"ren@example.com",call,"1\n",\n' + "2026-06-09,nobody,call,1,\n"
    planned = plan_import(team=world.team, rows=text_rows(text), source="crm", today=TODAY)
    assert [error.line for error in planned.errors] == [4]


def test_import_does_not_reach_another_teams_people(world: World) -> None:
    text = HEADER + f"2026-06-09,{world.other_rep.user.email},call,1,\n"
    planned = plan_import(team=world.team, rows=text_rows(text), source="crm", today=TODAY)
    assert [error.cause.code for error in planned.errors] == ["member_unknown"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_decode_reads_what_japanese_tools_write(encoding: str) -> None:
    assert decode("日付,担当者".encode(encoding)) == "日付,担当者"


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00\x00", b"a\0b"])
def test_decode_refuses_other_bytes(raw: bytes) -> None:
    with pytest.raises(PlanError):
        decode(raw)


def test_command_looks_first_and_writes_when_told(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "activity.csv"
    file.write_bytes((HEADER + ROW).encode("cp932"))
    call_command("import_activity", str(file), "--team", world.team.name, "--dry-run")
    assert Entry.objects.count() == 0
    assert "Nothing is written" in capsys.readouterr().out
    call_command("import_activity", str(file), "--team", str(world.team.pk))
    assert calls(world) == 12


def test_command_reports_lines_in_the_language_asked_for(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "activity.csv"
    file.write_text(HEADER + "2026-06-09,nobody,call,1,\n")
    with pytest.raises(CommandError):
        call_command("import_activity", str(file), "--team", world.team.name, "--lang", "ja")
    printed = capsys.readouterr().err
    assert "2行目" in printed
    assert "nobody" in printed
    with pytest.raises(CommandError, match="exactly one"):
        call_command("import_activity", str(file), "--team", "No such team")


def test_what_was_cancelled_on_a_day_comes_in_as_it_goes_out(world: World) -> None:
    run_import(
        team=world.team,
        rows=text_rows(HEADER + "2026-06-08,ren@example.com,contract,2,200000\n"),
        source="crm",
        today=TODAY,
        by=None,
    )
    planned = run_import(
        team=world.team,
        rows=text_rows(HEADER + "2026-06-09,ren@example.com,contract,-1,-100000\n"),
        source="crm",
        today=TODAY,
        by=None,
    )
    assert planned.errors == []
    sums = Entry.objects.aggregate(count=Sum("count"), amount=Sum("amount"))
    assert (sums["count"], sums["amount"]) == (1, 100_000)


def test_command_says_what_stands_beside_from_elsewhere(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(world.ren, "call", 5, TODAY.replace(day=9))
    file = tmp_path / "activity.csv"
    file.write_text(HEADER + ROW)
    call_command("import_activity", str(file), "--team", world.team.name)
    assert "Ren, call: 5 from elsewhere, +12 by this import" in capsys.readouterr().out


def test_command_names_a_file_that_is_none(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no-such-file"):
        call_command("import_activity", str(tmp_path / "no-such-file"), "--team", world.team.name)
    broken = tmp_path / "broken.csv"
    broken.write_text("date,member\n")
    with pytest.raises(CommandError, match="kpi"):
        call_command("import_activity", str(broken), "--team", world.team.name)
