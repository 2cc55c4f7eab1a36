from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.goals.wording import SENTENCES as GOAL_SENTENCES
from apps.web.wording import worded

SENTENCES = GOAL_SENTENCES | {
    "action_needs_both": _("Somebody and a day belong together. Leave both empty for a decision."),
    "already_undone": _("This change was taken back already."),
    "review_closed": _("This review is closed. Its numbers stay as they were frozen. Closed by: %(name)s"),
    "row_outdated": _("Somebody else changed this while you were writing. Below stands what is stored now."),
    "text_outdated": _("Somebody else wrote in between. Stored now: “%(text)s”"),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
