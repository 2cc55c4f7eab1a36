"""A file on its way in: by the pages, from upload to writing."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from apps.activity.models import Entry, Tally
from apps.activity.queries import tally_drifts
from apps.exchange.models import ImportRun
from apps.exchange.runs import claim
from apps.web import uploads
from tests.people import CANARY, World

CALLS = "日付,担当,指標,件数\n2026-06-08,Ren,call,12\n2026/6/9,rika@example.com,Call,9\n"
DEALS = (
    "Opportunity ID,Owner,Stage,Date,Amount\n"
    "A,Ren,call,2026-06-01,\n"
    "A,Ren,appointment,2026-06-03,\n"
    "B,Ren,call,2026-06-01,\n"
    "A,Ren,contract,2026-06-09T16:20,300000\n"
)


def upload(
    client: Client, world: World, raw: bytes | str, kind: str = "activity", source: str = "CRM"
) -> Any:
    body = raw.encode() if isinstance(raw, str) else raw
    url = reverse("exchange:import_create", args=[world.team.pk])
    return client.post(url, {"kind": kind, "source": source, "file": SimpleUploadedFile("list.csv", body)})


def post(client: Client, run: ImportRun, step: str, **body: str) -> Any:
    return client.post(reverse(f"exchange:import_{step}", args=[run.team_id, run.pk]), body)


def columns(run: ImportRun, **stages: str) -> dict[str, str]:
    return {f"column:{code}": name for code, name in run.columns.items()} | stages


def as_shown(client: Client, run: ImportRun) -> dict[str, str]:
    """What the browser would send of the form as it stands."""
    form = client.get(reverse("exchange:import_run", args=[run.team_id, run.pk])).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def read(
    client: Client, world: World, raw: bytes | str, kind: str = "activity", source: str = "CRM"
) -> ImportRun:
    assert upload(client, world, raw, kind, source).status_code == 302
    run = ImportRun.objects.latest("pk")
    assert post(client, run, "read", **as_shown(client, run)).status_code == 302
    run.refresh_from_db()
    return run


def write(client: Client, run: ImportRun) -> None:
    assert post(client, run, "write").status_code == 302
    run.refresh_from_db()


def count_of(world: World, code: str) -> int:
    return sum(Tally.objects.filter(kpi=world.kpi(code)).values_list("count", flat=True))


def test_columns_are_matched_by_their_names(world: World, manager: Client) -> None:
    upload(manager, world, CALLS)
    run = ImportRun.objects.get()
    assert run.columns == {"date": "日付", "member": "担当", "kpi": "指標", "count": "件数"}


def test_a_file_is_looked_at_and_written(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS)
    assert (run.rows, run.changed, run.wrong) == (2, 2, 0)
    assert not Entry.objects.filter(kind="import").exists()
    page = manager.get(reverse("exchange:import_run", args=[world.team.pk, run.pk])).content.decode()
    assert "2 numbers would change" in page
    write(manager, run)
    assert (run.state, run.payload) == ("done", None)
    assert count_of(world, "call") == 21
    assert tally_drifts() == []


def test_the_same_file_counts_once(world: World, manager: Client) -> None:
    for _turn in range(2):
        run = read(manager, world, CALLS)
        write(manager, run)
    assert count_of(world, "call") == 21
    assert run.changed == 0


def test_problems_name_their_lines_and_write_nothing(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS + "2026-06-09,=cmd(),call,1\n2026-06-09,Ren,call,many\n")
    assert run.wrong == 2
    assert post(manager, run, "write").status_code == 302
    assert count_of(world, "call") == 0
    answer = manager.get(reverse("exchange:import_problems", args=[world.team.pk, run.pk]))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert lines[1].startswith("4,")


def test_other_columns_are_remembered(world: World, manager: Client) -> None:
    text = "When,Who,What,How often\n2026-06-08,Ren,call,12\n"
    upload(manager, world, text)
    run = ImportRun.objects.get()
    assert run.columns == {}
    assert post(manager, run, "read").status_code == 422
    chosen = {"date": "When", "member": "Who", "kpi": "What", "count": "How often"}
    post(manager, run, "read", **{f"column:{code}": name for code, name in chosen.items()})
    upload(manager, world, text)
    assert ImportRun.objects.latest("pk").columns == chosen
    upload(manager, world, text, source="Elsewhere")
    assert ImportRun.objects.latest("pk").columns == {}


def test_one_column_cannot_hold_two_things(world: World, manager: Client) -> None:
    upload(manager, world, CALLS)
    run = ImportRun.objects.get()
    twice = columns(run) | {"column:count": "指標"}
    assert post(manager, run, "read", **twice).status_code == 422


def test_opportunities_become_counts(world: World, manager: Client) -> None:
    run = read(manager, world, DEALS, "deals")
    write(manager, run)
    assert [count_of(world, code) for code in ("call", "appointment", "contract")] == [2, 1, 1]
    assert Tally.objects.get(kpi=world.kpi("contract")).amount == 300_000
    # Each opportunity counts once at each stage, on its first day there.
    again = read(manager, world, DEALS + "A,Ren,appointment,2026-06-04,\n", "deals")
    assert again.changed == 0


def test_an_opportunity_that_moved_is_taken_back_where_it_was(world: World, manager: Client) -> None:
    write(manager, read(manager, world, DEALS, "deals"))
    write(manager, read(manager, world, DEALS.replace("2026-06-03", "2026-06-05"), "deals"))
    days = Tally.objects.filter(kpi=world.kpi("appointment"), count__gt=0).values_list("day", flat=True)
    assert [f"{day}" for day in days] == ["2026-06-05"]


def test_stages_in_the_words_of_the_file_are_asked_for_once(world: World, manager: Client) -> None:
    text = DEALS.replace("contract", "Closed Won").replace("call", "Lead")
    run = read(manager, world, text, "deals")
    assert run.unknown == {"Lead": 2, "Closed Won": 1}
    post(manager, run, "write")
    assert count_of(world, "appointment") == 0
    assert post(manager, run, "read", **columns(run)).status_code == 422
    post(manager, run, "read", **columns(run), **{"stage:0": "call", "stage:1": "contract"})
    run.refresh_from_db()
    assert run.unknown == {}
    write(manager, run)
    assert [count_of(world, code) for code in ("call", "appointment", "contract")] == [2, 1, 1]
    assert read(manager, world, text, "deals").unknown == {}


def test_a_date_for_each_stage_in_one_row(world: World, manager: Client) -> None:
    text = "Deal ID,Owner,Call,Appointment date,Contract\nA,Ren,2026-06-01,2026-06-02,\nB,Ren,2026-06-03,,\n"
    run = read(manager, world, text, "deals")
    write(manager, run)
    assert [count_of(world, code) for code in ("call", "appointment", "contract")] == [2, 1, 0]


def book_of(*rows: tuple[Any, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_workbooks_are_read(world: World, manager: Client) -> None:
    from datetime import datetime

    raw = book_of(("Date", "Member", "KPI", "Count"), (datetime(2026, 6, 8), "Ren", "call", 12.0))  # noqa: DTZ001
    write(manager, read(manager, world, raw))
    assert count_of(world, "call") == 12


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return file.getvalue()


def with_macros() -> bytes:
    file = io.BytesIO(book_of(("a",)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Choose a file|empty"),
        (b"\x00\x01\x02\x03", "neither UTF-8"),
        ("日付,件数".encode("utf-16"), "neither UTF-8"),
        (b"PK\x03\x04 and then nothing", "cannot be read"),
        (b"\xd0\xcf\x11\xe0 an old one", "old Excel format"),
        (bomb(), "unpacks to more"),
        (with_macros(), "contains macros"),
        (b"," * 1_000_000 + b"\n", "more than 200 columns"),
        (b'"never closed\n' + b"x" * 200_000, "cannot be read as CSV"),
    ],
)
def test_bad_files_are_refused_with_a_reason(world: World, manager: Client, raw: bytes, said: str) -> None:
    answer = upload(manager, world, raw)
    assert answer.status_code == 422
    assert any(part in answer.content.decode() for part in said.split("|"))
    assert not ImportRun.objects.exists()


def test_a_file_beyond_all_use_is_stopped(world: World, manager: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1_000)
    answer = upload(manager, world, "x" * 100_000)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()


def test_broken_formulas_are_no_numbers(world: World, manager: Client) -> None:
    raw = book_of(("Date", "Member", "KPI", "Count"), ("2026-06-08", "Ren", "call", "#REF!"))
    assert read(manager, world, raw).wrong == 1


def test_another_teams_people_and_kpis_are_unknown(world: World, manager: Client) -> None:
    foreign = world.other_rep.user
    run = read(manager, world, f"date,member,kpi,count\n2026-06-08,{foreign.email},call,1\n")
    assert run.wrong == 1
    page = manager.get(reverse("exchange:import_run", args=[world.team.pk, run.pk])).content.decode()
    assert CANARY not in page.replace(foreign.email, "")


def test_a_run_is_written_once_and_a_dead_worker_can_be_replaced(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS)
    assert claim(run, "writing")
    assert not claim(run, "writing")
    assert not claim(run, "reading")
    late = run.updated_at - timedelta(hours=1)
    ImportRun.objects.filter(pk=run.pk).update(updated_at=late)
    assert claim(run, "reading")


def test_a_dropped_file_is_gone(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS)
    post(manager, run, "drop")
    run.refresh_from_db()
    assert (run.state, run.payload) == ("dropped", None)
    post(manager, run, "write")
    assert count_of(world, "call") == 0


def test_a_funnel_that_changed_since_the_look_stops_the_writing(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS)
    world.kpi("call").__class__.objects.filter(pk=world.kpi("call").pk).update(code="dials", name="Dials")
    write(manager, run)
    assert run.state == "read"
    assert run.wrong == 2


def test_progress_is_told_while_it_reads(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS)
    ImportRun.objects.filter(pk=run.pk).update(state="reading", rows=4_000)
    page = manager.get(reverse("exchange:import_state", args=[world.team.pk, run.pk])).content.decode()
    assert "Rows read: 4,000" in page
    assert "hx-get" in page


def test_queries_do_not_grow_with_runs(
    world: World, manager: Client, django_assert_max_num_queries: Any
) -> None:
    for _turn in range(4):
        read(manager, world, CALLS)
    with django_assert_max_num_queries(10):
        manager.get(reverse("exchange:data", args=[world.team.pk]))


def test_calls_and_opportunities_of_one_system_stand_side_by_side(world: World, manager: Client) -> None:
    write(manager, read(manager, world, "date,member,kpi,count\n2026-06-01,Ren,call,40\n"))
    write(manager, read(manager, world, DEALS, "deals"))
    assert count_of(world, "call") == 42


def test_a_written_file_cannot_be_dropped(world: World, manager: Client) -> None:
    from apps.exchange.runs import drop_run

    run = read(manager, world, CALLS)
    assert claim(run, "writing")
    # The page still shows it as looked at.
    assert not drop_run(run=run, by=world.manager)
    run.refresh_from_db()
    assert run.state == "writing"


def test_an_older_file_does_not_overwrite_a_newer_one(world: World, manager: Client) -> None:
    old = read(manager, world, CALLS)
    write(manager, read(manager, world, CALLS.replace(",12", ",20")))
    post(manager, old, "write")
    assert count_of(world, "call") == 29


def test_a_row_that_calls_itself_the_billionth_ends_soon(world: World, manager: Client) -> None:
    raw = book_of(("Date", "Member", "KPI", "Count"), ("2026-06-08", "Ren", "call", 1))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            far = text.replace(b'<row r="2"', b'<row r="2000000000"').replace(b'r="A2"', b'r="A2000000000"')
            new.writestr(part, far if part.endswith("sheet1.xml") else text)
    run = read(manager, world, out.getvalue())
    assert run.state == "failed"
    assert run.problems[0][1] in ("too_many_rows", "workbook_broken")


def test_many_wrong_rows_are_counted_and_the_first_are_kept(world: World, manager: Client) -> None:
    run = read(manager, world, CALLS + "2026-06-09,Nobody,call,1\n" * 3_000)
    assert run.wrong == 3_000
    assert len(run.problems) == 1_000


@pytest.mark.parametrize("day", ["99999999999999999999-01-01", "2026-06-31", "0001-01-01", "\u96fb\u8a71"])
def test_odd_days_are_named(world: World, manager: Client, day: str) -> None:
    run = read(manager, world, f"date,member,kpi,count\n{day},Ren,call,1\n")
    assert [problem[1] for problem in run.problems] == ["bad_date"]


def test_what_nobody_foresaw_is_said(world: World, manager: Client, monkeypatch: Any) -> None:
    from apps.exchange import tasks

    run = read(manager, world, CALLS)

    def broken(_run: ImportRun) -> None:
        raise RuntimeError("disk on fire")

    assert claim(run, "reading")
    with pytest.raises(RuntimeError):
        tasks._work(run.pk, broken)
    page = manager.get(reverse("exchange:import_run", args=[world.team.pk, run.pk])).content.decode()
    assert "Something unexpected went wrong" in page
    assert "disk on fire" not in page


def test_two_deals_of_one_name_are_two(world: World, manager: Client) -> None:
    text = "Name,Owner,Stage,Date\nRenewal,Ren,call,2026-06-01\nRenewal,Rika,call,2026-06-01\n"
    write(manager, read(manager, world, text, "deals"))
    assert count_of(world, "call") == 2


def test_long_names_of_stages_are_asked_for_once(world: World, manager: Client) -> None:
    stage = "Talked with " * 12
    run = read(manager, world, f"ID,Owner,Stage,Date\n1,Ren,{stage},2026-06-01\n", "deals")
    post(manager, run, "read", **columns(run), **{"stage:0": "call"})
    run.refresh_from_db()
    assert run.unknown == {}


@pytest.mark.parametrize(("was", "now"), [("2026-06-09", "2026-06-05"), ("2026-06-01", "2026-06-08")])
def test_an_opportunity_that_moves_at_the_edge_counts_once(
    world: World, manager: Client, was: str, now: str
) -> None:
    text = "ID,Owner,Stage,Date,Amount\n" + f"A,Ren,contract,{was},300000\nB,Ren,call,2026-06-04,\n"
    write(manager, read(manager, world, text, "deals"))
    write(manager, read(manager, world, text.replace(was, now), "deals"))
    won = Tally.objects.filter(kpi=world.kpi("contract"), count__gt=0)
    assert [(f"{row.day}", row.count, row.amount) for row in won] == [(now, 1, 300_000)]
    assert tally_drifts() == []


def test_an_opportunity_that_changes_hands_and_worth_goes_along(world: World, manager: Client) -> None:
    text = "ID,Owner,Stage,Date,Amount\nA,Ren,contract,2026-06-03,300000\n"
    write(manager, read(manager, world, text, "deals"))
    write(manager, read(manager, world, text.replace("Ren", "Rika").replace("300000", "500000"), "deals"))
    won = Tally.objects.filter(kpi=world.kpi("contract")).order_by("member")
    assert [(row.member, row.count, row.amount) for row in won] == [
        (world.ren, 0, 0),
        (world.rika, 1, 500_000),
    ]


def test_opportunities_that_a_later_file_leaves_out_stay(world: World, manager: Client) -> None:
    write(manager, read(manager, world, DEALS, "deals"))
    later = "Opportunity ID,Owner,Stage,Date,Amount\nC,Ren,call,2026-06-01,\n"
    write(manager, read(manager, world, later, "deals"))
    assert [count_of(world, code) for code in ("call", "contract")] == [3, 1]


def test_opportunities_without_numbers_are_the_whole_of_their_days(world: World, manager: Client) -> None:
    text = "Owner,Stage,Date\nRen,call,2026-06-01\nRen,call,2026-06-02\nRen,call,2026-06-03\n"
    write(manager, read(manager, world, text, "deals"))
    write(manager, read(manager, world, text.replace("06-02", "06-01"), "deals"))
    days = Tally.objects.filter(kpi=world.kpi("call"), count__gt=0).order_by("day")
    assert [(row.day.day, row.count) for row in days] == [(1, 2), (3, 1)]


def test_stages_that_are_not_counted_are_passed_over_for_good(world: World, manager: Client) -> None:
    text = DEALS.replace("contract", "Lost")
    run = read(manager, world, text, "deals")
    post(manager, run, "read", **columns(run), **{"stage:0": "-"})
    run.refresh_from_db()
    assert run.unknown == {}
    write(manager, run)
    assert [count_of(world, code) for code in ("call", "appointment", "contract")] == [2, 1, 0]
    assert read(manager, world, text, "deals").unknown == {}


def test_opportunities_name_their_wrong_lines_and_pass_over_empty_ones(
    world: World, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.activity.opportunities.TELL_EVERY", 2)
    run = read(manager, world, DEALS + ",,,,\nC,Nobody,call,2026-06-01,\nD,Ren,call,some day,\n", "deals")
    assert run.wrong == 2
    assert [line for line, _code, _facts in run.problems] == [7, 8]
