from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Visibility
from apps.accounts.services import record_event
from apps.activity.models import Entry
from apps.calendars.models import Leave
from apps.progress.habits import load_habits, silent_members
from tests.people import TODAY, World, log, make_member, make_user


def silent(world: World) -> dict[str, int]:
    return {one.member.user.name: one.days for one in silent_members(world.team, [world.ren, world.rika])}


def test_who_has_not_logged_for_two_working_days_is_named(world: World, manager: Client) -> None:
    log(world.ren, "call", 5, date(2026, 6, 5))
    log(world.rika, "call", 5, date(2026, 6, 9))
    assert silent(world) == {"Ren": 2}
    page = manager.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "Who has not logged for a while?" in page
    assert "last on Jun 5" in page


def test_leave_and_days_off_are_no_silence(world: World) -> None:
    log(world.ren, "call", 5, date(2026, 6, 5))
    log(world.rika, "call", 5, date(2026, 6, 9))
    for day in (8, 9):
        Leave.objects.create(user=world.rep, day=date(2026, 6, day))
    assert silent(world) == {}


def test_a_log_of_today_ends_the_silence(world: World) -> None:
    log(world.ren, "call", 5, date(2026, 6, 2))
    log(world.rika, "call", 5, date(2026, 6, 9))
    assert silent(world) == {"Ren": 5}
    log(world.ren, "call", 1)
    assert silent(world) == {}


def test_the_team_sets_after_how_many_days(world: World) -> None:
    log(world.ren, "call", 5, date(2026, 6, 5))
    log(world.rika, "call", 5, date(2026, 6, 9))
    world.team.silent_after = 3
    assert silent(world) == {}


def test_somebody_new_is_not_silent_for_the_days_before(world: World) -> None:
    log(world.ren, "call", 5, date(2026, 6, 9))
    log(world.rika, "call", 5, date(2026, 6, 9))
    new = make_member(world.team, make_user("Newcomer"), "rep", position=3)
    with time_machine.travel("2026-06-08T03:00:00Z", tick=False):
        record_event(team=world.team, actor=new.user, kind="member_joined", member=new.pk)
    assert silent_members(world.team, [new]) == []
    with time_machine.travel("2026-06-12T03:00:00Z", tick=False):
        assert [one.days for one in silent_members(world.team, [new])] == [3]


def test_reps_and_viewers_are_not_told_who_is_silent(world: World, rep: Client) -> None:
    page = rep.get(reverse("progress:team", args=[world.team.pk])).content.decode()
    assert "Who has not logged for a while?" not in page


def test_habits_count_rows_and_mornings(world: World) -> None:
    """Seven or eight calls a day are planned; two mornings kept, one missed."""
    for day, calls, appointments in ((8, 9, 4), (5, 8, 2), (4, 2, 1)):
        log(world.ren, "call", calls, date(2026, 6, day))
        log(world.ren, "appointment", appointments, date(2026, 6, day))
    (habit,) = load_habits(world.team, [world.ren], date(2026, 6, 4), date(2026, 6, 8))
    assert habit.streak == 3
    assert habit.mornings
    assert (habit.mornings.kept, habit.mornings.days) == (2, 3)
    assert habit.mornings.with_it == Fraction(6, 2)
    assert habit.mornings.without == 1


def test_habits_without_a_goal_know_the_row_only(world: World) -> None:
    log(world.ren, "call", 5, date(2026, 5, 20))
    (habit,) = load_habits(world.team, [world.ren], date(2026, 5, 18), date(2026, 5, 20))
    assert (habit.streak, habit.mornings) == (1, None)
    assert load_habits(world.team, [world.ren], TODAY, TODAY - timedelta(days=1)) == []


# -- who sees whom ---------------------------------------------------------------------------------


def test_neighbours_see_one_another_and_nobody_else(world: World) -> None:
    far = make_member(world.team, make_user("Faraway"), "rep", position=9)
    near = make_member(world.team, make_user("Nearby"), "rep", position=3)
    world.team.visibility = Visibility.NEIGHBOURS
    world.team.save()

    def page_of(user: object, name: str, *args: int) -> str:
        client = Client()
        client.force_login(user)  # type: ignore[arg-type]
        return client.get(reverse(name, args=[world.team.pk, *args])).content.decode()

    page = page_of(world.colleague, "progress:team")
    assert "Ren" in page
    assert "Nearby" in page
    assert "Faraway" not in page
    assert "Rika" not in page_of(far.user, "progress:team")
    client = Client()
    client.force_login(far.user)
    assert client.get(reverse("progress:rep", args=[world.team.pk, near.pk])).status_code == 200
    assert client.get(reverse("progress:rep", args=[world.team.pk, world.ren.pk])).status_code == 404


# -- midnight --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "zone", "status"),
    [
        # One second before midnight in Tokyo, from a phone in Honolulu: still Tokyo's day.
        ("2026-06-10T14:59:59Z", "Pacific/Honolulu", 302),
        # Two seconds later the day that the page was opened for is yesterday: still accepted, for it.
        ("2026-06-10T15:00:01Z", "Pacific/Honolulu", 302),
        # Auckland is a day ahead: its date is still to come in Tokyo.
        ("2026-06-10T14:59:59Z", "Pacific/Auckland", 422),
    ],
)
def test_a_log_at_midnight_falls_on_the_teams_day(
    world: World, rep: Client, moment: str, zone: str, status: int
) -> None:
    from uuid import uuid4

    world.rep.time_zone = zone
    world.rep.save()
    day = TODAY if status == 302 else TODAY + timedelta(days=1)
    with time_machine.travel(moment, tick=False):
        body = {"id": uuid4(), "day": day, "kpi": world.kpi("call").pk, "count": 1}
        answer = rep.post(reverse("home:entry_create", args=[world.team.pk]), body)
    assert answer.status_code == status
    assert Entry.objects.filter(day=TODAY).count() == (status == 302)
    assert ZoneInfo(world.team.time_zone).key == "Asia/Tokyo"
