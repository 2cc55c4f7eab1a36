"""Landing, forecasts as they were made, and whether they were right."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.activity.models import Tally
from apps.goals.models import Kgi, Plan
from apps.goals.queries import load_schedule
from apps.notices.due import keep_due
from apps.progress.backtest import NOTHING, run_backtest
from apps.progress.forecasts import forecasts_of, keep_forecasts, load_kept, third_of
from apps.progress.landing import TeamLanding, load_landing
from apps.progress.models import Forecast
from apps.progress.queries import Progress
from tests.counting import counted_queries
from tests.people import (
    END,
    START,
    TODAY,
    World,
    default_segment,
    log,
    make_member,
    make_plan,
    make_team,
    make_user,
)
from tests.progress.evidence import past

AFTER = "2026-07-01T03:00:00Z"


def landing(world: World, today: date = TODAY) -> TeamLanding | None:
    kgi = world.plan.kgi
    members = Membership.objects.filter(team=world.team).in_team_order()
    return load_landing(Progress(load_schedule(kgi, min(today, kgi.end)), members, today))


def page(world: World, client: Client, name: str, *args: object) -> str:
    return client.get(reverse(f"progress:{name}", args=[world.team.pk, *args])).content.decode()


# -- landing ---------------------------------------------------------------------------------------


def test_a_team_at_its_usual_pace_lands_at_its_usual_number(world: World) -> None:
    """Twenty working days of half a contract each and two people: 20 contracts of 100,000."""
    past(world)
    found = landing(world)
    assert found
    assert found.team.expected == pytest.approx(2_000_000, rel=0.12)
    assert found.people[world.ren.pk].expected == pytest.approx(1_000_000, rel=0.15)
    assert found.team.low < found.team.expected < found.team.high
    assert found.team.chance
    assert found.team.chance > 0.9
    # Of a steady past the ranges are narrow.
    assert found.team.high - found.team.low < 1_200_000


def test_people_sum_to_the_team(world: World) -> None:
    past(world)
    found = landing(world)
    assert found
    people = sum(one.odds.expected for one in found.people.values())
    assert people == pytest.approx(found.team.odds.expected, rel=1e-6)


def test_what_is_logged_today_is_in_it(world: World) -> None:
    past(world)
    before = landing(world)
    log(world.ren, "contract", 3, amount=900_000)
    after = landing(world)
    assert before
    assert after
    assert after.team.odds.so_far == before.team.odds.so_far + 900_000
    # What came today is no longer to come, but only as much as was expected of the day.
    assert before.team.expected + 750_000 < after.team.expected <= before.team.expected + 900_000


def test_the_fan_opens_day_by_day(world: World) -> None:
    past(world)
    found = landing(world)
    assert found
    widths = [day.outer[1] - day.outer[0] for day in found.fan]
    assert widths == sorted(widths)
    assert found.fan[-1].expected == pytest.approx(found.team.odds.expected)
    assert found.fan[0].day == TODAY
    assert len(found.fan) == 13


@pytest.mark.parametrize("day", [START - timedelta(days=1), END + timedelta(days=1)])
def test_outside_the_period_nothing_is_foretold(world: World, day: date) -> None:
    past(world)
    assert landing(world, day) is None


def test_a_team_without_any_past_gets_a_cautious_answer(world: World) -> None:
    found = landing(world)
    assert found
    assert found.periods <= 6
    assert found.team.odds.so_far == 0
    assert found.team.low == 0


def test_pages_say_nothing_of_a_team_that_has_hardly_begun(world: World, manager: Client) -> None:
    for number in range(1, 5):
        log(world.ren, "call", 30, date(2026, 6, number))
    log(world.ren, "contract", 1, date(2026, 6, 4), amount=500_000)
    text = page(world, manager, "team")
    assert "Too early to say" in text
    assert "4 of 5 periods" not in text
    assert "goal: " not in text
    assert "Too early to say" in page(world, manager, "rep", world.ren.pk)
    log(world.ren, "call", 30, date(2026, 6, 5))
    assert "4 of 5 periods" in page(world, manager, "team")


def test_corrections_below_nothing_break_nothing(world: World) -> None:
    kpi, segment = world.kpi("contract"), default_segment(world.team)
    Tally.objects.create(
        member=world.ren, day=date(2026, 6, 3), kpi=kpi, segment=segment, count=-4, amount=-400_000
    )
    found = landing(world)
    assert found
    assert found.team.expected < 0 or found.team.low <= found.team.expected


def test_the_pages_say_it_in_words(world: World, manager: Client, rep: Client) -> None:
    past(world)
    for text in (page(world, manager, "team"), page(world, rep, "rep", world.ren.pk)):
        assert "4 of 5 periods like this one end between" in text
        assert "is reached in more than 19 out of 20" in text
        assert "why?" in text
        assert "band-outer" in text


def test_before_and_after_the_period_the_page_says_so(world: World) -> None:
    client = Client()
    client.force_login(world.manager)
    with time_machine.travel("2026-05-30T03:00:00Z", tick=False):
        assert "The period is still to come" in page(world, client, "team")
    with time_machine.travel(AFTER, tick=False):
        client.force_login(world.manager)
        assert "The period is over" in page(world, client, "team")


# -- kept and judged -------------------------------------------------------------------------------


def test_forecasts_are_kept_once_a_day(world: World) -> None:
    past(world)
    assert keep_forecasts(world.team, TODAY) == 3
    kept = Forecast.objects.get(member=None)
    log(world.ren, "contract", 1, amount=100_000)
    assert keep_forecasts(world.team, TODAY) == 0
    assert Forecast.objects.get(member=None) == kept
    assert kept.planned == 1_000_000
    assert kept.outer_low <= kept.inner_low <= kept.expected <= kept.inner_high <= kept.outer_high
    assert kept.logged_days == kept.asked_days - 2
    assert keep_forecasts(world.team, TODAY + timedelta(days=1)) == 3


def test_looking_keeps_nothing(world: World, manager: Client) -> None:
    past(world)
    page(world, manager, "team")
    assert not Forecast.objects.exists()


def test_what_is_due_keeps_them(world: World, noon: None) -> None:
    past(world)
    assert keep_due() >= 3
    assert keep_due() == 0
    assert Forecast.objects.filter(kgi=world.plan.kgi, day=TODAY).count() == 3


def test_without_a_running_goal_nothing_is_kept(world: World) -> None:
    assert keep_forecasts(world.team, END + timedelta(days=1)) == 0


def test_kept_forecasts_are_judged_when_the_period_is_over(world: World) -> None:
    past(world)
    for day in (date(2026, 6, 2), date(2026, 6, 12), date(2026, 6, 24)):
        keep_forecasts(world.team, day)
    members = list(Membership.objects.filter(team=world.team))
    assert load_kept(world.team, members, END).is_empty
    for number in range(10):
        log(world.ren, "contract", 1, date(2026, 6, 11) + timedelta(days=number), amount=100_000)
    kept = load_kept(world.team, members, END + timedelta(days=1))
    assert kept.goals == 1
    first = kept.thirds[0].team
    assert first
    assert first.calls == 1
    reached = sum(Tally.objects.filter(day__gte=START, day__lte=END).values_list("amount", flat=True))
    said = Forecast.objects.get(member=None, day=date(2026, 6, 2)).expected
    assert first.bias == pytest.approx((said - reached) / reached)


def test_a_rep_is_judged_by_the_own_forecasts(world: World) -> None:
    past(world)
    keep_forecasts(world.team, TODAY)
    kept = load_kept(world.team, [world.ren], END + timedelta(days=1))
    scores = [third.people for third in kept.thirds if third.people]
    assert sum(score.calls for score in scores) == 1


@pytest.mark.parametrize(("days", "third"), [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (29, 3), (99, 3)])
def test_thirds_of_thirty_days(days: int, third: int) -> None:
    assert third_of(days, 30) == third


# -- the past, foretold again ----------------------------------------------------------------------


def test_a_steady_past_is_foretold_well(world: World) -> None:
    past(world, months=8)
    members = list(Membership.objects.filter(team=world.team))
    found = run_backtest(world.team, members, TODAY)
    assert found.periods >= 4
    for third in found.kept.thirds:
        assert third.team
        assert third.team.error < 0.12
        assert third.people
        assert third.people.calls == 2 * found.periods


def test_too_short_a_past_is_not_foretold(world: World) -> None:
    members = list(Membership.objects.filter(team=world.team))
    assert run_backtest(world.team, members, TODAY) == NOTHING
    past(world, months=1)
    assert run_backtest(world.team, members, TODAY) == NOTHING


def test_the_command_prints_lines_or_json(world: World, noon: None) -> None:
    past(world, months=6)
    out = StringIO()
    call_command("backtest", team=str(world.team.pk), stdout=out)
    assert "Team A: " in out.getvalue()
    assert out.getvalue().count("person") == 3
    out = StringIO()
    call_command("backtest", team="Team A", json=True, stdout=out)
    found = json.loads(out.getvalue())
    assert {score["of"] for score in found["scores"]} == {"team", "person"}
    assert all(0 <= score["held_most"] <= 1 for score in found["scores"])


def test_the_command_says_what_is_wrong(world: World, noon: None) -> None:
    with pytest.raises(CommandError, match="There is no team"):
        call_command("backtest", team="Nobody")
    out = StringIO()
    call_command("backtest", team="Team A", stdout=out)
    assert "Too little is logged" in out.getvalue()


def test_trust_shows_both(world: World, manager: Client) -> None:
    text = page(world, manager, "trust")
    assert "it is judged here" in text
    assert "Too little is logged" in text
    past(world, months=6)
    assert "The same method for past months" in page(world, manager, "trust")


# -- queries ---------------------------------------------------------------------------------------


def count_queries(client: Client, path: str) -> int:
    client.get(path)
    with counted_queries() as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["team", "people", "rates", "levers", "trust"])
def test_pages_make_no_more_queries_with_more_people_and_past(
    world: World, manager: Client, name: str
) -> None:
    past(world, months=3)
    path = reverse(f"progress:{name}", args=[world.team.pk])
    few = count_queries(manager, path)
    Tally.objects.all().delete()
    for number in range(6):
        make_member(world.team, make_user(f"More-{number}"), "rep", position=number)
    past(world, months=5)
    # Whoever fell silent is looked for among today's logs, once for all of them.
    assert count_queries(manager, path) <= few + (name == "team")


def test_forecasts_of_no_one_are_none(world: World) -> None:
    kgi = world.plan.kgi
    assert forecasts_of(kgi, world.team, END + timedelta(days=3)) == []


def test_stages_that_nobody_counts_are_passed_over(world: World) -> None:
    """Leads and deals alone, as another program exports them: what lies between is not held against them."""
    past(world, months=8)
    between = [world.kpi("appointment"), world.kpi("meeting")]
    Tally.objects.filter(kpi__in=between).delete()
    members = list(Membership.objects.filter(team=world.team))
    found = run_backtest(world.team, members, TODAY)
    for third in found.kept.thirds:
        assert third.team
        assert third.team.error < 0.12
    landed = landing(world)
    assert landed
    assert landed.team.expected == pytest.approx(2_000_000, rel=0.15)
    assert [kpi.code for kpi in landed.ledger.kpis] == ["call", "contract"]


def test_the_command_asks_for_what_it_needs(world: World, noon: None) -> None:
    with pytest.raises(CommandError, match="2 or more"):
        call_command("backtest", team="Team A", periods=1)
    make_team(world.owner)
    with pytest.raises(CommandError, match="Several teams"):
        call_command("backtest", team="Team A")


def test_contracts_are_foretold_where_no_amounts_are_logged(world: World) -> None:
    past(world, months=8)
    Tally.objects.update(amount=0)
    Plan.objects.all().delete()
    Kgi.objects.all().delete()
    members = list(Membership.objects.filter(team=world.team))
    thirds = run_backtest(world.team, members, TODAY).kept.thirds
    assert [bool(third.team and third.team.error < 0.12) for third in thirds] == [True] * 3


def test_past_plans_are_judged_beside_the_method(world: World) -> None:
    """What each plan of a whole past month had asked for."""
    past(world, months=8)
    with time_machine.travel("2026-04-01T00:00:00Z", tick=False):
        make_plan(world.team, world.manager, 2_000_000, date(2026, 4, 1), date(2026, 4, 30))
        make_plan(world.team, world.manager, 2_000_000, date(2026, 5, 1), date(2026, 5, 20))
    members = list(Membership.objects.filter(team=world.team))
    found = run_backtest(world.team, members, TODAY)
    calls = [third.team for third in found.kept.thirds if third.team]
    assert [score.plan is not None for score in calls] == [True] * 3
