"""Several streams in one plan, logged apart."""

from dataclasses import replace
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.domain.rates import parse_rate
from apps.funnels.models import Segment
from apps.goals.drafts import Draft, Stream, draft_of, split_of
from apps.goals.queries import load_schedule
from apps.goals.services import latest_plan
from apps.home.queries import load_today
from tests.goals.plans import HTMX, form_of, planned, revise, url
from tests.people import (
    CANARY,
    END,
    TODAY,
    World,
    default_segment,
    log,
    make_segment,
)


def two_segments(world: World) -> tuple[Segment, Segment, Draft]:
    """600,000 with new customers at 100,000, 400,000 with existing ones at 50,000 and better rates."""
    new, existing = default_segment(world.team), make_segment(world.team)
    draft = draft_of(latest_plan(world.plan.kgi))
    rates = [None, parse_rate("50%"), parse_rate("80%"), parse_rate("40%")]
    streams = [
        replace(draft.streams[0], goal=600_000),
        Stream(existing, 400_000, 50_000, rates),
    ]
    return new, existing, replace(draft, streams=streams)


def test_segments_have_prices_and_rates_of_their_own_and_add_up(world: World, manager: Client) -> None:
    new, existing, draft = two_segments(world)
    revise(world, draft)
    loaded = load_schedule(world.plan.kgi, END)
    call = world.kpi("call").pk
    assert sum(map(sum, loaded.planned_in[call, new.pk].values())) == 180
    assert sum(map(sum, loaded.planned_in[call, existing.pk].values())) == 50
    assert sum(planned(world, "call").values()) == 230
    assert sum(planned(world, "contract").values()) == 14
    assert sum(loaded.goal_for(loaded.member_ids)) == 1_000_000
    page = manager.get(url(world, "plan")).content.decode()
    assert "Existing customers" in page
    assert "8 contracts at ¥50,000 each" in page


def test_plan_edit_writes_a_second_segment(world: World, manager: Client) -> None:
    existing = make_segment(world.team)
    data = form_of(manager, world) | {
        f"goal_s{existing.pk}": "200,000",
        f"unit_price_s{existing.pk}": "50,000",
        "save": "1",
    }
    answer = manager.post(
        url(world, "plan_edit"), data | {f"rate_{world.kpi('meeting').pk}_s{existing.pk}": ""}
    )
    assert answer.status_code == 422
    assert "Type the rate" in answer.content.decode()
    assert manager.post(url(world, "plan_edit"), data).status_code == 302
    plan = latest_plan(world.plan.kgi)
    assert plan.goal == 1_200_000
    # Everybody carries a part of the new segment too.
    members = {member for member, segment in split_of(plan).weights if segment == existing.pk}
    assert members == {world.ren.pk, world.rika.pk}


def test_a_segment_without_a_goal_is_left_out(world: World, manager: Client) -> None:
    make_segment(world.team)
    assert manager.post(url(world, "plan_edit"), form_of(manager, world) | {"save": "1"}).status_code == 302
    assert len(draft_of(latest_plan(world.plan.kgi)).streams) == 1
    nothing = form_of(manager, world) | {"goal": "", "save": "1"}
    assert manager.post(url(world, "plan_edit"), nothing).status_code == 422


def test_today_asks_for_the_segment_only_where_there_are_several(world: World, rep: Client) -> None:
    path = reverse("home:today", args=[world.team.pk])
    assert "segment-row" not in rep.get(path).content.decode()
    new, existing, draft = two_segments(world)
    revise(world, draft)
    page = rep.get(path).content.decode()
    assert f'name="segment" value="{existing.pk}"' in page
    body: dict[str, Any] = {
        "id": "7a1c1b3c-5a4e-4ed0-9a53-0d8b2f0b6a11",
        "day": TODAY,
        "kpi": world.kpi("call").pk,
        "count": 2,
        "segment": existing.pk,
        "page": "today",
    }
    answer = rep.post(reverse("home:entry_create", args=[world.team.pk]), body, headers=HTMX)
    assert answer.status_code == 200
    assert "2 of" in answer.content.decode()
    calls = next(one for one in load_today(world.ren, TODAY).stages if one.kpi.code == "call")
    assert [(row.segment.pk, row.done) for row in calls.segments] == [(new.pk, 0), (existing.pk, 2)]
    assert calls.needed
    assert abs(sum(row.needed for row in calls.segments) - calls.needed) <= 1


def test_a_segment_of_another_team_is_not_logged(world: World, rep: Client) -> None:
    foreign = make_segment(world.other_team, CANARY)
    body = {
        "id": "7a1c1b3c-5a4e-4ed0-9a53-0d8b2f0b6a12",
        "day": TODAY,
        "kpi": world.kpi("call").pk,
        "count": 2,
    }
    answer = rep.post(reverse("home:entry_create", args=[world.team.pk]), body | {"segment": foreign.pk})
    assert answer.status_code == 422
    assert CANARY not in answer.content.decode()


def test_progress_tells_the_segments_apart(world: World, manager: Client) -> None:
    path = reverse("progress:team", args=[world.team.pk])
    assert "by segment" not in manager.get(path).content.decode()
    _new, existing, draft = two_segments(world)
    revise(world, draft)
    log(world.ren, "call", 3, segment=existing)
    log(world.ren, "contract", 1, amount=50_000, segment=existing)
    log(world.rika, "call", 4)
    answer = manager.get(path)
    rows = {row.segment.pk: row for row in answer.context["segments"]}
    assert (rows[existing.pk].goal_done, rows[existing.pk].goal) == (50_000, 400_000)
    calls = [row.stages[0].measure for row in rows.values()]
    assert [measure.actual for measure in calls] == [4, 3]
    assert [measure.target for measure in calls] == [180, 50]
    assert "by segment" in answer.content.decode()


def test_a_parked_segment_of_the_plan_can_still_be_logged_and_edited(world: World, manager: Client) -> None:
    _new, existing, draft = two_segments(world)
    revise(world, draft)
    manager.post(reverse("funnels:segment_park", args=[world.team.pk, existing.pk]))
    rep = Client()
    rep.force_login(world.rep)
    body = {"id": "7a1c1b3c-5a4e-4ed0-9a53-0d8b2f0b6a14", "day": TODAY, "kpi": world.kpi("call").pk}
    body |= {"count": 2, "segment": existing.pk}
    path = reverse("home:entry_create", args=[world.team.pk])
    assert rep.post(path, body, headers=HTMX).status_code == 200
    # Its part of the goal does not vanish from the form unseen.
    assert form_of(manager, world)[f"goal_s{existing.pk}"] == "400,000"


def test_what_one_segment_does_more_does_not_stand_for_another(world: World) -> None:
    new, existing, draft = two_segments(world)
    revise(world, draft)
    calls = next(one for one in load_today(world.ren, TODAY).stages if one.kpi.code == "call")
    wanted = {row.segment.pk: row.needed for row in calls.segments}
    log(world.ren, "call", wanted[new.pk] + wanted[existing.pk] + 1, segment=new)
    calls = next(one for one in load_today(world.ren, TODAY).stages if one.kpi.code == "call")
    assert calls.left == wanted[existing.pk] > 0
    assert not calls.is_done


def test_a_plan_of_one_other_segment_is_logged_into_it(world: World, rep: Client) -> None:
    _new, existing, draft = two_segments(world)
    revise(world, replace(draft, streams=[draft.streams[1]]))
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert f'name="segment" value="{existing.pk}"' in page
    assert "segment-row" not in page


def test_a_conflict_names_segments_stages_and_ticks(world: World, manager: Client) -> None:
    existing = make_segment(world.team)
    data = form_of(manager, world) | {
        f"goal_s{existing.pk}": "200,000",
        f"unit_price_s{existing.pk}": "50,000",
        "uses_lead_time": "on",
        "save": "1",
    }
    revise(world, draft_of(world.plan))
    answer = manager.post(url(world, "plan_edit"), data)
    assert answer.status_code == 409
    rows = {row["label"]: row for row in answer.context["conflict"]["differences"]}
    assert rows["Existing customers: Goal"]["typed"] == "200,000"
    assert rows["Move each stage earlier by its lead time"] == {
        "label": "Move each stage earlier by its lead time",
        "stored": "no",
        "typed": "yes",
    }
    assert "Goal" not in rows
