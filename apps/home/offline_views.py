"""What makes Today open without a network. None of these answers holds anything personal but ``session``."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.models import LANGUAGES, User

# What the page without a network is made of.
FILES = (
    "vendor/tabler.css",
    "css/app.css",
    "css/plan.css",
    "css/today.css",
    "js/theme.js",
    "js/queue.js",
    "js/waiting.js",
    "js/offline.js",
    "img/icon.svg",
)


@login_not_required
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in on this device right now, and a fresh token for the next log."""
    user = request.user.pk if isinstance(request.user, User) else None
    answer = JsonResponse({"user": user, "token": get_token(request)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    files = [reverse("home:offline"), *(static(name) for name in FILES)]
    # Static files carry a hash of their content in their names; the page itself does not.
    page = _offline_page(request).content
    version = hashlib.sha256(page + "".join(files).encode()).hexdigest()[:16]
    context = {"files": files, "version": version, "shell": files[0]}
    return render(request, "home/sw.js", context, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return _offline_page(request)


def _offline_page(request: HttpRequest) -> HttpResponse:
    words = {code: _words(code) for code, _name in LANGUAGES}
    # The same for everybody: its script chooses the language of whoever was here last.
    with translation.override("en"):
        return render(request, "home/offline.html", {"words": words})


def _words(code: str) -> dict[str, Any]:
    with translation.override(code):
        return {
            "code": code,
            "title": _("What is to be done today?"),
            "offline": _("No network. What you log is kept on this device and sent later, once."),
            "older": _("These numbers are of {day}, the last time this device was connected."),
            "nothing": _("No network, and nobody is signed in on this device. Please try again later."),
            "again": _("Try again"),
            "waiting": _("{count} waiting to be sent"),
            "number": _("Number"),
            "amount": _("Amount"),
            "log": _("Log"),
            # Of components/waiting.html, which this page draws before it knows the language.
            "box": {
                "waiting": _("Not sent yet. It is kept on this device and tried again."),
                "refused": _("Not accepted. Please look at it:"),
                "signedOut": _("Not sent yet, because you are signed out. It is kept on this device."),
                "rejected": _("The server refused it."),
                "again": _("Try again"),
                "remove": _("Remove"),
                "signIn": _("Sign in"),
            },
        }


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    icons: list[dict[str, Any]] = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons[-1]["purpose"] = "any maskable"
    found = {
        "name": "kpiplanner",
        "short_name": "kpiplanner",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b6b6b",
        "lang": translation.get_language(),
        "icons": icons,
    }
    return JsonResponse(found, content_type="application/manifest+json")
