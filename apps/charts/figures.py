"""What every figure shares. Words come from the caller; colours and fonts from charts.js."""

from html import escape
from typing import Any


def safe_name(name: str) -> str:
    """Plotly reads labels as a kind of HTML, so a name that a person typed is escaped."""
    return escape(name, quote=False)


def figure_json(figure: Any) -> str:
    """JSON for a <script type="application/json"> block; plotly escapes ``<``, ``>`` and ``/``."""
    return str(figure.to_json())


def warm_up() -> None:
    """Builds one small figure, so that the first visitor does not pay for plotly's start."""
    from datetime import date

    from apps.charts.burn_up import BurnUp, burn_up

    burn_up(BurnUp([date(2026, 1, 1)], [1], [1], "plan", "actual"))
