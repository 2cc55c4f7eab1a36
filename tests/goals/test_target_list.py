"""Targets from a spreadsheet fill the grid of the split."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from apps.goals.models import Plan, PlanTarget
from tests.people import World, make_segment, make_signal


@pytest.fixture
def manager(world: World) -> Client:
    client = Client()
    client.force_login(world.manager)
    return client


def fill(world: World, client: Client, raw: bytes, name: str = "targets.csv") -> Any:
    url = reverse("goals:plan_split_fill", args=[world.team.pk, world.plan.kgi_id])
    return client.post(url, {"file": SimpleUploadedFile(name, raw)})


def test_a_list_fills_the_grid_and_is_saved_from_there(world: World, manager: Client) -> None:
    answer = fill(world, manager, "担当者,KPI,目標\nRen,call,200\nrika@example.com,appointment,40\n".encode())
    assert answer.status_code == 200
    assert Plan.objects.filter(kgi=world.plan.kgi).count() == 1
    form = answer.context["form"]
    assert {name: value for name, value in form.data.items() if name.startswith("cell")} == {
        f"cell_{world.ren.pk}_{world.kpi('call').pk}": "200",
        f"cell_{world.rika.pk}_{world.kpi('appointment').pk}": "40",
    }
    url = reverse("goals:plan_split", args=[world.team.pk, world.plan.kgi_id])
    assert manager.post(url, {**form.data, "save": "1"}).status_code == 302
    saved = PlanTarget.objects.get(plan__number=2, member=world.ren, kpi=world.kpi("call"))
    assert saved.count == 200
    # Again, it is the same: nothing doubles.
    again = fill(world, manager, b"member,kpi,target\nRen,call,200\n").context["form"]
    assert again.data[f"cell_{world.ren.pk}_{world.kpi('call').pk}"] == "200"
    assert again.data[f"cell_{world.rika.pk}_{world.kpi('appointment').pk}"] == "40"


def test_files_of_spreadsheets_are_read(world: World, manager: Client) -> None:
    book, raw = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["Person", "Owner", "KPI", "Target"], ["", "Ren", "call", 150]):
        book.active.append(row)
    book.save(raw)
    cell = f"cell_{world.ren.pk}_{world.kpi('call').pk}"
    assert fill(world, manager, raw.getvalue(), "t.xlsx").context["form"].data[cell] == "150"
    text = "担当\tKPI\t目標件数\nRen\tcall\t１５０\n".encode("cp932")
    assert fill(world, manager, text).context["form"].data[cell] == "150"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("member,kpi\nRen,call", "missing: count"),
        ("\n", "empty"),
        ("member,kpi,target\nNobody,call,3", "Line 2: Nobody in the team"),
        ("member,kpi,target\nRen,nothing,3", "Line 2: The team has no KPI"),
        ("member,kpi,target\nRen,call,2.5", "not a whole number"),
        ("member,kpi,target\nRen,call,-1", "not a whole number"),
        ("member,kpi,target\nRen,call,3\nRen,call,4", "Line 3: This member"),
        ("member,kpi,target\nMai,call,3", "carries no targets"),
        ("member,kpi,target,segment\nRen,call,3,nowhere", "no segment"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(world: World, manager: Client, text: str, sentence: str) -> None:
    answer = fill(world, manager, text.encode())
    assert answer.status_code == 422
    assert sentence in str(answer.context["upload"].errors)
    assert Plan.objects.filter(kgi=world.plan.kgi).count() == 1


def test_empty_lines_are_passed_over_and_long_lists_refused(
    world: World, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.goals.target_list.MOST_TARGETS", 2)
    cell = f"cell_{world.ren.pk}_{world.kpi('call').pk}"
    answer = fill(world, manager, b"member,kpi,target\n , \nRen,call,200\n")
    assert answer.context["form"].data[cell] == "200"
    assert fill(world, manager, b"member,kpi,target\n , \nRen,call,200\n , \n").status_code == 422


def test_what_is_not_part_of_this_plan_is_said(world: World, manager: Client) -> None:
    """The team has it, the plan does not count it."""
    kpi = make_signal(world.team, name="Hearing")
    segment = make_segment(world.team, "Later")
    text = f"member,kpi,target\nRen,{kpi.code},3\n"
    assert "no stage of this plan" in str(fill(world, manager, text.encode()).context["upload"].errors)
    text = f"member,kpi,target,segment\nRen,call,3,{segment.name}\n"
    assert "no segment" in str(fill(world, manager, text.encode()).context["upload"].errors)
