"""Where a person is signed in, each to be ended."""

import re
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SHOWN = 100
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device(agent: str) -> str:
    """What a browser says of itself, as short as people say it."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    known = " · ".join(part for part in (browser, system) if part)
    return known or re.sub(r"[/(].*", "", agent)[:40] or _("Unknown browser")


@require_safe
def sign_ins(request: SignedInRequest) -> HttpResponse:
    found: list[Any] = list(UserSession.objects.filter(user=request.user).order_by("-created_at")[:SHOWN])
    keys = [session.session_key for session in found]
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    living_keys = set(alive.values_list("session_key", flat=True))
    for session in found:
        session.here = session.session_key == request.session.session_key
        session.device = device(session.user_agent)
    living = [session for session in found if session.session_key in living_keys]
    return render(request, "accounts/sign_ins.html", {"sessions": living})


@require_POST
def sign_in_end(request: SignedInRequest, session_id: int) -> HttpResponse:
    get_object_or_404(UserSession, user=request.user, pk=session_id).end()
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sign_ins")


@require_POST
def sign_ins_end(request: SignedInRequest) -> HttpResponse:
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    for session in others:
        session.end()
    messages.success(request, _("All other browsers are signed out."))
    return redirect("accounts:sign_ins")
