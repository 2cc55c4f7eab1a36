"""What every figure shares. Words come from the caller; colours and fonts from charts.js."""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache, wraps
from html import escape
from typing import Any, TypeVar

Drawing = TypeVar("Drawing")


@cache
def plotly_objects() -> Any:
    """Its classes, loaded when the first figure is drawn. Without its own style, of which each figure would
    carry a copy of seven kilobytes: style comes from charts.js."""
    import plotly.graph_objects
    import plotly.io

    plotly.io.templates.default = None
    return plotly.graph_objects


def safe_name(name: str) -> str:
    """Plotly reads labels as a kind of HTML, so a name that a person typed is escaped."""
    return escape(name, quote=False)


def figure_json(figure: Any) -> str:
    """JSON for a <script type="application/json"> block; plotly escapes ``<``, ``>`` and ``/``."""
    return str(figure.to_json())


# Each some kilobytes.
KEPT = 300


def drawn_once(draw: Callable[[Drawing], str]) -> Callable[[Drawing], str]:
    """The same numbers under the same names give the same text: after a log most charts of a page are as they
    were."""
    kept: OrderedDict[str, str] = OrderedDict()

    @wraps(draw)
    def drawn(drawing: Drawing) -> str:
        key = repr(drawing)
        text = kept.get(key)
        if text is None:
            text = kept[key] = draw(drawing)
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return text

    return drawn


def warm_up() -> None:
    """Builds one small figure, so that the first visitor does not pay for plotly's start."""
    from datetime import date

    from apps.charts.burn_up import BurnUp, burn_up

    burn_up(BurnUp([date(2026, 1, 1)], [1], [1], "plan", "actual"))
