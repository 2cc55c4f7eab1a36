"""What the SMART check says: the reason, and a question that helps to mend the gap."""

from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.domain.smart.judge import Finding
from apps.goals.wording import SENTENCES as GOAL_SENTENCES
from apps.web.wording import worded

FINDINGS = {
    "absurd": _("Tenfold in so short a time is beyond any plan. Which step is possible?"),
    "effort": _("“%(words)s” is effort, which nobody can see. What exactly will be done, how often?"),
    "inherited": _("Its period says by when."),
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
    "other_number": _("The sentence says “%(words)s”, the target beside it another number. Which one is it?"),
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
    "weak_link": _("Reaching it would change next to nothing at the end. Which stage would change more?"),
}


def message(finding: Finding) -> str:
    return worded(FINDINGS, PlanError(finding.code, words=", ".join(finding.words), **finding.facts))


SENTENCES = GOAL_SENTENCES | {
    "already_closed": _("Somebody else has closed this objective meanwhile."),
    "base_after_stage": _("A rate leads from an earlier stage to “%(stage)s”. Choose one before it."),
    "baseline_below": _("Lower is better here, so the baseline has to be above the target."),
    "baseline_beyond": _("The baseline is above the target already. If lower is better, say so below."),
    "baseline_is_target": _("Baseline and target are the same, so there is no way to go."),
    "choose_signal": _("Choose the signal that is measured."),
    "choose_stage": _("Choose the stage that is measured."),
    "first_stage_has_no_rate": _(
        "“%(stage)s” is the first stage, so nothing leads to it. Choose another stage."
    ),
    "has_history": _("Somebody has checked in already, so it can be parked or closed, but not deleted."),
    "key_result_outside": _("“%(text)s” has days of its own outside this period. Change them first."),
    "less_is_lower": _("Less than before is wanted: choose “Lower is better”, and write −10. More is +10."),
    "no_per_cent": _("This is counted, not a rate. Write the number without “%”."),
    "not_positive": _("The target has to be greater than zero."),
    "outside_objective": _("These days have to lie within the objective's, %(start)s to %(end)s."),
    "goal_outdated": _("Somebody else saved this goal while you were editing."),
    "levels_out_of_order": _(
        "Commit, target and stretch have to rise one above the other, or fall where lower is better."
    ),
    "nothing_checked": _("Give a number, say how sure you are, or write a line."),
    "too_many_key_results": _("An objective may have %(largest)s key results at the most."),
    "too_many_places": _("Please use no more than %(places)s decimal places."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
