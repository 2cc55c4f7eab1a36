"""Load moved between the days of a week."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from apps.calendars.models import Leave
from apps.goals.drafts import draft_of
from apps.goals.models import DayMove
from apps.goals.queries import load_schedule
from tests.goals.plans import planned, revise
from tests.people import (
    END,
    START,
    TODAY,
    World,
    default_segment,
)


def week_form(rep: Client, world: World, day: date = TODAY) -> dict[str, Any]:
    form = rep.get(reverse("goals:week", args=[world.team.pk, day])).context["form"]
    return {name: form[name].value() for name in form.fields}


def spot(world: World, day: date) -> str:
    return f"n_{world.kpi('call').pk}_{default_segment(world.team).pk}_{day:%Y%m%d}"


def test_week_moves_load_and_keeps_the_sum(world: World, rep: Client) -> None:
    path = reverse("goals:week", args=[world.team.pk, TODAY])
    data = week_form(rep, world)
    friday = TODAY + timedelta(days=2)
    before = load_schedule(world.plan.kgi, TODAY).planned[world.kpi("call").pk][world.ren.pk]
    data[spot(world, TODAY)] -= 5
    data[spot(world, friday)] += 5
    assert rep.post(path, data).status_code == 302
    after = load_schedule(world.plan.kgi, TODAY).planned[world.kpi("call").pk][world.ren.pk]
    assert sum(after) == sum(before)
    place = (TODAY - START).days
    assert after[place] == before[place] - 5
    assert after[place + 2] == before[place + 2] + 5
    # Moved back, nothing is left of it.
    data[spot(world, TODAY)] += 5
    data[spot(world, friday)] -= 5
    assert rep.post(path, data).status_code == 302
    assert not DayMove.objects.exists()


def test_week_refuses_another_sum_and_leaves_past_days_alone(world: World, rep: Client) -> None:
    data = week_form(rep, world)
    assert spot(world, TODAY - timedelta(days=1)) not in data
    for more, message in ((3, "3 more than the week has"), (-2, "2 fewer than the week has")):
        wrong = data | {spot(world, TODAY): data[spot(world, TODAY)] + more}
        answer = rep.post(reverse("goals:week", args=[world.team.pk, TODAY]), wrong)
        assert answer.status_code == 422
        assert message in answer.content.decode()
    past = reverse("goals:week", args=[world.team.pk, START])
    assert rep.post(past, {}).status_code == 302
    assert not DayMove.objects.exists()


def test_a_move_that_no_longer_fits_the_plan_is_dropped(world: World, rep: Client) -> None:
    data = week_form(rep, world)
    moved = data[spot(world, TODAY)]
    data[spot(world, TODAY)] = 0
    data[spot(world, TODAY + timedelta(days=1))] += moved
    rep.post(reverse("goals:week", args=[world.team.pk, TODAY]), data)
    draft = draft_of(world.plan)
    revise(world, replace(draft, streams=[replace(draft.streams[0], goal=100_000)]))
    loaded = load_schedule(world.plan.kgi, END)
    assert all(count >= 0 for row in loaded.planned[world.kpi("call").pk].values() for count in row)
    assert sum(planned(world, "call").values()) == 30


def test_week_outside_of_every_goal_is_not_there(world: World, rep: Client) -> None:
    assert rep.get(reverse("goals:week", args=[world.team.pk, date(2027, 1, 5)])).status_code == 404


def test_a_day_that_is_over_keeps_what_was_moved_onto_it(world: World, rep: Client) -> None:
    """Moved from Friday to today; then Friday's plan shrinks below what it gave."""
    data = week_form(rep, world)
    friday = TODAY + timedelta(days=2)
    gave = data[spot(world, friday)]
    data[spot(world, TODAY)] += gave
    data[spot(world, friday)] = 0
    rep.post(reverse("goals:week", args=[world.team.pk, TODAY]), data)
    before = load_schedule(world.plan.kgi, TODAY).planned[world.kpi("call").pk][world.ren.pk]
    draft = draft_of(world.plan)
    smaller = replace(draft, streams=[replace(draft.streams[0], goal=700_000)])
    revise(world, smaller, valid_from=TODAY + timedelta(days=1))
    with time_machine.travel("2026-06-12T03:00:00Z", tick=False):
        after = load_schedule(world.plan.kgi, friday).planned[world.kpi("call").pk][world.ren.pk]
    place = (TODAY - START).days
    assert after[: place + 1] == before[: place + 1]
    assert min(after) >= 0


def test_nothing_moved_lands_on_a_day_off(world: World, rep: Client) -> None:
    data = week_form(rep, world)
    friday = TODAY + timedelta(days=2)
    data[spot(world, TODAY)] -= 3
    data[spot(world, friday)] += 3
    rep.post(reverse("goals:week", args=[world.team.pk, TODAY]), data)
    Leave.objects.create(user=world.rep, day=friday, created_at="2026-06-10T05:00:00Z")
    loaded = load_schedule(world.plan.kgi, END)
    row = loaded.planned[world.kpi("call").pk][world.ren.pk]
    assert row[(friday - START).days] == 0
    assert sum(row) == 150


def test_the_week_shows_what_counts_from_a_later_day(world: World, rep: Client) -> None:
    draft = draft_of(world.plan)
    larger = replace(draft, streams=[replace(draft.streams[0], goal=3_000_000)])
    before = week_form(rep, world)
    revise(world, larger, valid_from=TODAY + timedelta(days=1))
    after = week_form(rep, world)
    assert after[spot(world, TODAY)] == before[spot(world, TODAY)]
    assert after[spot(world, TODAY + timedelta(days=1))] > 2 * before[spot(world, TODAY + timedelta(days=1))]
