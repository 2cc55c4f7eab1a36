from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.goals.wording import SENTENCES as GOAL_SENTENCES
from apps.web.wording import worded

SENTENCES = GOAL_SENTENCES | {
    "action_needs_both": _("Somebody and a day belong together. Leave both empty for a decision."),
    "plan_outdated": _(
        "Version %(number)s of the plan was saved first. What you typed is kept: look, and decide again."
    ),
    "due_in_past": _("That day is over. An action needs a day to come."),
    "rate_changed_since": _("A later decision stands on this one. Take that back first."),
    "review_too_early": _("This review belongs on %(day)s: the days that it looks back on are not over yet."),
    "already_undone": _("This change was taken back already."),
    "review_closed": _("This review is closed. Its numbers stay as they were frozen. Closed by: %(name)s"),
    "row_outdated": _("Somebody else changed this while you were writing. Below stands what is stored now."),
    "text_outdated": _("Somebody else wrote in between. Stored now: “%(text)s”"),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
