from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import Membership, User
from apps.accounts.views import BACKEND
from apps.domain.errors import PlanError
from apps.setup import services
from apps.setup.access import is_first_visit, may_set_up
from apps.setup.forms import FirstTeamForm
from apps.setup.path_views import ON_PATH
from apps.setup.sample import make_sample, sample_team


@login_not_required
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    if not is_first_visit():
        return redirect("/")
    if not may_set_up(request):
        return render(request, "setup/locked.html", status=403)
    return _welcome_page(request, FirstTeamForm())


def _welcome_page(request: HttpRequest, form: FirstTeamForm) -> HttpResponse:
    team = sample_team()
    members = Membership.objects.filter(team=team).active().in_team_order() if team else []
    context = {"form": form, "has_sample": settings.SAMPLE, "sample_members": members}
    return render(request, "setup/welcome.html", context, status=422 if form.errors else 200)


def _guard(request: HttpRequest) -> None:
    if not is_first_visit():
        raise Http404
    if not may_set_up(request):
        raise PermissionDenied


@login_not_required
@require_POST
def team_start(request: HttpRequest) -> HttpResponse:
    _guard(request)
    form = FirstTeamForm(request.POST)
    if not form.is_valid():
        return _welcome_page(request, form)
    try:
        team = services.start_first_team(data=form.cleaned_data)
    except PlanError:
        return redirect("/")
    login(request, team.organization.owners.get(), BACKEND)
    messages.success(request, _("Welcome. This is the way to the first plan; you can leave it at any place."))
    request.session[ON_PATH] = team.pk
    return redirect("setup:path", team.pk)


@login_not_required
@require_POST
def sample_start(request: HttpRequest) -> HttpResponse:
    _guard(request)
    if not settings.SAMPLE:
        raise Http404
    with transaction.atomic():
        services.lock_installation()
        if sample_team() is None:
            make_sample(language=get_language() or "ja")
    return redirect("setup:welcome")


@login_not_required
@require_POST
def sample_sign_in(request: HttpRequest, member_id: int) -> HttpResponse:
    """One click into the sample team; only while there is nothing real to protect."""
    _guard(request)
    if not settings.SAMPLE:
        raise Http404
    member = get_object_or_404(Membership, pk=member_id, team__organization__is_sample=True)
    language = get_language()
    if language:
        User.objects.filter(pk=member.user_id).update(language=language)
    login(request, member.user, BACKEND)
    return redirect("/")
