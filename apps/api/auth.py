"""Who asks: a bearer token, looked up by its hash."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.security import HttpBearer

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import LANGUAGES, Membership, Team
from apps.api.models import Scope, Token
from apps.api.problems import Problem


class ApiRequest(SignedInRequest):
    """A request that came with a token; ``auth`` is that token."""

    auth: Token


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        now = timezone.now()
        found = Token.objects.living(now).select_related("user", "team")
        known = found.filter(hash=Token.hash_of(token), user__is_active=True).first()
        if known is None:
            return None
        request.user = known.user
        _choose_language(request, known)
        if known.used_on != now.date():
            # Once a day: enough to see which ones are forgotten, and no write with every read.
            Token.objects.filter(pk=known.pk).update(used_on=now.date())
        return known


def _choose_language(request: HttpRequest, token: Token) -> None:
    """As the caller asks for, where that is a language of ours; else as its owner reads."""
    wished = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    spoken = {code for code, _name in LANGUAGES}
    is_named = any(code.split("-")[0] in spoken for code, _weight in wished)
    if token.user.language and not is_named:
        translation.activate(token.user.language)


def needs(request: ApiRequest, scope: str) -> None:
    if scope not in request.auth.scopes:
        raise Problem(403, "scope_missing", scope=scope)


def team_of(request: ApiRequest, team_id: int, scope: str = Scope.READ) -> Access:
    """The team, seen by the token's owner; 404 where it is not the owner's or not the token's."""
    needs(request, scope)
    if request.auth.team_id not in (None, team_id):
        raise Problem(404, "not_found")
    return visit_team(request, team_id)


def teams_of(request: ApiRequest) -> Any:
    needs(request, Scope.READ)
    teams = Team.objects.visible_to(request.user).select_related("organization").order_by("pk")
    return teams.filter(pk=request.auth.team_id) if request.auth.team_id else teams


def member_of(access: Access, member_id: int | None) -> Membership:
    """Whose entry it is: one's own, or for those who edit anybody's who carries targets."""
    if member_id is None:
        if access.membership is None or not access.membership.carries_targets:
            raise Problem(422, "member_missing")
        return access.membership
    found = access.members().filter(pk=member_id, ended_at=None, carries_targets=True).first()
    if found is None:
        raise Problem(404, "not_found")
    if not access.can_edit and found.user_id != access.user.pk:
        raise Problem(403, "not_yours")
    return found
