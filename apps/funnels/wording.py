from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.wording import worded

SENTENCES = {
    "last_stage": _("A funnel needs at least one stage."),
    "rate_ambiguous": _(
        "“%(number)s” can mean %(number)s%%, or %(number)s for each one before. Which one is it?"
    ),
    "rate_missing": _("Type the rate: what part of the stage before gets here, like 20%, 1/5 or 1 in 5."),
    "rate_negative": _("A rate cannot be negative."),
    "rate_too_fine": _("This rate has more digits than can be kept. Please round it."),
    "rate_unreadable": _("“%(text)s” is not a rate. Write it like 20 %%, 0.2, 1/5 or 1 in 5."),
    "rate_zero": _("With a rate of 0 % nothing arrives at the next stage, whatever you do before it."),
    "detail_twice": _("This chain has a step “%(name)s” already."),
    "last_has_no_chain": _("After the last stage comes nothing more: a chain runs between two stages."),
    "segment_twice": _("There is a segment “%(name)s” already."),
    "share_above_all": _("“%(text)s” is more than all: a share is 100 %% at the most."),
    "signal_twice": _("This stage has a signal “%(name)s” already."),
    "too_long": _("This is longer than %(longest)s characters."),
    "too_many_details": _("A chain may have %(largest)s steps at the most."),
    "too_many_segments": _("A team may have %(largest)s segments at the most."),
    "too_many_signals": _("A stage may have %(largest)s signals at the most."),
    "too_many_stages": _("A funnel may have %(largest)s stages at the most."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
