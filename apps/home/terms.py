"""The words of the method, each in one sentence."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    name: Promise
    meaning: Promise


TERMS = (
    Term(_("KGI"), _("The number at the end of a period: an amount, or contracts. One runs at a time.")),
    Term(_("KPI"), _("Something counted on the way: a stage, a smaller step, or a signal of quality.")),
    Term(_("Stage"), _("A step of the funnel. Actions can be done on any day; results follow from them.")),
    Term(_("Signal"), _("How well a stage is done: in how many of its cases something happened.")),
    Term(_("Rate (coefficient)"), _("How many of a stage come from one of the stage before.")),
    Term(_("Reverse tree"), _("What every stage needs, walked back from the goal.")),
    Term(_("Staircase"), _("The same number for the period, the week and the day, on real working days.")),
    Term(_("Catch-up"), _("What today asks beyond the plan, so that the plan is reached again.")),
    Term(_("Stall"), _("Two working days in a row under half, or a fifth behind from mid-week on.")),
    Term(
        _("Buffer"),
        _("So much more than needed: average rates reach a goal half of the time."),
    ),
    Term(_("Agreement, conviction"), _("A person's yes to the own numbers, and how sure, from 1 to 5.")),
    Term(_("Objective, key result"), _("What shall become true, and how one will see it.")),
    Term(
        _("SMART"),
        _("Specific, measurable, achievable, relevant, with a time: five letters."),
    ),
    Term(_("Explained"), _("A gap that stays on purpose, with the reason beside it.")),
    Term(_("Practice, step"), _("One thing trained on purpose, in steps that fit a working day.")),
    Term(_("Too early to tell"), _("Too few cases or weeks: what is seen may be chance.")),
    Term(_("Number reset"), _("Every Monday: what happened, which rates hold, what this week asks for.")),
    Term(
        _("Frozen"),
        _("The numbers of a closed review; late entries stand beside them."),
    ),
    Term(_("Experiment"), _("An action on a KPI with an expectation, judged two and four weeks later.")),
    Term(_("Seven checks"), _("Whether the goals can lead to results: from data, and in your own words.")),
)
