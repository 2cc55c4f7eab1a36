"""Parts of pages that are kept as text while nothing they show has changed."""

from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.web.amounts import wish
from apps.web.marks import PLAN, REST, remembered

# Small pieces that stand on a page many times, such as the rows of a table.
PIECES = 4000


def manner() -> tuple[str, str]:
    """How this reader wants things said: language and amounts."""
    return get_language() or "", wish()


def kept_part(
    request: HttpRequest,
    template: str,
    team: int,
    key: Hashable,
    context: Callable[[], dict[str, Any]],
    *,
    days: tuple[date, date],
) -> SafeString:
    """The template, rendered for this reader once for as long as the team's marks stay. It holds no form that
    changes anything: a token belongs to one request."""
    whose = (request.user.pk, request.GET.urlencode(), *manner(), key)
    return remembered(
        template,
        team,
        whose,
        lambda: render_to_string(template, context(), request),
        words=(PLAN, REST),
        days=days,
    )


def piece(template: str, **variables: Hashable) -> SafeString:
    """A piece that depends on its variables alone."""
    return _piece(template, manner(), tuple(variables.items()))


@lru_cache(maxsize=PIECES)
def _piece(
    template: str, _manner: tuple[str, str], variables: tuple[tuple[str, Hashable], ...]
) -> SafeString:
    return render_to_string(template, dict(variables))
