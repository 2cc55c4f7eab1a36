"""Hours, chains between stages, targets of signals."""

from django.test import Client
from django.urls import reverse

from apps.calendars.models import DayBlock
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi
from apps.home.queries import load_today
from tests.goals.plans import HTMX, url
from tests.people import (
    TODAY,
    World,
    log,
    make_detail,
    make_signal,
)


def test_plan_says_whom_the_day_does_not_fit_and_what_would(world: World, manager: Client) -> None:
    page = manager.get(url(world, "plan")).content.decode()
    assert "Nobody has said yet how many minutes" in page
    Kpi.objects.filter(pk=world.kpi("call").pk).update(minutes=24, block="morning")
    page = manager.get(url(world, "plan")).content.decode()
    # 7.5 calls of 24 minutes are 180 of 150 minutes.
    assert "30 minutes too many a day" in page
    assert "6.2 a day instead of 7.5; that is 83% of the number" in page
    assert "20 minutes each instead of 24" in page
    assert "1.2 times the days or the people" in page
    assert "255 minutes are free there" in page
    DayBlock.objects.create(team=world.team, block="morning", name="Calls", minutes=200)
    assert "for everybody, in every part" in manager.get(url(world, "plan")).content.decode()
    DayBlock.objects.create(team=world.team, member=world.ren, block="morning", name="Mine", minutes=100)
    page = manager.get(url(world, "plan")).content.decode()
    assert page.count("minutes too many a day") == 1


def test_a_chain_shows_its_needs_and_names_a_contradiction(
    world: World, manager: Client, rep: Client
) -> None:
    make_detail(world.team, rate="50%")
    page = manager.get(url(world, "plan")).content.decode()
    assert "Conversation" in page
    assert "multiply to" not in page
    make_detail(world.team, name="Ask", rate="50%", onward="50%")
    page = manager.get(url(world, "plan")).content.decode()
    assert "multiply to 13%, and the plan reckons with 33%" in page
    chain = manager.get(reverse("funnels:chain", args=[world.team.pk, world.kpi("call").pk])).content.decode()
    assert "multiply to 12.5%, and the stage" in chain
    assert "Conversation" in rep.get(reverse("home:today", args=[world.team.pk])).content.decode()


def test_links_that_let_too_little_through_are_impossible(world: World, manager: Client) -> None:
    make_detail(world.team, rate="20%")
    page = manager.get(url(world, "plan")).content.decode()
    assert "let 20% through at the most, and the plan reckons with 33%" in page


def test_a_detail_is_logged_under_its_stage(world: World, rep: Client) -> None:
    detail = make_detail(world.team, rate="50%")
    body = {"id": "7a1c1b3c-5a4e-4ed0-9a53-0d8b2f0b6a13", "day": TODAY, "kpi": detail.pk, "count": 1}
    answer = rep.post(reverse("home:entry_create", args=[world.team.pk]), body, headers=HTMX)
    assert "of about" in answer.content.decode()
    calls = next(one for one in load_today(world.ren, TODAY).stages if one.kpi.code == "call")
    assert [(one.kpi.name, one.done) for one in calls.details] == [("Conversation", 1)]


def test_a_signal_below_its_target_is_marked(world: World, rep: Client) -> None:
    signal = make_signal(world.team)
    signal.put_target(parse_rate("60%"))
    signal.save()
    log(world.ren, "meeting", 4)
    log(world.ren, signal.code, 1)
    meeting = next(one for one in load_today(world.ren, TODAY).stages if one.kpi.code == "meeting")
    assert meeting.signals[0].is_below_target
    assert "target 60%" in rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
