import hashlib
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from apps.web.amounts import amounts_in
from apps.web.marks import one_look

# Begins with plain letters, which are searched for fifty times as fast as what looks behind itself.
CSRF_TOKEN = re.compile(rb'csrf(?:middlewaretoken" value=|token": )"\w+')
GetResponse = Callable[[HttpRequest], HttpResponse]


def private_answers(get_response: GetResponse) -> GetResponse:
    """Answers belong to one person and one kind of request: no shared cache may mix them up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", _how_kept(request, response))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        # The same address answers a page or a fragment.
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


def _how_kept(request: HttpRequest, response: HttpResponse) -> str:
    """A page may be kept by its reader's browser if it asks again; files and what programs get by nobody."""
    is_file = "attachment" in response.headers.get("Content-Disposition", "")
    return "no-store" if is_file or request.path.startswith("/api/") else "private, no-cache"


def unchanged_pages(get_response: GetResponse) -> GetResponse:
    """A page that is as the browser has it is not sent again. Django's own middleware would never find one:
    each answer masks its CSRF token anew. So the tokens are left out of the mark, and the secret behind them
    is in it: after a new sign-in the old page, with tokens that no longer hold, is another one.

    Today is sent anew each time on purpose: the ids of its next entries stand in it, and one that was used
    before would make a tap look like a tap sent again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if request.method != "GET" or response.status_code != 200 or response.streaming or not is_page:
            return response
        if "no-store" in response.headers.get("Cache-Control", ""):
            return response
        secret = str(request.META.get("CSRF_COOKIE", ""))
        mark = hashlib.sha256(CSRF_TOKEN.sub(b"", response.content) + secret.encode()).hexdigest()
        response.headers["ETag"] = f'"{mark[:32]}"'
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response

    return middleware


def one_look_at_the_marks(get_response: GetResponse) -> GetResponse:
    """What only looks reads once whether anything has changed; what writes asks anew each time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with one_look(writes=request.method not in ("GET", "HEAD")):
            return get_response(request)

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
