from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.accounts.models import Membership, Team, User
from apps.calendars.queries import day_of
from apps.funnels.models import Kpi

# A drill is done at most once a day.
MOST_TIMES = 7


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, access: Access) -> "PracticeQuerySet":
        """Those of the team for its editors, else one's own: a practice is between the two."""
        in_team = self.filter(team=access.team)
        return in_team if access.can_edit else in_team.filter(member__user=access.user)

    def open(self) -> "PracticeQuerySet":
        return self.filter(closed_at=None)

    def on(self, day: date) -> "PracticeQuerySet":
        """Those that ask for something on a day: begun and not over, of a member who is here, on a KPI that
        runs."""
        running = self.open().filter(start__lte=day, end__gte=day, member__ended_at=None)
        return running.filter(kpi__parked_at=None, kpi__beside__parked_at=None)

    def in_order(self) -> "PracticeQuerySet":
        return self.select_related("member__user", "kpi__beside").order_by("-start", "-pk")


class Practice(models.Model):
    """One person's way to do one thing better: from a vague aim to a specific one, to drills, to what the
    number behind it does."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="practices")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="practices", verbose_name=_("Who"))
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+", verbose_name=_("Stage or signal"))
    vague = models.CharField(_("What do you want to get better at?"), max_length=200)
    aim = models.CharField(_("What exactly will be different?"), max_length=300)
    # As for key results: per cent of a rate, else a number.
    target = models.DecimalField(_("Target"), max_digits=20, decimal_places=4, null=True, blank=True)
    start = models.DateField(_("From"))
    end = models.DateField(_("Until"))
    explained = models.CharField(_("Why it stays as it is"), max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    lesson = models.CharField(_("What we learned"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # Of the form that made it: sent twice, it makes one.
    key = models.UUIDField(null=True, blank=True, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="practice_ends_after_its_start"),
            models.UniqueConstraint(fields=["key", "member"], name="one_practice_per_form_and_member"),
        ]
        indexes = [models.Index(fields=["team", "start"], name="practice_by_team_and_start")]

    def __str__(self) -> str:
        return self.aim

    @property
    def is_parked(self) -> bool:
        """Its KPI, or the stage that its signal stands beside."""
        return bool(self.kpi.parked_at or (self.kpi.beside and self.kpi.beside.parked_at))

    @property
    def last_day(self) -> date:
        """As planned, or the day on which it was ended early, the person left or the KPI was parked: from
        then on nothing is counted that could tell of it."""
        parked = self.kpi.parked_at or (self.kpi.beside.parked_at if self.kpi.beside else None)
        moments = (self.closed_at, self.member.ended_at, parked)
        return min([self.end, *(day_of(self.team, moment) for moment in moments if moment)])

    def is_written_by(self, access: Access) -> bool:
        own = self.member.user_id == access.user.pk and access.carries_targets
        return access.can_edit or own


class Drill(models.Model):
    """A step of a practice: what is done, how often in a week, with whom, and what counts as done well."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="drills")
    position = models.PositiveIntegerField(default=0)
    text = models.CharField(_("Practice step"), max_length=200)
    times = models.PositiveSmallIntegerField(_("Times a week"), default=3)
    partner = models.CharField(_("With whom"), max_length=80, blank=True)
    evidence = models.CharField(_("Done well when"), max_length=200, blank=True)
    # Added to a practice that ran already; None: from its beginning.
    since = models.DateField(null=True, blank=True)
    # Taken out of the practice after it had been done: what was done stays.
    parked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(times__range=(1, MOST_TIMES)), name="drill_times_per_week"),
        ]


class DrillDone(models.Model):
    """A drill done on a day: once, however often it is tapped."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="done")
    day = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drill", "day"], name="a_drill_counts_once_a_day"),
        ]


class Note(models.Model):
    """What is said about a practice, between the person and the manager."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="notes")
    text = models.CharField(_("Note"), max_length=1000)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
