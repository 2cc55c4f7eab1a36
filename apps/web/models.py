from django.db import models


class Mark(models.Model):
    """A number that becomes another one whenever something of a team changes: what was worked out under the
    same numbers still holds. The database itself writes it (``apps.web.mark_triggers``), whoever changes a
    row and however. ``what``: PLAN, REST, LOGS, or a day as ISO text, of what was counted on it.

    PostgreSQL may hold several rows for the same: writers who are at it at once take one each and never wait
    for one another; together they are the mark.
    """

    team_id = models.BigIntegerField()
    what = models.CharField(max_length=10)
    mark = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["team_id", "what"], name="mark_of_team")]
