from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from apps.accounts.access import Access
from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware."""

    user: User
    htmx: HtmxDetails
    access: Access
