import zlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Team, User
from apps.domain.errors import PlanError


class ImportRun(models.Model):
    """A file on its way in. How its columns were read is remembered for the next one from there."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", _("Activity: a number for each person, KPI and day")
        OPPORTUNITIES = "deals", _("Opportunities: a list with stages and dates")

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        READING = "reading"
        READ = "read"
        WRITING = "writing"
        DONE = "done"
        FAILED = "failed"
        DROPPED = "dropped"

    team = models.ForeignKey(Team, models.CASCADE, related_name="imports")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("What is in it?"), max_length=8, choices=Kind.choices, default=Kind.ACTIVITY)
    source = models.CharField(_("Where does it come from?"), max_length=40)
    name = models.CharField(max_length=200, blank=True)
    # Packed, so that any process of any machine can read it; gone when the run ends.
    payload = models.BinaryField(null=True)
    header = models.JSONField(default=list)
    # Field -> name of the column; stage of the file -> code of a KPI.
    columns = models.JSONField(default=dict)
    stages = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    rows = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    beside_others = models.PositiveIntegerField(default=0)
    # The first of each: [line, code, facts], [member, kpi, day, count, amount].
    problems = models.JSONField(default=list)
    wrong = models.PositiveIntegerField(default=0)
    unknown = models.JSONField(default=dict)
    preview = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["team", "-id"], name="import_by_team")]

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.READING, self.State.WRITING)

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.DROPPED)

    def pack(self, raw: bytes) -> None:
        self.payload = zlib.compress(raw, 1)

    def unpack(self) -> bytes:
        """Raises PlanError ``file_gone``."""
        if not self.payload:
            raise PlanError("file_gone")
        return zlib.decompress(bytes(self.payload))
