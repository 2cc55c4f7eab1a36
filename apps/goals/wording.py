"""Codes become sentences: every PlanError a person can meet, in that person's language."""

from django.utils.translation import gettext_lazy as _

from apps.activity.wording import SENTENCES as ACTIVITY_SENTENCES
from apps.domain.errors import PlanError
from apps.funnels.wording import SENTENCES as RATE_SENTENCES
from apps.web.wording import worded

SENTENCES = (
    ACTIVITY_SENTENCES
    | RATE_SENTENCES
    | {
        "carries_no_target": _("“%(text)s” carries no targets in this team."),
        "kpi_not_planned": _("“%(text)s” is no stage of this plan."),
        "bad_date": _("“%(text)s” is not a date. Write it like 2026-12-01."),
        "bad_json": _("This line is not a JSON object: %(problem)s"),
        "bad_stage": _("A stage has to be an object with a name."),
        "bad_text": _("A text is expected here."),
        "higher_goal_crosses": _(
            "This crosses the goal from %(start)s to %(end)s. A part has to lie within one goal."
        ),
        "higher_goal_twice": _("There is such a goal from %(start)s to %(end)s already."),
        "no_smaller_span": _("The parts have to be shorter than the goal."),
        "not_a_weight": _("Please give numbers up to %(largest)s with two decimal places at the most."),
        "not_first_of_month": _("Please begin on the first of a month."),
        "other_count": _("%(wanted)s numbers are needed here, and %(found)s were typed."),
        "season_negative": _("A season factor cannot be negative."),
        "season_zero": _("All twelve months have the factor zero. At least one has to ask for something."),
        "too_many_weights": _("%(largest)s weights at the most, please."),
        "week_over": _("“%(stage)s”: %(by)s more than the week has. The sum has to stay the same."),
        "week_under": _("“%(stage)s”: %(by)s fewer than the week has. The sum has to stay the same."),
        "weights_negative": _("A weight cannot be negative."),
        "weights_zero": _("The weights add up to zero. At least one part has to ask for something."),
        "commit_above_target": _("What is promised at the least cannot be more than the target."),
        "stretch_below_target": _("What is reached for beyond the target cannot be less than it."),
        "deal_line": _("Line %(line)s has no grade A, B or C: “%(text)s”."),
        "too_many_deal_lines": _("%(largest)s lines at the most, please."),
        "end_before_start": _("The period ends on %(end)s, before it starts on %(start)s."),
        "first_rate_ignored": _("The first stage has no stage before it, so its rate is not used."),
        "goal_not_positive": _("The goal has to be greater than zero."),
        "goal_twice": _("Give either a goal with a unit price or a number of contracts, not both."),
        "kgi_overlaps": _(
            "Another goal already runs from %(start)s to %(end)s. Two goals cannot share a day."
        ),
        "missing": _("Please fill this in."),
        "name_twice": _("The name “%(name)s” is used twice."),
        "needs_too_much": _(
            "At these rates “%(stage)s” would be needed more than %(largest)s times. Check the rates."
        ),
        "no_stages": _("The funnel has no stage."),
        "no_working_days": _("This period has no working day, so nothing can be spread over it."),
        "not_a_number": _("“%(text)s” is not a number. Write it like 1,000,000 or 100万."),
        "confidence_unreachable": _(
            "No number of actions that a plan can ask for is that sure, with the rates as they were measured."
        ),
        "not_in_range": _("Please give a number above 0, at most %(largest)s."),
        "not_whole": _("Please give a whole number."),
        "plan_outdated": _("Somebody else saved version %(number)s while you were editing."),
        "other_currency": _("“%(text)s” is not an amount in %(currency)s, the currency of this company."),
        "period_too_long": _("A period may have %(longest)s days at the most."),
        "price_not_positive": _("The unit price has to be greater than zero."),
        "rate_above_one": _("“%(stage)s” has a rate above 100 %%: more than one comes from one before."),
        "too_fine": _("%(currency)s has no smaller unit than %(smallest)s."),
        "too_large": _("This is larger than %(largest)s, the most that can be planned."),
        "unknown_country": _("There are no public holidays for the country “%(text)s”. Use a code like JP."),
        "valid_from_past": _(
            "Days that are over keep their numbers: the change can start today at the earliest."
        ),
        "valid_from_outside": _("The change has to start within the period, %(start)s to %(end)s."),
    }
)


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
