from django.utils import timezone
from django_tasks import task

from apps.domain.errors import PlanError
from apps.notices.models import Channel
from apps.notices.webhook import send_text


def post_to_channel(team_id: int, text: str) -> None:
    """To the team's chat, where it has one; what went wrong is kept for its managers. Raises PlanError of
    ``send_text``."""
    channel = Channel.objects.filter(team=team_id).first()
    if channel is None:
        return
    try:
        send_text(channel.url, text)
    except PlanError as error:
        Channel.objects.filter(pk=channel.pk).update(problem=error.code)
        raise
    Channel.objects.filter(pk=channel.pk).update(problem="", sent_at=timezone.now())


@task()
def post_report(team_id: int, key: str, text: str) -> None:
    """A report that its author sends; a broken address is kept with the channel and breaks nothing."""
    from apps.accounts.models import Team
    from apps.notices.delivery import send_once

    send_once(Team.objects.get(pk=team_id), key, lambda: post_to_channel(team_id, text))
