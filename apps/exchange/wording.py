from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.goals.wording import SENTENCES as GOALS
from apps.web.wording import TABLES, worded

SENTENCES = (
    TABLES
    | GOALS
    | {
        "archive_broken": _("This archive cannot be read: %(problem)s"),
        "cell_is_no_number": _(
            "Sheet “%(sheet)s”, cell %(cell)s: a plain whole number belongs here, no formula."
        ),
        "cell_out_of_range": _("Sheet “%(sheet)s”, cell %(cell)s: this value is not possible here."),
        "workbook_buffers": _("All sheets need the same buffer."),
        "workbook_foreign": _(
            "This is no plan of this team. Download the workbook from the plan and change that."
        ),
        "workbook_stages": _("The plan has other stages or segments by now. Download its workbook again."),
        "last_manager": _("Somebody has to be able to manage the team. Make another person manager first."),
        "last_owner": _("A company needs an owner. Make another person owner first."),
        "not_fresh": _(
            "There are people or teams here already. An archive is read into a fresh installation."
        ),
    }
)


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
