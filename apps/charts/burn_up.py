"""Running totals against their plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.charts.figures import figure_json, safe_name


@dataclass(frozen=True)
class BurnUp:
    days: Sequence[date]
    planned: Sequence[float]
    actual: Sequence[float]
    planned_name: str
    actual_name: str


def burn_up(chart: BurnUp) -> str:
    """Plan as a dashed step line, actual as a solid one with markers: told apart without colour."""
    import plotly.graph_objects as go

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
        mode="lines+markers",
        marker={"size": 5},
        meta="actual",
    )
    layout = {"template": None, "yaxis": {"rangemode": "tozero"}}
    return figure_json(go.Figure([planned, actual], layout=layout))
