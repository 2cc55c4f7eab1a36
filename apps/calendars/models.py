from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Team, User


class TeamCalendar(models.Model):
    team = models.OneToOneField(Team, models.CASCADE, related_name="calendar")
    country = models.CharField(_("Public holidays of"), max_length=2, default="JP", blank=True)
    # The weekdays worked, Monday 0 to Sunday 6, as digits.
    weekdays = models.CharField(_("Working weekdays"), max_length=7, default="01234")


class DayKind(models.TextChoices):
    CLOSED = "closed", _("Closed")
    EXTRA = "extra", _("Extra working day")


class CalendarDay(models.Model):
    """A day on which the team departs from its usual week: closed, or worked in addition."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="calendar_days")
    day = models.DateField(_("Day"))
    kind = models.CharField(max_length=6, choices=DayKind.choices, default=DayKind.CLOSED)
    name = models.CharField(_("Reason"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "day"], name="one_entry_per_team_and_day")]


class Leave(models.Model):
    """A day or half a day that a person is away, in every team of that person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="leave")
    day = models.DateField(_("Day"))
    is_half = models.BooleanField(_("Half a day"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_leave_per_person_and_day")]
