from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from apps.web.amounts import amounts_in

GetResponse = Callable[[HttpRequest], HttpResponse]


def private_answers(get_response: GetResponse) -> GetResponse:
    """Answers belong to one person and one kind of request: no shared cache may mix them up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        # The same address answers a page or a fragment.
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


def htmx_redirects(get_response: GetResponse) -> GetResponse:
    """A redirect, e.g. to sign in again, moves the whole page instead of landing in a fragment."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 302 and request.headers.get("HX-Request") == "true":
            # The same response, so that its cookies, such as a new session, stay on it.
            response.headers["HX-Redirect"] = _for_the_page(request, response.headers["Location"])
            del response.headers["Location"]
            response.status_code = 204
        return response

    return middleware


def _for_the_page(request: HttpRequest, location: str) -> str:
    """After signing in again one returns to the page, not to the address of its fragment."""
    login = reverse(settings.LOGIN_URL)
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    return f"{login}?{urlencode({'next': page})}" if location.startswith(login) else location


def personal_language_and_zone(get_response: GetResponse) -> GetResponse:
    """A signed-in person's own language and time zone win over the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            with timezone.override(settings.TIME_ZONE):
                return get_response(request)
        language = request.user.language or translation.get_language()
        request.LANGUAGE_CODE = language
        wishes = request.user
        with (
            translation.override(language),
            timezone.override(ZoneInfo(wishes.time_zone)),
            amounts_in(wishes.amounts),
        ):
            response = get_response(request)
        response.headers["Content-Language"] = language
        return response

    return middleware
