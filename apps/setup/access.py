"""Who may make the first team: somebody at this machine, or with the one-time link of ./kpi run."""

import secrets
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import Organization

LOOPBACK = {"127.0.0.1", "::1"}
ALLOWED = "first_visit_allowed"


def _key_file() -> Path:
    return Path(settings.VAR_DIR) / "first-visit-key"


def is_first_visit() -> bool:
    """No real organisation exists yet."""
    return not Organization.objects.filter(is_sample=False).exists()


def new_key() -> str:
    key = secrets.token_urlsafe(18)
    _key_file().touch(mode=0o600)
    _key_file().write_text(key)
    return key


def may_set_up(request: HttpRequest) -> bool:
    """A request from this machine, not through a proxy, or one that came with the link."""
    direct = not any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    # Served to others by a name of its own, every visitor may come through a proxy on this machine.
    if settings.IS_LOCAL and direct and request.META.get("REMOTE_ADDR", "") in LOOPBACK:
        return True
    return bool(request.session.get(ALLOWED)) or _redeem(request)


def _redeem(request: HttpRequest) -> bool:
    """The link works once; after that this browser's session is known."""
    given = request.GET.get("key", "")
    if not given or not _key_file().exists():
        return False
    if not secrets.compare_digest(given.encode(), _key_file().read_bytes()):
        return False
    _key_file().unlink()
    request.session[ALLOWED] = True
    return True
