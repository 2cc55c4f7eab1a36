from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError

SENTENCES = {
    "email_taken": _("There is an account with this e-mail already. Sign in, then open the link again."),
    "invitation_used": _("This invitation was used or withdrawn in the meantime."),
    "last_manager": _("Somebody has to be able to manage this team. Make another person manager first."),
}


def sentence(error: PlanError) -> str:
    return str(SENTENCES[error.code])
