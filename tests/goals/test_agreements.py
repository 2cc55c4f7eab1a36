"""Who has agreed to the own numbers, and what opens it again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.goals.agreements import load_agreements
from apps.goals.drafts import draft_of, split_of
from apps.goals.models import AgreementStep
from apps.goals.services import latest_plan, revise_plan
from tests.people import TODAY, World, weighted


def url(world: World, name: str, *more: int) -> str:
    return reverse(f"goals:{name}", args=[world.team.pk, world.plan.kgi_id, *more])


def states(world: World) -> dict[str, str]:
    plan = latest_plan(world.plan.kgi)
    found = load_agreements(world.plan.kgi, plan, [world.ren, world.rika, world.mai])
    return {agreement.member.user.name: agreement.state for agreement in found}


def agree(world: World, rep: Client, **changes: Any) -> Any:
    return rep.post(url(world, "plan_agree"), {"seen": 1, "conviction": 4, "reason": "Fair"} | changes)


def test_a_rep_agrees_with_conviction(world: World, rep: Client, manager: Client) -> None:
    assert states(world) == {"Ren": "open", "Rika": "open"}
    assert agree(world, rep).status_code == 302
    assert states(world) == {"Ren": "agreed", "Rika": "open"}
    page = manager.get(url(world, "plan")).content.decode()
    assert "1 of 2 have agreed to their numbers." in page
    assert "conviction 4 of 5" in page
    assert "Fair" in page


def test_a_rep_sees_the_own_agreement_alone(world: World, rep: Client) -> None:
    page = rep.get(url(world, "plan")).content.decode()
    assert "I agree to my numbers" in page
    assert "Rika" not in page
    assert "of 2 have agreed" not in page


@pytest.mark.parametrize("changes", [{"conviction": ""}, {"conviction": "6"}, {"reason": "x" * 301}])
def test_agreeing_wrongly_is_told(world: World, rep: Client, changes: dict[str, str]) -> None:
    answer = agree(world, rep, **changes)
    assert answer.status_code == 422
    assert not AgreementStep.objects.exists()


def test_a_rep_counters_and_the_manager_answers(world: World, rep: Client, manager: Client) -> None:
    typed = {"seen": 1, "reason": "Two weeks of leave", "amount": "300,000"}
    assert rep.post(url(world, "plan_counter"), typed).status_code == 302
    assert states(world)["Ren"] == "countered"
    page = manager.get(url(world, "plan")).content.decode()
    assert "has another proposal" in page
    assert "¥300,000" in page
    assert "I agree to my numbers" not in rep.get(url(world, "plan")).content.decode()
    answer = manager.post(url(world, "plan_answer", world.ren.pk), {"seen": 1, "reason": "Rika helps"})
    assert answer.status_code == 302
    assert states(world)["Ren"] == "answered"
    assert "I agree to my numbers" in rep.get(url(world, "plan")).content.decode()


@pytest.mark.parametrize("changes", [{"reason": ""}, {"amount": "lots"}, {"amount": "-5"}])
def test_countering_wrongly_keeps_what_was_typed(world: World, rep: Client, changes: dict[str, str]) -> None:
    typed: dict[str, Any] = {"seen": 1, "reason": "Two weeks of leave", "amount": "300,000"} | changes
    answer = rep.post(url(world, "plan_counter"), typed)
    assert answer.status_code == 422
    assert typed["reason"] in answer.content.decode()
    assert not AgreementStep.objects.exists()


def test_a_version_that_changes_the_numbers_opens_it_again(world: World, rep: Client) -> None:
    agree(world, rep)
    kgi, last = world.plan.kgi, latest_plan(world.plan.kgi)
    again: dict[str, Any] = {"kgi": kgi, "by": world.manager, "valid_from": TODAY, "draft": draft_of(last)}
    # The same numbers with another reason: what was agreed stands.
    revise_plan(**again, seen=1, split=split_of(last))
    assert states(world)["Ren"] == "agreed"
    revise_plan(**again, seen=2, split=weighted(world, ren=3, rika=1))
    assert states(world) == {"Ren": "reopened", "Rika": "open"}
    # What the page showed is over: nobody agrees to numbers unseen.
    answer = rep.post(url(world, "plan_agree"), {"seen": 1, "conviction": 5}, follow=True)
    assert "look at the numbers again" in answer.content.decode()
    assert states(world)["Ren"] == "reopened"
    assert agree(world, rep, seen=3).status_code == 302
    assert states(world)["Ren"] == "agreed"


def test_only_who_carries_a_part_agrees(world: World, manager: Client) -> None:
    assert manager.post(url(world, "plan_agree"), {"seen": 1, "conviction": 4}).status_code == 403
    world.mai.carries_targets = True
    world.mai.save()
    assert manager.post(url(world, "plan_agree"), {"seen": 1, "conviction": 4}).status_code == 403


def test_a_yes_may_hold_a_commit_and_a_stretch(world: World, rep: Client, manager: Client) -> None:
    for wrong, message in (
        ({"commit": "600,000"}, "cannot be more than the target"),
        ({"stretch": "400,000"}, "cannot be less than it"),
        ({"commit": "x"}, "is not a number"),
    ):
        answer = agree(world, rep, **wrong)
        assert answer.status_code == 422
        assert message in answer.content.decode()
    assert agree(world, rep, commit="40\u4e07", stretch="600,000").status_code == 302
    page = manager.get(url(world, "plan")).content.decode()
    assert "commit ¥400,000" in page
    assert "stretch ¥600,000" in page
    own = reverse("progress:rep", args=[world.team.pk, world.ren.pk])
    assert "commit ¥400,000" in rep.get(own).content.decode()
