"""Where the API answers. Its tokens are its sign-in, so the session's is not asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from apps.api.api import api
from apps.api.problems import answer

View = Callable[..., HttpResponse]

# ninja's own pages answer every method alike.
OF_NINJA = ("openapi-json", "openapi-view", "api-root")


def _open(pattern: URLPattern | URLResolver) -> URLPattern:
    assert isinstance(pattern, URLPattern)
    view = pattern.callback
    view = require_safe(view) if pattern.name in OF_NINJA else _with_words(view)
    setattr(view, "login_required", False)  # noqa: B010  the type of a view knows no marks
    pattern.callback = view
    return pattern


def _with_words(view: View) -> View:
    """A wrong method is a problem like the others."""

    @csrf_exempt
    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        refused = answer(405, "not_allowed")
        refused["Allow"] = response["Allow"]
        return refused

    return spoken


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, path: str) -> HttpResponse:
    return answer(404, "not_found")


patterns = [
    *(_open(pattern) for pattern in api.urls[0]),
    re_path(r"^(?P<path>.+)$", unknown, name="unknown"),
]
