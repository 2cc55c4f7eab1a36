from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from apps.accounts.models import Invitation


def invitation_link(invitation: Invitation) -> str:
    return str(settings.SITE_URL) + reverse("accounts:invitation_accept", args=[invitation.token])


@task()
def mail_invitation(invitation_id: int) -> None:
    invitation = Invitation.objects.select_related("team__organization", "invited_by").get(pk=invitation_id)
    with translation.override(invitation.language):
        send_mail(
            subject=_("%(name)s invites you to the team %(team)s")
            % {"name": invitation.invited_by.name, "team": invitation.team.name},
            message=render_to_string(
                "accounts/mail/invitation.txt",
                {"invitation": invitation, "link": invitation_link(invitation)},
            ),
            from_email=settings.DEFAULT_FROM_EMAIL,
            recipient_list=[invitation.email],
        )
