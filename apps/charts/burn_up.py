"""Running totals against their plan, and where they lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.charts.figures import drawn_once, figure_json, plotly_objects, safe_name


@dataclass(frozen=True)
class Fan:
    """From the last actual value on: by day what is expected, and the ranges that hold it in half and in
    most of the cases."""

    days: Sequence[date]
    expected: Sequence[float]
    inner: Sequence[tuple[float, float]]
    outer: Sequence[tuple[float, float]]
    expected_name: str
    inner_name: str
    outer_name: str


@dataclass(frozen=True)
class BurnUp:
    """``top``: where the axis ends, so that several charts can be compared; 0 leaves it open. ``small``: one
    of many, without legend."""

    days: Sequence[date]
    planned: Sequence[float]
    actual: Sequence[float]
    planned_name: str
    actual_name: str
    fan: Fan | None = None
    top: float = 0.0
    small: bool = False


@drawn_once
def burn_up(chart: BurnUp) -> str:
    """Plan as a dashed step line, actual as a solid one with markers, the way ahead dotted within its
    ranges: told apart without colour."""
    go = plotly_objects()

    days = [day.isoformat() for day in chart.days]
    planned = go.Scatter(
        x=days,
        y=list(chart.planned),
        name=safe_name(chart.planned_name),
        mode="lines",
        line={"dash": "dash", "shape": "hv"},
        meta="plan",
    )
    actual = go.Scatter(
        x=days[: len(chart.actual)],
        y=list(chart.actual),
        name=safe_name(chart.actual_name),
        mode="lines" if chart.small else "lines+markers",
        marker={"size": 5},
        meta="actual",
    )
    traces = [*(_fan(go, chart.fan) if chart.fan else []), planned, actual]
    return figure_json(go.Figure(traces, layout=_layout(chart)))


def _layout(chart: BurnUp) -> dict[str, Any]:
    axis: dict[str, Any] = {"rangemode": "tozero"}
    if chart.top:
        axis = {"range": [0, chart.top]}
    layout: dict[str, Any] = {"yaxis": axis}
    if chart.small:
        layout |= {"height": 150, "showlegend": False, "margin": {"l": 44, "r": 6, "t": 6, "b": 24}}
        layout["xaxis"] = {"nticks": 3}
    return layout


def _fan(go: Any, fan: Fan) -> list[Any]:
    """Each range as two lines with the space between them filled; then the middle."""
    days = [day.isoformat() for day in fan.days]
    traces = []
    ranges = ((fan.outer, fan.outer_name, "band-outer"), (fan.inner, fan.inner_name, "band-inner"))
    for values, name, meta in ranges:
        low, high = ([value[side] for value in values] for side in (0, 1))
        shared = {"x": days, "mode": "lines", "meta": meta, "legendgroup": meta, "hoverinfo": "skip"}
        traces.append(go.Scatter(y=low, showlegend=False, **shared))
        traces.append(go.Scatter(y=high, fill="tonexty", name=safe_name(name), **shared))
    middle = go.Scatter(
        x=days,
        y=list(fan.expected),
        name=safe_name(fan.expected_name),
        mode="lines",
        line={"dash": "dot"},
        meta="actual",
    )
    return [*traces, middle]
