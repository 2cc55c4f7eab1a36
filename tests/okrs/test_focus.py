"""Where the KPI stands best."""

from datetime import date

from django.test import Client
from django.urls import reverse

from apps.okrs.focus import load_focus
from tests.people import TODAY, World, log, make_key_result, make_objective, make_signal


def path(world: World) -> str:
    return reverse("okrs:focus", args=[world.team.pk])


def history(world: World, ren: dict[str, int], rika: dict[str, int]) -> None:
    """The same work on three days of each of three months."""
    for month in (4, 5, 6):
        for day in (1, 2, 3):
            for member, work in ((world.ren, ren), (world.rika, rika)):
                for code, count in work.items():
                    log(member, code, count, date(2026, month, day))


def test_focus_orders_stages_by_effect_and_reach(world: World) -> None:
    history(
        world,
        {"call": 100, "appointment": 30, "meeting": 25, "contract": 5},
        {"call": 100, "appointment": 30, "meeting": 10, "contract": 2},
    )
    focus = load_focus(world.team, TODAY)
    assert focus is not None
    gains = [stage.lever.gain for stage in focus.stages]
    assert gains == sorted(gains, reverse=True)
    best = next(stage for stage in focus.stages if stage.before)
    assert (best.kpi.code, best.lever.reach.shown_by) == ("meeting", "quartile")
    assert best.lever.per_unit == 20_000


def test_focus_without_history_weighs_nothing(world: World, manager: Client) -> None:
    focus = load_focus(world.team, TODAY)
    assert focus is not None
    assert [stage.kpi.code for stage in focus.stages] == ["call", "appointment", "meeting", "contract"]
    assert not any(stage.growth for stage in focus.stages)
    page = manager.get(path(world)).content.decode()
    assert "nobody knows how far it can rise" in page


def test_focus_flags_an_action_without_quality(world: World, manager: Client) -> None:
    make_signal(world.team)
    page = manager.get(path(world)).content.decode()
    assert "“Call” is counted, but nothing beside it tells how well it is done." in page
    assert "“Meeting” is counted" not in page
    assert "“Contract” is counted" not in page


def test_focus_names_the_key_results_on_a_stage(world: World, manager: Client) -> None:
    goal = make_objective(world.team, world.manager)
    make_key_result(goal, "meeting", text="Meet twenty people")
    page = manager.get(path(world)).content.decode()
    assert "Meet twenty people" in page
    link = reverse("okrs:key_result_new", args=[world.team.pk, goal.pk])
    assert f"{link}?kpi={world.kpi('call').pk}" in page


def test_focus_gives_no_colleagues_numbers_away(world: World, manager: Client, rep: Client) -> None:
    history(world, {"call": 30, "appointment": 9}, {"call": 50, "appointment": 30})
    assert "per person and working day" in manager.get(path(world)).content.decode()
    page = rep.get(path(world)).content.decode()
    assert "per person and working day" not in page
    assert "Rests on" not in page
    assert "you see the order alone" in page


def test_focus_without_a_plan_says_what_to_do(world: World, manager: Client, rep: Client) -> None:
    world.plan.kgi.delete()
    assert reverse("goals:plan_new", args=[world.team.pk]) in manager.get(path(world)).content.decode()
    page = rep.get(path(world)).content.decode()
    assert "There is no plan yet" in page
    assert reverse("goals:plan_new", args=[world.team.pk]) not in page


def test_a_link_is_weighed_by_what_reaching_the_target_changes(world: World, manager: Client) -> None:
    same = {"call": 90, "appointment": 30, "meeting": 15, "contract": 3}
    history(world, same, same)
    goal = make_objective(world.team, world.manager, kgi=world.plan.kgi)
    new = reverse("okrs:key_result_new", args=[world.team.pk, goal.pk])

    def page(measure: str, code: str, target: str) -> str:
        typed = {"text": "Ask well", "measure": measure, "target": target, "kpi": world.kpi(code).pk}
        return manager.post(new, typed, headers={"HX-Request": "true"}).content.decode()

    weak, strong = "change next to nothing at the end", "moves the goal at the end"
    # A rate that is there already, and 2 calls where 300 are needed.
    assert weak in page("rate", "appointment", "33")
    assert strong in page("rate", "appointment", "36")
    assert weak in page("count", "call", "2")
    assert strong in page("count", "call", "40")
