"""What stands above a plan."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from apps.domain.errors import PlanError
from apps.goals.higher import branches, load_nodes, parts_to_write
from apps.goals.models import HigherGoal, Kgi
from tests.goals.plans import url
from tests.people import (
    World,
    make_higher_goal,
    make_plan,
)


def tree(world: World) -> list[tuple[str, int, bool]]:
    nodes = load_nodes(world.team.organization, [world.team])
    return [
        (branch.node.higher.span if branch.node.higher else "plan", branch.depth, branch.differs)
        for branch in branches(nodes)
    ]


def test_parts_stand_below_what_holds_them(world: World) -> None:
    make_higher_goal(world.team, world.manager, 12_000_000, span="year")
    make_higher_goal(world.team, world.manager, 3_000_000)
    assert tree(world) == [("year", 0, False), ("quarter", 1, False), ("plan", 2, False)]


def test_a_difference_is_a_notice_once_every_day_is_planned(world: World, manager: Client) -> None:
    make_higher_goal(world.team, world.manager, 3_000_000)
    for month, goal in ((4, 900_000), (5, 900_000)):
        last = date(2026, month + 1, 1) - timedelta(days=1)
        make_plan(world.team, world.manager, goal, date(2026, month, 1), last)
    page = manager.get(reverse("goals:higher_goals", args=[world.team.pk])).content.decode()
    assert "so far; days are open" in page
    make_plan(world.team, world.manager, 100_000, date(2026, 6, 29), date(2026, 6, 30))
    assert tree(world)[0] == ("quarter", 0, True)
    page = manager.get(reverse("goals:higher_goals", args=[world.team.pk])).content.decode()
    assert "¥100,000 less" in page
    assert "¥100,000 less" in manager.get(url(world, "plan")).content.decode()


def test_a_year_is_split_by_working_days_and_season_and_sums(world: World, manager: Client) -> None:
    goal = make_higher_goal(world.team, world.manager, 12_000_001, span="year")
    season = [100] * 12
    season[2] = 200
    parts = parts_to_write(goal, world.team, "month", season)
    assert len(parts) == 12
    assert sum(amount for _period, amount in parts) == 12_000_001
    amounts = {start.month: amount for (start, _end), amount in parts}
    # March 2027 has 22 working days at twice the weight, April 2026 has 21.
    assert Fraction(amounts[3], amounts[4]) == pytest.approx(44 / 21, abs=1e-5)
    path = reverse("goals:higher_goal_split", args=[world.team.pk, goal.pk])
    manager.post(path, {"span": "month", "season": " ".join(map(str, season))})
    assert HigherGoal.objects.filter(span="month").count() == 12
    assert not tree(world)[0][2]
    for wrong in (
        {"span": "month", "season": "1 2"},
        {"span": "month", "season": "1.5 " * 12},
        {"span": "month", "season": "0 " * 12},
        {"span": "century"},
    ):
        answer = manager.post(path, wrong, follow=True)
        assert HigherGoal.objects.count() == 13
        assert answer.status_code == 200


def test_a_smaller_goal_is_not_split_into_larger_parts(world: World, manager: Client) -> None:
    goal = make_higher_goal(world.team, world.manager)
    with pytest.raises(PlanError):
        parts_to_write(goal, world.team, "half", [])
    path = reverse("goals:higher_goal_split", args=[world.team.pk, goal.pk])
    answer = manager.post(path, {"span": "half"}, follow=True)
    assert "have to be shorter" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": "2026-04-02"}, "first of a month"),
        ({"goal": "0"}, "greater than zero"),
        ({"goal": ""}, "required"),
        ({"counts": "contracts", "goal": "1.5"}, "Enter a whole number"),
    ],
)
def test_higher_goals_says_what_is_wrong(
    world: World, manager: Client, fields: Mapping[str, str], message: str
) -> None:
    data = {"span": "year", "start": "2026-04-01", "counts": "amount", "goal": "12,000,000"}
    path = reverse("goals:higher_goals", args=[world.team.pk])
    answer = manager.post(path, {**data, **fields})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert manager.post(path, data).status_code == 302
    assert "already" in manager.post(path, data).content.decode()


def test_the_goal_of_a_company_belongs_to_its_owners(world: World, manager: Client) -> None:
    owner = Client()
    owner.force_login(world.owner)
    company = make_higher_goal(world.team, world.owner, 50_000_000, span="year", of_company=True)
    path = reverse("goals:higher_goals", args=[world.team.pk])
    assert "50,000,000" in owner.get(path).content.decode()
    assert "50,000,000" not in manager.get(path).content.decode()
    delete = reverse("goals:higher_goal_delete", args=[world.team.pk, company.pk])
    assert manager.post(delete).status_code == 403
    assert owner.post(delete).status_code == 302
    assert not HigherGoal.objects.exists()


def test_gross_profit_is_money_with_its_own_name(world: World, manager: Client) -> None:
    Kgi.objects.filter(pk=world.plan.kgi_id).update(counts="profit")
    page = manager.get(url(world, "plan_edit")).content.decode()
    assert "Gross profit of a contract" in page
    assert "¥1,000,000" in manager.get(url(world, "plan")).content.decode()


def test_missing_parts_share_what_the_others_leave(world: World, manager: Client) -> None:
    goal = make_higher_goal(world.team, world.manager)
    make_higher_goal(world.team, world.manager, 500_000, date(2026, 5, 1), "month")
    parts = parts_to_write(goal, world.team, "month", [])
    assert [start.month for (start, _end), _amount in parts] == [4, 6]
    assert sum(amount for _period, amount in parts) == 2_500_000
    path = reverse("goals:higher_goal_split", args=[world.team.pk, goal.pk])
    manager.post(path, {"span": "month"})
    assert not tree(world)[0][2]
    # Once more writes nothing.
    assert (
        "All parts were there already." in manager.post(path, {"span": "month"}, follow=True).content.decode()
    )


def test_goals_that_cross_are_refused(world: World) -> None:
    make_higher_goal(world.team, world.manager, span="half", start=date(2026, 4, 1))
    for start, span in ((date(2026, 7, 1), "half"), (date(2026, 9, 1), "quarter")):
        with pytest.raises(PlanError) as refused:
            make_higher_goal(world.team, world.manager, start=start, span=span)
        assert refused.value.code == "higher_goal_crosses"
    make_higher_goal(world.team, world.manager, start=date(2026, 7, 1))
    make_higher_goal(world.team, world.manager, 9_000_000, span="year")
