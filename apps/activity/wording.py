from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.wording import TABLES, worded

SENTENCES = TABLES | {
    "bad_date": _("“%(text)s” is not a date. Write it like 2026-12-01."),
    "below_zero": _("Only %(done)s were logged on that day, so no more can be taken off."),
    "nothing_to_cancel": _("Only %(won)s were won so far, so no more can be cancelled."),
    "columns_missing": _("The first line has to name the columns; missing: %(names)s."),
    "count_not_whole": _("“%(text)s” is not a whole number from 0 to 1,000,000."),
    "file_gone": _("The file is no longer here. Please upload it again."),
    "import_failed": _("Something unexpected went wrong; nothing was written. Please tell the operator."),
    "kpi_unknown": _("The team has no KPI with the code “%(text)s”."),
    "member_ambiguous": _("Several people are called “%(text)s”. Use the e-mail address."),
    "member_unknown": _("Nobody in the team has the e-mail address or name “%(text)s”."),
    "missing": _("Please fill this in."),
    "not_a_number": _("“%(text)s” is not a number. Write it like 1,000,000 or 100万."),
    "other_currency": _("“%(text)s” is not an amount in %(currency)s, the currency of this company."),
    "row_twice": _("This member, KPI, segment and day stood on an earlier line already."),
    "segment_unknown": _("The team has no segment with the code “%(text)s”."),
    "too_fine": _("%(currency)s has no smaller unit than %(smallest)s."),
    "too_large": _("This is larger than %(largest)s, the most that can be planned."),
    "too_long": _("This is longer than %(longest)s characters."),
    "amount_too_large": _("This amount is larger than what can be logged."),
    "day_in_future": _("This day is still to come. Log it when it is there."),
    "evening_outdated": _(
        "This evening was written down elsewhere meanwhile. Save again to put these words in its place."
    ),
    "entry_conflict": _(
        "Something else was logged with the same number before. Reload the page and log again."
    ),
    "more_than_cases": _(
        "Log “%(stage)s” first: on that day it stands at %(cases)s, and this can be no more."
    ),
    "nothing_logged": _("Type a number other than 0."),
    "shared_more_than_all": _("The shared part cannot be larger than the whole amount."),
    "too_many_at_once": _("More than %(largest)s at once is surely a slip. Please check the number."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
