"""Conversions of a funnel beside the planned ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.charts.figures import figure_json, safe_name


@dataclass(frozen=True)
class ConversionBars:
    """Per cent by step, from one stage into the next; measured is None where nothing came before."""

    steps: Sequence[tuple[str, str]]
    planned: Sequence[float]
    measured: Sequence[float | None]
    planned_name: str
    measured_name: str


def conversion_bars(chart: ConversionBars) -> str:
    """Two bars a step, the plan hatched; text on the bars carries the value."""
    import plotly.graph_objects as go

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
    layout = {"template": None, "barmode": "group", "yaxis": {"rangemode": "tozero", "ticksuffix": "%"}}
    return figure_json(go.Figure([planned, measured], layout=layout))
