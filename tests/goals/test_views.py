import os
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.goals.drafts import draft_of
from apps.goals.models import Kgi, Plan, PlanTarget
from apps.goals.queries import load_schedule
from apps.goals.services import latest_plan
from tests.counting import counted_queries
from tests.people import END, START, TODAY, World, make_member, make_user

HTMX = {"HX-Request": "true"}


def rates(world: World, **changes: str) -> dict[str, str]:
    typed = {"appointment": "1/3", "meeting": "50%", "contract": "20%"} | changes
    return {f"rate_{world.kpi(code).pk}": rate for code, rate in typed.items()}


def new_plan(world: World, **changes: Any) -> dict[str, Any]:
    data = {
        "counts": "amount",
        "goal": "1,000,000",
        "unit_price": "100,000",
        "start": "2026-07-01",
        "end": "2026-07-31",
    }
    return data | rates(world) | changes


def edited(world: World, **changes: Any) -> dict[str, Any]:
    last = latest_plan(world.plan.kgi)
    data = {"goal": "1,000,000", "unit_price": "100,000", "valid_from": "2026-06-11", "seen": last.number}
    return data | rates(world) | changes


def new_url(world: World) -> str:
    return reverse("goals:plan_new", args=[world.team.pk])


def url(world: World, name: str) -> str:
    return reverse(f"goals:{name}", args=[world.team.pk, world.plan.kgi_id])


# -- the plan page ---------------------------------------------------------------------------------


def test_plan_shows_tree_staircase_and_reasons(world: World, manager: Client) -> None:
    page = manager.get(url(world, "plan")).content.decode()
    for text in ("¥1,000,000", "10 contracts at ¥100,000 each", "= 100 % of the goal", "12–13", "why?"):
        assert text in page
    for row in ("75", "300", "contract 10 ÷ 20% = 50".replace("contract", "Contract")):
        assert row in page


def test_plan_list_leads_to_the_running_goal(world: World, rep: Client) -> None:
    answer = rep.get(reverse("goals:plan_list", args=[world.team.pk]))
    assert answer.headers["Location"] == url(world, "plan")


def test_plan_list_without_a_goal_says_what_comes_next(world: World, manager: Client, rep: Client) -> None:
    manager.post(url(world, "plan_withdraw"))
    listing = reverse("goals:plan_list", args=[world.team.pk])
    assert "Write the goal" in manager.get(listing).content.decode()
    assert "The manager has not written a goal yet" in rep.get(listing).content.decode()


# -- a new goal ------------------------------------------------------------------------------------


def test_plan_new_offers_the_month_after_the_last_goal(world: World, manager: Client) -> None:
    page = manager.get(new_url(world)).content.decode()
    assert 'value="2026-06-29"' in page
    assert 'value="1,000,000"' in page
    assert 'value="1/3"' in page


def test_plan_new_redraws_without_saving(world: World, manager: Client) -> None:
    answer = manager.post(new_url(world), new_plan(world), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "300" in page
    assert Kgi.objects.filter(team=world.team).count() == 1


def test_plan_new_does_not_save_by_the_live_preview(world: World, manager: Client) -> None:
    """htmx adds the button that has the focus, as after leaving the last field with the Tab key."""
    answer = manager.post(new_url(world), new_plan(world) | {"save": "1"}, headers=HTMX)
    assert answer.status_code == 200
    assert Kgi.objects.filter(team=world.team).count() == 1


def test_plan_new_refuses_a_period_without_working_days(world: World, manager: Client) -> None:
    data = new_plan(world, start="2026-07-04", end="2026-07-05") | {"save": "1"}
    answer = manager.post(new_url(world), data)
    assert answer.status_code == 422
    assert "no working day" in answer.content.decode()
    assert Kgi.objects.filter(team=world.team).count() == 1


def test_plan_new_says_when_nobody_carries_it(world: World, manager: Client) -> None:
    world.team.memberships.update(carries_targets=False)
    page = manager.post(new_url(world), new_plan(world) | {"save": "1"}, follow=True).content.decode()
    assert "nobody carries it yet" in page


def test_plan_new_works_without_htmx(world: World, manager: Client) -> None:
    page = manager.post(new_url(world), new_plan(world) | {"recalculate": "1"}).content.decode()
    assert "<html" in page
    assert "If you do all of this, you land at ¥1,000,000" in page


def test_plan_new_saves_and_splits(world: World, manager: Client) -> None:
    answer = manager.post(new_url(world), new_plan(world) | {"save": "1"})
    plan = Plan.objects.get(kgi__start=date(2026, 7, 1))
    assert answer.headers["Location"] == reverse("goals:plan", args=[world.team.pk, plan.kgi_id])
    calls = PlanTarget.objects.filter(plan=plan, kpi=world.kpi("call"))
    assert [target.count for target in calls] == [150, 150]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"goal": "0"}, "greater than zero"),
        ({"goal": "-5"}, "greater than zero"),
        ({"goal": ""}, "This field is required"),
        ({"goal": "abc"}, "is not a number"),
        ({"goal": "10000000000000000"}, "the most that can be planned"),
        ({"goal": "0.5"}, "no smaller unit"),
        ({"unit_price": "0"}, "greater than zero"),
        ({"unit_price": ""}, "This field is required"),
        ({"start": "2026-07-31", "end": "2026-07-01"}, "before it starts"),
        ({"end": "2036-07-01"}, "400 days"),
        ({"start": "2026-06-20"}, "Two goals cannot share a day"),
        ({"contract": "0%"}, "nothing arrives"),
        ({"contract": "abc"}, "is not a rate"),
        ({"contract": "20"}, "Which one is it?"),
        ({"contract": ""}, "Type the rate"),
        ({"contract": "0.000000001%"}, "Check the rates"),
        ({"contract": "<script>"}, "&lt;script&gt;"),
    ],
)
def test_plan_new_refuses_and_keeps_what_was_typed(
    world: World, manager: Client, changes: dict[str, str], message: str
) -> None:
    data = new_plan(world, **{key: value for key, value in changes.items() if key != "contract"})
    if "contract" in changes:
        data |= rates(world, contract=changes["contract"])
    answer = manager.post(new_url(world), data | {"save": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert 'value="50%"' in page
    assert Kgi.objects.filter(team=world.team).count() == 1


def test_plan_new_offers_both_readings_with_one_click_each(world: World, manager: Client) -> None:
    data = new_plan(world) | rates(world, contract="20")
    name = f"rate_{world.kpi('contract').pk}"
    fragment = manager.post(new_url(world), data, headers=HTMX).content.decode()
    assert f'value="{name}=20%"' in fragment
    assert f'value="{name}=20 per event"' in fragment
    page = manager.post(new_url(world), data | {"choose": f"{name}=20%"}).content.decode()
    assert "you land at ¥1,000,000" in page


def test_plan_new_allows_a_rate_above_one_and_100_per_cent(world: World, manager: Client) -> None:
    for rate in ("100%", "150%"):
        data = new_plan(world) | rates(world, contract=rate)
        assert manager.post(new_url(world), data, headers=HTMX).status_code == 200


def test_plan_new_counts_contracts_without_a_price(world: World, manager: Client) -> None:
    data = new_plan(world, counts="contracts", goal="10", unit_price="") | {"save": "1"}
    assert manager.post(new_url(world), data).status_code == 302
    plan = Plan.objects.get(kgi__start=date(2026, 7, 1))
    assert (plan.goal, plan.streams.get().unit_price) == (10, None)


def test_plan_new_says_when_no_day_is_worked(world: World, manager: Client) -> None:
    data = new_plan(world, start="2026-07-04", end="2026-07-05")
    assert "no working day" in manager.post(new_url(world), data, headers=HTMX).content.decode()


def test_plan_new_closes_the_turn_of_the_year_by_one_click(world: World, manager: Client) -> None:
    data = new_plan(world, start="2026-12-01", end="2026-12-31", goal="1,100,000")
    fragment = manager.post(new_url(world), data, headers=HTMX).content.decode()
    assert 'name="close_new_year" value="2026"' in fragment
    page = manager.post(new_url(world), data | {"close_new_year": "2026"}).content.decode()
    assert "close_new_year" not in page
    assert "Period, 20 working days" in page
    assert 'value="1,100,000"' in page


def test_plan_new_marks_a_rate_above_one(world: World, manager: Client) -> None:
    data = new_plan(world) | rates(world, contract="150%")
    assert "rate above 100%" in manager.post(new_url(world), data, headers=HTMX).content.decode()


# -- a change --------------------------------------------------------------------------------------


def test_plan_edit_from_tomorrow_keeps_earlier_days(world: World, manager: Client) -> None:
    kgi = world.plan.kgi
    before = load_schedule(kgi, TODAY)
    call = world.kpi("call").pk
    Plan.objects.update(created_at="2026-06-01T00:00:00Z")
    page = manager.get(url(world, "plan_edit")).content.decode()
    assert 'value="2026-06-11"' in page
    manager.post(url(world, "plan_edit"), edited(world, goal="2,000,000") | {"save": "1"})
    after = load_schedule(kgi, END)
    elapsed = (TODAY - START).days + 1
    for member in (world.ren.pk, world.rika.pk):
        assert after.planned[call][member][:elapsed] == before.planned[call][member][:elapsed]
    assert sum(after.planned_for(call, after.member_ids)) == 600


def test_plan_edit_shows_weeks_that_keep_their_numbers(world: World, manager: Client) -> None:
    """From 15 June on 600 calls instead of 300: two weeks keep 75, the rest is in the last two."""
    Plan.objects.update(created_at="2026-06-01T00:00:00Z")
    data = edited(world, goal="2,000,000", valid_from="2026-06-15")
    preview = manager.post(url(world, "plan_edit"), data, headers=HTMX).content.decode()
    manager.post(url(world, "plan_edit"), data | {"save": "1"})
    saved = manager.get(url(world, "plan")).content.decode()
    for page in (preview, saved):
        weeks = re.findall(r'<td class="num quiet">5</td>\s*<td class="num">(\d+)</td>', page)
        assert weeks == ["75", "75", "225", "225"]


def test_plan_edit_on_the_day_it_was_written_replaces_it(world: World, manager: Client) -> None:
    assert 'value="2026-06-01"' in manager.get(url(world, "plan_edit")).content.decode()


def test_plan_edit_after_somebody_else_shows_both_and_loses_nothing(world: World, manager: Client) -> None:
    first = edited(world, goal="1,100,000")
    second = edited(world, goal="1,200,000")
    assert manager.post(url(world, "plan_edit"), first | {"save": "1"}).status_code == 302
    answer = manager.post(url(world, "plan_edit"), second | {"save": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1,100,000" in page
    assert 'value="1,200,000"' in page
    assert latest_plan(world.plan.kgi).goal == 1_100_000
    again = second | {"seen": "2", "save": "1"}
    assert manager.post(url(world, "plan_edit"), again).status_code == 302
    assert latest_plan(world.plan.kgi).goal == 1_200_000


def test_plan_edit_outside_the_period_is_refused(world: World, manager: Client) -> None:
    answer = manager.post(url(world, "plan_edit"), edited(world, valid_from="2026-08-01") | {"save": "1"})
    assert answer.status_code == 422
    assert "within the period" in answer.content.decode()


def test_plan_withdraw_frees_its_days(world: World, manager: Client) -> None:
    manager.post(url(world, "plan_withdraw"))
    data = new_plan(world, start="2026-06-01", end="2026-06-30") | {"save": "1"}
    assert manager.post(new_url(world), data).status_code == 302


# -- sums and queries ------------------------------------------------------------------------------


def test_schedule_sums_in_both_directions(world: World) -> None:
    schedule = load_schedule(world.plan.kgi, TODAY)
    for need, kpi in zip(draft_of(schedule.plan).trees[0].asked, schedule.kpis, strict=True):
        assert sum(schedule.planned_for(kpi.pk, schedule.member_ids)) == need.whole
    assert sum(schedule.goal_for(schedule.member_ids)) == 1_000_000


def test_today_makes_no_more_queries_with_more_reps(world: World, rep: Client) -> None:
    path = reverse("home:today", args=[world.team.pk])
    few = count_queries(rep, path)
    for number in range(10):
        make_member(world.team, make_user(f"More-{number}"), "rep", position=number)
    assert count_queries(rep, path) == few


def count_queries(client: Client, path: str) -> int:
    with counted_queries() as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_make_no_more_queries_with_more_reps(world: World, manager: Client) -> None:
    paths = [
        url(world, "plan"),
        url(world, "plan_split"),
        reverse("progress:team", args=[world.team.pk]),
        reverse("progress:rep", args=[world.team.pk, world.ren.pk]),
        reverse("accounts:people", args=[world.team.pk]),
        reverse("calendars:calendar", args=[world.team.pk]),
    ]
    few = {path: count_queries(manager, path) for path in paths}
    for number in range(10):
        make_member(world.team, make_user(f"More-{number}"), "rep", position=number)
    carriers = world.team.memberships.filter(carries_targets=True)
    weights = {f"weight_{member.pk}": 1 for member in carriers}
    manager.post(url(world, "plan_split"), weights | {"seen": 1, "save": 1})
    assert {path: count_queries(manager, path) for path in paths} == few


# -- lost updates ----------------------------------------------------------------------------------


# Of each of the eight.
EDITS = int(os.environ.get("KPI_EDITS", "15"))


@pytest.mark.django_db(transaction=True)
def test_no_update_of_a_plan_is_lost_silently(world: World) -> None:
    """8 editors at the same time: what was saved is a version each, the rest is told. `KPI_EDITS=200` is the
    long run."""
    import threading

    from django.db import connection as own

    saved: list[int] = []
    told: list[int] = []
    broken: list[int] = []

    def edit(editor: int) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(world.manager)
        for number in range(EDITS):
            goal = 1_000_000 + editor * 10_000 + number
            data = edited(world, goal=str(goal)) | {"save": "1"}
            status = client.post(url(world, "plan_edit"), data).status_code
            outcome = {302: saved, 409: told}.get(status, broken)
            outcome.append(goal if outcome is not broken else status)
        own.close()

    threads = [threading.Thread(target=edit, args=(editor,)) for editor in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert len(saved) + len(told) == 8 * EDITS
    kept = set(Plan.objects.filter(kgi=world.plan.kgi).values_list("goal", flat=True))
    assert set(saved) <= kept
    assert Plan.objects.filter(kgi=world.plan.kgi).count() == len(saved) + 1
