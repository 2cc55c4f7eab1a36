import hashlib
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Access, edit_team, log_in_team, visit_team
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership
from apps.accounts.services import record_event
from apps.domain.errors import PlanError
from apps.home.pages import page_context
from apps.notices.delivery import forget_failure, is_sent
from apps.notices.feed import feed_of
from apps.notices.forms import ChannelForm, WishForm
from apps.notices.messages import site
from apps.notices.models import Channel, Feed, Wish
from apps.notices.tasks import post_report, post_to_channel
from apps.notices.wording import PROBLEMS, sentence
from apps.web.http import posted


def _member(access: Access) -> Membership:
    if access.membership is None:
        raise PermissionDenied
    return access.membership


@require_http_methods(["GET", "POST"])
def wishes(request: SignedInRequest, team_id: int) -> HttpResponse:
    """What one person wants to be told, and the own calendar feed."""
    access = visit_team(request, team_id)
    member = _member(access)
    stored = Wish.objects.filter(member=member).first() or Wish(member=member)
    form = WishForm(posted(request), instance=stored)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("notices:wishes", team_id)
    context = {
        "form": form,
        "feed": Feed.objects.filter(member=member).first(),
        "feed_link": request.session.pop(f"feed-{member.pk}", "") if request.method == "GET" else "",
        "channel": Channel.objects.filter(team=access.team).first(),
    }
    return render(request, "notices/wishes.html", context, status=422 if form.errors else 200)


@require_POST
def feed_renew(request: SignedInRequest, team_id: int) -> HttpResponse:
    """A new address of the feed, shown once; an earlier one stops working."""
    member = _member(visit_team(request, team_id))
    token = Feed.renewed(member)
    request.session[f"feed-{member.pk}"] = site("notices:feed", token)
    return redirect("notices:wishes", team_id)


@require_POST
def feed_revoke(request: SignedInRequest, team_id: int) -> HttpResponse:
    member = _member(visit_team(request, team_id))
    Feed.objects.filter(member=member).delete()
    messages.success(request, _("The feed is closed. Calendars that used it find nothing any more."))
    return redirect("notices:wishes", team_id)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the address reads it, as calendar programs do; it ends with the membership."""
    found = get_object_or_404(
        Feed.objects.select_related("member__team__organization", "member__user"),
        token_hash=Feed.hashed(token),
        member__ended_at=None,
        member__user__is_active=True,
    )
    with translation.override(found.member.user.language or translation.get_language()):
        answer = HttpResponse(feed_of(found.member), content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=900"
    return answer


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of every mail: one press on the page, or the mail program's own button."""
    pk = Wish.member_of(token)
    member = get_object_or_404(Membership.objects.select_related("team", "user"), pk=pk or 0)
    if request.method == "POST":
        quiet = {"morning": False, "monday": False, "reminders": False}
        Wish.objects.update_or_create(member=member, defaults=quiet)
    return render(request, "notices/stop.html", {"member": member, "is_done": request.method == "POST"})


# -- the team's chat -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def channel(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    stored = Channel.objects.filter(team=access.team).first()
    form = ChannelForm(posted(request))
    if form.is_bound and form.is_valid():
        fields = {"url": form.cleaned_data["url"], "author": request.user, "problem": ""}
        Channel.objects.update_or_create(team=access.team, defaults=fields)
        record_event(team=access.team, actor=request.user, kind="channel_set")
        messages.success(request, _("Saved. Send a test to see whether it arrives."))
        return redirect("notices:channel", team_id)
    context = {"form": form, "channel": stored, "problem": PROBLEMS.get(stored.problem, "") if stored else ""}
    return render(request, "notices/channel.html", context, status=422 if form.errors else 200)


@require_POST
def channel_test(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    get_object_or_404(Channel, team=access.team)
    try:
        post_to_channel(
            access.team.pk, _("A test from kpiplanner: this channel will get the Monday numbers.")
        )
    except PlanError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The chat has taken the message."))
    return redirect("notices:channel", team_id)


@require_POST
def channel_remove(request: SignedInRequest, team_id: int) -> HttpResponse:
    access = edit_team(request, team_id)
    Channel.objects.filter(team=access.team).delete()
    record_event(team=access.team, actor=request.user, kind="channel_removed")
    messages.success(request, _("Removed."))
    return redirect("notices:channel", team_id)


@require_POST
def report_send(request: SignedInRequest, team_id: int, day: date) -> HttpResponse:
    """The own report of a day into the team's chat: its words leave because their author sends them."""
    access, member = log_in_team(request, team_id)
    get_object_or_404(Channel, team=access.team)
    context = page_context(access, member, day)
    if context["reflection"] is None:
        raise Http404
    # The same text is sent once; another one, later on the day, is another report.
    text = context["report"]
    key = f"report:{member.pk}:{day}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if is_sent(key):
        messages.info(request, _("The chat has this report already."))
        return redirect("home:day", team_id, day)
    forget_failure(key)
    post_report.enqueue(access.team.pk, key, text)
    messages.success(request, _("Your report is on its way to the team's chat."))
    return redirect("home:day", team_id, day)
