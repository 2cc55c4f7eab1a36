"""Figures as the page carries them: data and what the words need, no style, and no markup of a name."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.charts import figures
from apps.charts.burn_up import BurnUp, Fan, burn_up
from apps.charts.conversion import ConversionBars, conversion_bars
from apps.charts.effort import Effort, effort_curve
from apps.charts.progress_lines import ProgressLines, progress_lines
from apps.charts.rate_course import Mark, RateCourse, Span, rate_course
from apps.charts.waterfall import Waterfall, waterfall

DAYS = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]
NAME = "</script><b>Ren</b>"
FAN = Fan(DAYS[2:], [3.0], [(2.0, 4.0)], [(1.0, 5.0)], NAME, NAME, NAME)
FIGURES: list[Callable[[], str]] = [
    lambda: burn_up(BurnUp(DAYS, [1, 2, 3], [1, 3], NAME, NAME, FAN)),
    lambda: conversion_bars(ConversionBars([(NAME, NAME)], [50.0], [None], NAME, NAME, [(40, 45, 50)], NAME)),
    lambda: effort_curve(Effort([(10, 50.0), (20, 80.0)], [(10, 50.0, NAME)], NAME, NAME)),
    lambda: progress_lines(ProgressLines(DAYS, [0.0, 50.0, 100.0], [(NAME, [0.0, None, 40.0])], NAME)),
    lambda: rate_course(
        RateCourse(
            DAYS, [1.0, None, 2.0], NAME, "%", [Span(DAYS[0], DAYS[1], 1.5)], NAME, [Mark(DAYS[1], NAME)]
        )
    ),
    lambda: waterfall(Waterfall(10.0, [(NAME, -3.0)], NAME, NAME)),
]


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for value in part.values() for text in _texts(value)]
    if isinstance(part, list):
        return [text for value in part for text in _texts(value)]
    return [part] if isinstance(part, str) else []


@pytest.mark.parametrize("draw", FIGURES)
def test_a_figure_brings_no_style_of_its_own(draw: Callable[[], str]) -> None:
    text = draw()
    assert "template" not in json.loads(text)["layout"]
    # Each of fifty on one page.
    assert len(text) < 2_000


@pytest.mark.parametrize("draw", FIGURES)
def test_a_name_is_text_to_the_page_and_to_plotly(draw: Callable[[], str]) -> None:
    text = draw()
    assert "<" not in text
    names = [one for one in _texts(json.loads(text)) if "Ren" in one]
    assert names
    assert all("<b>" not in name for name in names)


def test_what_was_drawn_longest_ago_is_given_up_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "KEPT", 2)
    drawn: list[int] = []

    @figures.drawn_once
    def draw(number: int) -> str:
        drawn.append(number)
        return f"drawing {number}"

    assert [draw(number) for number in (1, 2, 1, 2)] == ["drawing 1", "drawing 2"] * 2
    draw(3)
    assert draw(1) == "drawing 1"
    assert drawn == [1, 2, 3, 1]


def test_the_first_visitor_finds_plotly_at_hand() -> None:
    figures.plotly_objects.cache_clear()
    figures.warm_up()
    assert figures.plotly_objects.cache_info().misses == 1
