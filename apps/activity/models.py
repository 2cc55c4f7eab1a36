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
