from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.wording import TABLES, worded

SENTENCES = TABLES | {
    "archive_broken": _("This archive cannot be read: %(problem)s"),
    "last_manager": _("Somebody has to be able to manage the team. Make another person manager first."),
    "last_owner": _("A company needs an owner. Make another person owner first."),
    "not_fresh": _("There are people or teams here already. An archive is read into a fresh installation."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
