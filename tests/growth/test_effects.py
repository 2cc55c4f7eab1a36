"""Drills done, and what the number behind a practice did."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Event, Membership, Role
from apps.domain.effects import BETTER, EARLY, NO_CASES, OPEN
from apps.funnels.models import Kpi
from apps.growth.models import DrillDone, Practice
from apps.growth.queries import drills_of_day
from apps.growth.services import close_practice
from tests.access_objects import practice_body
from tests.growth.practices import client_of, log_weeks, row_of, url
from tests.people import END, START, TODAY, World, log, make_practice, make_signal

# -- drills ----------------------------------------------------------------------------------------


def test_drill_done_twice_counts_once_and_can_be_taken_back(world: World, rep: Client) -> None:
    practice = make_practice(world.ren)
    done = url(world, "drill_done", practice.drills.get().pk)
    for _tap in range(2):
        page = rep.post(done, {"day": TODAY}, headers={"HX-Request": "true"}).content.decode()
        assert "1 of 3 this week" in page
    assert DrillDone.objects.count() == 1
    assert Event.objects.filter(kind="drill_done").count() == 1
    page = rep.post(done, {"day": TODAY, "again": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "0 of 3 this week" in page
    assert DrillDone.objects.count() == 0


def test_drill_done_shows_on_today_and_without_htmx_leads_back(world: World, rep: Client) -> None:
    practice = make_practice(world.ren)
    today = reverse("home:today", args=[world.team.pk])
    assert "Prepare five questions" in rep.get(today).content.decode()
    answer = rep.post(url(world, "drill_done", practice.drills.get().pk), {"day": TODAY})
    assert answer.headers["Location"] == today
    assert "1 of 3 this week" in rep.get(today).content.decode()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (TODAY + timedelta(days=1), "still to come"),
        (START - timedelta(days=1), "lies outside"),
        ("never", "Enter a valid date"),
        ("", "required"),
    ],
)
def test_drill_done_refuses_days_that_are_none(world: World, rep: Client, day: object, expected: str) -> None:
    done = url(world, "drill_done", make_practice(world.ren).drills.get().pk)
    answer = rep.post(done, {"day": day}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert expected in answer.content.decode()
    assert rep.post(done, {"day": day}, follow=True).status_code == 200
    assert DrillDone.objects.count() == 0


def test_drill_done_is_for_the_person_alone(world: World, manager: Client) -> None:
    drill = make_practice(world.ren).drills.get()
    assert manager.post(url(world, "drill_done", drill.pk), {"day": TODAY}).status_code == 403
    answer = client_of(world.colleague).post(url(world, "drill_done", drill.pk), {"day": TODAY})
    assert answer.status_code == 404


def test_today_asks_for_no_drill_of_a_practice_that_is_over_ended_or_parked(world: World) -> None:
    make_practice(world.ren, start=date(2026, 5, 1), end=date(2026, 5, 20))
    ended = make_practice(world.ren)
    close_practice(practice=ended, by=world.rep, lesson="")
    parked = make_practice(world.ren, "appointment")
    Kpi.objects.filter(pk=parked.kpi_id).update(parked_at=datetime(2026, 6, 9, tzinfo=UTC))
    assert drills_of_day(world.ren, TODAY) == []


# -- what it did -----------------------------------------------------------------------------------


def test_effect_is_better_only_when_the_counts_carry_it(world: World) -> None:
    log_weeks(world.ren, START - timedelta(weeks=8), 8, 12, 40)
    practice = make_practice(world.ren, end=START + timedelta(weeks=8))
    assert row_of(practice, START + timedelta(days=3)).effect.last.state == EARLY
    log_weeks(world.ren, START, 4, 24, 40)
    effect = row_of(practice, START + timedelta(weeks=4)).effect
    assert effect.last.state == BETTER
    assert (effect.before.count, effect.before.of) == (96, 320)
    assert (effect.during.after.count, effect.during.after.of) == (96, 160)
    assert effect.of == world.kpi("appointment")


def test_effect_after_the_end_says_whether_it_lasts(world: World) -> None:
    log_weeks(world.ren, START - timedelta(weeks=8), 8, 12, 40)
    practice = make_practice(world.ren, end=END)
    log_weeks(world.ren, START, 4, 24, 40)
    log_weeks(world.ren, END + timedelta(days=1), 4, 12, 40)
    effect = row_of(practice, END + timedelta(weeks=5)).effect
    assert effect.during.state == BETTER
    assert effect.after is not None
    assert effect.last is effect.after
    assert effect.after.state == OPEN


def test_effect_without_anything_before_or_after_says_so(world: World) -> None:
    practice = make_practice(world.ren)
    assert row_of(practice).effect.last.state == NO_CASES
    log_weeks(world.ren, START, 1, 1, 3)
    assert row_of(practice).effect.last.state == NO_CASES
    log_weeks(world.ren, START - timedelta(weeks=4), 4, 5, 20)
    later = make_practice(world.ren, start=TODAY + timedelta(days=1), end=END)
    assert row_of(later).effect.last.state == EARLY


def test_effect_of_the_first_stage_counts_by_working_day(world: World) -> None:
    for week in range(8):
        log(world.ren, "call", 50, START - timedelta(weeks=week + 1))
    practice = make_practice(world.ren, "call")
    effect = row_of(practice, END).effect
    assert effect.of is None
    # Eight weeks of five days, less the five public holidays from the sixth of April on.
    assert effect.before.count == 400
    assert effect.before.of == 36
    assert effect.weeks[0].cases.count == 50


def test_effect_of_a_signal_per_event_is_no_share(world: World) -> None:
    signal = make_signal(world.team, measure=Kpi.Measure.PER_EVENT, name="Questions")
    for week in range(8):
        log(world.ren, "meeting", 10, START - timedelta(weeks=week + 1))
        log(world.ren, signal.code, 25, START - timedelta(weeks=week + 1))
    for week in range(4):
        log(world.ren, "meeting", 10, START + timedelta(weeks=week))
        log(world.ren, signal.code, 60, START + timedelta(weeks=week))
    practice = make_practice(world.ren, signal.code, end=END)
    row = row_of(practice, END + timedelta(days=1))
    assert row.effect.last.state == BETTER
    assert not row.per_cent
    page = client_of(world.rep).get(url(world, "practice", practice.pk)).content.decode()
    assert "2.5" in page


def test_a_rep_who_moves_teams_leaves_the_practice_where_it_was(world: World, manager: Client) -> None:
    """What is counted in the other team does not mix in; the manager keeps the page, the rep does not."""
    log_weeks(world.ren, START - timedelta(weeks=8), 8, 12, 40)
    practice = make_practice(world.ren, end=START + timedelta(weeks=8))
    log_weeks(world.ren, START, 1, 24, 40)
    world.ren.ended_at = datetime(2026, 6, 9, 3, tzinfo=UTC)
    world.ren.save()
    moved = Membership.objects.create(team=world.other_team, user=world.rep, role=Role.REP)
    log_weeks(moved, START + timedelta(weeks=1), 3, 24, 40)
    row = row_of(practice, date(2026, 7, 6))
    assert row.practice.last_day == date(2026, 6, 9)
    assert (row.effect.during.after.count, row.effect.during.after.of) == (24, 40)
    page = manager.get(url(world, "practice", practice.pk)).content.decode()
    assert "Ren left the team" in page
    assert client_of(world.rep).get(url(world, "practice", practice.pk)).status_code == 404
    assert drills_of_day(moved, TODAY) == []


def test_a_parked_kpi_ends_the_comparison_and_is_said(world: World, rep: Client) -> None:
    log_weeks(world.ren, START - timedelta(weeks=8), 8, 12, 40)
    practice = make_practice(world.ren)
    Kpi.objects.filter(pk=practice.kpi_id).update(parked_at=datetime(2026, 6, 9, 3, tzinfo=UTC))
    page = rep.get(url(world, "practice", practice.pk)).content.decode()
    assert "“Meeting” is parked: since then nothing is counted" in page
    assert row_of(practice, END).practice.last_day == date(2026, 6, 9)
    # It can still be written: the old choice stands until another is made.
    body = practice_body(practice.kpi_id, seen=1)
    assert rep.post(url(world, "practice_edit", practice.pk), body).status_code == 302


def test_wanted_follows_the_days_of_a_week(world: World) -> None:
    practice = make_practice(world.ren)
    wanted = [row_of(practice, START + timedelta(days=days)).wanted for days in (0, 2, 6, 7, 13, 60)]
    assert wanted == [1, 3, 3, 4, 6, 12]
    assert row_of(practice, START - timedelta(days=1)).wanted == 0


def test_a_practice_that_begins_later_shows_on_every_page(world: World, rep: Client) -> None:
    practice = make_practice(world.ren, "call", start=TODAY + timedelta(days=5), end=END)
    far = make_practice(world.ren, "call", start=TODAY + timedelta(days=90), end=TODAY + timedelta(days=99))
    for path in (
        url(world, "practice", practice.pk),
        url(world, "practice", far.pk),
        url(world, "practice_list"),
    ):
        assert rep.get(path).status_code == 200
    growth = reverse("reviews:growth", args=[world.team.pk, world.ren.pk])
    assert rep.get(growth).status_code == 200


def test_drill_of_what_has_ended_or_is_parked_is_refused(world: World, rep: Client) -> None:
    ended, parked = make_practice(world.ren), make_practice(world.ren, "appointment")
    close_practice(practice=ended, by=world.rep, lesson="")
    Kpi.objects.filter(pk=parked.kpi_id).update(parked_at=datetime(2026, 6, 10, tzinfo=UTC))
    for practice, expected in ((ended, "This practice has ended"), (parked, "is parked")):
        for again in ({}, {"again": "1"}):
            done = url(world, "drill_done", practice.drills.get().pk)
            answer = rep.post(done, {"day": TODAY} | again, headers={"HX-Request": "true"})
            assert answer.status_code == 422
            assert expected in answer.content.decode()
    assert DrillDone.objects.count() == 0


def test_weeks_before_the_first_log_are_no_weeks_without_success(world: World) -> None:
    """A newcomer who begins to log in the middle of May has not made nothing in April."""
    for week in range(2):
        for day in range(5):
            log(world.ren, "call", 20, date(2026, 5, 18) + timedelta(weeks=week, days=day))
    practice = make_practice(world.ren, "call", end=END)
    for week in range(4):
        for day in range(5):
            log(world.ren, "call", 20, START + timedelta(weeks=week, days=day))
    effect = row_of(practice, END + timedelta(days=1)).effect
    assert (effect.before.count, effect.before.of) == (200, 10)
    assert effect.last.state == OPEN


def test_a_practice_ended_before_it_began_compares_nothing(world: World) -> None:
    log_weeks(world.ren, date(2026, 6, 1), 6, 12, 40)
    practice = make_practice(world.ren, start=date(2026, 6, 24), end=date(2026, 7, 20))
    close_practice(practice=practice, by=world.rep, lesson="")
    effect = row_of(practice, date(2026, 7, 20)).effect
    assert effect.after is None
    assert effect.during.after.count == 0


def test_a_signal_whose_stage_is_parked_asks_for_nothing(world: World, rep: Client) -> None:
    practice = make_practice(world.ren, make_signal(world.team).code)
    Kpi.objects.filter(pk=world.kpi("meeting").pk).update(parked_at=datetime(2026, 6, 5, 3, tzinfo=UTC))
    assert row_of(practice).practice.last_day == date(2026, 6, 5)
    assert drills_of_day(world.ren, TODAY) == []
    assert "is parked: since then" in rep.get(url(world, "practice", practice.pk)).content.decode()


def test_wanted_of_a_step_begins_when_it_was_added_and_ends_when_it_was_taken_out(
    world: World, rep: Client
) -> None:
    practice = make_practice(world.ren)
    DrillDone.objects.create(drill=practice.drills.get(), day=TODAY)
    body = practice_body(practice.kpi_id, "Role play", seen=1, start=START, end=END)
    rep.post(url(world, "practice_edit", practice.pk), body)
    sums = {one.drill.text: (one.done, one.wanted) for one in row_of(practice, date(2026, 6, 16)).drills}
    assert sums == {"Prepare five questions": (1, 6), "Role play": (0, 3)}


def test_the_same_form_sent_twice_makes_one_practice(world: World, rep: Client, manager: Client) -> None:
    body = practice_body(world.kpi("meeting").pk, key="7d0c1b52-6f0a-4c53-9d0c-0d5f3a1c2b11")
    first, second = (rep.post(url(world, "practice_new"), body) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Practice.objects.count() == 1


def test_a_stale_edit_shows_the_steps_of_the_other(world: World, rep: Client, manager: Client) -> None:
    practice = make_practice(world.ren)
    step = {"step-0-id": practice.drills.get().pk}
    two = practice_body(practice.kpi_id, "Prepare five questions", "The manager's step", seen=1, **step)
    assert manager.post(url(world, "practice_edit", practice.pk), two).status_code == 302
    one = practice_body(practice.kpi_id, "Prepare five questions", seen=1, **step)
    answer = rep.post(url(world, "practice_edit", practice.pk), one)
    assert answer.status_code == 409
    assert "The manager&#x27;s step" in answer.content.decode()


def test_a_lesson_outlives_opening_again(world: World, rep: Client) -> None:
    practice = make_practice(world.ren)
    close_practice(practice=practice, by=world.rep, lesson="Silence helps")
    rep.post(url(world, "practice_reopen", practice.pk))
    assert 'value="Silence helps"' in rep.get(url(world, "practice", practice.pk)).content.decode()


def test_a_parked_kpi_does_not_come_in_by_the_address(world: World, rep: Client) -> None:
    signal = make_signal(world.team)
    Kpi.objects.filter(pk=signal.pk).update(parked_at=datetime(2026, 6, 1, tzinfo=UTC))
    path = f"{url(world, 'practice_new')}?kpi={signal.pk}"
    assert rep.post(path, practice_body(signal.pk)).status_code == 422


def test_today_tells_of_a_note_until_it_is_answered(world: World, rep: Client, manager: Client) -> None:
    practice = make_practice(world.ren)
    today, note = reverse("home:today", args=[world.team.pk]), url(world, "note_add", practice.pk)
    assert "has written you a note" not in rep.get(today).content.decode()
    manager.post(note, {"text": "Friday together"})
    assert "Mai has written you a note" in rep.get(today).content.decode()
    rep.post(note, {"text": "Gladly"})
    assert "has written you a note" not in rep.get(today).content.decode()


def test_the_course_marks_where_a_practice_ended(world: World, rep: Client) -> None:
    log_weeks(world.ren, START - timedelta(weeks=4), 12, 12, 40)
    practice = make_practice(world.ren, end=START + timedelta(weeks=2))
    with time_machine.travel("2026-07-06T03:00:00Z", tick=False):
        client = client_of(world.rep)
        page = client.get(url(world, "practice", practice.pk)).content.decode()
    assert "ended" in page
    assert "begun" in page
