"""Key results move as the log does."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apps.calendars.services import mark_days
from apps.okrs.measures import Measures, Standing
from apps.okrs.models import KeyResult, Objective
from apps.okrs.services import align_with_log, check_in
from tests.counting import counted_queries
from tests.people import TODAY, World, log, make_key_result, make_objective, make_plan, make_signal

JUNE = (date(2026, 6, 1), date(2026, 6, 30))
MAY = date(2026, 5, 13)


def objective(world: World, **fields: Any) -> Objective:
    return make_objective(world.team, world.manager, start=JUNE[0], end=JUNE[1], **fields)


def standing(world: World, key_result: KeyResult, today: date = TODAY) -> Standing:
    stored = KeyResult.objects.with_hand().in_order().get(pk=key_result.pk)
    return Measures(world.team, [stored], today).standing(stored)


def test_a_count_is_everybodys(world: World) -> None:
    key_result = make_key_result(objective(world), "appointment", 20)
    assert standing(world, key_result).progress == 0
    log(world.ren, "appointment", 3)
    log(world.rika, "appointment", 2, TODAY - timedelta(days=5))
    log(world.ren, "appointment", 9, MAY)
    assert standing(world, key_result).current == 5
    assert standing(world, key_result).progress == Fraction(1, 4)


def test_a_persons_key_result_counts_the_person_alone(world: World) -> None:
    key_result = make_key_result(objective(world), "appointment", 20, member=world.ren)
    own = make_key_result(objective(world, member=world.rika), "appointment", 20)
    log(world.ren, "appointment", 3)
    log(world.rika, "appointment", 4)
    assert standing(world, key_result).current == 3
    assert standing(world, own).current == 4


def test_a_rate_is_measured_from_the_stage_before_or_another(world: World) -> None:
    goal = objective(world)
    before = make_key_result(goal, "appointment", 30, measure="rate")
    further = make_key_result(goal, "meeting", 30, measure="rate", base=world.kpi("call"))
    assert standing(world, before).progress is None
    for code, count in (("call", 40), ("appointment", 10), ("meeting", 4)):
        log(world.ren, code, count)
    assert standing(world, before).current == 25
    assert standing(world, before).progress == Fraction(25, 30)
    assert standing(world, further).current == 10


def test_a_signal_is_a_share_or_a_count_per_case(world: World) -> None:
    goal = objective(world)
    share = make_signal(world.team)
    questions = make_signal(world.team, measure="per_event", name="Questions")
    log(world.ren, "meeting", 4)
    log(world.ren, share.code, 3)
    log(world.ren, questions.code, 10)
    heard = make_key_result(goal, share.code, 60, measure="signal", baseline=Decimal(50))
    asked = make_key_result(goal, questions.code, 3, measure="signal")
    assert standing(world, heard).current == 75
    assert standing(world, heard).progress == Fraction(5, 2)
    assert standing(world, asked).current == Fraction(5, 2)


def test_an_amount_is_in_whole_units_of_the_currency(world: World) -> None:
    key_result = make_key_result(objective(world), "", 1_000_000, measure="amount")
    log(world.ren, "contract", 2, amount=250_000, shared_with=world.rika, shared_amount=100_000)
    assert standing(world, key_result).current == 250_000
    assert standing(world, key_result).progress == Fraction(1, 4)


def test_against_the_period_before(world: World) -> None:
    goal = objective(world)
    more = make_key_result(goal, "", 15, measure="amount", compares="percent")
    rate = make_key_result(goal, "appointment", 5, measure="rate", compares="points")
    assert standing(world, more).progress is None
    log(world.ren, "contract", 4, MAY, amount=400_000)
    log(world.ren, "call", 100, MAY)
    log(world.ren, "appointment", 20, MAY)
    log(world.ren, "contract", 1, amount=230_000)
    log(world.ren, "call", 40)
    log(world.ren, "appointment", 9)
    found = standing(world, more)
    assert found.way is not None
    assert (found.before, found.way.target) == (Fraction(400_000), Fraction(460_000))
    assert found.progress == Fraction(1, 2)
    # From 20 % to 25 %, at 22.5 %.
    assert standing(world, rate).progress == Fraction(1, 2)


def test_lower_is_better_and_nothing_is_capped(world: World) -> None:
    goal = objective(world)
    fewer = make_key_result(goal, "", 0, baseline=Decimal(200), lower_is_better=True)
    check_in(key_result=fewer, by=world.manager, value=Decimal(100), confidence=None, note="")
    assert standing(world, fewer).progress == Fraction(1, 2)
    check_in(key_result=fewer, by=world.manager, value=Decimal(-100), confidence=None, note="")
    assert standing(world, fewer).progress == Fraction(3, 2)
    check_in(key_result=fewer, by=world.manager, value=Decimal(300), confidence=None, note="")
    assert standing(world, fewer).progress == Fraction(-1, 2)


def test_a_count_that_shall_stay_low_is_an_allowance(world: World) -> None:
    goal = objective(world)
    few = make_key_result(goal, "appointment", 11, lower_is_better=True)
    assert standing(world, few).progress == 1
    assert not standing(world, few).is_behind
    assert standing(world, few).level == ""
    # 8 of 22 working days are over: 4 of 11 are allowed by now.
    log(world.ren, "appointment", 8)
    assert standing(world, few).progress == Fraction(1, 2)
    assert standing(world, few).is_behind
    assert standing(world, few, date(2026, 6, 30)).level == "target"


def test_a_long_objective_changes_nothing_for_a_short_one(world: World) -> None:
    short = make_key_result(objective(world), "call", 100)
    long = make_key_result(
        make_objective(world.team, world.manager, start=date(2026, 4, 1), end=date(2027, 3, 31)), "call", 900
    )
    both = list(KeyResult.objects.with_hand().in_order().filter(pk__in=[short.pk, long.pk]))
    measures = Measures(world.team, both, TODAY)
    assert measures.standing(both[0]).expected == standing(world, short).expected == Fraction(8, 22)
    assert measures.standing(both[1]).expected == standing(world, long).expected
    # Working days, not days: 46 of the year's.
    assert 0.18 < float(measures.standing(both[1]).expected) < 0.2


def test_nothing_is_expected_before_the_first_working_day(world: World) -> None:
    """1 August 2026 is a Saturday."""
    goal = make_objective(world.team, world.manager, start=date(2026, 8, 1), end=date(2026, 8, 31))
    key_result = make_key_result(goal, "call", 100)
    found = [standing(world, key_result, date(2026, 8, day)).expected for day in (1, 2, 3)]
    assert found[:2] == [0, 0]
    assert found[2] > 0


def test_who_joined_lately_is_not_measured_by_the_months_before(world: World) -> None:
    key_result = make_key_result(objective(world, member=world.ren), "appointment", 38)
    for month in (3, 4, 5):
        log(world.rika, "appointment", 40, date(2026, month, 10))
    log(world.ren, "appointment", 10, date(2026, 5, 25))
    assert standing(world, key_result).chance_at_start is None


def test_no_chance_is_told_after_the_end(world: World) -> None:
    key_result = make_key_result(objective(world), "appointment", 60)
    for month in (3, 4, 5):
        log(world.ren, "appointment", 60, date(2026, month, 10))
    assert standing(world, key_result, date(2026, 6, 30)).chance is not None
    assert standing(world, key_result, date(2026, 7, 1)).chance is None


def test_expected_follows_the_working_days(world: World) -> None:
    key_result = make_key_result(objective(world), "call", 100)
    # 8 of June's 22 working days are over on the evening of Wednesday the 10th.
    assert standing(world, key_result).expected == Fraction(8, 22)
    assert standing(world, key_result, date(2026, 6, 14)).expected == Fraction(10, 22)
    assert standing(world, key_result, date(2026, 5, 20)).expected == 0
    assert standing(world, key_result, date(2026, 7, 20)).expected == 1


def test_what_is_typed_beside_the_log_is_shown_and_aligned(world: World) -> None:
    key_result = make_key_result(objective(world), "appointment", 20)
    log(world.ren, "appointment", 5)
    check_in(key_result=key_result, by=world.manager, value=Decimal(7), confidence=None, note="")

    def disagreement() -> object:
        stored = KeyResult.objects.with_hand().in_order().get(pk=key_result.pk)
        return Measures(world.team, [stored], TODAY).disagreement(stored)

    found = disagreement()
    assert found is not None
    assert (found.hand, found.logged, found.day) == (7, 5, TODAY)  # type: ignore[attr-defined]
    align_with_log(key_result=KeyResult.objects.with_hand().get(pk=key_result.pk), by=world.manager)
    assert disagreement() is None
    # The log goes on: that is progress, no disagreement.
    log(world.ren, "appointment", 1)
    assert disagreement() is None


def test_the_chance_needs_three_periods_of_log(world: World) -> None:
    key_result = make_key_result(objective(world), "appointment", 60)
    for month in (5, 4):
        for day in range(5, 25):
            log(world.ren, "appointment", 3, date(2026, month, day))
    assert standing(world, key_result).chance_at_start is None
    for day in range(5, 25):
        log(world.ren, "appointment", 3, date(2026, 3, day))
    likely = standing(world, key_result)
    assert likely.chance_at_start is not None
    assert 0.3 < likely.chance_at_start < 0.8
    # Nothing done in a third of the month: less likely than it was.
    assert likely.chance is not None
    assert likely.chance < likely.chance_at_start
    log(world.ren, "appointment", 60)
    assert standing(world, key_result).chance == 1.0


def test_queries_do_not_grow_with_key_results(world: World) -> None:
    goal = objective(world)

    def queries() -> int:
        key_results = list(KeyResult.objects.with_hand().in_order())
        with counted_queries() as caught:
            measures = Measures(world.team, key_results, TODAY)
            for key_result in key_results:
                measures.standing(key_result)
        return len(caught)

    make_key_result(goal, "appointment", member=world.ren)
    few = queries()
    for code in ("call", "meeting", "contract"):
        make_key_result(goal, code)
        make_key_result(goal, code, member=world.ren, end=TODAY)
    make_plan(world.other_team, world.stranger, start=date(2026, 7, 1), end=date(2026, 7, 31))
    assert queries() == few


def test_a_typed_number_keeps_what_it_was_before(world: World) -> None:
    key_result = make_key_result(objective(world), target=15, baseline=Decimal(4))
    stored = KeyResult.objects.with_hand().in_order().get(pk=key_result.pk)
    assert Measures(world.team, [stored], TODAY).before(stored) == 4


def test_days_without_work_pass_as_days(world: World) -> None:
    """A period that lies wholly on a closed week still goes from nothing to all."""
    days = [TODAY + timedelta(days=number) for number in range(5)]
    mark_days(team=world.team, by=world.manager, days=days, kind="closed", name="Moving house")
    key_result = make_key_result(
        make_objective(world.team, world.manager, start=days[0], end=days[-1]), "call", 10
    )
    stored = KeyResult.objects.with_hand().in_order().get(pk=key_result.pk)
    measures = Measures(world.team, [stored], TODAY)
    assert measures.pace(stored, days) == [Fraction(number, 5) for number in range(1, 6)]
    assert measures.elapsed(stored) == Fraction(1, 5)
