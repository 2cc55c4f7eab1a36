from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Team, User

# Rows here are never changed: a later row replaces them, or they are cancelled at a moment. So the
# calendar can be read as it was known on any day, and a change never moves a day that is over.


class TeamCalendar(models.Model):
    """The team's usual week; the latest row counts."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="calendars")
    country = models.CharField(_("Public holidays of"), max_length=2, default="JP", blank=True)
    # The weekdays worked, Monday 0 to Sunday 6, as digits.
    weekdays = models.CharField(_("Working weekdays"), max_length=7, default="01234")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]


class DayKind(models.TextChoices):
    CLOSED = "closed", _("Closed")
    EXTRA = "extra", _("Extra working day")


class CalendarDay(models.Model):
    """A day on which the team departs from its usual week: closed, or worked in addition."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="calendar_days")
    day = models.DateField(_("Day"))
    kind = models.CharField(max_length=6, choices=DayKind.choices, default=DayKind.CLOSED)
    name = models.CharField(_("Reason"), max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "day"],
                condition=models.Q(cancelled_at=None),
                name="one_standing_mark_per_team_and_day",
            )
        ]


class WorkTime(models.Model):
    """A member's part of full time from a day on; 0 before joining and after leaving. The row with the
    latest first day counts, of several for one day the last."""

    member = models.ForeignKey(
        Membership, models.CASCADE, related_name="work_times", verbose_name=_("Person")
    )
    first_day = models.DateField(_("From"))
    percent = models.PositiveSmallIntegerField(_("Per cent of full time"))
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="full_time_at_most"),
        ]


class Leave(models.Model):
    """A day or half a day that a person is away, in every team of that person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="leave")
    day = models.DateField(_("Day"))
    is_half = models.BooleanField(_("Half a day"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"],
                condition=models.Q(cancelled_at=None),
                name="one_standing_leave_per_person_and_day",
            )
        ]


class DayBlock(models.Model):
    """A part of the day with its time and what it is for; of the team, or of one member instead."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="day_blocks")
    member = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="day_blocks")
    # Which part of the day: the codes of Kpi.Block.
    block = models.CharField(max_length=9)
    name = models.CharField(_("Name"), max_length=60)
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    # One activity per line.
    activities = models.TextField(_("What belongs here"), max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "block"],
                condition=models.Q(member=None),
                name="one_block_per_team_and_part_of_day",
            ),
            models.UniqueConstraint(fields=["member", "block"], name="one_block_per_member_and_part_of_day"),
            models.CheckConstraint(condition=models.Q(minutes__lte=1440), name="a_day_has_1440_minutes"),
        ]
