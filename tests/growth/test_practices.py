"""Practices: from a wish to drills to what the number did; between the person and the manager."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Event, Membership, Role
from apps.calendars.queries import today_in
from apps.domain.effects import BETTER, EARLY, NO_CASES, OPEN
from apps.funnels.models import Kpi
from apps.growth.models import Drill, DrillDone, Practice
from apps.growth.presets import PRESETS, stage_for
from apps.growth.queries import drills_of_day, load_practices
from apps.growth.services import close_practice
from tests.access_objects import practice_body
from tests.people import CANARY, END, START, TODAY, World, log, make_practice, make_signal


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"growth:{name}", args=[world.team.pk, *args])


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def row_of(practice: Practice, today: date = TODAY) -> Any:
    stored = Practice.objects.in_order().get(pk=practice.pk)
    return load_practices(stored.team, [stored], today)[0]


def log_weeks(member: Membership, first: date, weeks: int, meetings: int, of: int) -> None:
    """``meetings`` of ``of`` appointments in each week."""
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        log(member, "appointment", of, day)
        if meetings:
            log(member, "meeting", meetings, day)


# -- writing ---------------------------------------------------------------------------------------


def test_practice_new_by_the_rep_stands_for_the_rep(world: World, rep: Client) -> None:
    steps = ("Prepare five questions", "", "Role play")
    body = practice_body(world.kpi("meeting").pk, *steps, target="60%")
    answer = rep.post(url(world, "practice_new"), body)
    practice = Practice.objects.get()
    assert answer.headers["Location"] == url(world, "practice", practice.pk)
    assert (practice.member, practice.aim) == (world.ren, "Ask five open questions")
    assert practice.target == 60
    # The empty line between is no step.
    assert list(practice.drills.order_by("position").values_list("text", flat=True)) == [steps[0], steps[2]]
    page = rep.get(url(world, "practice", practice.pk)).content.decode()
    assert "It began as: “Hear better”" in page
    assert "60%" in page


def test_practice_new_by_the_manager_makes_one_for_each_chosen(world: World, manager: Client) -> None:
    body = practice_body(world.kpi("meeting").pk, members=[world.ren.pk, world.rika.pk])
    answer = manager.post(url(world, "practice_new"), body)
    assert answer.headers["Location"] == url(world, "practice_list")
    assert [practice.member for practice in Practice.objects.order_by("pk")] == [world.ren, world.rika]
    assert Drill.objects.count() == 2


def test_practice_new_takes_a_template_in_the_funnels_own_stages(world: World, rep: Client) -> None:
    page = rep.get(url(world, "practice_new"), {"preset": "closing"}).content.decode()
    assert "Raise the closing rate" in page
    assert f'<option value="{world.kpi("contract").pk}" selected>' in page
    assert "Role play: price, timing" in page
    assert "No case without a name and a day" in page


def test_every_template_finds_a_stage_in_any_funnel(world: World) -> None:
    stages = list(Kpi.objects.of_team(world.team).running())
    places = {preset.code: stage_for(preset, stages) for preset in PRESETS}
    found = {code: stage.code for code, stage in places.items() if stage}
    assert found == {
        "opening": "appointment",
        "attendance": "meeting",
        "hearing": "contract",
        "proposal": "contract",
        "closing": "contract",
        "volume": "call",
    }
    strange = [Kpi(code=code, position=number) for number, code in enumerate(("visit-1", "visit-2"))]
    assert all(stage_for(preset, strange) in strange for preset in PRESETS)
    assert stage_for(PRESETS[0], []) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": ""}, "This field is required"),
        ({"vague": "x" * 201}, "at most 200"),
        ({"kpi": "999999"}, "Select a valid choice"),
        ({"kpi": "x" * 30}, "Select a valid choice"),
        ({"end": "2026-05-01"}, "before"),
        ({"start": "31 June"}, "Enter a valid date"),
        ({"target": "many"}, "many"),
        ({"step-0-text": ""}, "Write at least one step"),
        ({"step-0-times": "8"}, "less than or equal to 7"),
        ({"step-0-times": ""}, "How often a week?"),
        ({"step-0-text": "", "step-0-evidence": "All open"}, "What is done in this step?"),
        ({"step-TOTAL_FORMS": "2000"}, "at most 8"),
        ({"step-TOTAL_FORMS": ""}, "Write at least one step"),
    ],
)
def test_practice_new_refuses_and_keeps_what_was_typed(
    world: World, rep: Client, changes: dict[str, str], expected: str
) -> None:
    body = practice_body(world.kpi("meeting").pk, explained="KEPT-HERE") | changes
    answer = rep.post(url(world, "practice_new"), body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert expected in page
    assert "KEPT-HERE" in page
    assert Practice.objects.count() == 0


def test_practice_new_refuses_a_parked_kpi_by_its_name(world: World, rep: Client) -> None:
    signal = make_signal(world.team)
    Kpi.objects.filter(pk=signal.pk).update(parked_at=datetime(2026, 6, 1, tzinfo=UTC))
    answer = rep.post(url(world, "practice_new"), practice_body(signal.pk))
    assert answer.status_code == 422
    assert "“Hearing completed” is parked" in answer.content.decode()


def test_practice_new_judges_each_letter_while_typing(world: World, rep: Client) -> None:
    vague = practice_body(world.kpi("meeting").pk, text="Raise the win rate")
    sharp = practice_body(
        world.kpi("meeting").pk, text="Ask five open questions in each meeting", target="60%"
    )
    pages = [
        rep.post(url(world, "practice_new"), body, headers={"HX-Request": "true"}).content.decode()
        for body in (vague, sharp)
    ]
    assert all("<html" not in page for page in pages)
    assert "Nothing says when it is reached" in pages[0]
    assert "Nothing says when it is reached" not in pages[1]
    assert Practice.objects.count() == 0


def test_practice_edit_keeps_what_was_done_of_a_step_taken_out(world: World, rep: Client) -> None:
    practice = make_practice(world.ren)
    old = practice.drills.get()
    DrillDone.objects.create(drill=old, day=TODAY)
    body = practice_body(practice.kpi_id, "Role play", seen=1, start=START, end=END)
    assert rep.post(url(world, "practice_edit", practice.pk), body).status_code == 302
    old.refresh_from_db()
    assert old.parked_at
    assert [one.drill.text for one in drills_of_day(world.ren, TODAY)] == ["Role play"]
    assert {sums.drill.text: sums.done for sums in row_of(practice).drills} == {old.text: 1, "Role play": 0}


def test_practice_edit_shows_what_somebody_saved_first(world: World, rep: Client, manager: Client) -> None:
    practice = make_practice(world.ren)
    step = practice.drills.get()
    body = practice_body(practice.kpi_id, "Mine", seen=1, **{"step-0-id": step.pk})
    first = body | {"text": "The manager's aim"}
    assert manager.post(url(world, "practice_edit", practice.pk), first).status_code == 302
    answer = rep.post(url(world, "practice_edit", practice.pk), body | {"text": "The rep's aim"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The manager&#x27;s aim" in page
    assert "The rep&#x27;s aim" in page
    assert rep.post(url(world, "practice_edit", practice.pk), body | {"seen": 2}).status_code == 302


def test_practice_close_once_with_a_lesson_and_open_again(world: World, rep: Client, manager: Client) -> None:
    practice = make_practice(world.ren)
    close = url(world, "practice_close", practice.pk)
    assert rep.post(close, {"lesson": "x" * 501}).status_code == 422
    assert rep.post(close, {"lesson": "Silence helps"}).status_code == 302
    assert manager.post(close, {"lesson": "Mine"}).status_code == 409
    assert "Silence helps" in rep.get(url(world, "practice_list"), {"state": "ended"}).content.decode()
    assert "Silence helps" not in rep.get(url(world, "practice_list")).content.decode()
    assert rep.get(url(world, "practice_edit", practice.pk)).status_code == 302
    rep.post(url(world, "practice_reopen", practice.pk))
    assert rep.get(url(world, "practice_edit", practice.pk)).status_code == 200


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


# -- between the two -------------------------------------------------------------------------------


def test_notes_and_practices_are_for_the_two_alone(world: World, rep: Client, manager: Client) -> None:
    practice = make_practice(world.ren, aim=f"Ask more {CANARY}")
    note = url(world, "note_add", practice.pk)
    assert manager.post(note, {"text": f"Wednesday together {CANARY}"}).status_code == 302
    assert rep.post(note, {"text": ""}).status_code == 422
    world.team.visibility = "open"
    world.team.save()
    assert CANARY in rep.get(url(world, "practice", practice.pk)).content.decode()
    for other in (world.colleague, world.viewer):
        client = client_of(other)
        assert client.get(url(world, "practice", practice.pk)).status_code == 404
        page = client.get(url(world, "practice_list"))
        assert CANARY not in page.content.decode()
    assert not Event.objects.filter(facts__icontains="Wednesday").exists()


def test_note_remove_is_for_its_author(world: World, rep: Client, manager: Client) -> None:
    practice = make_practice(world.ren)
    manager.post(url(world, "note_add", practice.pk), {"text": "Good"})
    note = practice.notes.get()
    remove = url(world, "note_remove", practice.pk, note.pk)
    assert rep.post(remove).status_code == 404
    assert manager.post(remove).status_code == 302
    assert practice.notes.count() == 0


@pytest.mark.parametrize("page", ["practice_list", "today"])
def test_queries_do_not_grow_with_practices(world: World, rep: Client, page: str) -> None:
    path = url(world, page) if page == "practice_list" else reverse("home:today", args=[world.team.pk])
    make_practice(world.ren)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert rep.get(path).status_code == 200
        return len(queries)

    count()
    few = count()
    for code in ("appointment", "contract", "call", "meeting"):
        make_practice(world.ren, code)
    # The first stage alone needs the calendar too.
    assert count() <= few + (6 if page == "practice_list" else 0)
    many = count()
    for code in ("appointment", "contract", "call", "meeting"):
        make_practice(world.ren, code)
    assert count() == many


def test_practice_begun_today_shows_on_today_at_once(world: World, rep: Client) -> None:
    rep.post(url(world, "practice_new"), practice_body(world.kpi("meeting").pk))
    assert len(drills_of_day(world.ren, today_in(world.team))) == 1
    with time_machine.travel("2026-07-20T03:00:00Z", tick=False):
        assert drills_of_day(world.ren, today_in(world.team)) == []
