"""What a team is connected with: tokens that are bound to it, and webhooks."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access, edit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.api.forms import HookForm
from apps.api.hooks import body_of, headers_of, send_again
from apps.api.models import Hook, Parcel, Token
from apps.api.services import add_hook, remove_hook, revoke_token
from apps.domain.errors import PlanError
from apps.notices.webhook import post_json
from apps.notices.wording import sentence
from apps.web.http import posted

SHOWN = 20


@require_safe
def connections(request: SignedInRequest, team_id: int) -> HttpResponse:
    return _page(request, edit_team(request, team_id), HookForm())


def _of_members(access: Access) -> Q:
    """Those for all teams of somebody who is in this one reach it as well."""
    members = Membership.objects.active().filter(team=access.team)
    return Q(team=None, user__in=members.values("user"))


def _page(request: SignedInRequest, access: Access, form: HookForm, secret: str = "") -> HttpResponse:
    now = timezone.now()
    parcels = Parcel.objects.filter(hook__team=access.team).select_related("hook").order_by("-created_at")
    tokens = Token.objects.living(now).filter(Q(team=access.team) | _of_members(access))
    context = {
        "form": form,
        "secret": secret,
        "hooks": Hook.objects.filter(team=access.team).order_by("pk"),
        "parcels": parcels[:SHOWN],
        "tokens": tokens.select_related("user").order_by("-pk"),
    }
    return render(request, "api/connections.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def hook_add(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    if request.method == "GET":
        # The address that stands in the bar after the form.
        return redirect("connections:team", team_id)
    form = HookForm(posted(request))
    return _added(request, access, form) if form.is_valid() else _page(request, access, form)


@reauthentication_required  # type: ignore[untyped-decorator]
def _added(request: SignedInRequest, access: Access, form: HookForm) -> HttpResponse:
    """What a team logs goes there after the sign-in has ended, as with a token."""
    hook = add_hook(team=access.team, by=request.user, **form.cleaned_data)
    # In this answer alone, as a token's.
    answer = _page(request, access, HookForm(), hook.secret)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def hook_test(request: SignedInRequest, team_id: int, hook_id: int) -> HttpResponse:
    """Sends now, so that whoever sets it up sees what comes back."""
    access = edit_team(request, team_id)
    hook = get_object_or_404(Hook, team=access.team, pk=hook_id)
    body = body_of("test", {"team": access.team.pk})
    try:
        post_json(hook.url, body, headers_of(hook.secret, str(uuid.uuid4()), body))
    except PlanError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The other system has taken the message."))
    return redirect("connections:team", team_id)


@require_POST
def hook_remove(request: SignedInRequest, team_id: int, hook_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    remove_hook(hook=get_object_or_404(Hook, team=access.team, pk=hook_id), by=request.user)
    messages.success(request, _("Removed."))
    return redirect("connections:team", team_id)


@require_POST
def parcel_again(request: SignedInRequest, team_id: int, parcel_id: uuid.UUID) -> HttpResponse:
    access = edit_team(request, team_id)
    send_again(get_object_or_404(Parcel, hook__team=access.team, pk=parcel_id))
    messages.success(request, _("It is sent again."))
    return redirect("connections:team", team_id)


@require_POST
def team_token_revoke(request: SignedInRequest, team_id: int, token_id: int) -> HttpResponse:
    """Whoever manages the team ends what is bound to it, whoever made it."""
    access = edit_team(request, team_id)
    revoke_token(token=get_object_or_404(Token, team=access.team, pk=token_id), by=request.user)
    messages.success(request, _("The token no longer works."))
    return redirect("connections:team", team_id)
