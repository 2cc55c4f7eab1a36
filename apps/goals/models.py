from datetime import date
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Organization, Team, User
from apps.domain.shape import Shape, shape_of
from apps.funnels.models import Kpi, Segment


class HigherGoal(models.Model):
    """A goal above the teams' months: of a company or a team, for a year, a half, a quarter or a month.
    It is compared with the sum of what stands below it, and asks nobody for anything by itself.
    What stands below follows from team, count and days, so that no link can be wrong."""

    class Span(models.TextChoices):
        YEAR = "year", _("Year")
        HALF = "half", _("Half-year")
        QUARTER = "quarter", _("Quarter")
        MONTH = "month", _("Month")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="higher_goals")
    # Empty: of the whole company.
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="higher_goals")
    span = models.CharField(_("Span"), max_length=7, choices=Span.choices, default=Span.YEAR)
    counts = models.CharField(_("The goal is"), max_length=10)
    start = models.DateField(_("From"))
    end = models.DateField(_("Until"))
    goal = models.BigIntegerField(_("Goal"))
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["start", "-end", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="higher_goal_ends_after_its_start"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="higher_goal_is_positive"),
            models.UniqueConstraint(
                fields=["team", "counts", "start", "end"],
                condition=Q(team__isnull=False),
                name="one_higher_goal_per_team_and_period",
            ),
            models.UniqueConstraint(
                fields=["organization", "counts", "start", "end"],
                condition=Q(team=None),
                name="one_higher_goal_per_company_and_period",
            ),
        ]


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
        PROFIT = "profit", _("Gross profit")
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
        """In money: turnover or gross profit."""
        return self.counts != self.Counts.CONTRACTS

    @property
    def is_profit(self) -> bool:
        return self.counts == self.Counts.PROFIT


class Plan(models.Model):
    """One version of a plan. Immutable: an edit is a new version from a day on."""

    kgi = models.ForeignKey(Kgi, models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    # The sum over the segments: minor units of the currency, or a number of contracts.
    goal = models.BigIntegerField()
    # How the numbers are shaped: per cent more than needed, weights of equal parts of the period,
    # factors of the twelve months in per cent, and whether stages are moved earlier by their lead time.
    buffer = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    weights = models.JSONField(default=list, blank=True)
    season = models.JSONField(default=list, blank=True)
    uses_lead_time = models.BooleanField(default=False)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kgi", "number"], name="one_plan_per_number"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="goal_is_positive"),
        ]

    @property
    def shape(self) -> Shape:
        return shape_of(self.weights, self.season)


class PlanStream(models.Model):
    """One segment's part of a plan: its goal and its price."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="streams")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    goal = models.BigIntegerField()
    # Empty where contracts are counted.
    unit_price = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "segment"], name="one_stream_per_plan_and_segment"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="goal_of_a_stream_is_positive"),
        ]


class OpenDeals(models.Model):
    """Deals under way as a plan begins, by grade: they spare a part of what would lead to them."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="deals")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    grade = models.CharField(max_length=1)
    # The stage that they have reached.
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    count = models.PositiveIntegerField()
    chance_percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["segment", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "segment", "grade"], name="one_row_per_grade"),
            models.CheckConstraint(condition=Q(chance_percent__lte=100), name="chance_is_100_at_most"),
        ]


class PlanStage(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="stages")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    position = models.PositiveIntegerField()
    # As typed, and exactly; empty on the first stage.
    rate_text = models.CharField(max_length=40, blank=True)
    rate_numerator = models.BigIntegerField(null=True)
    rate_denominator = models.BigIntegerField(null=True)
    lead_days = models.PositiveSmallIntegerField(default=0)

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
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    weight = models.PositiveIntegerField(default=1)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "member", "segment"], name="one_share_per_plan_member_segment"
            )
        ]


class PlanRate(models.Model):
    """A rep's rate where it is not the team's, with what it rests on."""

    class Source(models.TextChoices):
        OWN = "own", _("own")
        BEST = "best", _("own best month")
        BENCHMARK = "benchmark", _("benchmark")
        TYPED = "typed", _("typed")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rates")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    source = models.CharField(max_length=9, choices=Source.choices)
    rate_text = models.CharField(max_length=40)
    rate_numerator = models.BigIntegerField()
    rate_denominator = models.BigIntegerField()
    # n of m cases since a day; empty for a benchmark or a typed rate.
    cases = models.PositiveIntegerField(null=True, blank=True)
    of_cases = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "member", "segment", "kpi"], name="one_rate_per_plan_member_kpi"
            ),
            models.CheckConstraint(
                condition=Q(rate_numerator__gt=0, rate_denominator__gt=0), name="own_rate_is_positive"
            ),
        ]

    @property
    def rate(self) -> Fraction:
        return Fraction(self.rate_numerator, self.rate_denominator)


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


class DayMove(models.Model):
    """What a rep moved between own days of a week: more on one day, less on another."""

    kgi = models.ForeignKey(Kgi, models.CASCADE, related_name="moves")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, related_name="+")
    segment = models.ForeignKey(Segment, models.RESTRICT, related_name="+")
    day = models.DateField()
    more = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kgi", "member", "kpi", "segment", "day"], name="one_move_per_member_kpi_day"
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
    # Of a yes: the least that is promised, and what is reached for beyond the target.
    commit = models.BigIntegerField(null=True, blank=True)
    stretch = models.BigIntegerField(null=True, blank=True)
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
