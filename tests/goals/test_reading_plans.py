"""Two versions side by side, the plan on paper, and how much is asked of the database."""

from dataclasses import replace

from django.test import Client
from django.urls import reverse

from apps.goals.drafts import Split, draft_of, split_of
from apps.goals.services import latest_plan
from tests.counting import counted_queries
from tests.goals.plans import meetings_won, revise, url
from tests.people import (
    World,
    default_segment,
    make_member,
    make_user,
)


def test_two_versions_stand_side_by_side(world: World, manager: Client, rep: Client) -> None:
    draft = draft_of(world.plan)
    revise(world, replace(draft, streams=[replace(draft.streams[0], goal=1_200_000)], reason="A fair"))
    page = manager.get(url(world, "plan_versions")).content.decode()
    for text in ("¥1,000,000", "¥1,200,000", "A fair", "Call 150", "Call 180", "Rika"):
        assert text in page
    assert manager.get(url(world, "plan_versions"), {"left": "2", "right": "x"}).status_code == 200
    # A rep sees the team's numbers and the own ones.
    page = rep.get(url(world, "plan_versions")).content.decode()
    assert "Ren" in page
    assert "Rika" not in page


def test_the_paper_has_everything_on_it(world: World, manager: Client, rep: Client) -> None:
    page = manager.get(url(world, "plan_paper")).content.decode()
    for text in ("¥1,000,000", "300", "Rika", "Jun 22"):
        assert text in page
    assert "Rika" not in rep.get(url(world, "plan_paper")).content.decode()


def test_pages_of_levels_make_no_more_queries_with_more_reps(world: World, manager: Client) -> None:
    meetings_won(world)
    revise(world, draft_of(world.plan))
    paths = [
        url(world, "plan_rates"),
        url(world, "member_rates", world.ren.pk),
        url(world, "plan_versions"),
        url(world, "plan_paper"),
        reverse("goals:higher_goals", args=[world.team.pk]),
    ]

    def count(path: str) -> int:
        with counted_queries() as captured:
            assert manager.get(path).status_code == 200
        return len(captured)

    few = {path: count(path) for path in paths}
    members = [make_member(world.team, make_user(f"More-{number}"), "rep") for number in range(10)]
    plan = latest_plan(world.plan.kgi)
    segment = default_segment(world.team).pk
    weights = dict(split_of(plan).weights) | {(member.pk, segment): 1 for member in members}
    revise(world, draft_of(plan), Split(weights))
    assert {path: count(path) for path in paths} == few
