"""Error pages in the visitor's language. The last two need no database."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from apps.web.outages import WAIT, is_outage


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page is older than the sign-in, e.g. after signing in again in another tab."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """In both languages, and without the request: who asks stands in the database. Where that is away, phones
    keep what was tapped and try again."""
    if is_outage(sys.exc_info()[1]):
        headers = {"Retry-After": str(WAIT)}
        return HttpResponse(render_to_string("errors/503.html"), status=503, headers=headers)
    return HttpResponse(render_to_string("errors/500.html"), status=500)
