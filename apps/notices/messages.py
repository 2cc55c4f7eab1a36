"""What each message says, in the language of whoever reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from apps.accounts.access import Access
from apps.accounts.models import Membership, Role, Team
from apps.activity.reflections import first_thing
from apps.funnels.models import Kpi
from apps.home.pages import order_of
from apps.home.queries import Today, load_today
from apps.home.today_lines import objective_of
from apps.notices.models import Wish
from apps.reviews.models import Action
from apps.reviews.numbers import GOAL, Numbers
from apps.web.templatetags.figures import figure, number


def site(name: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def mail(member: Membership, subject: str, template: str, context: dict[str, Any]) -> EmailMessage:
    """Plain text, with the way to stop it in a header and below."""
    stop = site("notices:stop", Wish.token_of(member.pk))
    wishes = site("notices:wishes", member.team_id)
    body = render_to_string(
        f"notices/mail/{template}.txt", context | {"member": member, "stop": stop, "wishes": wishes}
    )
    return EmailMessage(
        # A name typed by somebody may hold anything; a header may not.
        " ".join(subject.split()),
        body,
        settings.DEFAULT_FROM_EMAIL,
        [member.user.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def in_language(member: Membership) -> Any:
    return translation.override(member.user.language or settings.LANGUAGE_CODE)


def morning_mail(member: Membership, day: date) -> EmailMessage:
    """The objective and the goal in a sentence, today's numbers, the first thing."""
    loaded = load_today(member, day)
    access = Access(member.user, member.team, Role.REP, member)
    order = [one for one in order_of(loaded, member) if not one.can_wait]
    context = {
        "day": loaded,
        "objective": objective_of(access, day),
        "lines": list(_numbers(loaded)),
        "first": order[0].kpi.name if order else "",
        "own_first": first_thing(member, day),
        "goal": _goal(loaded),
        "link": site("home:today", member.team_id),
    }
    subject = _("Today, %(day)s") % {"day": formats.date_format(day, "MONTH_DAY_FORMAT")}
    return mail(member, subject, "morning", context)


def _numbers(day: Today) -> Iterator[str]:
    for stage in day.stages:
        if stage.left:
            text = _("%(name)s: %(left)s this week") if stage.is_weekly else _("%(name)s: %(left)s")
            yield text % {"name": stage.kpi.name, "left": number(stage.left)}


def _goal(day: Today) -> str:
    if day.kgi is None or not day.goal:
        return ""
    currency = day.kgi.team.organization.currency if day.kgi.is_amount else ""
    return _("Your part until %(end)s: %(goal)s, so far %(done)s.") % {
        "end": formats.date_format(day.kgi.end, "MONTH_DAY_FORMAT"),
        "goal": figure(day.goal, currency),
        "done": figure(day.goal_done, currency),
    }


@dataclass(frozen=True)
class Digest:
    """The team's last week, and what this one asks for."""

    team: Team
    last: Numbers
    coming: Numbers
    start: date
    kpis: list[Kpi]

    def lines(self, member: Membership | None = None) -> list[str]:
        """Of the team, or of one member."""
        last, coming = self._line(self.last, member), self._line(self.coming, member)
        found = []
        for kpi in self.kpis:
            cell, ahead = last.get(kpi.pk), coming.get(kpi.pk)
            facts = {
                "name": kpi.name,
                "done": number(cell.done if cell else 0),
                "required": number(cell.required if cell else None),
                "coming": number(ahead.required if ahead else None),
            }
            found.append(_("%(name)s: %(done)s of %(required)s; this week %(coming)s") % facts)
        return found

    def _line(self, numbers: Numbers, member: Membership | None) -> Any:
        return numbers.line(member.pk) if member else numbers.team()

    def goal(self) -> str:
        cell = self.last.team().get(GOAL)
        currency = self.team.organization.currency if self.last.is_amount else ""
        return figure(cell.done if cell else 0, currency)


def digest_mail(member: Membership, digest: Digest) -> EmailMessage:
    own = digest.lines(member) if member.carries_targets else []
    context = {
        "team": digest.team,
        "lines": digest.lines(),
        "own": own,
        "goal": digest.goal(),
        "link": site("reviews:review_list", digest.team.pk),
    }
    return mail(member, _("Monday: %(team)s") % {"team": digest.team.name}, "digest", context)


def digest_text(digest: Digest) -> str:
    """For the team's chat: totals only, nobody's own numbers."""
    return render_to_string(
        "notices/mail/digest_chat.txt",
        {
            "team": digest.team,
            "lines": digest.lines(),
            "goal": digest.goal(),
            "link": site("reviews:review_list", digest.team.pk),
        },
    )


def silent_mail(member: Membership, days: int) -> EmailMessage:
    context = {"days": days, "link": site("home:today", member.team_id)}
    return mail(member, _("Nothing logged for %(days)s working days") % {"days": days}, "silent", context)


def due_mail(member: Membership, action: Action, today: date) -> EmailMessage:
    context = {
        "action": action,
        "is_today": action.due == today,
        "is_late": action.due is not None and action.due < today,
        "link": site("reviews:review", action.team_id, action.review_id),
    }
    return mail(member, _("Due: %(text)s") % {"text": action.text}, "due", context)
