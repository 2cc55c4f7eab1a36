from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from apps.goals.queries import load_schedule
from apps.progress.causes import causes_of, causes_of_team, everybody
from apps.progress.queries import Measure, Progress, conversions
from apps.web.marks import forget
from tests.people import END, START, TODAY, World, log, make_plan


def progress(world: World) -> Progress:
    members = world.team.memberships.all()
    return Progress(load_schedule(world.plan.kgi, TODAY), members, TODAY)


def test_measure_is_not_capped_and_knows_no_target() -> None:
    assert Measure(100, 50, 150).attainment is not None
    assert f"{float(Measure(100, 50, 150).attainment or 0):.0%}" == "150%"
    assert Measure(None, 0, 5).attainment is None
    assert not Measure(None, 9, 5).is_behind


def test_team_sums_hold_everybody(world: World) -> None:
    log(world.ren, "call", 30)
    log(world.rika, "call", 50, TODAY - timedelta(days=2))
    calls = progress(world).stages()[0].measure
    assert (calls.target, calls.actual) == (300, 80)
    assert calls.expected == 120  # eight of twenty working days


def test_a_goal_that_has_not_begun_holds_no_work(world: World, manager: Client) -> None:
    coming = make_plan(
        world.team, world.manager, start=END + timedelta(days=1), end=END + timedelta(days=30)
    ).kgi
    page = reverse("progress:rep", args=[world.team.pk, world.ren.pk]) + f"?goal={coming.pk}"
    before = manager.get(page).context["goal"].actual
    log(world.ren, "contract", 1, amount=100_000)
    forget()
    assert before == manager.get(page).context["goal"].actual == 0


def test_shared_contract_counts_once_for_the_team(world: World) -> None:
    log(world.ren, "contract", 1, amount=50_000, shared_with=world.rika, shared_amount=25_000)
    loaded = progress(world)
    assert loaded.goal().actual == 50_000
    assert loaded.stages()[-1].measure.actual == 1
    assert loaded.goal_of(world.rika).actual == 25_000


def test_cancellation_brings_attainment_below_zero(world: World) -> None:
    log(world.ren, "contract", 1, START - timedelta(days=3), amount=100_000)
    log(world.ren, "contract", 1, amount=100_000, is_cancellation=True)
    assert progress(world).goal().actual == -100_000
    assert (progress(world).goal().attainment or 0) < 0


def test_curves_are_flat_on_days_off_and_end_today(world: World) -> None:
    log(world.ren, "call", 30)
    loaded = progress(world)
    curve = loaded.stage_curve(world.kpi("call"), world.ren)
    assert len(curve.actual) == 10
    assert curve.actual[-1] == 30
    assert curve.planned[4] == curve.planned[5] == curve.planned[6]
    assert curve.planned[-1] == 150


def test_conversions_count_within_the_period(world: World) -> None:
    log(world.ren, "call", 30)
    log(world.ren, "appointment", 15)
    steps = conversions(progress(world), world.ren)
    assert [str(step.measured) for step in steps] == ["1/2", "0", "None"]


def test_team_page_reads_150_per_cent(world: World, manager: Client) -> None:
    log(world.ren, "contract", 15, amount=1_500_000)
    page = manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "150% of the goal" in page


def test_team_page_says_not_set(world: World, manager: Client) -> None:
    world.mai.carries_targets = True
    world.mai.save()
    page = manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "not set" in page


def test_team_page_without_a_goal(world: World, manager: Client) -> None:
    manager.post(reverse("goals:plan_withdraw", args=[world.team.pk, world.plan.kgi_id]))
    page = manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "There is no goal yet" in page
    assert manager.get(reverse("progress:rep", args=[world.team.pk, world.ren.pk])).status_code == 200


def test_pages_of_a_foreign_or_odd_goal_number(world: World, manager: Client) -> None:
    path = reverse("progress:team", args=[world.team.pk])
    assert manager.get(path, {"goal": world.other_plan.kgi_id}).status_code == 404
    assert manager.get(path, {"goal": "abc"}).status_code == 200
    assert manager.get(path, {"goal": "9" * 18}).status_code == 404
    assert manager.get(path, {"goal": "9" * 5000}).status_code == 200


def test_chart_json_cannot_close_its_script_block(world: World, manager: Client) -> None:
    kpi = world.kpi("call")
    kpi.name = "</script><script>alert(1)</script>"
    kpi.save()
    page = manager.get(reverse("progress:rep", args=[world.team.pk, world.ren.pk])).content.decode()
    assert "<script>alert" not in page


# -- why -------------------------------------------------------------------------------------------


def test_the_causes_sum_to_the_gap(world: World, manager: Client) -> None:
    log(world.ren, "call", 90)
    log(world.ren, "appointment", 40)
    log(world.ren, "contract", 3, amount=240_000)
    standing = progress(world)
    found = causes_of_team(standing)
    assert sum(cause.effect for cause in found) == standing.goal().gap
    assert [cause.factor for cause in found] == ["days", "volume", 1, 2, 3, "price"]
    page = manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "Where does the gap come from?" in page
    assert "Call on a day worked" in page


def test_a_teams_causes_are_the_sums_of_its_peoples(world: World) -> None:
    """Also with people who have no plan, or did nothing at all."""
    log(world.ren, "call", 90)
    log(world.rika, "contract", 2, amount=150_000)
    standing = progress(world)
    people = [causes_of(standing, row) for row in everybody(standing)]
    for place, cause in enumerate(causes_of_team(standing)):
        assert cause.effect == sum(one[place].effect for one in people if one)
    assert sum(cause.effect for one in people for cause in one) == standing.goal().gap


def test_no_cause_is_named_before_the_period(world: World, manager: Client) -> None:
    with time_machine.travel("2026-05-30T03:00:00Z", tick=False):
        manager.force_login(world.manager)
        page = manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "Too early to say" in page
