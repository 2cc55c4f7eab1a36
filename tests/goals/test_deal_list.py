"""Open deals pasted from a spreadsheet."""

import pytest
from django.test import Client

from apps.domain.errors import PlanError
from apps.goals.deal_list import count_grades
from apps.goals.drafts import draft_of
from apps.goals.services import latest_plan
from tests.goals.plans import form_of, url
from tests.people import World


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("A\nB\nB\nC\n", {"A": 1, "B": 2, "C": 1}),
        ("会社\tヨミ\t金額\n山田商事\tA\t1,200,000\n鈴木工業\tBヨミ\t500,000", {"A": 1, "B": 1}),
        ("A 12\nB: 7\nC,3", {"A": 12, "B": 7, "C": 3}),
        ("\n\nCompany;Grade\nYamada;\uff41\n\n", {"A": 1}),
        ("", {}),
    ],
)
def test_grades_are_counted(text: str, counts: dict[str, int]) -> None:
    assert dict(count_grades(text, "ABC")) == counts


def test_a_line_without_a_grade_is_named() -> None:
    with pytest.raises(PlanError) as refused:
        count_grades("Company\tGrade\nYamada\tA\nSuzuki\tD", "ABC")
    assert refused.value.code == "deal_line"
    assert refused.value.facts == {"line": 3, "text": "Suzuki\tD"}


def test_a_list_has_an_end() -> None:
    with pytest.raises(PlanError) as refused:
        count_grades("A\n" * 2_001, "ABC")
    assert refused.value.code == "too_many_deal_lines"


def test_plan_edit_counts_a_pasted_list(world: World, manager: Client) -> None:
    pasted = {"deal_list": "Yamada\tA\nSuzuki\tB\nTanaka\tB", "deals_C": "9", "save": "1"}
    assert manager.post(url(world, "plan_edit"), form_of(manager, world) | pasted).status_code == 302
    grades = draft_of(latest_plan(world.plan.kgi)).streams[0].grades
    assert {grade.name: grade.count for grade in grades} == {"A": 1, "B": 2}
    wrong = {"deal_list": "A\nSuzuki", "save": "1"}
    answer = manager.post(url(world, "plan_edit"), form_of(manager, world) | wrong)
    assert answer.status_code == 422
    assert "Line 2 has no grade" in answer.content.decode()
