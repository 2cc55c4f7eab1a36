"""Periods and people that break plain sums: closed weeks, single days, leave, buffers, Sundays at the end."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.activity.models import Tally
from apps.activity.records import load_ledger
from apps.calendars.models import CalendarDay, DayKind, Leave
from apps.funnels.models import Kpi
from apps.goals.drafts import draft_of
from apps.goals.models import Kgi
from apps.goals.queries import load_schedule
from apps.goals.services import latest_plan
from apps.notices.due import keep_due
from apps.progress.causes import causes_of_team, worked_days
from apps.progress.forecasts import keep_forecasts, load_kept
from apps.progress.landing import load_landing
from apps.progress.levers import load_levers
from apps.progress.models import Forecast
from apps.progress.organization import load_standing
from apps.progress.queries import Progress
from tests.counting import counted_queries
from tests.goals.plans import revise
from tests.people import END, START, TODAY, World, default_segment, log, make_plan
from tests.progress.evidence import past

PAGES = ("team", "people", "rates", "levers", "trust")


def open_all(world: World, client: Client) -> list[int]:
    paths = [reverse(f"progress:{name}", args=[world.team.pk]) for name in PAGES]
    paths += [
        reverse(f"progress:{name}", args=[world.team.pk, world.ren.pk]) for name in ("rep", "rep_levers")
    ]
    return [client.get(path).status_code for path in paths]


def progress_of(world: World, today: date = TODAY) -> Progress:
    members = Membership.objects.filter(team=world.team).in_team_order()
    kgi = Kgi.objects.of_team(world.team).on(today).get()
    kgi.team = world.team
    return Progress(load_schedule(kgi, today), members, today)


def only_goal(world: World, start: date, end: date) -> None:
    Kgi.objects.filter(team=world.team).update(withdrawn_at=world.plan.kgi.created_at)
    make_plan(world.team, world.owner, start=start, end=end)


def test_a_closed_week_before_a_weeks_goal(world: World, manager: Client) -> None:
    past(world)
    only_goal(world, date(2026, 6, 8), date(2026, 6, 14))
    for offset in range(5):
        CalendarDay.objects.create(team=world.team, day=date(2026, 6, 1 + offset), kind=DayKind.CLOSED)
    assert set(open_all(world, manager)) == {200}
    assert keep_forecasts(world.team, TODAY) == 3


def test_a_goal_of_one_day(world: World, manager: Client) -> None:
    past(world)
    only_goal(world, TODAY, TODAY)
    assert set(open_all(world, manager)) == {200}


def test_everybody_is_on_leave(world: World, manager: Client) -> None:
    past(world)
    for member in (world.ren, world.rika):
        for offset in range((END - START).days + 1):
            Leave.objects.create(user=member.user, day=START + timedelta(days=offset))
    assert set(open_all(world, manager)) == {200}


def test_a_year_of_goal_is_scaled_to_a_month(world: World) -> None:
    past(world)
    standing = progress_of(world)
    month = load_landing(standing)
    assert month
    before = load_levers(standing, month)
    only_goal(world, date(2026, 1, 1), date(2026, 12, 31))
    standing = progress_of(world)
    year = load_landing(standing)
    assert year
    after = load_levers(standing, year)
    person = [next(one for one in found.options if one.kind == "people") for found in (before, after)]
    assert person[1].gain == pytest.approx(person[0].gain, rel=0.2)
    assert person[0].hours == pytest.approx(168, rel=0.02)
    assert person[1].hours == pytest.approx(168, rel=0.02)


def test_somebody_on_leave_for_the_rest_gains_nothing_this_period(world: World) -> None:
    past(world)
    for row in Tally.objects.filter(member=world.ren, kpi=world.kpi("appointment")):
        row.count = row.count // 2
        row.save()
    for offset in range((END - TODAY).days + 1):
        Leave.objects.create(user=world.rep, day=TODAY + timedelta(days=offset))
    standing = progress_of(world)
    landing = load_landing(standing)
    assert landing
    found = load_levers(standing, landing, world.ren)
    assert found.options
    assert all(one.in_time == 0 for one in found.options)


def test_today_is_no_missed_day_before_it_is_over(world: World) -> None:
    past(world)
    standing = progress_of(world)
    assert [float(days) for days in worked_days(standing, world.ren, until_now=False)] == [7, 7]
    assert [float(days) for days in worked_days(standing, world.ren)] == [8, 7]


@pytest.mark.parametrize("counts", ["amount", "contracts"])
def test_a_buffer_is_no_cause(world: World, counts: str) -> None:
    """What is asked beyond the goal's need is missed by nobody, and the parts sum to the gap that is
    shown."""
    if counts == "contracts":
        Kgi.objects.filter(pk=world.plan.kgi_id).update(counts=counts)
        world.plan.kgi.refresh_from_db()
        draft = draft_of(world.plan)
        stream = replace(draft.streams[0], goal=10, unit_price=None)
        draft = replace(draft, streams=[stream])
    else:
        draft = draft_of(world.plan)
    revise(world, replace(draft, form=replace(draft.form, buffer=Decimal(50))))
    past(world)
    standing = progress_of(world)
    found = causes_of_team(standing)
    assert sum((cause.effect for cause in found), Fraction(0)) == standing.goal().gap
    price = [cause for cause in found if cause.factor == "price"]
    # Deals of about the planned price: what little is left is rounding of whole contracts.
    assert all(abs(cause.effect) < 60_000 for cause in price)


def test_a_deal_of_the_last_sunday_is_of_that_month(world: World) -> None:
    log(world.ren, "contract", 2, date(2026, 5, 31), amount=200_000)
    log(world.ren, "contract", 1, date(2026, 5, 24), amount=100_000)
    kpis = list(Kpi.objects.of_team(world.team).running())
    ledger = load_ledger(world.team, kpis, [world.ren], (date(2026, 6, 1), date(2026, 6, 30)), TODAY)
    assert ledger.counts[0, ledger.span.first :, -1].sum() == 0
    by_day = dict(zip(ledger.days, ledger.counts[0, :, -1], strict=False))
    assert by_day[date(2026, 5, 29)] == 2
    assert by_day[date(2026, 5, 25)] == 1


def test_the_company_never_lands_below_what_is_done(world: World) -> None:
    past(world)
    keep_forecasts(world.team, TODAY)
    log(world.ren, "contract", 9, amount=9_000_000)
    row = load_standing(world.team.organization).rows[0]
    assert row.landing
    assert min(row.landing) >= row.actual
    assert row.chance == 1


def test_one_team_that_fails_hides_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    past(world)

    def broken(*_args: object) -> None:
        raise ValueError("odd data")

    monkeypatch.setattr("apps.progress.forecasts.load_landing", broken)
    assert load_standing(world.team.organization).rows[0].forecast is None
    assert keep_due() == 0


def test_forecasts_of_one_week_count_once(world: World) -> None:
    past(world)
    for day in range(1, 10):
        keep_forecasts(world.team, date(2026, 6, day))
    kept = load_kept(world.team, [world.ren], END + timedelta(days=1))
    first = kept.thirds[0].team
    assert first
    assert first.calls == 1
    assert first.verdict == "early"
    assert Forecast.objects.filter(member=None).count() == 9


def test_kept_forecasts_of_more_goals_make_no_more_queries(world: World) -> None:
    Kgi.objects.filter(team=world.team).update(counts="contracts")
    past(world)
    members = [world.ren, world.rika]

    def count() -> int:
        with counted_queries() as captured:
            load_kept(world.team, members, date(2026, 7, 1))
        return len(captured)

    keep_forecasts(world.team, TODAY)
    few = count()
    for month in (3, 4, 5):
        plan = make_plan(world.team, world.owner, start=date(2026, month, 1), end=date(2026, month, 28))
        Kgi.objects.filter(pk=plan.kgi_id).update(counts="contracts")
        keep_forecasts(world.team, date(2026, month, 12))
    assert count() == few


def test_a_funnel_of_one_stage(world: World, manager: Client) -> None:
    """Its goal is a number of that stage."""
    Kpi.objects.of_team(world.team).exclude(code="contract").update(parked_at=world.plan.kgi.created_at)
    kpi, segment = world.kpi("contract"), default_segment(world.team)
    Tally.objects.create(member=world.ren, day=date(2026, 6, 3), kpi=kpi, segment=segment, count=2, amount=9)
    assert set(open_all(world, manager)) == {200}
    assert latest_plan(world.plan.kgi).number == 1
