"""From a planned number to the actual one, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.charts.figures import drawn_once, figure_json, plotly_objects, safe_name


@dataclass(frozen=True)
class Waterfall:
    """``parts`` lead from ``planned`` to the actual number, which is their sum."""

    planned: float
    parts: Sequence[tuple[str, float]]
    planned_name: str
    actual_name: str


@drawn_once
def waterfall(chart: Waterfall) -> str:
    """From top to bottom, so that names are read level on a phone as well."""
    go = plotly_objects()

    between = (name for name, _effect in chart.parts)
    names = [safe_name(name) for name in (chart.planned_name, *between, chart.actual_name)]
    figure = go.Waterfall(
        y=names,
        x=[chart.planned, *(effect for _name, effect in chart.parts), 0],
        orientation="h",
        measure=["absolute", *("relative" for _part in chart.parts), "total"],
        meta="waterfall",
    )
    layout = {
        "showlegend": False,
        "height": 60 + 32 * len(names),
        "xaxis": {"type": "linear", "tickformat": ",.0f", "nticks": 3},
        "yaxis": {"autorange": "reversed", "type": "category"},
    }
    return figure_json(go.Figure([figure], layout=layout))
