"""How numbers look. Arithmetic stays in apps.domain; these only write."""

from fractions import Fraction

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.domain.money import money_text
from apps.domain.numbers import shown

register = template.Library()

MINUS = "\N{MINUS SIGN}"


@register.filter
def number(value: int | None) -> str:
    """``1,234``; a dash where there is none."""
    return "–" if value is None else f"{value:,}".replace("-", MINUS)


@register.filter
def signed(value: int) -> str:
    return f"{value:+,}".replace("-", MINUS)


@register.filter
def percent(value: Fraction | None, places: int = 0) -> str:
    """``72%`` from 18/25; a dash where there is nothing to divide by."""
    return "–" if value is None else f"{shown(value * 100, places)}%".replace("-", MINUS)


@register.filter
def decimal(value: Fraction) -> str:
    return shown(value)


@register.filter
def figure(value: int | None, currency: str = "") -> str:
    """An amount where a currency is given, else a count."""
    if value is None:
        return "–"
    return money_text(value, currency).replace("-", MINUS) if currency else number(value)


@register.filter
def signed_figure(value: int, currency: str = "") -> str:
    return f"+{figure(value, currency)}" if value > 0 else figure(value, currency)


@register.filter
def bar_max(value: int | None) -> int:
    """A progress bar needs a maximum above zero."""
    return max(1, value or 0)


@register.filter
def clamp(value: int, most: int | None) -> int:
    """What a progress bar can show of a value; the number beside it is never cut."""
    return max(0, min(value, bar_max(most)))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon from the sprite; the words stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def figure_script(name: str, figure: str) -> SafeString:
    """A figure's JSON for charts.js. Closing the block from inside is made impossible here, whoever
    made the JSON: no ``<`` is left in it."""
    data = mark_safe(figure.replace("<", "\\u003c"))  # noqa: S308
    return format_html('<script type="application/json" id="figure-{}">{}</script>', name, data)
