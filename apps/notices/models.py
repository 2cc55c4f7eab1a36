import hashlib
import secrets

from django.core import signing
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Team, User


class Wish(models.Model):
    """What somebody wants to be told, and when; without a row the defaults hold."""

    SALT = "kpiplanner.notices.stop"

    member = models.OneToOneField(Membership, models.CASCADE, related_name="wish")
    morning = models.BooleanField(_("Every morning: today's numbers and what comes first"), default=True)
    monday = models.BooleanField(_("Every Monday: the team's last week and this one"), default=True)
    reminders = models.BooleanField(_("Reminders: nothing logged, an action is due"), default=True)
    hour = models.PositiveSmallIntegerField(
        _("From what hour on"), default=8, validators=[MinValueValidator(4), MaxValueValidator(11)]
    )

    @property
    def token(self) -> str:
        """Signed, so that a link in a mail stops that person's mails and nothing else."""
        return self.token_of(self.member_id)

    @classmethod
    def token_of(cls, member: int) -> str:
        return signing.dumps(member, salt=cls.SALT)

    @classmethod
    def member_of(cls, token: str) -> int | None:
        try:
            return int(signing.loads(token, salt=cls.SALT))
        except (signing.BadSignature, TypeError, ValueError):
            return None


class Channel(models.Model):
    """Where a team's chat takes messages (Slack-compatible). The address is a secret of the team."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="channel")
    url = models.URLField(max_length=500)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # What went wrong the last time; empty when all is well.
    problem = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)


class Feed(models.Model):
    """A calendar feed of one person. Only a hash of its token is stored."""

    member = models.OneToOneField(Membership, models.CASCADE, related_name="feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    @staticmethod
    def hashed(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def renewed(cls, member: Membership) -> str:
        """A fresh token; an earlier one stops working."""
        token = secrets.token_urlsafe(24)
        cls.objects.update_or_create(member=member, defaults={"token_hash": cls.hashed(token)})
        return token


class Delivery(models.Model):
    """One message, by a key that says what it is: whatever is sent is claimed here first, so that it is
    sent once however often, and from however many machines, the command runs."""

    class State(models.TextChoices):
        CLAIMED = "claimed"
        SENT = "sent"
        FAILED = "failed"

    key = models.CharField(max_length=120, unique=True)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.CLAIMED)
    tries = models.PositiveSmallIntegerField(default=1)
    claimed_at = models.DateTimeField()
    problem = models.CharField(max_length=200, blank=True)
