from datetime import date
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Team, User
from apps.funnels.models import Kpi, Segment


class KgiQuerySet(models.QuerySet["Kgi"]):
    def running(self) -> "KgiQuerySet":
        return self.filter(withdrawn_at=None)

    def of_team(self, team: Team) -> "KgiQuerySet":
        return self.filter(team=team)

    def on(self, day: date) -> "KgiQuerySet":
        return self.running().filter(start__lte=day, end__gte=day)


class Kgi(models.Model):
    """The goal of a team for a period. Its numbers stand in its plans, one version after another."""

    class Counts(models.TextChoices):
        AMOUNT = "amount", _("Amount")
        CONTRACTS = "contracts", _("Number of contracts")

    team = models.ForeignKey(Team, models.CASCADE, related_name="kgis")
    counts = models.CharField(_("The goal is"), max_length=10, choices=Counts.choices, default=Counts.AMOUNT)
    start = models.DateField(_("From"))
    end = models.DateField(_("Until"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KgiQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="kgi_ends_after_its_start"),
        ]
        indexes = [models.Index(fields=["team", "start"], name="kgi_by_team_and_start")]

    @property
    def is_amount(self) -> bool:
        return self.counts == self.Counts.AMOUNT


class Plan(models.Model):
    """One version of a plan. Immutable: an edit is a new version from a day on."""

    kgi = models.ForeignKey(Kgi, models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    # In minor units of the currency, or a number of contracts.
    goal = models.BigIntegerField()
    unit_price = models.BigIntegerField(null=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kgi", "number"], name="one_plan_per_number"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="goal_is_positive"),
        ]

    @property
    def contracts(self) -> Fraction:
        """Contracts wanted, exactly."""
        return Fraction(self.goal, self.unit_price or 1)


class PlanStage(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="stages")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    position = models.PositiveIntegerField()
    # As typed, and exactly; empty on the first stage.
    rate_text = models.CharField(max_length=40, blank=True)
    rate_numerator = models.BigIntegerField(null=True)
    rate_denominator = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "segment", "kpi"], name="one_stage_per_plan_and_kpi"),
        ]

    @property
    def rate(self) -> Fraction | None:
        if self.rate_numerator is None or self.rate_denominator is None:
            return None
        return Fraction(self.rate_numerator, self.rate_denominator)


class PlanShare(models.Model):
    """A rep's weight when the team's numbers are split, and the part of the goal that follows."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="shares")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    weight = models.PositiveIntegerField(default=1)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "member"], name="one_share_per_plan_and_member")
        ]


class PlanTarget(models.Model):
    """A rep's number for the period at one stage."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    count = models.PositiveIntegerField()
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "member", "kpi", "segment"], name="one_target_per_plan_member_kpi"
            ),
        ]


class AgreementStep(models.Model):
    """A step on the way to a rep's agreement with own numbers; append-only, each with its author."""

    class Kind(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        COUNTERED = "countered", _("Countered")
        ANSWERED = "answered", _("Answered")

    # The version whose numbers it was about.
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What the rep would carry instead: minor units, or contracts.
    amount = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    conviction = models.PositiveSmallIntegerField(_("How convinced are you?"), null=True, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(conviction=None) | Q(conviction__range=(1, 5)), name="conviction_from_1_to_5"
            ),
        ]


class WhatIf(models.Model):
    """A setting that somebody tried and kept by name, to be compared with others. It changes nothing."""

    kgi = models.ForeignKey(Kgi, models.CASCADE, related_name="what_ifs")
    name = models.CharField(_("Name"), max_length=60)
    # The fields as typed.
    values = models.JSONField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kgi", "name"], name="one_what_if_per_name")]
