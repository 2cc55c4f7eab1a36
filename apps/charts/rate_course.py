"""The course of a rate, with what was decided and practised on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.charts.figures import figure_json, plotly_objects, safe_name

# Between light and dark, so that it shows on both.
NEUTRAL = "rgba(128, 128, 128, 0.75)"


@dataclass(frozen=True)
class Span:
    """A stretch of days with one value of its own, e.g. the mean before a practice."""

    start: date
    end: date
    value: float


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day."""

    day: date
    label: str


@dataclass(frozen=True)
class RateCourse:
    """Values by day, None where nothing was counted; ``suffix`` stands behind them."""

    days: Sequence[date]
    values: Sequence[float | None]
    name: str
    suffix: str = ""
    spans: Sequence[Span] = ()
    span_name: str = ""
    marks: Sequence[Mark] = ()
    height: int = 280


def rate_course(chart: RateCourse) -> str:
    """Values as a line with markers, means as dashes, marks as dotted lines: told apart without colour."""
    go = plotly_objects()

    traces = [
        go.Scatter(
            x=[day.isoformat() for day in chart.days],
            y=list(chart.values),
            name=safe_name(chart.name),
            mode="lines+markers",
            marker={"size": 7},
            meta="actual",
        )
    ]
    if chart.spans:
        traces.append(_spans(go, chart))
    layout = {
        "height": chart.height,
        "showlegend": bool(chart.spans),
        # Below: above the plot it would lie on the marks where the screen is narrow.
        "legend": {"orientation": "h", "y": -0.18, "yanchor": "top"},
        "yaxis": {"rangemode": "tozero", "ticksuffix": chart.suffix},
        "shapes": [_line(mark) for mark in chart.marks],
        "annotations": [_label(mark) for mark in chart.marks],
    }
    return figure_json(go.Figure(traces, layout=layout))


def _spans(go: object, chart: RateCourse) -> object:
    days: list[str | None] = []
    values: list[float | None] = []
    for span in chart.spans:
        days += [span.start.isoformat(), span.end.isoformat(), None]
        values += [span.value, span.value, None]
    return go.Scatter(  # type: ignore[attr-defined]
        x=days, y=values, name=safe_name(chart.span_name), mode="lines", line={"dash": "dash"}, meta="plan"
    )


def _line(mark: Mark) -> dict[str, object]:
    day = mark.day.isoformat()
    line = {"dash": "dot", "width": 1.5, "color": NEUTRAL}
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "line": line,
    }


def _label(mark: Mark) -> dict[str, object]:
    return {
        "x": mark.day.isoformat(),
        "y": 1,
        "yref": "paper",
        "yanchor": "top",
        "xanchor": "left",
        "xshift": 3,
        "showarrow": False,
        "text": safe_name(mark.label),
    }
