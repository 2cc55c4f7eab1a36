"""Writing key results, checking in, ending a disagreement."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.okrs.models import CheckIn, KeyResult
from tests.people import END, START, TODAY, World, log, make_key_result, make_objective, make_signal

HTMX = {"HX-Request": "true"}


def url(world: World, name: str, *args: Any) -> str:
    return reverse(f"okrs:{name}", args=[world.team.pk, *args])


def data(world: World, **changes: Any) -> dict[str, Any]:
    base = {
        "text": "New appointments",
        "measure": "count",
        "kpi": world.kpi("appointment").pk,
        "target": "15",
    }
    return base | changes


def new(world: World, client: Client, **changes: Any) -> Any:
    goal = make_objective(world.team, world.manager)
    return client.post(url(world, "key_result_new", goal.pk), data(world, **changes))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("15", 15),
        ("１，２００", 1200),
        ("120万", 1_200_000),
        ("12.5", Decimal("12.5")),
        ("+15", 15),
    ],
)
def test_key_result_new_reads_numbers_as_people_write_them(
    world: World, manager: Client, typed: str, stored: object
) -> None:
    assert new(world, manager, target=typed).status_code == 302
    assert KeyResult.objects.get().target == stored


@pytest.mark.parametrize("typed", ["30%", "30", "0.3", "3割", "3/10", "\uff13\uff10\uff05"])
def test_key_result_new_reads_a_rate_as_people_write_it(world: World, manager: Client, typed: str) -> None:
    assert new(world, manager, measure="rate", target=typed).status_code == 302
    assert KeyResult.objects.get().target == 30


def test_key_result_new_keeps_a_third_to_four_places(world: World, manager: Client) -> None:
    new(world, manager, measure="rate", target="1/3")
    assert KeyResult.objects.get().target == Decimal("33.3333")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": ""}, "required"),
        ({"target": "many"}, "is not a number"),
        ({"target": "1/3"}, "4 decimal places"),
        ({"target": "1" * 30}, "larger than"),
        ({"text": "x" * 5000}, "300 characters"),
        ({"kpi": ""}, "required"),
        ({"measure": "signal"}, "Choose the signal"),
        ({"measure": "rate", "kpi": "call"}, "is the first stage"),
        ({"measure": "rate", "base": "contract"}, "Choose one before it"),
        ({"measure": "hand", "baseline": "15"}, "are the same"),
        ({"measure": "hand", "baseline": "20"}, "If lower is better"),
        ({"measure": "hand", "baseline": "10", "lower_is_better": "on"}, "above the target"),
        ({"target": "15%"}, "not a rate"),
        ({"target": "0"}, "greater than zero"),
        ({"target": "\u22123"}, "greater than zero"),
        ({"compares": "percent", "target": "-10"}, "Lower is better"),
        ({"compares": "percent", "target": "10", "lower_is_better": "on"}, "Lower is better"),
        ({"start": "2026-07-10"}, "before it starts"),
        ({"end": "2026-05-01"}, "before it starts"),
        ({"end": "2026-07-10"}, "within the objective"),
        ({"commit": "20"}, "have to rise"),
        ({"stretch": "10"}, "have to rise"),
        ({"start": END, "end": START}, "before it starts"),
    ],
)
def test_key_result_new_refuses_and_keeps_what_was_typed(
    world: World, manager: Client, changes: dict[str, Any], message: str
) -> None:
    for name in ("kpi", "base"):
        if isinstance(changes.get(name), str) and changes[name]:
            changes = changes | {name: world.kpi(changes[name]).pk}
    answer = new(world, manager, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert not KeyResult.objects.exists()
    assert str(changes.get("text", "New appointments")) in page


def test_key_result_new_drops_what_the_measure_does_not_need(world: World, manager: Client) -> None:
    new(world, manager, measure="amount", base=world.kpi("call").pk, target="1000000")
    stored = KeyResult.objects.get()
    assert (stored.kpi, stored.base) == (None, None)
    new(world, manager, measure="rate", compares="points", baseline="3", target="5")
    assert KeyResult.objects.latest("pk").baseline is None


def test_key_result_new_forgets_a_baseline_that_is_not_shown(world: World, manager: Client) -> None:
    assert new(world, manager, baseline="20").status_code == 302
    assert KeyResult.objects.get().baseline is None


def test_key_result_new_takes_levels_downwards(world: World, manager: Client) -> None:
    fields = {
        "measure": "hand",
        "lower_is_better": "on",
        "baseline": "20",
        "commit": "8",
        "target": "5",
        "stretch": "2",
    }
    assert new(world, manager, **fields).status_code == 302


def test_key_result_new_ends_at_ten(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    for _each in range(10):
        make_key_result(goal, "call")
    answer = manager.post(url(world, "key_result_new", goal.pk), data(world))
    assert answer.status_code == 422
    assert "10 key results at the most" in answer.content.decode()


def test_key_result_new_from_the_page_of_levers(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    path = url(world, "key_result_new", goal.pk)
    page = manager.get(f"{path}?kpi={world.kpi('meeting').pk}").content.decode()
    assert '<option value="rate" selected>' in page
    signal = make_signal(world.team)
    assert '<option value="signal" selected>' in manager.get(f"{path}?kpi={signal.pk}").content.decode()
    foreign = world.other_team.funnel.kpis.get(code="call").pk
    for odd in ("x", "999999999999999999999", str(foreign)):
        assert manager.get(f"{path}?kpi={odd}").status_code == 200


def test_key_result_new_refuses_a_foreign_stage(world: World, manager: Client) -> None:
    foreign = world.other_team.funnel.kpis.get(code="call").pk
    assert new(world, manager, kpi=foreign).status_code == 422
    assert new(world, manager, member=world.other_rep.pk).status_code == 422


def test_key_result_edit_from_two_tabs_loses_nothing(world: World, manager: Client) -> None:
    stored = make_key_result(make_objective(world.team, world.manager), "appointment")
    path = url(world, "key_result_edit", stored.pk)
    assert manager.post(path, data(world, target="20", seen=1)).status_code == 302
    answer = manager.post(path, data(world, target="25", seen=1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>20</td><td>25</td>" in page
    stored.refresh_from_db()
    assert (int(stored.target), stored.version) == (20, 2)
    assert manager.post(path, data(world, target="25", seen=2)).status_code == 302


def test_what_is_typed_is_judged_with_its_fields(world: World, manager: Client) -> None:
    """The text alone has a gap; the fields beside it close it."""
    goal = make_objective(world.team, world.manager, kgi=world.plan.kgi)
    path = url(world, "key_result_new", goal.pk)
    bare = manager.post(path, {"text": "アポを増やす", "measure": "hand"}, headers=HTMX).content.decode()
    assert bare.count("is-gap") >= 2
    whole = manager.post(path, data(world, text="アポを増やす"), headers=HTMX).content.decode()
    assert "letter is-gap" not in whole
    odd = data(world, target="x", start="2026-13-01", kpi="99999", measure="odd", text="頑張る" * 2000)
    assert manager.post(path, odd, headers=HTMX).status_code == 200
    assert not KeyResult.objects.exists()


def test_a_number_beside_the_text_is_compared(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    path = url(world, "key_result_new", goal.pk)
    other = data(world, text="Hold 300 meetings", target="50")
    assert "The sentence says “300 meetings”" in manager.post(path, other, headers=HTMX).content.decode()
    same = data(world, text="商談300件", target="300")
    assert "The sentence says" not in manager.post(path, same, headers=HTMX).content.decode()
    rate = data(world, text="成約率3割", measure="rate", target="30%")
    assert "The sentence says" not in manager.post(path, rate, headers=HTMX).content.decode()


def test_what_is_typed_is_held_against_the_log(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager, start=date(2026, 6, 1), end=date(2026, 6, 30))
    for month in (3, 4, 5):
        for day in range(1, 21):
            log(world.ren, "appointment", 2, date(2026, month, day))
    path = url(world, "key_result_new", goal.pk)
    far = manager.post(path, data(world, target="400"), headers=HTMX).content.decode()
    assert "Which part of it is possible?" in far
    easy = manager.post(path, data(world, target="4"), headers=HTMX).content.decode()
    assert "What would be a stretch?" in easy
    fit = manager.post(path, data(world, target="42"), headers=HTMX).content.decode()
    assert "a stretch that is possible" in fit


def test_measurable_but_tied_to_nothing_is_named(world: World, manager: Client) -> None:
    loose = make_objective(world.team, world.manager)
    path = url(world, "key_result_new", loose.pk)
    typed = {"text": "Read 5 books by June", "measure": "hand", "target": "5", "unit": "books"}
    page = manager.post(path, typed, headers=HTMX).content.decode()
    assert "It can be measured, but nothing ties it to the goal. Which stage does it move?" in page
    tied = make_objective(world.team, world.manager, kgi=world.plan.kgi)
    page = manager.post(url(world, "key_result_new", tied.pk), typed, headers=HTMX).content.decode()
    assert "how much it moves shows once it is tied to a stage" in page


# -- check-ins -------------------------------------------------------------------------------------


def test_check_in_keeps_number_confidence_and_line(world: World, manager: Client) -> None:
    key_result = make_key_result(make_objective(world.team, world.manager), "", 8, baseline=Decimal(0))
    typed = {"value": "２", "confidence": "4", "note": "Two rounds done"}
    answer = manager.post(url(world, "check_in_create", key_result.pk), typed)
    assert answer.status_code == 302
    stored = CheckIn.objects.get()
    assert (stored.value, stored.confidence, stored.day) == (Decimal(2), 4, TODAY)
    for value in ("3", "5"):
        manager.post(url(world, "check_in_create", key_result.pk), {"value": value})
    page = manager.get(url(world, "objective", key_result.objective_id)).content.decode()
    assert "Two rounds done" in page
    assert "62" in page
    assert "sparkline" in page


@pytest.mark.parametrize(
    "typed",
    [{}, {"value": "lots", "note": "kept"}, {"confidence": "6", "note": "kept"}, {"note": "n" * 201}],
)
def test_check_in_refuses_and_keeps_what_was_typed(
    world: World, manager: Client, typed: dict[str, str]
) -> None:
    key_result = make_key_result(make_objective(world.team, world.manager), "", 8)
    answer = manager.post(url(world, "check_in_create", key_result.pk), typed)
    assert answer.status_code == 422
    assert not CheckIn.objects.exists()
    if "note" in typed:
        assert typed["note"] in answer.content.decode()


def test_check_in_refused_keeps_how_sure_one_was(world: World, manager: Client) -> None:
    key_result = make_key_result(make_objective(world.team, world.manager), "", 8)
    typed = {"value": "lots", "confidence": "4"}
    page = manager.post(url(world, "check_in_create", key_result.pk), typed).content.decode()
    assert 'name="confidence" value="4" checked' in page


def test_align_takes_the_logs_number(world: World, manager: Client) -> None:
    key_result = make_key_result(make_objective(world.team, world.manager), "appointment", 10)
    log(world.ren, "appointment", 4)
    manager.post(url(world, "check_in_create", key_result.pk), {"value": "6"})
    path = url(world, "objective", key_result.objective_id)
    assert "The log says 4 cases for that day." in manager.get(path).content.decode()
    manager.post(url(world, "key_result_align", key_result.pk))
    page = manager.get(path).content.decode()
    assert "The log says" not in page
    assert "taken from the log" in page
    by_hand = make_key_result(make_objective(world.team, world.manager), "", 8)
    answer = manager.post(url(world, "key_result_align", by_hand.pk), follow=True)
    assert "The log has no number for it yet." in answer.content.decode()
    assert not by_hand.check_ins.exists()
