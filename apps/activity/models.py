from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Team, User
from apps.funnels.models import Kpi, Segment


class Entry(models.Model):
    """One thing logged. Never changed and never deleted: a correction is an entry of its own."""

    class Kind(models.TextChoices):
        LOG = "log", _("Log")
        CORRECTION = "correction", _("Correction")
        CANCELLATION = "cancellation", _("Cancellation")
        IMPORT = "import", _("Import")

    # Made by the client, so that the same tap sent twice is one entry.
    id = models.UUIDField(primary_key=True, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="entries", db_index=False)
    member = models.ForeignKey(Membership, models.CASCADE, related_name="entries", db_index=False)
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+", db_index=False)
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.LOG)
    count = models.IntegerField()
    amount = models.BigIntegerField(default=0)
    # A shared contract counts once, for the member; the partner gets this part of the amount.
    shared_with = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+", db_index=False)
    shared_amount = models.BigIntegerField(default=0)
    reverses = models.OneToOneField("self", models.CASCADE, null=True, related_name="reversed_by")
    source = models.CharField(max_length=60, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "day"], name="entry_by_member_and_day"),
            models.Index(
                fields=["shared_with", "day"], condition=Q(shared_with__isnull=False), name="entry_shared"
            ),
            models.Index(fields=["team", "source", "day"], condition=Q(kind="import"), name="entry_imported"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(shared_with=F("member")), name="not_shared_with_oneself"),
        ]


class Tally(models.Model):
    """The running sum of entries. Owner and day come first in its key: what a page reads is its
    window, however long the history is."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="tallies", db_index=False)
    day = models.DateField()
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+", db_index=False)
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+", db_index=False)
    count = models.IntegerField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "day", "kpi", "segment"], name="one_tally_per_member_day_kpi"
            ),
        ]


class Cause(models.TextChoices):
    """Why something was not done: a short list that can be counted; the words stand beside it."""

    OTHER_WORK = "other_work", _("Other work came first")
    NO_LIST = "no_list", _("Nobody left to contact")
    NOT_REACHED = "not_reached", _("Customers were not reached")
    REFUSED = "refused", _("Customers said no")
    MOVED = "moved", _("Customers moved or cancelled")
    UNSURE = "unsure", _("I did not know how to go on")
    LOW = "low", _("Not my day")


class Reflection(models.Model):
    """Three minutes in the evening. Its words are for the author and the manager alone."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="reflections", db_index=False)
    day = models.DateField()
    # Lines of the evening's block that are done, by number; codes of Cause.
    ticks = models.JSONField(default=list)
    causes = models.JSONField(default=list)
    did = models.CharField(max_length=500, blank=True)
    words = models.CharField(max_length=500, blank=True)
    first = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], name="one_reflection_per_member_and_day"),
        ]


class OpportunityStep(models.Model):
    """Where an imported opportunity was counted: when it moves, it is taken back there."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    source = models.CharField(max_length=60)
    # As its system numbers it.
    name = models.CharField(max_length=120)
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+", db_index=False)
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+", db_index=False)
    day = models.DateField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "source", "name", "kpi"], name="one_step_per_opportunity_and_kpi"
            ),
        ]


class NextStep(models.Model):
    """What was agreed in a meeting, as a reminder on the day it is due; for author and manager alone."""

    id = models.UUIDField(primary_key=True, editable=False)
    member = models.ForeignKey(Membership, models.CASCADE, related_name="next_steps", db_index=False)
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+", db_index=False)
    text = models.CharField(max_length=200)
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["member", "due"], condition=Q(done_at__isnull=True), name="next_step_open_by_member"
            ),
        ]
