from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.wording import worded

SENTENCES = {
    "backup_damaged": _("“%(file)s” is not what it was when it was verified."),
    "backup_failed": _("The database could not be copied or put back: %(reason)s"),
    "backup_other_engine": _("This backup is of %(engine)s, and DATABASE_URL names another database."),
    "backup_unknown": _("“%(file)s” is no verified backup: the file, or its .json beside it, is missing."),
    "database_in_use": _("The database is in use. Stop the server first."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
