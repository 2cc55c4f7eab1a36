from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership, Team
from apps.activity.models import Entry
from apps.calendars.queries import today_in
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.goals.queries import load_schedule
from apps.home.pages import NEWEST
from apps.home.queries import StageToday, load_today
from tests.counting import counted_queries
from tests.people import START, TODAY, World, log, make_signal, make_team, make_user

HTMX = {"HX-Request": "true"}


def create(client: Client, world: World, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    data = {"id": uuid4(), "day": TODAY, "kpi": world.kpi("call").pk, "count": 5} | changes
    return client.post(reverse("home:entry_create", args=[world.team.pk]), data, headers=headers or {})


def stage(world: World, code: str, day: date = TODAY) -> StageToday:
    loaded = load_today(world.ren, day)
    return next(stage for stage in loaded.stages if stage.kpi.code == code)


def catch_up_to_plan(world: World) -> None:
    """Logs for Ren exactly what the plan asked before today."""
    from apps.goals.queries import load_schedule

    schedule = load_schedule(world.plan.kgi, TODAY)
    for kpi in schedule.kpis:
        asked = sum(schedule.planned[kpi.pk][world.ren.pk][:9])
        if asked:
            log(world.ren, kpi.code, asked, TODAY - timedelta(days=1))


# -- who lands where -------------------------------------------------------------------------------


def test_start_leads_each_to_the_own_page(world: World, rep: Client, manager: Client) -> None:
    assert rep.get("/").headers["Location"] == reverse("home:today", args=[world.team.pk])
    assert manager.get("/").headers["Location"] == reverse("progress:team", args=[world.team.pk])
    assert Client().get("/").headers["Location"] == reverse("account_login")


# -- Today -----------------------------------------------------------------------------------------


def test_today_shows_needed_done_and_left(world: World, rep: Client) -> None:
    catch_up_to_plan(world)
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "What is to be done today?" in page
    call = stage(world, "call")
    assert (call.needed, call.done, call.left) in {(7, 0, 7), (8, 0, 8)}


def test_today_adds_a_share_of_the_shortage(world: World) -> None:
    """Nothing was logged in seven working days: 52 of 150 calls are missing, 13 days are left."""
    call = stage(world, "call")
    assert call.requirement is not None
    assert call.requirement.catch_up == 5


def test_today_does_not_move_by_logging_but_by_mending_yesterday(world: World) -> None:
    before = stage(world, "call").needed
    log(world.ren, "call", 3)
    assert stage(world, "call").needed == before
    log(world.ren, "call", 60, TODAY - timedelta(days=1))
    assert stage(world, "call").needed != before


def test_today_shows_the_week_for_results(world: World) -> None:
    assert stage(world, "contract").is_weekly
    assert not stage(world, "call").is_weekly


def test_today_on_a_day_off_asks_nothing(world: World) -> None:
    saturday = date(2026, 6, 13)
    loaded = load_today(world.ren, saturday)
    assert not loaded.works
    assert stage(world, "call", saturday).needed == 0


def test_today_without_a_target_says_not_set(world: World, rep: Client, manager: Client) -> None:
    manager.post(reverse("goals:plan_withdraw", args=[world.team.pk, world.plan.kgi_id]))
    log(world.ren, "call", 3)
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "Target: not set" in page
    assert "No target is set for you" in page


def test_day_of_tomorrow_leads_to_today(world: World, rep: Client) -> None:
    answer = rep.get(reverse("home:day", args=[world.team.pk, TODAY + timedelta(days=1)]))
    assert answer.headers["Location"] == reverse("home:today", args=[world.team.pk])
    assert rep.get(f"/teams/{world.team.pk}/days/2026-02-31/").status_code == 404


def test_today_makes_no_more_queries_with_more_history(world: World, rep: Client) -> None:
    path = reverse("home:today", args=[world.team.pk])
    counts = []
    for entries in (1, 12):
        for _each in range(entries):
            log(world.ren, "call", 1)
        with counted_queries() as captured:
            rep.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_today_turns_at_midnight_of_the_team(db: None) -> None:
    """23:59:59 and 00:00:01 in Tokyo are two days, whatever the server thinks."""
    for moment, day in (("2026-06-10T14:59:59Z", "2026-06-10"), ("2026-06-10T15:00:01Z", "2026-06-11")):
        with time_machine.travel(moment, tick=False):
            assert today_in(Team(time_zone="Asia/Tokyo")).isoformat() == day


# -- logging ---------------------------------------------------------------------------------------


def test_entry_create_answers_the_new_numbers(world: World, rep: Client) -> None:
    answer = create(rep, world, HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "<strong>5</strong>" in page


def test_what_stands_beside_the_numbers_follows_once_after_a_run_of_taps(world: World, rep: Client) -> None:
    create(rep, world, HTMX)
    answer = rep.get(reverse("home:parts", args=[world.team.pk, TODAY]), headers=HTMX)
    page = answer.content.decode()
    assert "<html" not in page
    assert 'id="order" hx-swap-oob="innerHTML"' in page
    assert "<strong>+5</strong>" in page[page.index('id="entries" hx-swap-oob="innerHTML"') :]
    assert "Show all of this day" not in page


def test_a_long_day_shows_its_newest_entries_and_all_where_asked(world: World, rep: Client) -> None:
    for number in range(NEWEST + 2):
        log(world.ren, "call", number + 1)
    path = reverse("home:day", args=[world.team.pk, TODAY])
    short, whole = rep.get(path).content.decode(), rep.get(path, {"entries": "all"}).content.decode()
    said = [page.count('<button class="btn btn-sm" type="submit">Undo') for page in (short, whole)]
    assert said == [NEWEST, NEWEST + 2]
    assert "Show all of this day" in short
    assert "Show all of this day" not in whole


def test_entry_create_without_htmx_leads_back(world: World, rep: Client) -> None:
    assert create(rep, world).headers["Location"] == reverse("home:today", args=[world.team.pk])


def test_entry_create_sent_again_counts_once(world: World, rep: Client) -> None:
    pk = uuid4()
    for _each in range(3):
        assert create(rep, world, HTMX, id=pk).status_code == 200
    assert Entry.objects.count() == 1
    assert create(rep, world, HTMX, id=pk, count=7).status_code == 409


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"count": ""}, "Number"),
        ({"count": "0"}, "other than 0"),
        ({"count": "abc"}, "Number"),
        ({"count": "1000000"}, "Number"),
        ({"day": "2026-06-11"}, "still to come"),
        ({"day": "x"}, "Enter a valid date"),
        ({"id": "x"}, "Enter a valid UUID"),
        ({"amount": "abc"}, "is not a number"),
        ({"amount": "-5"}, "without a minus"),
        ({"kpi": "999999"}, "not one of the available choices"),
        ({"kpi": "9" * 5000}, "not one of the available choices"),
        ({"day": "0001-01-01"}, "greater than or equal to"),
        ({"amount": "100"}, "last stage of the plan"),
    ],
)
def test_entry_create_refuses(world: World, rep: Client, changes: dict[str, str], message: str) -> None:
    for headers in (HTMX, {}):
        answer = create(rep, world, headers, **changes)
        assert answer.status_code == 422
        assert message.lower() in answer.content.decode().lower()
    assert Entry.objects.count() == 0


def test_entry_create_of_a_shared_contract(world: World, rep: Client) -> None:
    contract = world.kpi("contract").pk
    create(
        rep,
        world,
        HTMX,
        kpi=contract,
        count=1,
        amount="100,000",
        shared_with=world.rika.pk,
        shared_percent=30,
    )
    entry = Entry.objects.get()
    assert (entry.count, entry.amount, entry.shared_amount) == (1, 100_000, 30_000)


def test_entry_create_for_yesterday_leads_back_there(world: World, rep: Client) -> None:
    yesterday = TODAY - timedelta(days=1)
    answer = create(rep, world, day=yesterday)
    assert answer.headers["Location"] == reverse("home:day", args=[world.team.pk, yesterday])


def test_entry_undo_takes_back_once(world: World, rep: Client) -> None:
    entry = log(world.ren, "call", 5)
    path = reverse("home:entry_undo", args=[world.team.pk, entry.pk])
    assert rep.post(path, headers=HTMX).status_code == 200
    assert rep.post(path, headers=HTMX).status_code == 200
    assert stage(world, "call").done == 0


def test_entry_undo_belongs_to_the_one_who_logged(world: World, rep: Client) -> None:
    shared = log(world.rika, "contract", 1, amount=10, shared_with=world.ren, shared_amount=5)
    path = reverse("home:entry_undo", args=[world.team.pk, shared.pk])
    assert rep.post(path, headers=HTMX).status_code == 403
    strange = log(world.rika, "call", 1)
    assert rep.post(reverse("home:entry_undo", args=[world.team.pk, strange.pk])).status_code == 404


def test_a_manager_who_sells_has_a_today_page(world: World, manager: Client) -> None:
    world.mai.carries_targets = True
    world.mai.save()
    assert manager.get(reverse("home:today", args=[world.team.pk])).status_code == 200


def test_names_with_html_and_emoji_are_shown_as_typed(world: World) -> None:
    world.rep.name = "<b>Ren</b> 🎯"
    world.rep.save()
    client = Client()
    client.force_login(world.rep)
    page = client.get(reverse("progress:rep", args=[world.team.pk, world.ren.pk])).content.decode()
    assert "&lt;b&gt;Ren&lt;/b&gt; 🎯" in page
    assert "<b>Ren</b>" not in page


def test_entry_create_takes_money_only_with_a_contract(world: World, rep: Client) -> None:
    contract = world.kpi("contract").pk
    for odd in ({"count": -1, "is_cancellation": "on"}, {"count": -1, "amount": "100"}):
        answer = create(rep, world, HTMX, kpi=contract, **odd)
        assert answer.status_code == 422
        assert "at least 1" in answer.content.decode()
    create(rep, world, HTMX, kpi=contract, count=1, amount="100")
    assert create(rep, world, HTMX, kpi=contract, count=-1).status_code == 200


def test_entry_create_takes_off_no_more_than_there_is(world: World, rep: Client) -> None:
    create(rep, world, HTMX, count=5)
    answer = create(rep, world, HTMX, count=-500)
    assert answer.status_code == 422
    assert "Only 5 were logged on that day" in answer.content.decode()
    cancel = create(rep, world, HTMX, kpi=world.kpi("contract").pk, count=50, is_cancellation="on")
    assert "Only 0 were won so far" in cancel.content.decode()


def test_entry_create_from_a_page_of_yesterday_says_so(world: World, rep: Client) -> None:
    yesterday = TODAY - timedelta(days=1)
    answer = create(rep, world, HTMX, day=yesterday, page="today")
    assert answer.headers["HX-Refresh"] == "true"
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "logged for that day" in page
    assert Entry.objects.get().day == yesterday


def test_entry_undo_leaves_imports_to_their_source(world: World, rep: Client) -> None:
    entry = log(world.ren, "call", 5)
    Entry.objects.filter(pk=entry.pk).update(kind=Entry.Kind.IMPORT)
    assert rep.post(reverse("home:entry_undo", args=[world.team.pk, entry.pk])).status_code == 404


def test_start_of_a_rep_without_targets_is_the_team(world: World, rep: Client) -> None:
    world.ren.carries_targets = False
    world.ren.save()
    assert rep.get("/").headers["Location"] == reverse("progress:team", args=[world.team.pk])


def test_day_outside_of_the_century_is_no_page(world: World, rep: Client) -> None:
    assert rep.get(f"/teams/{world.team.pk}/days/0001-01-01/").status_code == 404


def test_a_parked_last_stage_keeps_its_form_on_today(world: World, rep: Client, manager: Client) -> None:
    manager.post(reverse("funnels:stage_park", args=[world.team.pk, world.kpi("contract").pk]))
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert page.count('name="amount"') == 1


# -- signals ---------------------------------------------------------------------------------------


def test_a_signal_is_logged_beside_its_stage(world: World, rep: Client) -> None:
    signal = make_signal(world.team)
    log(world.ren, "meeting", 4)
    answer = create(rep, world, HTMX, kpi=signal.pk, count=1)
    assert answer.status_code == 200
    assert "of 4 (25%)" in answer.content.decode()
    shown = stage(world, "meeting").signals[0]
    assert (shown.done, shown.cases) == (1, 4)
    # The stage's own numbers do not move, and its next tap renews the share.
    assert stage(world, "meeting").done == 4
    assert "of 5 (20%)" in create(rep, world, HTMX, kpi=world.kpi("meeting").pk, count=1).content.decode()


def test_a_share_is_no_more_than_its_cases(world: World, rep: Client) -> None:
    signal = make_signal(world.team)
    log(world.ren, "meeting", 1)
    assert create(rep, world, HTMX, kpi=signal.pk, count=1).status_code == 200
    answer = create(rep, world, HTMX, kpi=signal.pk, count=1)
    assert answer.status_code == 422
    assert "Log “Meeting” first: on that day it stands at 1" in answer.content.decode()
    assert create(rep, world, HTMX, kpi=signal.pk, count=-1).status_code == 200


def test_cases_taken_back_leave_a_mark_on_their_share(world: World, rep: Client) -> None:
    signal = make_signal(world.team)
    meeting = log(world.ren, "meeting", 1)
    create(rep, world, HTMX, kpi=signal.pk, count=1)
    undone = rep.post(reverse("home:entry_undo", args=[world.team.pk, meeting.pk]), headers=HTMX)
    assert "more than its cases: please correct" in undone.content.decode()


def test_a_count_per_case_may_exceed_its_cases(world: World, rep: Client) -> None:
    signal = make_signal(world.team, measure="per_event")
    log(world.ren, "meeting", 2)
    assert "3.5 per Meeting" in create(rep, world, HTMX, kpi=signal.pk, count=7).content.decode()


def test_today_shows_signals_without_a_goal(world: World, rep: Client) -> None:
    make_signal(world.team)
    world.plan.kgi.delete()
    assert "Hearing completed" in rep.get(reverse("home:today", args=[world.team.pk])).content.decode()


def test_a_stall_shows_on_today_and_on_the_managers_page(world: World, rep: Client, manager: Client) -> None:
    """Ren did next to nothing on Monday and Tuesday; Rika did what was planned."""
    planned = load_schedule(world.plan.kgi, TODAY).planned[world.kpi("call").pk][world.rika.pk]
    for ago in (1, 2):
        day = TODAY - timedelta(days=ago)
        log(world.ren, "call", 1, day)
        log(world.rika, "call", max(1, planned[(day - START).days]), day)
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "Two working days in a row under half of the plan." in page
    team = reverse("progress:team", args=[world.team.pk])
    stalls = manager.get(team).context["stalls"]
    assert len(stalls) == 1
    assert ">Ren</a>" in stalls[0]
    # Nobody reads of a colleague's stall.
    assert "rhythm has stalled" not in rep.get(team).content.decode()


def test_today_stands_in_the_frame_of_the_day(world: World, rep: Client) -> None:
    path = reverse("home:today", args=[world.team.pk])
    assert "Outbound" not in rep.get(path).content.decode()
    Kpi.objects.filter(pk=world.kpi("call").pk).update(block="morning")
    Kpi.objects.filter(pk=world.kpi("meeting").pk).update(block="afternoon")
    parts = rep.get(path).context["parts"]
    assert [part["block"].code if part["block"] else "" for part in parts] == ["morning", "afternoon", ""]
    names = [[card["stage"].kpi.code for card in part["cards"]] for part in parts]
    assert names == [["call"], ["meeting"], ["appointment", "contract"]]


def test_a_day_off_names_the_next_days_numbers(world: World, time_machine: Any) -> None:
    """Whoever signs in on a Sunday for the first time sees what Monday asks."""
    time_machine.move_to("2026-06-13T03:00:00Z", tick=False)
    client = Client()
    client.force_login(world.rep)
    page = client.get(reverse("home:today", args=[world.team.pk]))
    numbers = {kpi.code: count for kpi, count in page.context["tomorrows"]}
    assert numbers["call"] > 0
    assert "contract" not in numbers
    assert "the plan has:" in page.content.decode()
    time_machine.move_to("2026-06-15T03:00:00Z", tick=False)
    assert client.get(reverse("home:today", args=[world.team.pk])).context["tomorrows"] == []


def test_start_leads_owners_and_strangers_to_what_they_may_see(world: World) -> None:
    client = Client()
    client.force_login(world.owner)
    assert client.get("/").headers["Location"] == reverse("progress:team", args=[world.team.pk])
    second = make_team(world.owner, "Second team")
    second.organization = world.team.organization
    second.save()
    Membership.objects.filter(user=world.owner).delete()
    assert client.get("/").headers["Location"] == reverse("home:organization", args=[second.organization_id])
    client.force_login(make_user("Nobody"))
    assert "You are in no team" in client.get("/").content.decode()


def test_entry_create_from_a_page_of_yesterday_without_htmx_leads_to_today(world: World, rep: Client) -> None:
    answer = create(rep, world, day=TODAY - timedelta(days=1), page="today")
    assert answer.headers["Location"] == reverse("home:today", args=[world.team.pk])


def test_a_contract_without_any_goal_is_the_last_stage_of_the_funnel(world: World, rep: Client) -> None:
    Kgi.objects.all().delete()
    contract = world.kpi("contract").pk
    assert create(rep, world, HTMX, kpi=contract, count=1, amount="100").status_code == 200
    assert Entry.objects.get().amount == 100


def test_a_slip_is_undone_on_a_day_of_a_cancellation(world: World, rep: Client) -> None:
    """The cancelled contract was won on another day: it takes nothing off what was logged on this one."""
    log(world.ren, "contract", 1, START, amount=100)
    log(world.ren, "contract", 1, amount=100, is_cancellation=True)
    slip = log(world.ren, "contract", 1, amount=900)
    path = reverse("home:entry_undo", args=[world.team.pk, slip.pk])
    assert rep.post(path, headers=HTMX).status_code == 200
    other = log(world.ren, "contract", 1, amount=900)
    log(world.ren, "contract", -1)
    assert (
        rep.post(reverse("home:entry_undo", args=[world.team.pk, other.pk]), headers=HTMX).status_code == 409
    )


def test_entry_undo_takes_off_no_more_than_there_is(world: World, rep: Client) -> None:
    entry = log(world.ren, "call", 5)
    log(world.ren, "call", -5)
    path = reverse("home:entry_undo", args=[world.team.pk, entry.pk])
    answer = rep.post(path, headers=HTMX)
    assert answer.status_code == 409
    assert "Only 0 were logged" in answer.content.decode()
