"""Landing forecasts against teams whose truth is known. The full figures are those of ./kpi bench."""

from typing import Any

import numpy as np
import pytest

from apps.domain.lags import Lag, kernel, learn_lag, usual
from apps.domain.landing import Outcome, Record, Skill, Span, land, learn_skill, raw_forecast
from apps.domain.outlook import BLOCK, blocks, in_time, learn_lags, rates_of, under_way
from apps.domain.scores import score
from tests.bench.landing_cases import tell
from tests.bench.simulated import DAYS, World, draw

NOW = Lag((1.0,), 0.0, is_read=True)


def steady(people: int, months: int, a_day: float, done: int) -> tuple[Record, Span]:
    """Everybody brings as much every day: ``done`` days of the last month are over."""
    days = months * DAYS
    counts = np.full((people, days - DAYS + done, 1), a_day)
    spans = [Span(month * DAYS, (month + 1) * DAYS) for month in range(months)]
    return Record(counts, np.ones((people, days)), [], spans[:-1]), spans[-1]


@pytest.mark.parametrize("done", [0, 5, 20])
def test_a_steady_team_lands_where_it_always_lands(done: int) -> None:
    record, span = steady(3, 6, 2.0, done)
    found = land(raw_forecast(record, span), Skill())
    assert found.mean == pytest.approx([42.0] * 3, rel=0.03)
    assert found.team_mean == pytest.approx(126, rel=0.03)
    assert found.so_far == pytest.approx([2.0 * done] * 3)


def test_a_finished_period_is_certain() -> None:
    record, span = steady(2, 4, 1.0, DAYS)
    found = land(raw_forecast(record, span), Skill())
    assert found.mean == pytest.approx([21.0, 21.0])
    assert found.spread.max() < 1e-6


def test_somebody_new_leans_on_the_team_and_somebody_away_brings_nothing() -> None:
    record, span = steady(4, 5, 1.0, 6)
    counts, capacity = record.counts.copy(), record.capacity.copy()
    counts[0, : span.first + 3] = 0
    capacity[1, span.first + 6 :] = 0
    raw = raw_forecast(Record(counts, capacity, [], record.past), span)
    assert raw.pace[0] == pytest.approx(15, rel=0.15)
    assert raw.pace[1] == 0


@pytest.mark.parametrize(
    "counts",
    [
        np.zeros((2, 40, 3)),
        np.zeros((2, 1, 3)),
        np.full((2, 40, 3), -2.0),
        np.concatenate([np.zeros((2, 39, 3)), np.full((2, 1, 3), 500.0)], axis=1),
        # More at the end than ever began.
        np.stack([np.ones((2, 40)), np.full((2, 40), 3.0), np.full((2, 40), 9.0)], axis=2),
        # The middle stage was only counted from day 30 on.
        np.stack([np.full((2, 40), 5.0), np.where(np.arange(40) >= 30, 2.0, 0.0) * np.ones((2, 1)),
                  np.ones((2, 40))], axis=2),
    ],
    ids=["nothing", "one day", "negative", "all in one day", "above one", "changed funnel"],
)  # fmt: skip
def test_odd_records_give_finite_numbers(counts: Any) -> None:
    lags = learn_lags(counts, [None, None])
    record = Record(counts, np.ones((2, 63)), lags, [Span(0, 21)])
    span = Span(21, 42) if counts.shape[1] > 21 else Span(0, 21)
    raw = raw_forecast(record, span)
    found = land(raw, learn_skill([], raw.place))
    for values in (found.mean, found.spread, raw.pace, raw.flow):
        assert np.isfinite(values).all()
    assert (raw.pace >= 0).all()
    assert (raw.flow >= 0).all()
    assert all(rate is None or np.isfinite(rate.mean).all() for rate in rates_of(record))


def test_what_was_never_done_after_months_of_work_is_expected_to_stay_rare() -> None:
    record, span = steady(3, 5, 0.0, 5)
    found = land(raw_forecast(record, span), Skill())
    assert found.team_mean < 1


# -- waiting times ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0.0, 2.0, 8.0, 20.0])
def test_a_wait_is_read_from_the_days_alone(lag: float) -> None:
    random = np.random.default_rng(5)
    cases = random.poisson(12 * (1 + np.sin(np.arange(240) / 9) * 0.8)).astype(float)
    results = np.zeros(400)
    for day, count in enumerate(cases):
        for wait in np.round(random.exponential(lag, random.binomial(int(count), 0.4))).astype(int):
            results[day + wait] += 1
    found = learn_lag(cases, results[:240])
    assert found.is_read
    assert found.mean == pytest.approx(lag, abs=1.0 + lag * 0.35)


def test_few_results_leave_what_people_typed() -> None:
    cases, results = np.ones(60), np.zeros(60)
    results[50] = 2
    assert learn_lag(cases, results, 12.0) == usual(12.0)
    assert not learn_lag(cases, results).is_read


@pytest.mark.parametrize("mean", [0.5, 3.0, 12.0, 40.0])
def test_a_kernel_holds_nearly_everything(mean: float) -> None:
    parts = np.array(kernel(mean))
    assert 0.94 < parts.sum() <= 1.0001
    assert Lag(tuple(parts), mean, is_read=False).arrived(-1) == 0


def test_what_begins_on_the_last_days_comes_too_late() -> None:
    lags = [Lag(kernel(5.0), 5.0, is_read=True)]
    whole, last = in_time(lags, np.ones(20)), in_time(lags, np.ones(3))
    assert 0.6 < whole < 0.85
    assert last < 0.4
    assert in_time(lags, np.ones(20), stage=1) == 1
    assert in_time(lags, np.zeros(5)) == 0
    assert in_time([NOW], np.ones(4)) == 1


def test_what_is_under_way_comes_without_new_work() -> None:
    counts = np.zeros((1, 80, 2))
    counts[0, :60, 0] = 10
    counts[0, 6:60, 1] = 2
    record = Record(counts[:, :60], np.ones((1, 80)), [Lag(kernel(6.0), 6.0, is_read=True)], [])
    assert under_way(record, Span(60, 80))[0] == pytest.approx(12, abs=4)


def test_blocks_keep_every_day() -> None:
    for days in (1, BLOCK - 1, BLOCK, BLOCK + 3, 3 * BLOCK + 15):
        assert blocks(np.ones((2, days))).sum() == 2 * days


# -- how good --------------------------------------------------------------------------------------


def test_ranges_hold_as_often_as_they_say() -> None:
    told = tell(World(months=8), 60, seed=4)
    people, teams = score(told.everybody), score(told.every_team)
    assert people
    assert teams
    assert people.held_most == pytest.approx(0.8, abs=0.05)
    assert people.held_half == pytest.approx(0.5, abs=0.07)
    # 180 forecasts of 60 teams: three standard errors.
    assert teams.held_most == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("world", [World(months=7), World(months=7, lags=(5, 20))], ids=["days", "weeks"])
def test_landing_beats_both_plain_rules_at_every_third(world: World) -> None:
    scores = tell(world, 100, seed=1).scores()
    for third in (1, 2, 3):
        assert scores[f"person_{third}"].beats_both
    assert scores["team_1"].beats_both
    for third in (2, 3):
        rule = scores[f"team_{third}"].run_rate
        assert rule
        assert rule.ours <= rule.error * 1.1


def test_past_misses_widen_the_ranges() -> None:
    random = np.random.default_rng(3)
    counts, capacity = draw(World(people=3, months=5), random)
    record = Record(counts, capacity, learn_lags(counts, [None] * 3), [Span(0, DAYS)])
    raw = raw_forecast(record.until(2 * DAYS), Span(2 * DAYS, 3 * DAYS))
    close = [Outcome(raw, raw.mixed(0.5)) for _each in range(8)]
    wild = [Outcome(raw, raw.mixed(0.5) * 2.5 + 5) for _each in range(8)]
    narrow, wide = (learn_skill(outcomes, raw.place) for outcomes in (close, wild))
    assert narrow.people < 1 < wide.people
    assert land(raw, wide).team_spread > land(raw, narrow).team_spread
