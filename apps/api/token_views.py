"""A person's tokens: made, shown once, ended."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.models import Team
from apps.api.forms import TokenForm
from apps.api.models import Token
from apps.api.services import make_token, revoke_token
from apps.web.http import posted


def _form(request: SignedInRequest, *, fresh: bool = False) -> TokenForm:
    teams = Team.objects.visible_to(request.user).order_by("name", "pk")
    return TokenForm(None if fresh else posted(request), teams=teams)


@require_safe
def tokens(request: SignedInRequest) -> HttpResponse:
    return _page(request, _form(request))


def _page(request: SignedInRequest, form: TokenForm, secret: str = "") -> HttpResponse:
    found = Token.objects.filter(user=request.user, revoked_at=None).select_related("team").order_by("-pk")
    context = {"form": form, "tokens": found, "secret": secret, "now": timezone.now()}
    return render(request, "api/tokens.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def token_make(request: SignedInRequest) -> HttpResponse:
    if request.method == "GET":
        # The address that stands in the bar after the form.
        return redirect("connections:tokens")
    form = _form(request)
    return _made(request, form) if form.is_valid() else _page(request, form)


@reauthentication_required  # type: ignore[untyped-decorator]
def _made(request: SignedInRequest, form: TokenForm) -> HttpResponse:
    """A token outlives the sign-in, so whoever found a device open must not make one. Once the password is
    typed, the form that waited for it is taken up again. Who has no password here is not asked."""
    _token, secret = make_token(user=request.user, **form.cleaned_data)
    # In this answer alone: a redirect would have to keep it somewhere.
    answer = _page(request, _form(request, fresh=True), secret)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def token_revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(Token, user=request.user, pk=token_id)
    revoke_token(token=token, by=request.user)
    messages.success(request, _("The token no longer works."))
    return redirect("connections:tokens")
