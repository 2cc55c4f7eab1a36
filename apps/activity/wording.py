from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError

SENTENCES = {
    "amount_too_large": _("An amount above %(largest)s cannot be logged."),
    "day_in_future": _("This day is still to come. Log it when it is there."),
    "entry_conflict": _(
        "Something else was logged with the same number before. Reload the page and log again."
    ),
    "nothing_logged": _("Type a number first."),
    "shared_more_than_all": _("The shared part cannot be larger than the whole amount."),
    "shared_with_oneself": _("Choose somebody else to share with."),
    "too_many_at_once": _("More than %(largest)s at once is surely a slip. Please check the number."),
}


def sentence(error: PlanError) -> str:
    text = str(SENTENCES[error.code])
    return text % error.facts if "%(" in text else text
