"""What happens to accounts, kept as events without a team: the owners' log of sign-ins reads them."""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as auth
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.services import record_event, spend_links
from apps.accounts.session_ends import begin


def _address(request: HttpRequest | None) -> str:
    if request is None or not request.META.get("REMOTE_ADDR"):
        return ""
    return str(get_adapter().get_client_ip(request) or "")


def signed_in(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Every way in passes here: password, passkey, invitation, single sign-on."""
    spend_links(user)
    begin(request.session)
    if address := _address(request):
        UserSession.objects.create_from_request(request)
        record_event(team=None, actor=user, kind="signed_in", address=address)


def refused(*, request: HttpRequest | None = None, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Of known accounts alone: what else was typed may be a password in the wrong field."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    if user := User.objects.filter(email=typed).first():
        record_event(team=None, actor=user, kind="sign_in_refused", address=_address(request))


def _recorder(kind: str) -> Any:
    def record(*, request: HttpRequest | None = None, user: User, **kwargs: Any) -> None:
        if kind == "password_reset":
            spend_links(user)
        record_event(team=None, actor=user, kind=kind, address=_address(request))

    return record


KINDS = {
    "password_changed": account.password_changed,
    "password_reset": account.password_reset,
    "second_step_added": mfa.authenticator_added,
    "second_step_removed": mfa.authenticator_removed,
    "second_step_renewed": mfa.authenticator_reset,
}


def listen() -> None:
    auth.user_logged_in.connect(signed_in, dispatch_uid="signed_in")
    auth.user_login_failed.connect(refused, dispatch_uid="sign_in_refused")
    for kind, signal in KINDS.items():
        signal.connect(_recorder(kind), weak=False, dispatch_uid=kind)
