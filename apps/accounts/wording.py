from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.wording import TABLES, worded

SENTENCES = TABLES | {
    "email_broken": _("“%(text)s” is no e-mail address."),
    "role_unknown": _("“%(text)s” is no role. Write manager, rep or viewer, or nothing."),
    "email_missing": _("There is no e-mail address on this line."),
    "email_twice": _("This e-mail address stands on an earlier line already."),
    "email_waiting": _(
        "Another team invited this person, who has not signed in yet. Add them once they have."
    ),
    "last_owner": _("A company needs an owner. Make another person owner first."),
    "not_in_company": _("Only somebody who is in one of the company's teams can become its owner."),
    "not_here": _("This person has not signed in yet, or is no longer in the team."),
    "no_longer_owner": _("You are no owner of this company any more."),
    "too_many_people": _("More than %(largest)s people at once. Please split the list."),
    "email_taken": _("There is an account with this e-mail already. Sign in, then open the link again."),
    "invitation_used": _("This invitation was used or withdrawn in the meantime."),
    "last_manager": _("Somebody has to be able to manage this team. Make another person manager first."),
}


def sentence(error: PlanError) -> str:
    return worded(SENTENCES, error)
