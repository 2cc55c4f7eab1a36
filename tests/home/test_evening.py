from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from apps.activity.models import Entry, NextStep, Reflection
from apps.activity.reflections import causes_of, save_reflection
from tests.counting import counted_queries
from tests.people import TODAY, World, default_segment, log, make_detail, make_segment, make_signal

HTMX = {"HX-Request": "true"}


def write(client: Client, world: World, headers: Any = None, **body: Any) -> Any:
    body = {"id": uuid4(), "day": TODAY} | body
    return client.post(reverse("home:evening", args=[world.team.pk]), body, headers=headers or {})


def total(world: World, code: str, count: int) -> dict[str, Any]:
    return {f"total_{world.kpi(code).pk}_{default_segment(world.team).pk}": count}


def counted(world: World) -> dict[str, int]:
    rows = Entry.objects.filter(member=world.ren).values_list("kpi__code", "count")
    found: dict[str, int] = {}
    for code, count in rows:
        found[code] = found.get(code, 0) + count
    return found


def test_evening_logs_what_the_day_comes_to(world: World, rep: Client) -> None:
    log(world.ren, "call", 15)
    answer = write(rep, world, **total(world, "call", 40), **total(world, "appointment", 2))
    assert answer.status_code == 302
    assert counted(world) == {"call": 40, "appointment": 2}


def test_evening_sent_twice_is_written_once(world: World, rep: Client) -> None:
    body = {"id": uuid4(), "first": "Call Yamada"} | total(world, "call", 40)
    assert [write(rep, world, **body).status_code for _each in range(3)] == [302] * 3
    assert counted(world) == {"call": 40}
    assert Reflection.objects.get().first == "Call Yamada"


def test_taps_after_the_page_was_opened_are_not_counted_twice(world: World, rep: Client) -> None:
    """The page was opened at nothing, ten were tapped, and ten is what the day comes to."""
    rep.get(reverse("home:today", args=[world.team.pk]))
    log(world.ren, "call", 10)
    write(rep, world, **total(world, "call", 10))
    assert counted(world) == {"call": 10}
    write(rep, world, **total(world, "call", 12))
    assert counted(world) == {"call": 12}


def test_an_older_evening_does_not_wipe_out_newer_words(world: World, rep: Client) -> None:
    page = rep.get(reverse("home:today", args=[world.team.pk]))
    write(rep, world, first="The newer one", seen=page.context["evening_seen"])
    answer = write(rep, world, HTMX, first="The older one", seen="", **total(world, "call", 4))
    assert answer.status_code == 409
    assert "The older one" in answer.content.decode()
    assert Reflection.objects.get().first == "The newer one"
    assert counted(world) == {}
    again = rep.get(reverse("home:today", args=[world.team.pk])).context["evening_seen"]
    assert write(rep, world, first="On purpose", seen=again).status_code == 302


def test_a_number_whose_stage_is_gone_is_not_dropped_silently(world: World, rep: Client) -> None:
    answer = write(rep, world, total_999_1="7")
    assert answer.status_code == 422
    assert "stages have changed" in answer.content.decode()


def test_the_report_counts_contracts_of_the_day(world: World, rep: Client) -> None:
    log(world.ren, "contract", 2, amount=200_000)
    page = rep.get(reverse("home:today", args=[world.team.pk]))
    assert "Contract: 2" in page.context["report"]


def test_evening_corrects_downwards_too(world: World, rep: Client) -> None:
    log(world.ren, "call", 15)
    write(rep, world, **total(world, "call", 12))
    assert counted(world) == {"call": 12}


def test_evening_writes_all_or_nothing_and_keeps_what_was_typed(world: World, rep: Client) -> None:
    """Five hearings without a meeting: nothing is logged, the calls neither."""
    hearing = make_signal(world.team)
    body = total(world, "call", 40) | total(world, hearing.code, 5)
    answer = write(rep, world, HTMX, first="Keep me", **body)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Log “Meeting” first" in page
    assert 'value="40"' in page
    assert "Keep me" in page
    assert counted(world) == {}
    assert not Reflection.objects.exists()
    # With the meeting in the same form, its signal is no more than its cases.
    assert write(rep, world, **body | total(world, "meeting", 5)).status_code == 302


def test_evening_refuses_a_reflection_of_100_000_characters_and_keeps_it(world: World, rep: Client) -> None:
    answer = write(rep, world, HTMX, words="x" * 100_000)
    assert answer.status_code == 422
    assert "x" * 100_000 in answer.content.decode()
    assert "500" in answer.content.decode()
    assert not Reflection.objects.exists()


def test_evening_refuses_unknown_causes_and_days_to_come(world: World, rep: Client) -> None:
    assert write(rep, world, causes=["nonsense"]).status_code == 422
    assert write(rep, world, day=TODAY + timedelta(days=1)).status_code == 422
    assert write(rep, world, day="not a day").status_code == 422
    assert write(rep, world, ticks=["99"]).status_code == 422


def test_evening_of_several_segments_is_typed_by_segment(world: World, rep: Client) -> None:
    segment = make_segment(world.team)
    place = f"{world.kpi('call').pk}_{segment.pk}"
    write(rep, world, **total(world, "call", 3), **{f"total_{place}": 4})
    rows = Entry.objects.values_list("segment", "count")
    assert dict(rows) == {default_segment(world.team).pk: 3, segment.pk: 4}


def test_yesterdays_first_is_the_first_line_of_today(world: World, rep: Client) -> None:
    save_reflection(world.ren, TODAY - timedelta(days=1), {"first": "Call <Yamada> at nine"})
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "Call &lt;Yamada&gt; at nine" in page
    save_reflection(world.ren, TODAY, {"first": "Something else"})
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "Call &lt;Yamada&gt; at nine" in page


def test_the_report_holds_numbers_causes_and_words(world: World, rep: Client) -> None:
    make_detail(world.team)
    write(
        rep,
        world,
        causes=["not_reached", "other_work"],
        words="Two fairs",
        did="Called the list",
        first="Yamada",
        ticks=["0"],
        **total(world, "call", 40),
    )
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    for text in (
        "Call: 40",
        "Customers were not reached",
        "Two fairs",
        "Called the list",
        "- Yamada",
        "- Notes of meetings",
    ):
        assert text in page.split('id="report"')[1]
    assert Reflection.objects.get().ticks == [0]


def test_causes_are_counted_without_names(world: World) -> None:
    save_reflection(world.ren, TODAY, {"causes": ["refused", "low"]})
    save_reflection(world.rika, TODAY, {"causes": ["refused"]})
    assert causes_of([world.ren.pk, world.rika.pk], TODAY, TODAY) == [("refused", 2), ("low", 1)]


def test_an_empty_evening_writes_nothing(world: World, rep: Client) -> None:
    assert write(rep, world).status_code == 302
    assert not Reflection.objects.exists()
    assert not Entry.objects.exists()


def test_a_log_of_another_person_on_the_device_is_not_taken(world: World, rep: Client) -> None:
    answer = write(rep, world, user=world.colleague.pk, **total(world, "call", 40))
    assert answer.status_code == 401
    url = reverse("home:entry_create", args=[world.team.pk])
    body = {"id": uuid4(), "day": TODAY, "kpi": world.kpi("call").pk, "count": 5}
    assert rep.post(url, body | {"user": world.colleague.pk}).status_code == 401
    assert not Entry.objects.exists()
    assert rep.post(url, body | {"user": world.rep.pk}).status_code == 302


# -- next steps ------------------------------------------------------------------------------------


def note(client: Client, world: World, **changes: Any) -> Any:
    body = {"id": uuid4(), "kpi": world.kpi("meeting").pk, "text": "Send the estimate", "due": TODAY}
    url = reverse("home:next_step_create", args=[world.team.pk])
    return client.post(url, body | changes, headers=HTMX)


def test_next_step_is_remembered_until_it_is_done(world: World, rep: Client) -> None:
    assert note(rep, world).status_code == 200
    step = NextStep.objects.get()
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "Send the estimate" in page
    close = reverse("home:next_step_close", args=[world.team.pk, step.pk])
    assert rep.post(close, headers=HTMX).status_code == 200
    assert "Send the estimate" not in rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    rep.post(close, {"again": "1"}, headers=HTMX)
    assert "Send the estimate" in rep.get(reverse("home:today", args=[world.team.pk])).content.decode()


def test_next_step_of_a_later_day_waits_for_it(world: World, rep: Client) -> None:
    note(rep, world, due=TODAY + timedelta(days=3))
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    assert "Agreed with customers" not in page


def test_next_step_without_words_or_day_is_refused(world: World, rep: Client) -> None:
    for changes in ({"text": ""}, {"due": "soon"}, {"text": "x" * 300}, {"id": "no"}):
        answer = note(rep, world, **changes)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    foreign = world.other_team.funnel.kpis.get(code="call").pk
    assert note(rep, world, kpi=foreign).status_code == 422
    pk = uuid4()
    assert note(rep, world, id=pk).status_code == 200
    assert note(rep, world, id=pk).status_code == 200
    assert note(rep, world, id=pk, text="Something else").status_code == 409


# -- what stands at the top, and what the device keeps ---------------------------------------------


def test_what_comes_first_is_named_and_what_is_done_can_wait(world: World, rep: Client) -> None:
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    order = page.split('id="order"')[1].split("</div>")[0]
    assert ">Call</a>" in order
    log(world.ren, "call", 500)
    page = rep.get(reverse("home:today", args=[world.team.pk])).content.decode()
    order = page.split('id="order"')[1].split("</div>")[0]
    assert "Call can wait" in order
    assert ">Appointment</a>" in order


def test_session_says_who_is_signed_in(world: World, rep: Client) -> None:
    answer = rep.get("/session/")
    assert answer.json()["user"] == world.rep.pk
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client().get("/session/").json()["user"] is None


def test_worker_keeps_a_page_without_anything_personal(world: World, rep: Client) -> None:
    assert rep.get("/offline/").content == Client().get("/offline/").content
    worker = rep.get("/sw.js").content.decode()
    assert '"/offline/"' in worker
    assert "queue.js" in worker
    assert Client().get("/manifest.webmanifest").json()["display"] == "standalone"


def test_today_asks_the_same_whatever_was_reflected_and_agreed(world: World, rep: Client) -> None:
    url = reverse("home:today", args=[world.team.pk])

    def queries() -> int:
        with counted_queries() as caught:
            rep.get(url)
        return len(caught)

    write(rep, world, first="One")
    note(rep, world)
    before = queries()
    for back in range(1, 10):
        save_reflection(world.ren, TODAY - timedelta(days=back), {"first": "x", "causes": ["low"]})
        note(rep, world, due=TODAY - timedelta(days=back))
    assert queries() == before
    print("queries of Today:", before)
