"""From a planned number to the actual one, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.charts.figures import figure_json, safe_name


@dataclass(frozen=True)
class Waterfall:
    """``parts`` lead from ``planned`` to the actual number, which is their sum."""

    planned: float
    parts: Sequence[tuple[str, float]]
    planned_name: str
    actual_name: str


def waterfall(chart: Waterfall) -> str:
    import plotly.graph_objects as go

    # In two lines, so that labels stay level.
    parts = [safe_name(name).replace(" → ", " →<br>") for name, _effect in chart.parts]
    names = [chart.planned_name, *parts, chart.actual_name]
    figure = go.Waterfall(
        x=names,
        y=[chart.planned, *(effect for _name, effect in chart.parts), 0],
        measure=["absolute", *("relative" for _part in chart.parts), "total"],
        meta="waterfall",
    )
    return figure_json(go.Figure([figure], layout={"template": None, "showlegend": False}))
