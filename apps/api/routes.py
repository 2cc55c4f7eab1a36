"""Where the API answers. Its tokens are its sign-in, so the session's is not asked for."""

from django.urls import URLPattern, URLResolver
from django.views.decorators.http import require_safe

from apps.api.api import api

# ninja's own pages answer every method alike.
OF_NINJA = ("openapi-json", "openapi-view", "api-root")


def _open(pattern: URLPattern | URLResolver) -> URLPattern:
    assert isinstance(pattern, URLPattern)
    view = pattern.callback
    if pattern.name in OF_NINJA:
        view = require_safe(view)
    view.login_required = False  # type: ignore[attr-defined]
    pattern.callback = view
    return pattern


patterns = [_open(pattern) for pattern in api.urls[0]]
