"""Practices: from a wish to drills to what the number did; between the person and the manager."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Event, Membership
from apps.calendars.queries import today_in
from apps.funnels.models import Kpi
from apps.growth.models import Drill, DrillDone, Practice
from apps.growth.presets import PRESETS, stage_for
from apps.growth.queries import drills_of_day
from tests.access_objects import practice_body
from tests.counting import counted_queries
from tests.growth.practices import client_of, row_of, url
from tests.people import CANARY, END, START, TODAY, World, make_practice, make_signal

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
        ({"target": "500%"}, "between 0 and 100 %"),
        ({"target": "0"}, "greater than zero"),
        ({"target": "-5"}, "greater than zero"),
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
        with counted_queries() as queries:
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


def test_practice_new_reads_a_target_as_rates_are_written(world: World, rep: Client) -> None:
    for text, wanted in (("5件に1件", 20), ("３割", 30), ("0.35", 35), ("1/4", 25)):
        rep.post(url(world, "practice_new"), practice_body(world.kpi("meeting").pk, target=text))
        newest = Practice.objects.latest("pk")
        assert newest.target == wanted
        newest.delete()


def test_practice_new_looks_at_the_words_before_anything_is_chosen(world: World, rep: Client) -> None:
    body = practice_body(world.kpi("meeting").pk, text="Raise the win rate") | {"kpi": ""}
    page = rep.post(url(world, "practice_new"), body, headers={"HX-Request": "true"}).content.decode()
    assert "Nothing says when it is reached" in page


def test_the_same_form_with_other_words_makes_another_practice(world: World, rep: Client) -> None:
    """The browser's way back, then another text."""
    body = practice_body(world.kpi("meeting").pk, key="7d0c1b52-6f0a-4c53-9d0c-0d5f3a1c2b11")
    for text in ("Ask five open questions", "Ask three open questions"):
        rep.post(url(world, "practice_new"), body | {"text": text})
    assert Practice.objects.count() == 2


def test_practice_delete_takes_a_slip_away_and_nothing_that_was_lived(world: World, rep: Client) -> None:
    slip, lived = make_practice(world.ren), make_practice(world.ren)
    DrillDone.objects.create(drill=lived.drills.get(), day=TODAY)
    assert rep.post(url(world, "practice_delete", slip.pk)).status_code == 302
    answer = rep.post(url(world, "practice_delete", lived.pk))
    assert answer.status_code == 409
    assert "it can be ended, but not deleted" in answer.content.decode()
    assert list(Practice.objects.all()) == [lived]


def test_a_manager_without_reps_is_told_who_is_missing(world: World, manager: Client) -> None:
    Membership.objects.filter(team=world.team).update(carries_targets=False)
    page = manager.get(url(world, "practice_new")).content.decode()
    assert "Nobody carries targets yet" in page


def test_whoever_sells_no_more_practises_no_more(world: World, rep: Client) -> None:
    practice = make_practice(world.ren)
    world.ren.carries_targets = False
    world.ren.save()
    assert rep.get(url(world, "practice_edit", practice.pk)).status_code == 404
    assert rep.post(url(world, "practice_close", practice.pk), {"lesson": "x"}).status_code == 404
    practice.refresh_from_db()
    assert practice.closed_at is None


def test_a_page_that_knows_the_person_begins_with_it(world: World, manager: Client) -> None:
    page = manager.get(url(world, "practice_new"), {"member": world.rika.pk})
    assert page.context["form"]["members"].value() == [world.rika.pk]
    odd = manager.get(url(world, "practice_new"), {"member": "9" * 40})
    assert odd.status_code == 200
    assert not odd.context["form"]["members"].value()
