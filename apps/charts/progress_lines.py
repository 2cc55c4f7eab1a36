"""Several ways to a goal, side by side, in per cent of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.charts.figures import figure_json, plotly_objects, safe_name

# Told apart without colour: by dash and by marker.
COLOURS = 5
LOOKS = (
    ("solid", "circle"),
    ("dot", "square"),
    ("longdash", "diamond"),
    ("dashdot", "triangle-up"),
    ("solid", "x"),
    ("dot", "triangle-down"),
    ("longdash", "circle-open"),
    ("dashdot", "square-open"),
    ("solid", "diamond-open"),
    ("dot", "star"),
)


@dataclass(frozen=True)
class ProgressLines:
    """Per cent of the way by day; None where nothing can be said. ``pace`` is the even way."""

    days: Sequence[date]
    pace: Sequence[float]
    lines: Sequence[tuple[str, Sequence[float | None]]]
    pace_name: str


def progress_lines(chart: ProgressLines) -> str:
    go = plotly_objects()

    days = [day.isoformat() for day in chart.days]
    traces = [
        go.Scatter(
            x=days,
            y=list(chart.pace),
            name=safe_name(chart.pace_name),
            mode="lines",
            line={"dash": "dash"},
            meta="plan",
        )
    ]
    for number, (name, done) in enumerate(chart.lines):
        dash, symbol = LOOKS[number % len(LOOKS)]
        traces.append(
            go.Scatter(
                x=days[: len(done)],
                y=list(done),
                name=safe_name(name),
                mode="lines+markers",
                line={"dash": dash},
                marker={"symbol": symbol, "size": 6, "maxdisplayed": 10},
                meta=f"series-{number % COLOURS + 1}",
            )
        )
    layout = {
        "height": 360,
        # Key results have long names: they stand below one another under the plot.
        "legend": {"orientation": "v", "y": -0.12, "yanchor": "top"},
        "yaxis": {"rangemode": "tozero", "ticksuffix": "%"},
    }
    return figure_json(go.Figure(traces, layout=layout))
