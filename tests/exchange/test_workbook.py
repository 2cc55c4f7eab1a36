"""The workbook of a plan computes what the engine computes, in a real spreadsheet."""

import io
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.domain.rates import Rate
from apps.exchange.workbook import FIRST_STAGE, MOST_GRADES, Layout, build
from apps.funnels.models import Segment
from apps.funnels.services import add_segment
from apps.goals.drafts import Draft, Form, Grade, Split, Stream, draft_of, split_needs, split_of
from apps.goals.models import Plan
from apps.goals.services import revise_plan
from tests.people import START, World

OFFICE = shutil.which("soffice")


def recalculated(path: Path) -> Any:
    """Opened, computed anew and saved by LibreOffice; its values."""
    out = path.parent / "out"
    command = [
        str(OFFICE), "--headless", "--norestore", f"-env:UserInstallation=file://{path.parent}/profile",
        "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return load_workbook(out / path.name, data_only=True)


def random_draft(world: World, random: Random) -> Draft:
    kpis = draft_of(world.plan).kpis
    stages = [
        None,
        *(Rate(Fraction(random.randint(1, 60), random.randint(60, 100)), "") for _kpi in kpis[1:]),
    ]
    goal, price = random.randint(1, 90) * 100_000, random.choice([30_000, 70_000, 100_000, 333_333])
    grades = [
        Grade("ABC"[number], random.choice(list(kpis)).pk, random.randint(1, 4), random.choice([20, 50, 90]))
        for number in range(random.randint(0, 3))
    ]
    buffer = Decimal(random.choice(["0", "10", "12.5", "33.33"]))
    segment = Segment.objects.get(team=world.team, is_default=True)
    return Draft(kpis, [Stream(segment, goal, price, stages, grades)], "", Form(buffer))


def type_in(sheet: Any, draft: Draft) -> None:
    """As a person changes the yellow cells."""
    [stream], at = draft.streams, Layout(len(draft.kpis))
    sheet[at.goal], sheet[at.price], sheet[at.buffer] = (
        stream.goal,
        stream.unit_price,
        float(draft.form.buffer),
    )
    for place, rate in enumerate(stream.rates):
        if rate:
            sheet.cell(at.first + place, 3, rate.value.denominator)
            sheet.cell(at.first + place, 4, rate.value.numerator)
    codes = {kpi.pk: kpi.code for kpi in draft.kpis}
    for number in range(MOST_GRADES):
        grade = stream.grades[number] if number < len(stream.grades) else None
        values = (grade.name, codes[grade.kpi], grade.count, grade.chance_percent) if grade else (None,) * 4
        for column, value in enumerate(values, start=1):
            sheet.cell(at.deals + number, column, value)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_a_spreadsheet_finds_the_engines_numbers(world: World, tmp_path: Path) -> None:
    random = Random(8)
    plan = Plan.objects.get(pk=world.plan.pk)
    split = Split({key: random.randint(0, 5) or 1 for key in split_of(plan).weights})
    drafts = [random_draft(world, random) for _number in range(60)]
    # One file with a sheet for each draft: LibreOffice starts once.
    book = build(plan, draft_of(plan), split, [world.ren, world.rika])
    template = book.worksheets[0]
    for number, draft in enumerate(drafts):
        type_in(book.copy_worksheet(template), draft)
        book.worksheets[-1].title = f"d{number}"
    path = tmp_path / "plan.xlsx"
    book.save(path)
    found = recalculated(path)
    assert [row[5].value for row in found.worksheets[0].iter_rows(FIRST_STAGE, FIRST_STAGE + 3)] == [
        need.whole for need in draft_of(plan).trees[0].asked
    ]
    for number, draft in enumerate(drafts):
        check(found[f"d{number}"], draft, split, [world.ren.pk, world.rika.pk])


def check(sheet: Any, draft: Draft, split: Split, members: list[int]) -> None:
    at, [tree], segment = Layout(len(draft.kpis)), draft.trees, draft.streams[0].segment.pk
    rows = range(at.first, at.last + 1)
    assert [sheet.cell(row, 7).value for row in rows] == ["✓"] * len(rows)
    assert [sheet.cell(row, 6).value for row in rows] == [need.whole for need in tree.asked]
    landing = round(float(tree.landing.attainment * 100), 2)
    assert sheet.cell(at.last + 1, 6).value == pytest.approx(landing, abs=0.011)
    cells = split_needs(draft, split)
    for row, member in zip(range(at.people, at.people + 2), sorted(members), strict=True):
        parts = [sheet.cell(row, 3 + place).value for place in range(len(draft.kpis))]
        assert parts == [cells[member, segment, kpi.pk] for kpi in draft.kpis]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_twenty_one_at_thirty_five_per_cent_is_sixty(world: World, tmp_path: Path) -> None:
    plan = Plan.objects.get(pk=world.plan.pk)
    book = build(plan, draft_of(plan), split_of(plan), [world.ren])
    sheet, at = book.worksheets[0], Layout(4)
    sheet[at.goal], sheet[at.price] = 21, 1
    for row, (denominator, numerator) in zip(
        range(at.first + 1, at.last + 1), ((1, 1), (1, 1), (100, 35)), strict=True
    ):
        sheet.cell(row, 3, denominator)
        sheet.cell(row, 4, numerator)
    path = tmp_path / "plan.xlsx"
    book.save(path)
    sheet = recalculated(path).worksheets[0]
    assert [sheet.cell(row, 6).value for row in range(at.first, at.last + 1)] == [60, 60, 60, 21]


def test_names_cannot_be_formulas(world: World) -> None:
    world.rep.name = "=1+1"
    world.rep.save()
    plan = Plan.objects.get(pk=world.plan.pk)
    world.ren.refresh_from_db()
    book = build(plan, draft_of(plan), split_of(plan), [world.ren, world.rika])
    names = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in names] == ["s"]


# -- back ------------------------------------------------------------------------------------------


def download(client: Client, world: World) -> io.BytesIO:
    answer: Any = client.post(reverse("exchange:workbook", args=[world.team.pk, world.plan.kgi_id]))
    return io.BytesIO(b"".join(answer.streaming_content))


def look(client: Client, world: World, book: Any) -> Any:
    file = io.BytesIO()
    book.save(file)
    url = reverse("exchange:workbook_look", args=[world.team.pk])
    return client.post(url, {"file": SimpleUploadedFile("plan.xlsx", file.getvalue())})


def test_a_changed_workbook_becomes_the_next_version(world: World, manager: Client) -> None:
    book = load_workbook(download(manager, world))
    sheet, at = book.worksheets[0], Layout(4)
    sheet[at.goal] = 2_000_000
    sheet.cell(at.first + 1, 3, 4)
    page = look(manager, world, book)
    assert page.status_code == 200
    assert [(code, after) for code, _where, _before, after in page.context["back"].changes] == [
        ("goal", "¥2,000,000"), ("rate", "1/4"),
    ]  # fmt: skip
    assert Plan.objects.filter(kgi=world.plan.kgi_id).count() == 1
    save = reverse("exchange:workbook_save", args=[world.team.pk])
    assert manager.post(save, {"token": page.context["token"]}).status_code == 302
    fresh = Plan.objects.get(kgi=world.plan.kgi_id, number=2)
    assert fresh.goal == 2_000_000
    assert draft_of(fresh).streams[0].rates[1].value == Fraction(1, 4)  # type: ignore[union-attr]
    # Rates that were not touched keep their words.
    assert draft_of(fresh).streams[0].rates[3].text == draft_of(world.plan).streams[0].rates[3].text  # type: ignore[union-attr]
    # Somebody saved in between: nothing is lost, and it is said.
    again = manager.post(save, {"token": page.context["token"]})
    assert again.status_code == 422
    assert Plan.objects.filter(kgi=world.plan.kgi_id).count() == 2


def test_an_unchanged_workbook_changes_nothing(world: World, manager: Client) -> None:
    page = look(manager, world, load_workbook(download(manager, world)))
    assert page.context["back"].changes == []
    assert "it says what the plan says" in page.content.decode()


def broken(book: Any, cell: str, value: Any) -> Any:
    book.worksheets[0][cell] = value
    return book


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("B3", "=1+1", "no formula"),
        ("B3", "much", "no formula"),
        ("B3", None, "no formula"),
        ("B3", 1.5, "no formula"),
        ("B3", 0, "not possible"),
        ("B3", 10**14, "not possible"),
        ("B4", -1, "not possible"),
        ("B5", 900, "not possible"),
        ("B5", "=9", "no formula"),
        ("C11", 0, "not possible"),
        ("D11", True, "no formula"),
        ("B18", "nothing", "not possible"),
    ],
)
def test_broken_cells_are_named(world: World, manager: Client, cell: str, value: Any, said: str) -> None:
    answer = look(manager, world, broken(load_workbook(download(manager, world)), cell, value))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert cell in page


def test_a_workbook_of_another_team_is_refused(world: World, manager: Client) -> None:
    book = load_workbook(download(manager, world))
    for row, value in ((2, world.other_team.pk), (3, world.other_plan.kgi_id)):
        book["kpiplanner"].cell(row, 2, value)
    answer = look(manager, world, book)
    assert answer.status_code == 422
    assert "no plan of this team" in answer.content.decode()
    stranger = load_workbook(download(manager, world))
    del stranger["kpiplanner"]
    assert look(manager, world, stranger).status_code == 422


def test_a_funnel_that_changed_is_said(world: World, manager: Client) -> None:
    book = load_workbook(download(manager, world))
    book["kpiplanner"]["C5"] = "other"
    assert "other stages" in look(manager, world, book).content.decode()


def test_a_forged_token_saves_nothing(world: World, manager: Client) -> None:
    save = reverse("exchange:workbook_save", args=[world.team.pk])
    assert manager.post(save, {"token": "forged"}).status_code == 302
    assert Plan.objects.filter(kgi=world.plan.kgi_id).count() == 1


def test_open_deals_and_a_buffer_come_back(world: World, manager: Client) -> None:
    book = load_workbook(download(manager, world))
    sheet, at = book.worksheets[0], Layout(4)
    sheet[at.buffer] = 20
    for column, value in zip("ABCD", ("a", "appointment", 10, 30), strict=True):
        sheet[f"{column}{at.deals}"] = value
    page = look(manager, world, book)
    assert page.status_code == 200
    assert {code for code, *_what in page.context["back"].changes} == {"buffer", "deals"}
    save = reverse("exchange:workbook_save", args=[world.team.pk])
    manager.post(save, {"token": page.context["token"]})
    [stream] = draft_of(Plan.objects.get(kgi=world.plan.kgi_id, number=2)).streams
    [grade] = stream.grades
    assert (grade.name, grade.count, grade.chance_percent) == ("A", 10, 30)


def test_open_deals_without_a_grade_or_with_one_twice_are_named(world: World, manager: Client) -> None:
    at = Layout(4)
    for rows in ((("?", "appointment", 10, 30),), (("A", "call", 1, 3), ("A", "meeting", 1, 3))):
        book = load_workbook(download(manager, world))
        for number, row in enumerate(rows):
            for column, value in zip("ABCD", row, strict=True):
                book.worksheets[0][f"{column}{at.deals + number}"] = value
        answer = look(manager, world, book)
        assert answer.status_code == 422
        assert f"A{at.deals}" in answer.content.decode()


def test_two_buffers_are_no_plan(world: World, manager: Client) -> None:
    add_segment(team=world.team, by=world.owner, name="Existing")
    draft = draft_of(world.plan)
    existing = Segment.objects.get(team=world.team, name="Existing")
    streams = [draft.streams[0], replace(draft.streams[0], segment=existing)]
    revise_plan(
        kgi=world.plan.kgi,
        by=world.manager,
        valid_from=START,
        draft=replace(draft, streams=streams),
        seen=1,
    )
    book = load_workbook(download(manager, world))
    book.worksheets[1][Layout(4).buffer] = 33
    assert "buffer" in look(manager, world, book).content.decode()


def test_a_book_that_says_nothing_of_itself_or_lost_a_sheet_is_refused(world: World, manager: Client) -> None:
    book = load_workbook(download(manager, world))
    book["kpiplanner"].cell(1, 2, 99)
    assert look(manager, world, book).status_code == 422
    book = load_workbook(download(manager, world))
    book.worksheets[0].title = "Renamed"
    assert look(manager, world, book).status_code == 422
