from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.accounts.models import Membership, Team, User
from apps.funnels.models import Kpi
from apps.goals.models import Kgi

LONGEST_TEXT = 300
# The grade of a closed objective, in tenths of what was wanted.
FULL_GRADE = 10


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def visible_to(self, access: Access) -> "ObjectiveQuerySet":
        """The team's own, and those of people whose numbers this person may see."""
        in_team = self.filter(team=access.team)
        if access.sees_everyone:
            return in_team
        return in_team.filter(Q(member=None) | Q(member__user=access.user))

    def open(self) -> "ObjectiveQuerySet":
        return self.filter(closed_at=None)

    def running(self) -> "ObjectiveQuerySet":
        return self.open().filter(parked_at=None)

    def on(self, day: date) -> "ObjectiveQuerySet":
        return self.running().filter(start__lte=day, end__gte=day)

    def in_order(self) -> "ObjectiveQuerySet":
        return self.select_related("member__user", "kgi", "parent").order_by("-start", "pk")


class Objective(models.Model):
    """What a team or a person wants to become true, and why. Its key results hold the numbers."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="objectives")
    member = models.ForeignKey(
        Membership, models.CASCADE, null=True, blank=True, related_name="objectives", verbose_name=_("Whose")
    )
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    kgi = models.ForeignKey(
        Kgi, models.SET_NULL, null=True, blank=True, related_name="objectives", verbose_name=_("Goal (KGI)")
    )
    text = models.CharField(_("Objective"), max_length=LONGEST_TEXT)
    why = models.CharField(_("Why"), max_length=500, blank=True)
    start = models.DateField(_("From"))
    end = models.DateField(_("Until"))
    explained = models.CharField(_("Why it stays as it is"), max_length=200, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    grade = models.PositiveSmallIntegerField(_("Grade"), null=True, blank=True)
    lesson = models.CharField(_("What we learned"), max_length=500, blank=True)
    carried_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="carried_to")
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="objective_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__lte=FULL_GRADE), name="grade_is_in_tenths"
            ),
        ]
        indexes = [models.Index(fields=["team", "start"], name="objective_by_team_and_start")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_running(self) -> bool:
        return self.parked_at is None and self.closed_at is None

    def is_editable_by(self, access: Access) -> bool:
        """The team's by its managers; a person's also by that person."""
        own = self.member is not None and self.member.user_id == access.user.pk and access.carries_targets
        return access.can_edit or own


class KeyResultQuerySet(models.QuerySet["KeyResult"]):
    def visible_to(self, access: Access) -> "KeyResultQuerySet":
        """Those of visible objectives; a colleague's own only where one sees everyone's numbers."""
        inside = self.filter(objective__in=Objective.objects.visible_to(access))
        if access.sees_everyone:
            return inside
        return inside.filter(Q(member=None) | Q(member__user=access.user))

    def in_order(self) -> "KeyResultQuerySet":
        related = ("objective__member__user", "objective__parent", "kpi__beside", "base", "member__user")
        return self.select_related(*related).order_by("objective_id", "position", "pk")

    def running(self) -> "KeyResultQuerySet":
        return self.filter(parked_at=None, objective__parked_at=None, objective__closed_at=None)

    def with_hand(self) -> "KeyResultQuerySet":
        """Each with the number that was last typed for it, and how sure its people are."""
        of_this = CheckIn.objects.filter(key_result=OuterRef("pk")).order_by("-pk")
        typed = of_this.filter(value__isnull=False)
        columns = {
            "hand_value": Subquery(typed.values("value")[:1]),
            "hand_day": Subquery(typed.values("day")[:1]),
            "hand_is_alignment": Subquery(typed.values("is_alignment")[:1]),
            "confidence": Subquery(of_this.filter(confidence__isnull=False).values("confidence")[:1]),
        }
        return self.annotate(**columns)


class KeyResult(models.Model):
    """How one sees that an objective is reached. Numbers are as people read them: counts, per cent of
    a rate, money in whole units of the currency."""

    class Measure(models.TextChoices):
        COUNT = "count", _("How often: the count of a stage")
        RATE = "rate", _("How well: the rate from one stage to another")
        SIGNAL = "signal", _("How well: a signal beside a stage")
        AMOUNT = "amount", _("The amount of the contracts")
        HAND = "hand", _("By hand: typed in check-ins")

    class Compares(models.TextChoices):
        NOTHING = "", _("A number of its own")
        PERCENT = "percent", _("Per cent against the period before")
        POINTS = "points", _("Points against the period before")

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="key_results")
    position = models.PositiveIntegerField(default=0)
    text = models.CharField(_("Key result"), max_length=LONGEST_TEXT)
    # Who carries it; empty: who the objective belongs to.
    member = models.ForeignKey(
        Membership, models.CASCADE, null=True, blank=True, related_name="key_results", verbose_name=_("Whose")
    )
    measure = models.CharField(
        _("How it is measured"), max_length=8, choices=Measure.choices, default=Measure.COUNT
    )
    kpi = models.ForeignKey(
        Kpi, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("Stage or signal")
    )
    base = models.ForeignKey(
        Kpi, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("Out of")
    )
    compares = models.CharField(
        _("The target is"), max_length=8, choices=Compares.choices, blank=True, default=Compares.NOTHING
    )
    baseline = models.DecimalField(_("Baseline"), max_digits=20, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("Target"), max_digits=20, decimal_places=4)
    commit = models.DecimalField(_("Commit"), max_digits=20, decimal_places=4, null=True, blank=True)
    stretch = models.DecimalField(_("Stretch"), max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("Unit"), max_length=12, blank=True)
    lower_is_better = models.BooleanField(_("Lower is better"), default=False)
    start = models.DateField(_("From"), null=True, blank=True)
    end = models.DateField(_("Until"), null=True, blank=True)
    explained = models.CharField(_("Why it stays as it is"), max_length=200, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    # Put beside each row by ``with_hand``.
    hand_value: Decimal | None
    hand_day: date | None
    hand_is_alignment: bool | None
    confidence: int | None

    objects = KeyResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__in=["amount", "hand"]) | Q(kpi__isnull=False),
                name="what_is_counted_is_named",
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(end__gte=F("start")),
                name="key_result_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_new(self) -> bool:
        """Not stored yet: nothing can have been typed for it."""
        return self._state.adding

    @property
    def first_day(self) -> date:
        return self.start or self.objective.start

    @property
    def last_day(self) -> date:
        return self.end or self.objective.end

    @property
    def carrier(self) -> Membership | None:
        """Whose log is counted; None: the whole team's."""
        return self.member or self.objective.member

    @property
    def is_by_hand(self) -> bool:
        return self.measure == self.Measure.HAND

    @property
    def is_running_total(self) -> bool:
        """Grows from nothing within its period, as counts and amounts do."""
        return self.measure in (self.Measure.COUNT, self.Measure.AMOUNT)

    @property
    def is_running(self) -> bool:
        return self.parked_at is None and self.objective.is_running

    def is_checked_in_by(self, access: Access) -> bool:
        """By who may edit the objective, and by who carries this key result."""
        own = self.member is not None and self.member.user_id == access.user.pk and access.carries_targets
        return own or self.objective.is_editable_by(access)


class CheckIn(models.Model):
    """A look at a key result: a number where nobody counts it, how sure one is, one line."""

    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="check_ins")
    day = models.DateField()
    value = models.DecimalField(_("Number so far"), max_digits=20, decimal_places=4, null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(_("How sure are you?"), null=True, blank=True)
    note = models.CharField(_("In one line"), max_length=200, blank=True)
    # The number was taken over from the log, to end a disagreement.
    is_alignment = models.BooleanField(default=False)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__range=(1, 5)), name="confidence_from_1_to_5"
            ),
        ]
        indexes = [models.Index(fields=["key_result", "-id"], name="check_in_by_key_result")]


class Judged(models.Model):
    """The letters with an open gap when a goal was saved, explained, parked or closed: append-only, so
    that the course of open gaps can be told week by week."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="judged")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, null=True, related_name="judged")
    gaps = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["team", "created_at"], name="judged_by_team_and_time")]


def as_fraction(value: Any) -> Fraction | None:
    """A stored decimal, exactly."""
    return None if value is None else Fraction(value)
