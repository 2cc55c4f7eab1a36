from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.accounts.services import record_event
from apps.api.models import Hook, Token


@transaction.atomic
def make_token(
    *, user: User, team: Team | None, name: str, scopes: Sequence[str], days: int | None
) -> tuple[Token, str]:
    """The token and its secret, which is nowhere after this."""
    secret = Token.new_secret()
    expires_at = timezone.now() + timedelta(days=days) if days else None
    token = Token.objects.create(
        user=user,
        team=team,
        name=name,
        scopes=sorted(scopes),
        hash=Token.hash_of(secret),
        hint=secret[-4:],
        expires_at=expires_at,
    )
    record_event(team=team, actor=user, kind="token_made", token=token.pk, scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke_token(*, token: Token, by: User) -> None:
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record_event(team=token.team, actor=by, kind="token_revoked", token=token.pk)


@transaction.atomic
def add_hook(*, team: Team, by: User, url: str, kinds: Sequence[str]) -> Hook:
    hook = Hook.objects.create(team=team, url=url, kinds=sorted(kinds), secret=Hook.new_secret(), author=by)
    record_event(team=team, actor=by, kind="hook_added", hook=hook.pk, kinds=hook.kinds, host=hook.host)
    return hook


@transaction.atomic
def remove_hook(*, hook: Hook, by: User) -> None:
    record_event(team=hook.team, actor=by, kind="hook_removed", hook=hook.pk, host=hook.host)
    hook.delete()
