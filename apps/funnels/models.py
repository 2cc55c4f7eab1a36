from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Team
from apps.domain.rates import Rate


def _fraction(numerator: int | None, denominator: int | None) -> Fraction | None:
    return None if numerator is None or denominator is None else Fraction(numerator, denominator)


def _three(rate: Rate | None) -> tuple[str, int | None, int | None]:
    return (rate.text, rate.value.numerator, rate.value.denominator) if rate else ("", None, None)


class Funnel(models.Model):
    team = models.OneToOneField(Team, models.CASCADE, related_name="funnel")
    preset = models.CharField(max_length=20, blank=True)

    def stages(self) -> "KpiQuerySet":
        return KpiQuerySet(Kpi).filter(funnel=self, kind=Kpi.Kind.STAGE, parked_at=None).order_by("position")


class KpiQuerySet(models.QuerySet["Kpi"]):
    def of_team(self, team: Team) -> "KpiQuerySet":
        return self.filter(funnel__team=team)

    def running(self) -> "KpiQuerySet":
        return self.filter(kind=Kpi.Kind.STAGE, parked_at=None).order_by("position")

    def signals(self) -> "KpiQuerySet":
        """Running signals of running stages."""
        running = self.filter(kind=Kpi.Kind.SIGNAL, parked_at=None, beside__parked_at=None)
        return running.select_related("beside").order_by("beside__position", "position", "pk")

    def details(self) -> "KpiQuerySet":
        """The links of the chains that running stages open into."""
        running = self.filter(kind=Kpi.Kind.DETAIL, parked_at=None, beside__parked_at=None)
        return running.order_by("beside__position", "position", "pk")


class Kpi(models.Model):
    """Something counted: a stage of the funnel, a smaller step between two stages, or a signal of how
    well a stage is done."""

    class Kind(models.TextChoices):
        STAGE = "stage", _("Stage")
        DETAIL = "detail", _("Detail stage")
        SIGNAL = "signal", _("Signal")

    class Nature(models.TextChoices):
        ACTION = "action", _("Action: can be done on any day")
        RESULT = "result", _("Result: follows from actions, counted by the week")

    class Block(models.TextChoices):
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")
        EVENING = "evening", _("Evening")

    class Measure(models.TextChoices):
        SHARE = "share", _("Share: in how many of the stage's cases it happened")
        PER_EVENT = "per_event", _("Count: how often it happened for each case")

    funnel = models.ForeignKey(Funnel, models.CASCADE, related_name="kpis")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.STAGE)
    code = models.SlugField(_("Code"), max_length=40)
    name = models.CharField(_("Name"), max_length=60)
    unit = models.CharField(_("Unit"), max_length=12, blank=True)
    nature = models.CharField(_("Nature"), max_length=8, choices=Nature.choices, default=Nature.ACTION)
    position = models.PositiveIntegerField()
    # The usual conversion from the stage before; a new plan starts from it.
    rate_text = models.CharField(_("Rate"), max_length=40, blank=True)
    rate_numerator = models.BigIntegerField(null=True, blank=True)
    rate_denominator = models.BigIntegerField(null=True, blank=True)
    rate_source = models.CharField(max_length=120, blank=True)
    rate_source_url = models.URLField(blank=True)
    carries_amount = models.BooleanField(default=False)
    # What one of it takes, and in which block of the day; empty while nobody has said.
    minutes = models.PositiveSmallIntegerField(_("Minutes each"), null=True, blank=True)
    block = models.CharField(_("Part of the day"), max_length=9, choices=Block.choices, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("Working days until the next stage"), default=0)
    # Of a signal: the stage whose quality it tells, and how it is counted. Of a detail stage: the
    # stage that its chain starts from; ``rate`` is then the one from the link before, and ``onward``,
    # on the last link, the one into the next stage.
    beside = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="signals")
    measure = models.CharField(
        _("How it is counted"), max_length=10, choices=Measure.choices, blank=True, default=""
    )
    onward_text = models.CharField(max_length=40, blank=True)
    onward_numerator = models.BigIntegerField(null=True, blank=True)
    onward_denominator = models.BigIntegerField(null=True, blank=True)
    # Of a signal: which share, or how many per case, is aimed at.
    target_text = models.CharField(max_length=40, blank=True)
    target_numerator = models.BigIntegerField(null=True, blank=True)
    target_denominator = models.BigIntegerField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)

    objects = KpiQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["funnel", "code"], name="one_code_per_funnel"),
            models.CheckConstraint(
                condition=Q(rate_numerator=None, rate_denominator=None)
                | Q(rate_numerator__gt=0, rate_denominator__gt=0),
                name="rate_is_whole_and_positive",
            ),
            models.CheckConstraint(
                condition=Q(kind="stage", beside=None, measure="")
                | Q(kind="detail", beside__isnull=False, measure="")
                | (Q(kind="signal", beside__isnull=False) & ~Q(measure="")),
                name="details_and_signals_stand_beside_a_stage",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rate(self) -> Fraction | None:
        return _fraction(self.rate_numerator, self.rate_denominator)

    def put_rate(self, rate: Rate | None) -> None:
        """As typed and as two integers, or open."""
        self.rate_text, self.rate_numerator, self.rate_denominator = _three(rate)

    @property
    def onward(self) -> Fraction | None:
        return _fraction(self.onward_numerator, self.onward_denominator)

    def put_onward(self, rate: Rate | None) -> None:
        self.onward_text, self.onward_numerator, self.onward_denominator = _three(rate)

    @property
    def target(self) -> Fraction | None:
        return _fraction(self.target_numerator, self.target_denominator)

    def put_target(self, target: Rate | None) -> None:
        self.target_text, self.target_numerator, self.target_denominator = _three(target)

    @property
    def is_signal(self) -> bool:
        return self.kind == self.Kind.SIGNAL

    @property
    def is_detail(self) -> bool:
        return self.kind == self.Kind.DETAIL

    @property
    def is_stage(self) -> bool:
        return self.kind == self.Kind.STAGE

    @property
    def is_share(self) -> bool:
        return self.measure == self.Measure.SHARE

    @property
    def is_result(self) -> bool:
        return self.nature == self.Nature.RESULT


class SegmentQuerySet(models.QuerySet["Segment"]):
    def of_team(self, team: Team) -> "SegmentQuerySet":
        return self.filter(team=team)

    def running(self) -> "SegmentQuerySet":
        """The default first, then by age."""
        return self.filter(parked_at=None).order_by("-is_default", "pk")


class Segment(models.Model):
    """A stream that is logged apart, e.g. new and existing customers. Every team has a default."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="segments")
    code = models.SlugField(max_length=40)
    name = models.CharField(_("Name"), max_length=60, blank=True)
    is_default = models.BooleanField(default=False)
    parked_at = models.DateTimeField(null=True, blank=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "code"], name="one_segment_code_per_team"),
            models.UniqueConstraint(
                fields=["team"], condition=Q(is_default=True), name="one_default_segment_per_team"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(parked_at=None), name="the_default_segment_runs"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The default has no name while it is the only one."""
        return self.name or gettext("Usual business")
