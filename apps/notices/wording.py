from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.wording import worded

SENTENCES = {
    "webhook_bad_address": _("This is not an address that a message can be sent to."),
    "webhook_not_https": _("The address has to begin with https://."),
    "webhook_unknown_host": _("“%(host)s” cannot be found."),
    "webhook_inside": _(
        "“%(host)s” lies inside this network, where messages may not go. Ask whoever runs the server."
    ),
    "webhook_failed": _("The chat did not take the message: %(problem)s"),
}
# The same without facts: what is kept with the channel is the code alone.
PROBLEMS = {
    "webhook_bad_address": _("The address is none that a message can be sent to."),
    "webhook_not_https": _("The address has to begin with https://."),
    "webhook_unknown_host": _("The chat's host could not be found."),
    "webhook_inside": _("The address leads inside this network."),
    "webhook_failed": _("The chat did not answer, or refused the message."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
