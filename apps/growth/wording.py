from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.okrs.wording import SENTENCES as GOAL_SENTENCES
from apps.web.wording import worded

SENTENCES = GOAL_SENTENCES | {
    "drill_ahead": _("This day is still to come. Log the step when it is done."),
    "drill_outside": _("The practice runs from %(start)s to %(end)s; this day lies outside."),
    "kpi_parked": _("“%(name)s” is parked, so nothing is counted there. Choose one that runs."),
    "nobody_chosen": _("Choose at least one person."),
    "no_drill": _("Write at least one step: what is done, and how often a week?"),
    "target_outside": _("A rate or a share lies between 0 and 100 %."),
    "practice_closed": _("This practice has ended. Open it again to change it."),
    "practice_has_history": _("Something was done or said in it already: it can be ended, but not deleted."),
    "practice_outdated": _("Somebody else saved or ended this practice while you were editing."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
