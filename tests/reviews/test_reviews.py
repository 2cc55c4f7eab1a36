from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Event
from apps.activity.imports import run_import
from apps.activity.models import Entry
from apps.activity.reflections import save_reflection
from apps.activity.services import undo_entry
from apps.calendars.models import CalendarDay, DayKind
from apps.goals.models import Kgi
from apps.reviews.days import due_reviews, find_due, weekly
from apps.reviews.models import Action, Review
from apps.reviews.numbers import GOAL, Cell, from_json, late_of, numbers_between, numbers_of, to_json
from apps.reviews.services import add_action, change_action, close_review
from apps.web.tables import text_rows
from tests.counting import counted_queries
from tests.people import NOON, START, TODAY, World, log, make_member, make_plan, make_user
from tests.reviews.meetings import LAST_WEEK, MONDAY, closed_review, make_review, post, url

# -- on which days ---------------------------------------------------------------------------------


def test_the_reset_belongs_on_monday_and_looks_back_a_week(world: World) -> None:
    due = weekly(world.team, TODAY)
    assert due
    assert (due.day, due.start, due.end) == (MONDAY, *LAST_WEEK)


def test_a_monday_off_moves_the_reset(world: World) -> None:
    CalendarDay.objects.create(team=world.team, day=MONDAY, kind=DayKind.CLOSED)
    due = weekly(world.team, TODAY)
    assert due
    assert due.day == MONDAY + timedelta(days=1)


def test_a_week_without_a_working_day_has_no_reset_and_the_next_looks_over_it(world: World) -> None:
    for offset in range(5):
        CalendarDay.objects.create(team=world.team, day=MONDAY + timedelta(days=offset), kind=DayKind.CLOSED)
    assert weekly(world.team, TODAY) is None
    following = weekly(world.team, TODAY + timedelta(days=7))
    assert following
    assert (following.start, following.end) == LAST_WEEK


def test_the_period_has_a_start_a_half_time_and_an_end(world: World) -> None:
    days = {due.kind: due.day for due in due_reviews(world.team, TODAY) if due.kind != "weekly"}
    assert days == {"start": START, "middle": date(2026, 6, 15), "end": date(2026, 6, 26)}
    middle = find_due(world.team, "middle", date(2026, 6, 15))
    assert middle
    assert (middle.start, middle.end) == (START, date(2026, 6, 14))


# -- opening, going on, closing --------------------------------------------------------------------


def test_review_open_makes_one_meeting_per_day(world: World, manager: Client) -> None:
    address = reverse("reviews:review_open", args=[world.team.pk])
    for _each in range(2):
        answer = manager.post(address, {"kind": "weekly", "day": MONDAY})
        assert answer.status_code == 302
    assert Review.objects.get().opened_by == world.manager
    manager.post(address, {"kind": "weekly", "day": TODAY})
    manager.post(address, {"kind": "nonsense", "day": "x"})
    assert Review.objects.count() == 1


def test_review_resumes_where_it_was_left(world: World, manager: Client) -> None:
    review = make_review(world)
    post(manager, "review_go", review, step="rates")
    assert manager.get(url("review", review)).headers["Location"] == url("review_step", review, "rates")
    post(manager, "review_go", review, step="nonsense")
    assert manager.get(url("review", review)).headers["Location"] == url("review_step", review, "numbers")


@pytest.mark.parametrize("kind", ["weekly", "start", "middle", "end"])
def test_review_step_every_step_of_every_kind_answers(world: World, manager: Client, kind: str) -> None:
    days = {"weekly": MONDAY, "start": START, "middle": date(2026, 6, 15), "end": date(2026, 6, 26)}
    with time_machine.travel("2026-06-26T03:00:00Z", tick=False):
        manager.force_login(world.manager)
        due = find_due(world.team, kind, days[kind])
        assert due
        manager.post(reverse("reviews:review_open", args=[world.team.pk]), {"kind": kind, "day": due.day})
        review = Review.objects.get()
        page = manager.get(url("review_step", review, "actions"))
        steps = [place.name for place in page.context["places"]]
        for step in steps:
            assert manager.get(url("review_step", review, step)).status_code == 200
        assert manager.get(url("review_step", review, "nonsense")).status_code == 404


def test_the_numbers_are_what_monday_asked_for_and_what_was_done(world: World, manager: Client) -> None:
    log(world.ren, "call", 20, LAST_WEEK[0])
    numbers = numbers_between(world.team, *LAST_WEEK)
    cell = numbers.cell(world.ren.pk, world.kpi("call").pk)
    assert (cell.required, cell.done) == (38, 20)
    page = manager.get(url("review_step", make_review(world), "numbers")).content.decode()
    assert "<strong>20</strong> / 38" in page


def test_each_persons_conversions_stand_in_the_row(world: World, manager: Client) -> None:
    log(world.ren, "call", 20, LAST_WEEK[0])
    log(world.ren, "appointment", 5, LAST_WEEK[0])
    log(world.rika, "call", 20, LAST_WEEK[0])
    log(world.rika, "appointment", 8, LAST_WEEK[0])
    page = manager.get(url("review_step", make_review(world), "numbers")).content.decode()
    assert "→ 25%" in page
    assert "→ 40%" in page


def test_the_next_week_asks_for_what_is_missing_too(world: World) -> None:
    """37 or 38 calls a week each; after a week with none, a third of them more in each of the three left."""
    first = numbers_between(world.team, *LAST_WEEK).cell(world.ren.pk, world.kpi("call").pk)
    second = numbers_between(world.team, MONDAY, MONDAY + timedelta(days=6))
    asked = second.cell(world.ren.pk, world.kpi("call").pk).required
    assert asked is not None
    assert first.required is not None
    assert asked == 37 + 13


def test_a_week_across_two_goals_shows_both_parts(world: World) -> None:
    make_plan(world.team, world.manager, 2_000_000, date(2026, 6, 29), date(2026, 7, 26))
    first = numbers_between(world.team, date(2026, 6, 22), date(2026, 6, 28))
    both = numbers_between(world.team, date(2026, 6, 26), date(2026, 7, 2))
    call = world.kpi("call").pk
    assert both.cell(world.ren.pk, call).required != first.cell(world.ren.pk, call).required
    parts = [
        numbers_between(world.team, *days).cell(world.ren.pk, call).required or 0
        for days in ((date(2026, 6, 26), date(2026, 6, 28)), (date(2026, 6, 29), date(2026, 7, 2)))
    ]
    assert both.cell(world.ren.pk, call).required == sum(parts)


def test_frozen_numbers_read_back_as_they_were(world: World) -> None:
    log(world.ren, "contract", 1, LAST_WEEK[0], amount=120_000)
    numbers = numbers_between(world.team, *LAST_WEEK)
    assert from_json(to_json(numbers)) == numbers
    assert numbers.cell(world.ren.pk, GOAL).done == 120_000
    assert numbers.team()[GOAL].done == 120_000


def test_nothing_changes_a_closed_review(world: World, manager: Client) -> None:
    """Everything after the closing is edited, taken back and imported anew: the frozen numbers stay."""
    entry = log(world.ren, "call", 12, LAST_WEEK[0])
    review = closed_review(world)
    frozen = dict(review.frozen or {})
    undo_entry(entry=entry, by=world.rep)
    log(world.ren, "call", 13, LAST_WEEK[0])
    log(world.rika, "meeting", 2, LAST_WEEK[1])
    text = "date,member,kpi,count\n" + f"{LAST_WEEK[0]},{world.rep.email},meeting,9\n"
    run_import(team=world.team, rows=text_rows(text), source="crm", today=TODAY, by=None)
    assert Entry.objects.filter(kind="import", count=9).exists()
    Kgi.objects.filter(pk=world.plan.kgi_id).update(withdrawn_at=NOON)
    world.rep.name, world.rep.email = "Erased", "erased@example.com"
    world.rep.save()
    review.refresh_from_db()
    assert review.frozen == frozen
    assert numbers_of(review).cell(world.ren.pk, world.kpi("call").pk) == Cell(38, 12)
    assert late_of(review)[world.ren.pk, world.kpi("call").pk] == 13
    page = manager.get(url("review_step", review, "numbers")).content.decode()
    assert "now 13" in page
    assert "Ren" not in str(frozen)


def test_review_close_twice_is_refused_and_says_who(world: World, manager: Client) -> None:
    review = make_review(world)
    assert post(manager, "review_close", review).status_code == 302
    answer = post(manager, "review_close", review)
    assert answer.status_code == 409
    assert "Mai" in answer.content.decode()
    assert Event.objects.filter(kind="review_closed").count() == 1


def test_a_close_that_fails_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    review = make_review(world)

    def break_down(**_facts: object) -> None:
        raise RuntimeError("the worker is killed here")

    monkeypatch.setattr("apps.reviews.services.record_event", break_down)
    with pytest.raises(RuntimeError):
        close_review(review=review, by=world.manager)
    review.refresh_from_db()
    assert (review.closed_at, review.frozen, review.version) == (None, None, 1)


def test_review_pulse_grows_with_every_change(world: World, manager: Client) -> None:
    review = make_review(world)
    seen = [manager.get(url("review_pulse", review)).json()["version"]]
    post(manager, "action_add", review, text="Shorter openings")
    seen.append(manager.get(url("review_pulse", review)).json()["version"])
    post(manager, "review_close", review)
    seen.append(manager.get(url("review_pulse", review)).json()["version"])
    assert seen == sorted(set(seen))


def test_a_rep_sees_own_row_and_the_teams_total_only(world: World, rep: Client) -> None:
    log(world.rika, "call", 77, LAST_WEEK[0])
    review = closed_review(world)
    page = rep.get(url("review_step", review, "numbers")).content.decode()
    assert "Ren" in page
    assert "Rika" not in page
    assert "<strong>77</strong>" in page
    for name in ("minutes", "minutes_markdown"):
        assert "Rika" not in rep.get(url(name, review)).content.decode()


def test_causes_of_the_evenings_stand_in_the_agenda_without_names(
    world: World, rep: Client, manager: Client
) -> None:
    save_reflection(world.rika, LAST_WEEK[0], {"causes": ["not_reached"], "words": "secret of Rika"})
    address = url("review_step", make_review(world), "causes")
    page = manager.get(address).content.decode()
    assert "Customers were not reached" in page
    assert "secret" not in page
    # Of two people one knows the other's: a rep sees counts from five authors on.
    page = rep.get(address).content.decode()
    assert "Customers were not reached" not in page
    assert "Rika" not in page
    for number in range(4):
        other = make_member(world.team, make_user(f"Other{number}"), "rep", position=9)
        save_reflection(other, LAST_WEEK[0], {"causes": ["refused"]})
    assert "Customers were not reached" in rep.get(address).content.decode()


def test_a_review_is_not_opened_before_its_day(world: World, manager: Client) -> None:
    """Else a week that is not over would be frozen for good."""
    answer = manager.post(
        reverse("reviews:review_open", args=[world.team.pk]),
        {"kind": "weekly", "day": MONDAY + timedelta(days=7)},
        follow=True,
    )
    assert "are not over yet" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_week_has_one_reset_even_if_its_day_moves(world: World) -> None:
    review = make_review(world)
    CalendarDay.objects.create(team=world.team, day=MONDAY, kind=DayKind.CLOSED)
    assert make_review(world).pk == review.pk
    assert Review.objects.count() == 1


def test_minutes_of_a_closed_review_stay_as_they_were(world: World, manager: Client) -> None:
    review = make_review(world)
    post(manager, "action_add", review, text="New list", owner=world.ren.pk, due=TODAY)
    close_review(review=review, by=world.manager)
    before = manager.get(url("minutes_markdown", review)).content
    assert b"New list" in before
    action = Action.objects.get()
    change_action(action=action, by=world.manager, seen=action.version, state="done")
    save_reflection(world.ren, LAST_WEEK[0], {"causes": ["low"]})
    assert manager.get(url("minutes_markdown", review)).content == before


def test_money_and_contracts_are_never_added(world: World) -> None:
    """A goal in yen ends on Sunday, one in contracts begins on Monday: contracts are shown."""
    later = make_plan(world.team, world.manager, 2_000_000, date(2026, 6, 29), date(2026, 7, 26))
    Kgi.objects.filter(pk=later.kgi_id).update(counts=Kgi.Counts.CONTRACTS)
    numbers = numbers_between(world.team, date(2026, 6, 25), date(2026, 7, 1))
    assert not numbers.is_amount
    only = numbers_between(world.team, date(2026, 6, 29), date(2026, 7, 1))
    assert numbers.cell(world.ren.pk, GOAL) == only.cell(world.ren.pk, GOAL)


def test_what_stands_there_now_is_counted_as_it_was_frozen(world: World) -> None:
    """The goal is withdrawn after the closing: nothing was logged late, so nothing is said."""
    log(world.ren, "contract", 1, LAST_WEEK[0], amount=120_000)
    Kgi.objects.filter(pk=world.plan.kgi_id).update(counts=Kgi.Counts.CONTRACTS)
    review = closed_review(world)
    Kgi.objects.filter(pk=world.plan.kgi_id).update(withdrawn_at=NOON)
    assert late_of(review) == {}


def test_minutes_markdown_holds_what_people_typed_as_text(world: World, manager: Client) -> None:
    review = make_review(world)
    post(manager, "action_add", review, text="Use | the [new](http://evil) *list*\n# Head")
    text = manager.get(url("minutes_markdown", review)).content.decode()
    assert r"Use \| the \[new\]\(http://evil\) \*list\* \# Head" in text
    assert text.startswith("# Team A: Monday number reset")


@pytest.mark.parametrize("step", ["numbers", "causes", "rates", "week", "actions", "close"])
def test_review_step_asks_the_same_however_many_people_there_are(
    world: World, manager: Client, step: str
) -> None:
    review = make_review(world)

    def queries() -> int:
        with counted_queries() as caught:
            assert manager.get(url("review_step", review, step)).status_code == 200
        return len(caught)

    queries()
    before = queries()
    for number in range(4):
        member = make_member(world.team, make_user(f"New{number}"), "rep", position=9 + number)
        for back in range(1, 4):
            log(member, "call", 3, TODAY - timedelta(days=back))
        experiment = {"kpi": world.kpi("appointment"), "text": f"Try {number}"}
        add_action(review=review, by=world.manager, begins=TODAY, **experiment)
    # The calendar and the counts behind the experiments are read once, however many they are.
    assert queries() <= before + 8
    for _each in range(8):
        add_action(review=review, by=world.manager, begins=TODAY, kpi=world.kpi("meeting"), text="More")
    more = queries()
    assert more <= before + 8
