from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Team, User
from apps.funnels.models import Kpi, Segment
from apps.goals.models import Plan
from apps.okrs.models import Objective


class Review(models.Model):
    """A meeting that looks back and ahead. When it closes, its numbers are frozen for good."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", _("Monday number reset")
        START = "start", _("Month start")
        MIDDLE = "middle", _("Half-time")
        END = "end", _("Month end")

    team = models.ForeignKey(Team, models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # The day on which it is due, and the days that it looks back on.
    day = models.DateField()
    start = models.DateField()
    end = models.DateField()
    # Where the meeting stands, so that it can be left and resumed.
    step = models.CharField(max_length=12, blank=True)
    learned = models.TextField(max_length=2000, blank=True)
    # Ids and numbers, never names or words: numbers.py reads and writes it.
    frozen = models.JSONField(null=True, blank=True)
    # Grows with every change, so that other screens notice.
    version = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "day"], name="one_review_per_team_kind_day"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="review_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(frozen__isnull=False), name="closed_means_frozen"
            ),
        ]

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def asks_checks(self) -> bool:
        """Whether the seven checks stand on its agenda."""
        return self.kind in (self.Kind.START, self.Kind.MIDDLE)

    @property
    def is_weekly(self) -> bool:
        return self.kind == self.Kind.WEEKLY


class Row(models.Model):
    """One person in one review: the order of the week's work, where it was changed by hand."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="rows")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    order = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "member"], name="one_row_per_review_and_member"),
        ]


class Words(models.Model):
    """What both sides say about one person's week or month; for that person and the manager alone."""

    class Side(models.TextChoices):
        REP = "rep", _("Rep")
        MANAGER = "manager", _("Manager")

    review = models.ForeignKey(Review, models.CASCADE, related_name="words")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    well = models.CharField(_("What went well"), max_length=1000, blank=True)
    hard = models.CharField(_("What was hard"), max_length=1000, blank=True)
    learned = models.CharField(_("What I learned"), max_length=1000, blank=True)
    support = models.CharField(_("Support that helps"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    # The rep's words, read by the manager.
    acknowledged_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "member", "side"], name="one_word_per_side"),
        ]


class RateDecision(models.Model):
    """What was decided about a planned rate, with what it rested on. Append-only but for its undoing."""

    class Choice(models.TextChoices):
        KEEP = "keep", _("As planned")
        MONTH = "month", _("Last month's")
        MONTHS = "months", _("Of the last six months")
        TYPED = "typed", _("Typed")

    review = models.ForeignKey(Review, models.CASCADE, related_name="rates")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    before_text = models.CharField(max_length=40)
    after_text = models.CharField(max_length=40)
    # n of m cases that were looked at.
    count = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    # The version that it made, and the one that took it back; none where the rate was kept.
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="+")
    undone_by = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class CheckAnswer(models.Model):
    """What the team itself says to one of the seven checks, beside what the data say."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    review = models.ForeignKey(Review, models.CASCADE, related_name="answers")
    code = models.CharField(max_length=10)
    answer = models.CharField(max_length=6, choices=Answer.choices)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "code"], name="one_answer_per_review_and_check"),
        ]


class Verdict(models.Model):
    """At half-time: what becomes of an objective."""

    class Choice(models.TextChoices):
        KEEP = "keep", _("Keep going")
        CHANGE = "change", _("Change")
        DROP = "drop", _("Drop")

    review = models.ForeignKey(Review, models.CASCADE, related_name="verdicts")
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "objective"], name="one_verdict_per_objective"),
        ]


class ActionQuerySet(models.QuerySet["Action"]):
    def promised(self) -> "ActionQuerySet":
        """Open, with an owner and a day."""
        return self.filter(state=Action.State.OPEN, owner__isnull=False)


class Action(models.Model):
    """What was decided: a plain decision, or something that somebody does until a day. With a KPI and a
    hypothesis it is an experiment, judged by what the KPI did before and after."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Keep doing it")
        DROP = "drop", _("Drop it")

    team = models.ForeignKey(Team, models.CASCADE, related_name="actions")
    review = models.ForeignKey(Review, models.CASCADE, related_name="actions")
    text = models.CharField(_("What"), max_length=300)
    # A decision has no owner.
    owner = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    due = models.DateField(null=True, blank=True)
    kpi = models.ForeignKey(Kpi, models.RESTRICT, null=True, blank=True, related_name="+")
    hypothesis = models.CharField(max_length=300, blank=True)
    begins = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    closed_in = models.ForeignKey(Review, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "state"], name="action_by_team_and_state")]

    @property
    def is_decision(self) -> bool:
        return self.owner_id is None and self.due is None
