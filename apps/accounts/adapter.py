from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made on the first visit and by invitation, never by an open form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
