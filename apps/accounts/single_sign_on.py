"""The company's own sign-in (OpenID Connect), where the operator has set one up. It opens accounts that
are there already and makes none: who may come in is still decided by invitation."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.models import User

REASONS = {
    "no_email": _("The company's sign-in did not tell your e-mail address, so nobody knows who you are."),
    "unverified": _("The company's sign-in has not verified your e-mail address."),
    "unknown": _("There is no account with your e-mail address. Ask your manager for an invitation."),
    "closed": _("This account is closed."),
    "failed": _("The company's sign-in did not answer as it should. Try again, or use your password."),
    "cancelled": _("You did not sign in."),
}


def _page(request: HttpRequest, reason: str) -> HttpResponse:
    status = 200 if reason == "cancelled" else 403
    return render(request, "account/sign_in_refused.html", {"reason": REASONS[reason]}, status=status)


def _refuse(request: HttpRequest, reason: str) -> NoReturn:
    raise ImmediateHttpResponse(_page(request, reason))


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The first time by the verified address; from then on by the identity that was linked then."""
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                _refuse(request, "closed")
            return
        user = self._known(request, sociallogin)
        # One identity a person: an address that moved to somebody else opens no second door.
        SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider).delete()
        sociallogin.connect(request, user)

    def _known(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        told = sociallogin.email_addresses[0] if sociallogin.email_addresses else None
        if told is None:
            _refuse(request, "no_email")
        # Some providers say "true" as a word; anything but a clear yes is none.
        if told.verified is not True:
            _refuse(request, "unverified")
        user = User.objects.filter(email=str(told.email).strip().lower()).first()
        if user is None:
            _refuse(request, "unknown")
        if not user.is_active:
            _refuse(request, "closed")
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_more: Any
    ) -> None:
        _refuse(request, "cancelled" if str(error) == "cancelled" else "failed")


@login_not_required
@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    return _page(request, "cancelled")
