"""Conversions of a funnel beside the planned ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.charts.figures import drawn_once, figure_json, plotly_objects, safe_name


@dataclass(frozen=True)
class ConversionBars:
    """Per cent by step, from one stage into the next; measured is None where nothing came before.
    ``likely``: what the true rate is expected to be, with the range that holds it in most cases; None where
    nothing is known."""

    steps: Sequence[tuple[str, str]]
    planned: Sequence[float]
    measured: Sequence[float | None]
    planned_name: str
    measured_name: str
    likely: Sequence[tuple[float, float, float] | None] = ()
    likely_name: str = ""


@drawn_once
def conversion_bars(chart: ConversionBars) -> str:
    """Two bars a step, the plan hatched; text on the bars carries the value. Between them the range."""
    go = plotly_objects()

    # In two lines, so that labels stay level on a phone.
    steps = [f"{safe_name(before)} →<br>{safe_name(after)}" for before, after in chart.steps]
    planned = go.Bar(
        x=steps,
        y=list(chart.planned),
        name=safe_name(chart.planned_name),
        marker={"pattern": {"shape": "/"}},
        texttemplate="%{y:.1f}%",
        meta="plan",
    )
    measured = go.Bar(
        x=steps,
        y=list(chart.measured),
        name=safe_name(chart.measured_name),
        texttemplate="%{y:.1f}%",
        meta="actual",
    )
    traces = [planned, measured, *([_range(go, chart, steps)] if any(chart.likely) else [])]
    layout = {"barmode": "group", "yaxis": {"rangemode": "tozero", "ticksuffix": "%"}}
    return figure_json(go.Figure(traces, layout=layout))


def _range(go: Any, chart: ConversionBars, steps: Sequence[str]) -> Any:
    known = [(step, found) for step, found in zip(steps, chart.likely, strict=True) if found]
    return go.Scatter(
        x=[step for step, _found in known],
        y=[middle for _step, (_low, middle, _high) in known],
        name=safe_name(chart.likely_name),
        mode="markers",
        marker={"symbol": "diamond", "size": 9},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, high - middle) for _step, (_low, middle, high) in known],
            "arrayminus": [max(0.0, middle - low) for _step, (low, middle, _high) in known],
        },
        meta="series-2",
    )
