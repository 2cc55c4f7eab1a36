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
    "linked": _("It hangs on a step that moves the goal at the end."),
    "loose_link": _("It can be measured, but nothing ties it to the goal. Which stage does it move?"),
    "not_linked": _("Whether it matters shows once it is linked to an objective or a stage."),
    "only_start": _("“%(words)s” says when it begins. By when is it done?"),
    "open_range": _("“%(words)s” leaves the extent open. How far exactly?"),
    "others_work": _("“%(words)s” is the work of others. What do you do yourself?"),
    "out_of_reach": _("Past results reach this about %(chance)s times in 100. Which part of it is possible?"),
    "past": _("This deadline is over. What is the new one?"),
    "percent_or_points": _("“%(words)s” can mean per cent or points. From which value to which?"),
    "placeholder": _("“%(words)s” still waits for its number. Which one is it?"),
    "stretching": _("Past results reach this about %(chance)s times in 100: a stretch that is possible."),
    "too_easy": _("Past results reach this about %(chance)s times in 100. What would be a stretch?"),
    "two_goals": _("“%(words)s” are two changes. Would each make a goal of its own?"),
    "unweighed": _("It belongs to an objective; how much it moves shows once it is tied to a stage."),
    "vague_time": _("“%(words)s” is no deadline. Which day?"),
    "weak_link": _("The stage that it moves changes next to nothing at the end. Which one would?"),
}


def message(finding: Finding) -> str:
    return worded(FINDINGS, PlanError(finding.code, words=", ".join(finding.words), **finding.facts))
