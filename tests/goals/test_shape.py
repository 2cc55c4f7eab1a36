"""Buffer, weights, season, open deals, lead time."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from apps.funnels.models import Kpi
from apps.goals.drafts import Form, Grade, draft_of
from apps.goals.services import latest_plan
from tests.goals.plans import form_of, planned, revise, shaped, url, weeks
from tests.people import (
    World,
)


def test_week_weights_shape_the_weeks(world: World) -> None:
    revise(world, shaped(world, weights=["30", "30", "20", "20"]))
    assert weeks(world, "call") == [90, 90, 60, 60]
    assert weeks(world, "meeting") == [15, 15, 10, 10]


def test_a_buffer_asks_for_more_and_says_so(world: World, manager: Client) -> None:
    revise(world, shaped(world, buffer=Decimal("10")))
    assert sum(planned(world, "call").values()) == 330
    page = manager.get(url(world, "plan")).content.decode()
    assert "With 10 % as a buffer." in page
    assert "110" in page


def test_lead_time_moves_the_first_steps_earlier(world: World) -> None:
    Kpi.objects.filter(pk=world.kpi("meeting").pk).update(lead_days=5)
    revise(world, shaped(world, uses_lead_time=True))
    # The version keeps the lead time that it was made with.
    assert weeks(world, "call") == [75, 75, 75, 75]
    draft = replace(shaped(world, uses_lead_time=True), kpis=list(Kpi.objects.of_team(world.team).running()))
    revise(world, replace(draft, lead_days=()))
    assert weeks(world, "call") == [100, 100, 100, 0]
    assert weeks(world, "contract") == [2, 3, 2, 3]


def test_open_deals_spare_first_steps(world: World, manager: Client) -> None:
    draft = shaped(world)
    stream = replace(draft.streams[0], grades=[Grade("A", world.kpi("meeting").pk, 5, 80)])
    revise(world, replace(draft, streams=[stream]))
    assert sum(planned(world, "call").values()) == 180
    assert sum(planned(world, "meeting").values()) == 30
    assert sum(planned(world, "contract").values()) == 10
    page = manager.get(url(world, "plan")).content.decode()
    assert "Open deals are expected to bring 4 contracts." in page
    assert "land at ¥1,000,000 = 100 %" in page


def test_the_page_says_what_comes_too_late(world: World, manager: Client) -> None:
    Kpi.objects.filter(pk=world.kpi("call").pk).update(lead_days=15)
    Kpi.objects.filter(pk=world.kpi("meeting").pk).update(lead_days=4)
    draft = replace(shaped(world), kpis=list(Kpi.objects.of_team(world.team).running()), lead_days=())
    revise(world, draft)
    page = manager.get(url(world, "plan")).content.decode()
    assert "more “Call” comes too late" in page
    assert "Still in time: Appointment (until Jun 22, 2026), Meeting (until Jun 22, 2026)." in page
    Kpi.objects.filter(pk=world.kpi("call").pk).update(lead_days=40)
    draft = replace(draft, kpis=list(Kpi.objects.of_team(world.team).running()))
    revise(world, draft)
    page = manager.get(url(world, "plan")).content.decode()
    assert "takes longer than the period" in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weights": "0/0"}, "The weights add up to zero."),
        ({"weights": "30/-10"}, "A weight cannot be negative."),
        ({"weights": "a/b"}, "is not a number"),
        ({"season": "100 100"}, "12 numbers are needed here, and 2 were typed."),
        ({"season": "0 " * 12}, "All twelve months have the factor zero."),
        ({"season": "1.5 " * 12}, "Please give a whole number."),
        ({"buffer": "-1"}, "greater than or equal to 0"),
        ({"chance_A": "130", "deals_A": "1"}, "less than or equal to 100"),
        ({"deals_A": "-1"}, "greater than or equal to 0"),
    ],
)
def test_plan_edit_says_what_is_wrong_with_the_shape(
    world: World, manager: Client, fields: dict[str, str], message: str
) -> None:
    answer = manager.post(url(world, "plan_edit"), form_of(manager, world) | fields | {"save": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page
    assert "open>" in page.partition('class="more shape"')[2][:10]


def test_plan_edit_keeps_shape_and_open_deals(world: World, manager: Client) -> None:
    fields = {
        "weights": "30/30/20/20",
        "season": " ".join(["100"] * 12),
        "buffer": "7.5",
        "deals_B": "4",
        "chance_B": "25",
        "reached_B": world.kpi("meeting").pk,
    }
    data = form_of(manager, world) | fields | {"save": "1"}
    assert manager.post(url(world, "plan_edit"), data).status_code == 302
    draft = draft_of(latest_plan(world.plan.kgi))
    assert draft.form == Form(Decimal("7.50"), ["30", "30", "20", "20"], [100] * 12, False)
    assert list(draft.streams[0].grades) == [Grade("B", world.kpi("meeting").pk, 4, 25)]
    again = form_of(manager, world)
    assert (again["weights"], again["buffer"], again["deals_B"]) == ("30/30/20/20", "7.5", 4)
