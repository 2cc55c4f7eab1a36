"""What the SMART check says: the reason, and a question that helps to mend the gap."""

from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.domain.smart.judge import Finding
from apps.web.wording import worded

FINDINGS = {
    "absurd": _("Tenfold in so short a time is beyond any plan. Which step is possible?"),
    "effort": _("“%(words)s” is effort, which nobody can see. What exactly will be done, how often?"),
    "inherited": _("The period comes from what this goal belongs to."),
    "no_history": _("Whether it can be reached shows only beside past results."),
    "no_number": _("Nothing says when it is reached. How many, or which yes-or-no state?"),
    "no_object": _("It names a direction, but nothing that can be seen. What, with whom, by which activity?"),
    "no_parent": _("It has no deadline of its own. Which objective's period does it belong to?"),
    "no_purpose": _("“%(words)s” leaves open what it is good for. Which number at the end does it move?"),
    "no_time": _("There is no deadline and no period. By when?"),
    "not_linked": _("Whether it matters shows once it is linked to an objective or a stage."),
    "only_start": _("“%(words)s” says when it begins. By when is it done?"),
    "open_range": _("“%(words)s” leaves the extent open. How far exactly?"),
    "others_work": _("“%(words)s” is the work of others. What do you do yourself?"),
    "out_of_reach": _("Measured by past results this is out of reach. Which part of it is possible?"),
    "past": _("This deadline is over. What is the new one?"),
    "placeholder": _("“%(words)s” still waits for its number. Which one is it?"),
    "too_easy": _("Past results reach this almost always. What would be a stretch?"),
    "vague_time": _("“%(words)s” is no deadline. Which day?"),
}


def message(finding: Finding) -> str:
    return worded(FINDINGS, PlanError(finding.code, words=", ".join(finding.words)))
