from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError

SENTENCES = {
    "invitation_used": _("This invitation was used or withdrawn in the meantime."),
    "last_manager": _("Somebody has to be able to manage this team. Make another person manager first."),
}


def sentence(error: PlanError) -> str:
    return str(SENTENCES[error.code])
