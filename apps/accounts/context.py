from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts.access import Access
from apps.accounts.models import LANGUAGES, Team, User


def workplace(request: HttpRequest) -> dict[str, Any]:
    """What every page shows around its content: the team, the person's other teams, notices."""
    access: Access | None = getattr(request, "access", None)
    user = getattr(request, "user", None)
    teams: Any = SimpleLazyObject(lambda: _teams_of(user)) if isinstance(user, User) else []
    return {
        "access": access,
        "team": access.team if access else None,
        "teams": teams,
        "owned": SimpleLazyObject(lambda: user.owned) if isinstance(user, User) else [],
        "languages": LANGUAGES,
        "single_sign_on": {"id": settings.OIDC_ID, "name": settings.OIDC_NAME},
        "show_http_banner": settings.SHOW_HTTP_BANNER,
    }


def _teams_of(user: User) -> list[Team]:
    return list(Team.objects.visible_to(user).order_by("name", "pk"))
