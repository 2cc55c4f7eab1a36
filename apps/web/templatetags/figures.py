"""How numbers look. Arithmetic stays in apps.domain; these only write."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from apps.domain.numbers import shown, whole_up
from apps.web.amounts import FULL, amount_text, amounts_in

register = template.Library()

MINUS = "\N{MINUS SIGN}"
# Shares that one can picture.
IN_WORDS = (
    *((1, 20), (1, 10), (1, 5), (1, 4), (3, 10), (1, 3), (2, 5), (1, 2)),
    *((3, 5), (2, 3), (7, 10), (3, 4), (4, 5), (9, 10), (19, 20)),
)
# Of a sparkline, in px.
HEIGHT, STEP = 14, 6


@register.filter
def number(value: int | None) -> str:
    """``1,234``; a dash where there is none."""
    return "–" if value is None else f"{value:,}".replace("-", MINUS)


@register.filter
def of(values: Mapping[Any, Any], key: object) -> Any:
    """What a mapping holds under a key that a template has by name."""
    return values.get(key)


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
def digits(value: Fraction | int, places: int = 0) -> str:
    return shown(Fraction(value), places).replace("-", MINUS)


@register.filter
def up(value: Fraction) -> str:
    """The next whole number."""
    return number(whole_up(value))


@register.filter
def figure(value: int | None, currency: str = "") -> str:
    """An amount where a currency is given, else a count."""
    if value is None:
        return "–"
    return amount_text(value, currency).replace("-", MINUS) if currency else number(value)


def full_figure(value: int | None, currency: str = "") -> str:
    """``figure`` for texts that others read too, whatever the one who makes them prefers."""
    with amounts_in(FULL):
        return figure(value, currency)


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


@register.filter
def hundredths(value: Fraction) -> int:
    """A part as whole per cent, cut off."""
    return int(value * 100)


@register.filter
def plain(value: Decimal) -> str:
    """A stored decimal without the zeros that fill it up."""
    return shown(Fraction(value), 4).replace("-", MINUS)


@register.filter
def share(value: float) -> str:
    """``33.3%`` from a measured rate; small ones with three digits."""
    return percent(Fraction(value), 1 if value >= 0.01 else 3)


@register.filter
def chance(value: float) -> str:
    """``40%``: tens are all that a probability from a few periods can tell, and never 0 or 100."""
    return f"{min(95, max(5, round(value * 10) * 10))}%"


@register.filter
def whole_percent(value: float) -> str:
    """``80%``, to the nearest whole."""
    return f"{round(value * 100)}%"


@register.filter
def in_words(value: float) -> str:
    """A chance as so many of so many, in small numbers that one can see before the inner eye."""
    if value < 0.05:
        return gettext("fewer than 1 out of 20")
    if value > 0.95:
        return gettext("more than 19 out of 20")
    count, of = min(IN_WORDS, key=lambda pair: abs(pair[0] / pair[1] - value))
    return gettext("%(count)s out of %(of)s") % {"count": count, "of": of}


@register.filter
def tenth(value: float) -> str:
    return shown(Fraction(value), 1)


@register.filter
def worth(value: Fraction | float, currency: str = "") -> str:
    """What something is worth at the end: money in whole units, or a count with two digits."""
    if currency:
        return figure(round(value), currency)
    return shown(Fraction(value), 0 if value >= 100 else 2)


@register.filter
def about(value: float, currency: str = "") -> str:
    """``worth`` with two digits that matter: more would pretend to know."""
    digits = len(str(int(abs(value))))
    return worth(round(value, 2 - digits) if digits > 2 else value, currency)


@register.filter
def roughly(value: float, currency: str = "") -> str:
    """A forecast with three digits: more would pretend to know."""
    whole = round(value)
    digits = len(str(abs(whole)))
    return figure(round(whole, 3 - digits) if digits > 3 else whole, currency)


@register.simple_tag
def sparkline(values: Sequence[Fraction]) -> SafeString:
    """A course in miniature; its numbers stand beside it in a list."""
    low, span = min(values), max(values) - min(values)
    places = [float((value - low) / span) if span else 0.5 for value in values]
    points = " ".join(f"{number * STEP},{(1 - place) * HEIGHT:.1f}" for number, place in enumerate(places))
    width, height = (len(values) - 1) * STEP + 4, HEIGHT + 4
    return format_html(
        '<svg class="sparkline" viewBox="-2 -2 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<polyline points="{}"/></svg>',
        *(width, height, width, height),
        points,
    )


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


@register.filter
def by(value: float, per_cent: bool) -> str:
    """A difference with its sign: of shares in points."""
    return f"{value * (100 if per_cent else 1):+.1f}".replace("-", MINUS)
