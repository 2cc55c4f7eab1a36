from django.db import models
from django.db.models import Q

from apps.accounts.models import Membership
from apps.goals.models import Kgi


class Forecast(models.Model):
    """Where a goal was expected to land, as it was said on a day. Never changed: whether it was right is read
    from it when the period is over. Amounts in minor units, contracts as they are counted."""

    kgi = models.ForeignKey(Kgi, models.CASCADE, related_name="forecasts")
    # Empty: of the whole team.
    member = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+", db_index=False)
    day = models.DateField()
    so_far = models.BigIntegerField()
    expected = models.BigIntegerField()
    # The ranges of 50 and 80 %.
    inner_low = models.BigIntegerField()
    inner_high = models.BigIntegerField()
    outer_low = models.BigIntegerField()
    outer_high = models.BigIntegerField()
    # Of reaching the goal, in tenths of a per cent; empty without one.
    chance = models.PositiveSmallIntegerField(null=True)
    # What two plain rules said: the pace so far goes on; the plan comes true.
    run_rate = models.BigIntegerField(null=True)
    planned = models.BigIntegerField(null=True)
    # What the plan asked for by then, and working days by then with those on which something was logged.
    due = models.BigIntegerField(default=0)
    asked_days = models.PositiveIntegerField(default=0)
    logged_days = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kgi", "member", "day"],
                condition=Q(member__isnull=False),
                name="one_forecast_per_goal_member_and_day",
            ),
            models.UniqueConstraint(
                fields=["kgi", "day"], condition=Q(member=None), name="one_team_forecast_per_goal_and_day"
            ),
        ]
