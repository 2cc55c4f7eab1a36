from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core import signing
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.zones import zone_choices

LANGUAGES = [("ja", "日本語"), ("en", "English")]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class Amounts(models.TextChoices):
    FULL = "", _("In full: 1,234,500")
    MAN = "man", _("In tens of thousands, on Japanese pages")
    MILLION = "million", _("In millions: 1.23")


class Palette(models.TextChoices):
    USUAL = "", _("Teal and red")
    SAFE = "safe", _("Blue and orange, for colour-blind eyes")


class FirstPage(models.TextChoices):
    BY_ROLE = "", _("As my role suggests")
    TODAY = "today", _("Today")
    PROGRESS = "progress", _("Progress")
    PLAN = "plan", _("Plan")
    OBJECTIVES = "objectives", _("Objectives")
    REVIEWS = "reviews", _("Reviews")


class User(AbstractBaseUser):
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=80)
    reading = models.CharField(
        _("Reading of the name"), max_length=80, blank=True, help_text=_("In kana; it is found by it.")
    )
    language = models.CharField(_("Language"), max_length=5, choices=LANGUAGES, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=50, default="Asia/Tokyo", choices=zone_choices)
    amounts = models.CharField(_("Large amounts"), max_length=7, choices=Amounts.choices, blank=True)
    palette = models.CharField(_("Colours"), max_length=4, choices=Palette.choices, blank=True)
    is_calm = models.BooleanField(
        _("No movement on the page"), default=False, help_text=_("Also where the device does not ask for it.")
    )
    has_keys = models.BooleanField(
        _("Keyboard shortcuts"), default=True, help_text=_("“/” searches, “g” and a letter goes to a page.")
    )
    first_page = models.CharField(_("First page"), max_length=10, choices=FirstPage.choices, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def owned(self) -> list["Organization"]:
        """The companies whose owner this is; read once for each request."""
        return list(self.owned_organizations.order_by("pk"))

    @property
    def is_claimed(self) -> bool:
        """Its owner was here: an account that a list made has neither password nor sign-in."""
        return self.has_usable_password() or self.last_login is not None


class Organization(models.Model):
    name = models.CharField(_("Company"), max_length=80)
    currency = models.CharField(_("Currency"), max_length=3, default="JPY")
    # As Japanese companies mostly have it; where the currency is another one, see ``found_team``.
    fiscal_month = models.PositiveSmallIntegerField(
        _("The business year begins in"), choices=list(MONTHS.items()), default=4
    )
    owners = models.ManyToManyField(User, related_name="owned_organizations")
    is_sample = models.BooleanField(default=False)
    # Reflections, words of reviews and notes of practices that are older go; without it they stay.
    keep_words_months = models.PositiveSmallIntegerField(
        _("Keep what people wrote for so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_(
            "Reflections, words of reviews and notes of practices; numbers stay. Empty: they are kept."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Visibility(models.TextChoices):
    SELF = "self", _("Each rep sees the team's totals and own numbers")
    NEIGHBOURS = "near", _("Each rep also sees the two who stand next in the team's order")
    OPEN = "open", _("Everyone sees everyone's numbers")


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> "TeamQuerySet":
        member = Q(memberships__user=user, memberships__ended_at__isnull=True)
        return self.filter(member | Q(organization__owners=user)).distinct()


class Team(models.Model):
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams")
    name = models.CharField(_("Team"), max_length=80)
    time_zone = models.CharField(_("Time zone"), max_length=50, default="Asia/Tokyo", choices=zone_choices)
    visibility = models.CharField(
        _("Who sees whose numbers"), max_length=8, choices=Visibility.choices, default=Visibility.SELF
    )

    # More than this at once, and a page asks which to park.
    kpi_limit = models.PositiveSmallIntegerField(
        _("KPIs per person, at most"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    key_result_limit = models.PositiveSmallIntegerField(
        _("Key results per person, at most"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )

    # After so many working days without a log somebody is named to the manager and reminded once.
    silent_after = models.PositiveSmallIntegerField(
        _("Working days without a log before somebody is reminded"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )

    objects = TeamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    MANAGER = "manager", _("Manager")
    REP = "rep", _("Rep")
    VIEWER = "viewer", _("Viewer")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(ended_at__isnull=True)

    def carrying_targets(self) -> "MembershipQuerySet":
        return self.active().filter(carries_targets=True)

    def waiting(self) -> "MembershipQuerySet":
        """In the team by a list, and never signed in."""
        return self.active().filter(invitations__accepted_at=None, invitations__isnull=False).distinct()

    def in_team_order(self) -> "MembershipQuerySet":
        return self.select_related("user").order_by("position", "pk")


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=10, choices=Role.choices)
    # A manager who sells too carries targets; a viewer never does.
    carries_targets = models.BooleanField(_("Carries targets"), default=True)
    position = models.PositiveIntegerField(default=0)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_person_and_team"),
            models.CheckConstraint(
                condition=~Q(role=Role.VIEWER) | Q(carries_targets=False), name="viewers_carry_no_targets"
            ),
        ]

    def __str__(self) -> str:
        return self.user.name


class Invitation(models.Model):
    SALT = "kpiplanner.invitation"

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    # Somebody who is in the team already, and gets in with this for the first time.
    member = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="invitations")
    email = models.EmailField(_("E-mail"), blank=True)
    role = models.CharField(_("Role"), max_length=10, choices=Role.choices, default=Role.REP)
    language = models.CharField(_("Language"), max_length=5, choices=LANGUAGES)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    @property
    def token(self) -> str:
        """Signed, not stored: the link can be copied again, and a leaked database holds none."""
        return signing.dumps(self.pk, salt=self.SALT)

    @classmethod
    def pk_of(cls, token: str) -> int | None:
        try:
            return int(signing.loads(token, salt=cls.SALT))
        except signing.BadSignature:
            return None

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class Event(models.Model):
    """What happened, by whom: written in the transaction that did it; audit and notices read it."""

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="events")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["team", "created_at"], name="event_by_team_and_time")]
