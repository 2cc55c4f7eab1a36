"""Measured rates, levers, reps side by side, and the owner's page."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership, Role, Team
from apps.activity.models import Tally
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi
from apps.goals.drafts import draft_of
from apps.goals.queries import load_schedule
from apps.progress.causes import bottleneck, causes_of_segments, causes_of_team, everybody
from apps.progress.forecasts import keep_forecasts
from apps.progress.landing import load_landing
from apps.progress.levers import Levers, load_levers
from apps.progress.logged import logged_month
from apps.progress.organization import load_standing
from apps.progress.queries import Progress
from apps.progress.rates import Step, Window, load_changes, load_steps
from tests.counting import counted_queries
from tests.goals.plans import revise
from tests.goals.test_segments import two_segments
from tests.people import (
    START,
    TODAY,
    World,
    default_segment,
    log,
    make_higher_goal,
    make_member,
    make_objective,
    make_plan,
    make_team,
    make_user,
)
from tests.progress.evidence import CODES, past


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"progress:{name}", args=[world.team.pk, *args])


def progress_of(world: World) -> Progress:
    members = Membership.objects.filter(team=world.team).in_team_order()
    return Progress(load_schedule(world.plan.kgi, TODAY), members, TODAY)


# -- rates -----------------------------------------------------------------------------------------


def steps(world: World, weeks: int = 13, *, recent: bool = True, segment: int | None = None) -> list[Step]:
    kpis = list(Kpi.objects.of_team(world.team).running())
    members = list(Membership.objects.filter(team=world.team).in_team_order())
    visible = {member.pk for member in members}
    return load_steps(world.team, kpis, members, visible, Window(weeks, recent), TODAY, segment)


def test_rates_come_with_their_cases_and_their_range(world: World) -> None:
    past(world)
    first = steps(world)[0]
    assert first.team.rate == pytest.approx(1 / 3, abs=0.01)
    found = first.team.evidence
    assert found
    assert found.low < 1 / 3 < found.high
    assert [row.member for row in first.people] == [world.ren, world.rika]
    assert all(row.apart == "" for row in first.people)


def test_a_longer_window_of_a_steady_team_says_more(world: World) -> None:
    past(world)
    short, long = (steps(world, weeks, recent=False)[1].team.evidence for weeks in (4, 26))
    assert short
    assert long
    assert long.of > short.of
    assert long.high - long.low < short.high - short.low


def test_somebody_far_from_the_others_is_marked_and_somebody_near_is_not(world: World) -> None:
    past(world)
    kpi = world.kpi("appointment")
    # Rika wins a third of the appointments that the others win.
    for row in Tally.objects.filter(member=world.rika, kpi=kpi):
        row.count = row.count // 3
        row.save()
    for number in range(3):
        member = make_member(world.team, make_user(f"Like-Ren-{number}"), "rep")
        copies = Tally.objects.filter(member=world.ren)
        Tally.objects.bulk_create(
            Tally(member=member, day=one.day, kpi_id=one.kpi_id, segment_id=one.segment_id, count=one.count)
            for one in copies
        )
    rows = {row.member: row.apart for row in steps(world)[0].people}
    assert rows[world.rika] == "below"
    assert rows[world.ren] == ""


def test_a_fall_is_said_with_its_day(world: World, manager: Client) -> None:
    past(world, months=8)
    kpi = world.kpi("appointment")
    for row in Tally.objects.filter(kpi=kpi, day__gte=date(2026, 3, 20)):
        row.count = row.count // 2
        row.save()
    first = steps(world, 26)[0]
    assert first.turned
    assert first.turned.after < first.turned.before
    assert all(row.turned for row in first.people)
    assert abs((first.turned.since - date(2026, 3, 20)).days) <= 35
    assert "Fell from" in manager.get(url(world, "rates") + "?weeks=26").content.decode()


def test_above_all_cases_is_explained(world: World, manager: Client) -> None:
    for number in range(20):
        day = TODAY - timedelta(days=1 + number)
        log(world.ren, "call", 1, day)
        log(world.ren, "appointment", 3, day)
    text = manager.get(url(world, "rates")).content.decode()
    assert "Above 100 %" in text


@pytest.mark.parametrize(
    "query", ["", "?weeks=4&weigh=even", "?weeks=x&weigh=y&segment=z", "?weeks=999999999999", "?segment=-1"]
)
def test_rates_answers_whatever_is_asked(world: World, manager: Client, query: str) -> None:
    past(world, months=2)
    assert manager.get(url(world, "rates") + query).status_code == 200


def test_rates_by_segment(world: World) -> None:
    past(world, months=2)
    _new, existing, _draft = two_segments(world)
    assert steps(world, segment=existing.pk)[0].team.evidence is None
    assert steps(world, segment=default_segment(world.team).pk)[0].team.evidence


def test_rates_shows_a_rep_the_own_row_alone(world: World, rep: Client) -> None:
    past(world, months=2)
    text = rep.get(url(world, "rates")).content.decode()
    assert "Ren" in text
    assert "Rika" not in text


def test_decisions_about_rates_are_marked(world: World) -> None:
    draft = draft_of(world.plan)
    stream = draft.streams[0]
    rates = [stream.rates[0], parse_rate("40%"), *stream.rates[2:]]
    revise(world, replace(draft, streams=[replace(stream, rates=rates)]))
    found = load_changes(world.team, START - timedelta(days=30))
    assert [(change.kpi, change.rate) for change in found] == [(world.kpi("appointment").pk, "40%")]


# -- levers ----------------------------------------------------------------------------------------


def levers(world: World, member: Membership | None = None) -> Levers:
    standing = progress_of(world)
    landing = load_landing(standing)
    assert landing
    return load_levers(standing, landing, member)


def weaken(world: World) -> None:
    """Rika wins half of the appointments of the others."""
    for row in Tally.objects.filter(member=world.rika, kpi=world.kpi("appointment")):
        row.count = row.count // 2
        row.save()


def test_the_weakest_step_is_the_lever_of_the_one_who_is_weak_there(world: World) -> None:
    past(world)
    weaken(world)
    found = levers(world, world.rika)
    rates = [one for one in found.options if one.kind == "rate"]
    assert rates[0].place == 1
    assert rates[0].gain > 0
    assert rates[0].factor.below
    assert rates[0].factor.below > 0.9
    assert not [one for one in levers(world, world.ren).options if one.kind == "rate" and one.place == 1]


def test_minutes_give_gain_an_hour(world: World, manager: Client) -> None:
    past(world)
    weaken(world)
    for code, minutes in zip(CODES, (4, 10, 60, 30), strict=True):
        Kpi.objects.filter(pk=world.kpi(code).pk).update(minutes=minutes)
    found = levers(world)
    per_hour = [one.per_hour or 0 for one in found.options]
    assert found.has_hours
    assert per_hour == sorted(per_hour, reverse=True)
    assert "In the order of gain for an hour of work" in manager.get(url(world, "levers")).content.decode()


def test_habit_or_method(world: World) -> None:
    past(world, times=0.4)
    assert levers(world, world.ren).rhythm == "method"
    Tally.objects.filter(member=world.ren, day__gte=START + timedelta(days=2)).delete()
    assert levers(world, world.ren).rhythm == "habit"
    past_team = levers(world)
    assert past_team.days > 0


def test_without_a_case_the_step_is_named(world: World, manager: Client) -> None:
    log(world.ren, "call", 30, date(2026, 6, 8))
    # Nobody counts what lies between: the way leads straight to the end.
    assert levers(world).missing == world.kpi("contract")
    assert "nothing was counted on the way to" in manager.get(url(world, "levers")).content.decode()


def test_doubts_are_told_of_the_opened_rep_alone(world: World) -> None:
    past(world, months=1)
    assert levers(world, world.ren).doubts
    assert not levers(world).doubts


def test_levers_of_somebody_without_a_part(world: World, manager: Client) -> None:
    past(world)
    assert manager.get(url(world, "rep_levers", world.mai.pk)).status_code == 200


# -- causes ----------------------------------------------------------------------------------------


def test_the_bottleneck_says_how_sure_it_is(world: World) -> None:
    past(world, months=1)
    Tally.objects.filter(kpi=world.kpi("appointment"), day__gte=START).update(count=1)
    Tally.objects.filter(kpi__in=[world.kpi("meeting"), world.kpi("contract")], day__gte=START).delete()
    standing = progress_of(world)
    causes = causes_of_team(standing)
    found = bottleneck(standing, causes, everybody(standing))
    assert found
    assert found.surety in ("sure", "chance", "counted")
    assert bottleneck(standing, [], []) is None


def test_few_calls_are_counted_and_no_chance(world: World) -> None:
    log(world.ren, "call", 3, date(2026, 6, 2))
    standing = progress_of(world)
    found = bottleneck(standing, causes_of_team(standing), everybody(standing))
    assert found
    assert found.surety == "counted"


def test_segments_have_causes_of_their_own(world: World, manager: Client) -> None:
    _new, existing, draft = two_segments(world)
    revise(world, draft)
    log(world.ren, "call", 20, date(2026, 6, 2), segment=existing)
    standing = progress_of(world)
    segments = standing.segments()
    found = causes_of_segments(standing, standing.goal(), segments)
    assert len(found) == 2
    for one in found:
        assert one.gap == sum(cause.effect for cause in one.causes)
    assert "The gap by segment" in manager.get(url(world, "team")).content.decode()


# -- days and people -------------------------------------------------------------------------------


def test_logged_days_as_a_calendar(world: World) -> None:
    log(world.ren, "call", 3, date(2026, 6, 2))
    log(world.ren, "call", 1, date(2026, 6, 6))
    found = logged_month(progress_of(world), world.ren)
    states = {day.day: day.state for week in found.weeks for day in week}
    assert states[date(2026, 6, 2)] == states[date(2026, 6, 6)] == "logged"
    assert states[date(2026, 6, 3)] == "missed"
    assert states[date(2026, 6, 7)] == "off"
    assert states[date(2026, 6, 12)] == "ahead"
    assert (found.kept, found.asked) == (2, 8)
    assert all(len(week) == 7 for week in found.weeks)


def test_people_are_drawn_on_one_scale(world: World, manager: Client, rep: Client) -> None:
    past(world)
    text = manager.get(url(world, "people")).content.decode()
    assert text.count('"range":[0,') == 2
    assert rep.get(url(world, "people")).content.decode().count('"range":[0,') == 1


# -- the company -----------------------------------------------------------------------------------


def organization_url(world: World) -> str:
    return reverse("home:organization", args=[world.team.organization_id])


@pytest.fixture
def owner(world: World) -> Client:
    client = Client()
    client.force_login(world.owner)
    return client


def test_each_team_has_a_row(world: World, owner: Client) -> None:
    past(world)
    make_objective(world.team, world.manager, "Do our best")
    standing = load_standing(world.team.organization)
    row = standing.rows[0]
    assert row.goal == 1_000_000
    assert row.forecast
    assert row.forecast.outer_low < row.forecast.expected < row.forecast.outer_high
    assert row.actual == sum(Tally.objects.filter(day__gte=START).values_list("amount", flat=True))
    assert row.chance
    assert row.logged
    assert row.gaps > 0
    text = owner.get(organization_url(world)).content.decode()
    assert "Team A" in text
    assert "CANARY" not in text


def test_what_was_kept_this_morning_is_shown(world: World) -> None:
    past(world)
    keep_forecasts(world.team, TODAY)
    before = load_standing(world.team.organization).rows[0]
    log(world.ren, "contract", 2, amount=200_000)
    after = load_standing(world.team.organization).rows[0]
    assert before.forecast == after.forecast
    assert after.actual == before.actual + 200_000


def test_a_team_without_a_goal_has_a_row_too(world: World, owner: Client) -> None:
    world.plan.kgi.withdrawn_at = world.plan.kgi.created_at
    world.plan.kgi.save()
    assert "No goal runs today" in owner.get(organization_url(world)).content.decode()


def test_sums_of_teams_have_a_range_between_both_extremes(world: World, owner: Client) -> None:
    past(world)
    team = make_team(world.owner, "Team C")
    Team.objects.filter(pk=team.pk).update(organization=world.team.organization)
    team.refresh_from_db()
    member = make_member(team, make_user("Nao"), Role.REP)
    make_plan(team, world.owner)
    kpi, segment = Kpi.objects.get(funnel__team=team, code="contract"), default_segment(team)
    for day in (2, 3, 4, 5, 8, 9):
        Tally.objects.create(
            member=member,
            day=date(2026, 6, day),
            kpi=kpi,
            segment=segment,
            count=1,
            amount=90_000,
        )
    standing = load_standing(world.team.organization)
    total = standing.totals[0]
    first, second = (row.forecast for row in standing.rows)
    assert first
    assert second
    assert total.teams == 2
    assert total.expected == first.expected + second.expected
    assert total.actual == sum(row.actual for row in standing.rows)
    widths = [one.outer_high - one.outer_low for one in (first, second)]
    assert max(widths) < total.high - total.low < sum(widths)
    assert "2 teams together" in owner.get(organization_url(world)).content.decode()


def test_higher_goals_stand_below(world: World, owner: Client) -> None:
    make_higher_goal(world.team, world.owner, of_company=True)
    assert "Do the parts add up to the year?" in owner.get(organization_url(world)).content.decode()


def test_more_teams_make_no_more_queries_once_forecasts_are_kept(world: World, owner: Client) -> None:
    def count() -> int:
        with counted_queries() as captured:
            assert owner.get(organization_url(world)).status_code == 200
        return len(captured)

    keep_forecasts(world.team, TODAY)
    owner.get(organization_url(world))
    few = count()
    for number in range(5):
        Team.objects.create(organization=world.team.organization, name=f"More {number}")
    assert count() <= few + 1
