from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import services
from apps.accounts.access import edit_team, visit_team
from apps.accounts.forms import InvitationForm, MemberForm, NewPersonForm, ProfileForm, TeamForm
from apps.accounts.http import SignedInRequest
from apps.accounts.models import LANGUAGES, Invitation, Membership, Team, User
from apps.accounts.tasks import invitation_link, mail_invitation
from apps.accounts.wording import sentence
from apps.domain.errors import PlanError
from apps.web.http import posted

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    language = request.POST.get("language", "")
    if language in dict(LANGUAGES):
        response.set_cookie("language", language, max_age=60 * 60 * 24 * 365, samesite="Lax", httponly=True)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(posted(request), instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def people(request: SignedInRequest, team_id: int) -> HttpResponse:
    visit_team(request, team_id)
    return _people_page(request, InvitationForm())


def _people_page(request: SignedInRequest, form: InvitationForm) -> HttpResponse:
    access = request.access
    now = timezone.now()
    members = list(Membership.objects.filter(team=access.team).active().in_team_order())
    waiting = set(Membership.objects.filter(team=access.team).waiting().values_list("pk", flat=True))
    rows = [_invitation_row(one, now) for one in _invitations(access.team)] if access.can_edit else []
    context = {
        "members": [{"member": member, "is_waiting": member.pk in waiting} for member in members],
        "invitations": rows,
        "others": [member for member in members if member.user_id != request.user.pk],
        "form": form,
        "has_mail": settings.HAS_MAIL,
    }
    return render(request, "accounts/people.html", context, status=422 if form.errors else 200)


def _invitations(team: Team) -> list[Invitation]:
    """Those that are open, and the last one of whoever waits without one."""
    found = team.invitations.filter(accepted_at=None).select_related("member__user").order_by("pk")
    last = {one.member_id: one.pk for one in found if one.member_id}
    return [one for one in found if _is_listed(one, last)]


def _is_listed(one: Invitation, last: dict[int, int]) -> bool:
    if one.member is None:
        return one.revoked_at is None
    return last[one.member.pk] == one.pk and one.member.ended_at is None


def _invitation_row(one: Invitation, now: datetime) -> dict[str, object]:
    # Where mail brings it, the way into somebody's account is shown to nobody else.
    is_shown = one.is_open(now) and not (settings.HAS_MAIL and one.member_id)
    return {
        "invitation": one,
        "link": invitation_link(one) if is_shown else "",
        "is_over": not one.is_open(now),
    }


@require_POST
def invitation_create(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _people_page(request, form)
    invitation = services.invite_member(
        team=access.team,
        by=request.user,
        email=form.cleaned_data["email"],
        role=form.cleaned_data["role"],
        language=request.user.language,
    )
    if invitation.email:
        mail_invitation.enqueue(invitation.pk)
        messages.success(
            request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email}
        )
    else:
        messages.success(request, _("The link is ready. Copy it below and pass it on."))
    return redirect("accounts:people", team_id)


@require_POST
def invitation_revoke(request: SignedInRequest, team_id: int, invitation_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    invitation = get_object_or_404(access.team.invitations, pk=invitation_id)
    services.revoke_invitation(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("accounts:people", team_id)


@require_POST
def invitation_renew(request: SignedInRequest, team_id: int, invitation_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    still_open = access.team.invitations.filter(accepted_at=None)
    still_open = still_open.filter(Q(revoked_at=None) | Q(member__ended_at=None, member__isnull=False))
    invitation = get_object_or_404(still_open, pk=invitation_id)
    try:
        fresh = services.renew_invitation(invitation=invitation, by=request.user)
    except PlanError as error:
        messages.error(request, sentence(error))
        return redirect("accounts:people", team_id)
    if fresh.email:
        mail_invitation.enqueue(fresh.pk)
    messages.success(request, _("There is a new link; the one from before no longer works."))
    return redirect("accounts:people", team_id)


@require_http_methods(["GET", "POST"])
def member_edit(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    members = Membership.objects.active().select_related("user", "team__organization")
    member = get_object_or_404(members, team=access.team, pk=member_id)
    form = MemberForm(posted(request), instance=member)
    if request.method == "POST" and form.is_valid():
        unchanged = members.get(pk=member.pk)
        try:
            services.change_member(member=unchanged, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:people", team_id)
    context = {"form": form, "member": member}
    return render(request, "accounts/member_edit.html", context, status=422 if form.errors else 200)


@require_POST
def member_end(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    members = Membership.objects.active().select_related("user", "team__organization")
    member = get_object_or_404(members, team=access.team, pk=member_id)
    try:
        services.end_membership(member=member, by=request.user)
    except PlanError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(
            request,
            _("%(name)s no longer has access. What was logged stays in the team's sums.")
            % {"name": member.user.name},
        )
    return redirect("accounts:people", team_id)


@require_http_methods(["GET", "POST"])
def team_edit(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    form = TeamForm(posted(request), instance=access.team)
    if request.method == "POST" and form.is_valid():
        form.save()
        services.record_event(team=access.team, actor=request.user, kind="team_changed", **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:team_edit", team_id)
    return render(request, "accounts/team_edit.html", {"form": form}, status=422 if form.errors else 200)


def _open_invitation(token: str) -> Invitation:
    pk = Invitation.pk_of(token)
    if pk is None:
        raise Http404
    return get_object_or_404(
        Invitation.objects.select_related("team__organization", "invited_by", "member__user"), pk=pk
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _open_invitation(token)
    if not invitation.is_open(timezone.now()):
        return render(request, "accounts/invitation_closed.html", {"invitation": invitation}, status=410)
    if isinstance(request.user, User):
        return _join_signed_in(request, invitation, request.user)
    name = invitation.member.user.name if invitation.member else ""
    form = NewPersonForm(
        posted(request),
        fixed_email=invitation.email,
        is_known=invitation.member is not None,
        initial={"name": name},
    )
    if request.method == "POST" and form.is_valid():
        return _join_as_new_person(request, invitation, form)
    return _invitation_page(request, invitation, form)


def _invitation_page(
    request: HttpRequest, invitation: Invitation, form: NewPersonForm | None
) -> HttpResponse:
    context = {"invitation": invitation, "form": form}
    status = 422 if form and form.errors else 200
    return render(request, "accounts/invitation_accept.html", context, status=status)


def _join_signed_in(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    if invitation.email and invitation.email != user.email:
        context = {"invitation": invitation}
        return render(request, "accounts/invitation_other.html", context, status=403)
    if request.method != "POST":
        return _invitation_page(request, invitation, None)
    try:
        services.accept_invitation(invitation=invitation, user=user)
    except PlanError as error:
        messages.error(request, sentence(error))
    return redirect("/")


def _join_as_new_person(request: HttpRequest, invitation: Invitation, form: NewPersonForm) -> HttpResponse:
    data = form.cleaned_data
    language = translation.get_language() or invitation.language
    try:
        if invitation.member:
            user = services.claim_account(
                invitation=invitation, name=data["name"], password=data["password"], language=language
            )
            login(request, user, BACKEND)
            return redirect("/")
        user = services.join_as_new_person(
            invitation=invitation,
            email=data["email"],
            password=data["password"],
            name=data["name"],
            language=language,
        )
    except PlanError as error:
        form.add_error(None, sentence(error))
        return _invitation_page(request, invitation, form)
    login(request, user, BACKEND)
    return redirect("/")
