"""How likely a goal is reached, by the number of first actions."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.charts.figures import figure_json, plotly_objects, safe_name


@dataclass(frozen=True)
class Effort:
    """``course``: numbers of actions with the per cent of periods in which they are enough; ``marks``:
    points of it with what they are called."""

    course: Sequence[tuple[int, float]]
    marks: Sequence[tuple[int, float, str]]
    chance_name: str
    actions_name: str


def effort_curve(chart: Effort) -> str:
    go = plotly_objects()

    line = go.Scatter(
        x=[actions for actions, _chance in chart.course],
        y=[chance for _actions, chance in chart.course],
        name=safe_name(chart.chance_name),
        mode="lines",
        line={"shape": "spline"},
        meta="actual",
    )
    marks = go.Scatter(
        x=[actions for actions, _chance, _name in chart.marks],
        y=[chance for _actions, chance, _name in chart.marks],
        text=[safe_name(name) for _actions, _chance, name in chart.marks],
        mode="markers+text",
        # The plan's own name stands below the line, the confidences above it.
        textposition=["bottom right", *(["top left"] * (len(chart.marks) - 1))],
        marker={"size": 10, "symbol": "diamond"},
        meta="plan",
        hoverinfo="skip",
    )
    layout = {
        "showlegend": False,
        "xaxis": {
            "type": "linear",
            "tickformat": ",d",
            "rangemode": "tozero",
            "title": {"text": safe_name(chart.actions_name)},
        },
        "yaxis": {
            "range": [0, 108],
            "tickvals": [0, 25, 50, 75, 100],
            "ticktext": ["0%", "25%", "50%", "75%", "100%"],
        },
        "margin": {"b": 48},
    }
    return figure_json(go.Figure([line, marks], layout=layout))
