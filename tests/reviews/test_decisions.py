from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Team
from apps.domain.errors import PlanError
from apps.domain.rates import parse_rate
from apps.goals.drafts import draft_of
from apps.goals.services import latest_plan
from apps.home.pages import order_of
from apps.home.queries import load_today
from apps.reviews.loop import Experiment, load_actions, load_experiments, open_actions_of
from apps.reviews.models import Action, RateDecision, Words
from apps.reviews.rates import RatesForm, effects, load_rate_table, with_rates
from apps.reviews.services import (
    add_action,
    change_action,
    close_review,
    save_learned,
    save_order,
    save_verdict,
    save_words,
)
from tests.people import TODAY, World, default_segment, log, make_objective
from tests.reviews.meetings import LAST_WEEK, closed_review, make_review, post, url

HTMX = {"HX-Request": "true"}


def step(world: World, code: str) -> str:
    return f"{world.kpi(code).pk}_{default_segment(world.team).pk}"


def body(world: World, **changes: Any) -> dict[str, Any]:
    """Every rate kept, unless said otherwise."""
    found: dict[str, Any] = {"seen": 1, "valid_from": TODAY + timedelta(days=1), "reason": "Measured"}
    found |= {f"choice_{step(world, code)}": "keep" for code in ("appointment", "meeting", "contract")}
    return found | changes


def experiment_of(team: Team, action: Action, today: date) -> Experiment:
    return load_experiments(team, [action], today)[action.pk]


def planned(world: World, code: str) -> Fraction | None:
    draft = draft_of(latest_plan(world.plan.kgi))
    place = [kpi.code for kpi in draft.kpis].index(code)
    rate = draft.streams[0].rates[place]
    return rate.value if rate else None


# -- rates -----------------------------------------------------------------------------------------


def test_rates_decide_takes_over_what_was_measured(world: World, manager: Client) -> None:
    log(world.ren, "call", 100, date(2026, 5, 20))
    log(world.ren, "appointment", 25, date(2026, 5, 20))
    review = make_review(world)
    answer = post(
        manager, "rates_decide", review, **body(world, **{f"choice_{step(world, 'appointment')}": "month"})
    )
    assert answer.status_code == 302
    assert planned(world, "appointment") == Fraction(1, 4)
    decided = RateDecision.objects.get(kpi=world.kpi("appointment"))
    assert (decided.before_text, decided.after_text, decided.count, decided.of) == ("1/3", "25/100", 25, 100)
    assert RateDecision.objects.filter(plan=None).count() == 2
    assert latest_plan(world.plan.kgi).reason == "Measured"


def test_rates_decide_shows_the_effect_before_the_decision(world: World, manager: Client) -> None:
    """300 calls become 400: 100 more over the 2 people x 12 working days from 11 June on."""
    table = load_rate_table(world.team, TODAY)
    assert table
    rates = {(default_segment(world.team).pk, world.kpi("appointment").pk): parse_rate("25%")}
    found = effects(table, with_rates(table.draft, rates, ""), TODAY + timedelta(days=1))
    call = found[0]
    assert (call.before, call.after, call.a_day) == (300, 400, Fraction(100, 24))
    changes = {f"choice_{step(world, 'appointment')}": "typed", f"rate_{step(world, 'appointment')}": "25%"}
    answer = manager.post(
        url("rates_decide", make_review(world)), body(world, **changes, reason=""), headers=HTMX
    )
    page = answer.content.decode()
    assert "300" in page
    assert "400" in page
    assert "+4.2" in page
    assert latest_plan(world.plan.kgi).number == 1


def test_rates_undo_brings_the_old_rate_back_and_only_once(world: World, manager: Client) -> None:
    review = make_review(world)
    changes = {f"choice_{step(world, 'contract')}": "typed", f"rate_{step(world, 'contract')}": "25%"}
    post(manager, "rates_decide", review, **body(world, **changes))
    plan = latest_plan(world.plan.kgi)
    assert planned(world, "contract") == Fraction(1, 4)
    assert post(manager, "rates_undo", review, plan.pk).status_code == 302
    assert planned(world, "contract") == Fraction(1, 5)
    assert post(manager, "rates_undo", review, plan.pk).status_code == 409
    assert latest_plan(world.plan.kgi).number == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "", "typed": "25%"},
        {"typed": "0"},
        {"typed": "abc"},
        {"typed": ""},
        {"valid_from": "soon", "typed": "25%"},
        {"seen": "", "typed": "25%"},
    ],
)
def test_rates_decide_refuses_and_keeps_what_was_typed(
    world: World, manager: Client, changes: dict[str, str]
) -> None:
    typed = changes.pop("typed")
    place = {f"choice_{step(world, 'contract')}": "typed", f"rate_{step(world, 'contract')}": typed}
    answer = post(manager, "rates_decide", make_review(world), **body(world, **place, **changes))
    assert answer.status_code == 422
    if typed:
        assert f'value="{typed}"' in answer.content.decode()
    assert latest_plan(world.plan.kgi).number == 1


def test_rates_undo_refuses_below_a_later_decision(world: World, manager: Client) -> None:
    """20 to 25 %, then 25 to 30 %: the first cannot be taken back under the second."""
    review = make_review(world)
    place = step(world, "contract")
    for seen, rate in ((1, "25%"), (2, "30%")):
        changes = {f"choice_{place}": "typed", f"rate_{place}": rate}
        assert post(manager, "rates_decide", review, **body(world, **changes, seen=seen)).status_code == 302
    first, second = (world.plan.kgi.plans.get(number=number) for number in (2, 3))
    assert post(manager, "rates_undo", review, first.pk).status_code == 409
    assert planned(world, "contract") == Fraction(3, 10)
    assert post(manager, "rates_undo", review, second.pk).status_code == 302
    assert post(manager, "rates_undo", review, first.pk).status_code == 302
    assert planned(world, "contract") == Fraction(1, 5)


def test_keep_said_twice_is_written_once_and_other_screens_notice(world: World, manager: Client) -> None:
    review = make_review(world)
    for _each in range(2):
        assert post(manager, "rates_decide", review, **body(world)).status_code == 302
    assert RateDecision.objects.count() == 3
    review.refresh_from_db()
    assert review.version > 1


def test_rates_decide_on_an_older_version_is_a_conflict(world: World, manager: Client) -> None:
    review = make_review(world)
    first = {f"choice_{step(world, 'contract')}": "typed", f"rate_{step(world, 'contract')}": "25%"}
    post(manager, "rates_decide", review, **body(world, **first))
    second = {f"choice_{step(world, 'meeting')}": "typed", f"rate_{step(world, 'meeting')}": "40%"}
    answer = post(manager, "rates_decide", review, **body(world, **second))
    assert answer.status_code == 409
    assert 'value="40%"' in answer.content.decode()
    outside = body(world, **second, seen=2, valid_from=date(2026, 7, 20))
    assert post(manager, "rates_decide", review, **outside).status_code == 409


def test_a_rate_from_nothing_cannot_be_taken_over(world: World) -> None:
    """0 of 0, and 0 of 50: there is nothing to plan with."""
    log(world.ren, "call", 50, date(2026, 5, 20))
    table = load_rate_table(world.team, TODAY)
    assert table
    form = RatesForm(table=table)
    choices = [code for code, _label in form.fields[f"choice_{step(world, 'appointment')}"].choices]  # type: ignore[attr-defined]
    assert choices == ["keep", "typed"]


# -- order of the week -----------------------------------------------------------------------------


def test_an_order_by_hand_leads_today_once_the_reset_is_closed(world: World, manager: Client) -> None:
    review = make_review(world)
    kpis = {code: world.kpi(code).pk for code in ("call", "appointment", "meeting")}
    places = {f"place_{kpis['meeting']}": 1, f"place_{kpis['call']}": 2, f"place_{kpis['appointment']}": 3}
    assert post(manager, "order_save", review, world.ren.pk, seen=0, **places).status_code == 302

    def first() -> str:
        return order_of(load_today(world.ren, TODAY), world.ren)[0].kpi.code

    assert first() == "call"
    close_review(review=review, by=world.manager)
    assert first() == "meeting"


def test_order_save_notices_a_stale_screen_and_bad_places(world: World, manager: Client) -> None:
    review = make_review(world)
    save_order(review=review, member=world.ren, order=[world.kpi("meeting").pk], seen=0)
    places = {f"place_{world.kpi(code).pk}": 1 for code in ("call", "appointment", "meeting")}
    assert post(manager, "order_save", review, world.ren.pk, seen=0, **places).status_code == 409
    assert post(manager, "order_save", review, world.ren.pk, seen=1).status_code == 422
    assert post(manager, "order_save", review, world.ren.pk, seen=1, reset=1, **places).status_code == 302
    assert order_of(load_today(world.ren, TODAY), world.ren)[0].kpi.code == "call"


def test_a_closed_review_takes_no_new_decision(world: World, manager: Client) -> None:
    review = closed_review(world)
    places = {f"place_{world.kpi(code).pk}": 1 for code in ("call", "appointment", "meeting")}
    assert post(manager, "order_save", review, world.ren.pk, seen=0, **places).status_code == 409
    assert post(manager, "action_add", review, text="Late").status_code == 409
    assert post(manager, "rates_decide", review, **body(world)).status_code == 409
    objective = make_objective(world.team, world.manager)
    assert post(manager, "verdict_save", review, objective.pk, choice="keep").status_code == 404
    with pytest.raises(PlanError) as refused:
        save_verdict(review=review, objective=objective, by=world.manager, choice="keep", note="")
    assert refused.value.code == "review_closed"
    with pytest.raises(PlanError):
        save_learned(review=review, by=world.manager, text="x", seen="")


# -- decisions and actions -------------------------------------------------------------------------


def test_an_open_action_comes_along_and_a_done_one_stays_behind(world: World, manager: Client) -> None:
    review = make_review(world)
    due = TODAY + timedelta(days=2)
    post(manager, "action_add", review, text="New list", owner=world.ren.pk, due=due)
    post(manager, "action_add", review, text="We call before ten")
    close_review(review=review, by=world.manager)
    assert [action.text for action in open_actions_of(world.ren, due)] == ["New list"]
    with time_machine.travel("2026-06-15T03:00:00Z", tick=False):
        from apps.reviews.days import weekly
        from apps.reviews.services import open_review

        due_now = weekly(world.team, date(2026, 6, 15))
        assert due_now
        later = open_review(team=world.team, by=world.manager, due=due_now)
        rows = load_actions(later)
        assert [(row.action.text, row.is_carried, row.is_overdue) for row in rows] == [
            ("New list", True, True)
        ]
        action = rows[0].action
        answer = post(manager, "action_change", later, action.pk, seen=action.version, state="done")
        assert answer.status_code == 302
        assert load_actions(later)[0].action.state == "done"
    assert open_actions_of(world.ren, due) == []


def test_action_add_refuses_half_an_action_and_keeps_it(world: World, manager: Client) -> None:
    review = make_review(world)
    for wrong in (
        {"text": ""},
        {"text": "x" * 301},
        {"text": "Who does it?", "due": TODAY},
        {"text": "Until when?", "owner": world.ren.pk},
        {"text": "Foreign", "owner": world.other_rep.pk, "due": TODAY},
        {"text": "Foreign", "kpi": world.other_team.funnel.kpis.get(code="call").pk},
    ):
        answer = post(manager, "action_add", review, **wrong)
        assert answer.status_code == 422, wrong
        assert wrong["text"] in answer.content.decode()
    assert not Action.objects.exists()


def test_an_action_changed_by_two_is_changed_by_one(world: World, manager: Client) -> None:
    review = make_review(world)
    post(manager, "action_add", review, text="List", owner=world.ren.pk, due=TODAY)
    action = Action.objects.get()
    assert post(manager, "action_change", review, action.pk, seen=1, state="done").status_code == 302
    assert post(manager, "action_change", review, action.pk, seen=1, state="dropped").status_code == 409
    assert post(manager, "action_change", review, action.pk, seen=2, state="sleeping").status_code == 422


def test_an_experiment_is_judged_by_its_number_before_and_after(world: World) -> None:
    """10 of 50 in the two weeks before 10 June, 20 of 50 in the two after."""
    review = make_review(world)
    action = add_action(
        review=review,
        by=world.manager,
        begins=TODAY,
        text="Begin with the problem",
        owner=world.ren,
        due=TODAY,
        kpi=world.kpi("appointment"),
        hypothesis="More say yes",
    )
    for day, calls, appointments in (
        (TODAY - timedelta(days=5), 50, 10),
        (TODAY + timedelta(days=3), 50, 20),
    ):
        with time_machine.travel(f"{day + timedelta(days=1)}T03:00:00Z", tick=False):
            log(world.ren, "call", calls, day)
            log(world.rika, "appointment", appointments, day)
    early = experiment_of(world.team, action, TODAY + timedelta(days=10))
    assert early.is_too_early
    two = experiment_of(world.team, action, TODAY + timedelta(days=14))
    assert (two.looks.weeks, two.before.value, two.after.value) == (2, Fraction(1, 5), Fraction(2, 5))
    assert two.found.change == pytest.approx(0.2)
    kept = change_action(action=action, by=world.manager, seen=1, verdict="keep")
    assert kept.verdict == "keep"


def test_an_experiment_on_the_first_stage_counts_by_working_day(world: World) -> None:
    review = make_review(world)
    action = add_action(review=review, by=world.manager, begins=TODAY, text="Mornings", kpi=world.kpi("call"))
    log(world.ren, "call", 40, TODAY - timedelta(days=1))
    found = experiment_of(world.team, action, TODAY + timedelta(days=14))
    # Ten working days of two people before, none of a call after.
    assert found.before.value == Fraction(40, 20)
    assert found.after.value == 0
    assert found.of is None


# -- half-time, end, words -------------------------------------------------------------------------


def test_verdict_save_keeps_what_half_time_said(world: World, manager: Client) -> None:
    objective = make_objective(world.team, world.manager)
    review = make_review(world, "middle", date(2026, 6, 15))
    for choice, note, seen in (("drop", "Nobody needs it", ""), ("keep", "We do", "drop")):
        answer = post(manager, "verdict_save", review, objective.pk, choice=choice, note=note, seen=seen)
        assert answer.status_code == 302
    stale = post(manager, "verdict_save", review, objective.pk, choice="change", seen="drop")
    assert stale.status_code == 409
    verdict = review.verdicts.get()
    assert (verdict.choice, verdict.note) == ("keep", "We do")
    assert post(manager, "verdict_save", review, objective.pk, choice="maybe").status_code == 422


def test_learned_save_loses_neither_of_two_texts(world: World, manager: Client) -> None:
    review = make_review(world, "end", date(2026, 6, 26))
    assert post(manager, "learned_save", review, learned="Mornings work", seen="").status_code == 302
    answer = post(manager, "learned_save", review, learned="Something else", seen="")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Mornings work" in page
    assert "Something else" in page
    assert post(manager, "learned_save", review, learned="x" * 2001, seen="Mornings work").status_code == 422


def test_words_are_for_the_two_alone(world: World, rep: Client, manager: Client) -> None:
    review = make_review(world)
    said = {"well": "Two big deals", "hard": "Cold lists", "learned": "", "support": "A better list"}
    assert post(rep, "words", review, world.ren.pk, seen=0, **said).status_code == 302
    page = manager.get(url("words", review, world.ren.pk)).content.decode()
    assert "A better list" in page
    for user in (world.colleague, world.viewer):
        other = Client()
        other.force_login(user)
        assert other.get(url("words", review, world.ren.pk)).status_code == 404
        assert other.get(reverse("reviews:person", args=[world.team.pk, world.ren.pk])).status_code == 404
        for name in ("minutes", "minutes_markdown"):
            assert "A better list" not in other.get(url(name, review)).content.decode()
    assert post(manager, "words_read", review, world.ren.pk, seen=0).status_code == 302
    assert Words.objects.get().acknowledged_at is None
    assert post(manager, "words_read", review, world.ren.pk, seen=1).status_code == 302
    assert "read your words" in rep.get(url("words", review, world.ren.pk)).content.decode()
    post(rep, "words", review, world.ren.pk, seen=1, **said | {"well": "Three"})
    assert Words.objects.get().acknowledged_at is None
    assert (
        "Three" in manager.get(reverse("reviews:person", args=[world.team.pk, world.ren.pk])).content.decode()
    )


def test_today_asks_for_words_until_they_are_said(world: World, rep: Client) -> None:
    review = make_review(world)
    today = reverse("home:today", args=[world.team.pk])
    link = url("words", review, world.ren.pk)
    assert link in rep.get(today).content.decode()
    post(rep, "words", review, world.ren.pk, seen=0, well="Two deals")
    assert link not in rep.get(today).content.decode()


def test_words_saved_by_two_screens_are_a_conflict(world: World, rep: Client) -> None:
    review = make_review(world)
    said = dict.fromkeys(("well", "hard", "learned", "support"), "First")
    save_words(review=review, member=world.ren, side="rep", by=world.rep, said=said, seen=0)
    answer = post(rep, "words", review, world.ren.pk, seen=0, **dict.fromkeys(said, "Second"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "First" in page
    assert "Second" in page
    assert post(rep, "words", review, world.ren.pk, seen=1, well="x" * 1001).status_code == 422


def test_a_plan_error_of_an_action_names_both(world: World) -> None:
    with pytest.raises(PlanError) as refused:
        add_action(review=make_review(world), by=world.manager, begins=LAST_WEEK[0], text="x", due=TODAY)
    assert refused.value.code == "action_needs_both"
