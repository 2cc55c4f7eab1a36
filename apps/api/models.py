import base64
import hashlib
import secrets
import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Team, User

# Said in front, so that whoever finds one in a file knows what it is.
PREFIX = "kpi_"


class Scope(models.TextChoices):
    READ = "read", _("Read what its owner may see")
    LOG = "log", _("Log activity and check key results in")


class TokenQuerySet(models.QuerySet["Token"]):
    def living(self, now: datetime) -> "TokenQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class Token(models.Model):
    """A key to the API: shown once, kept as its hash. It may do what its owner may, within its scopes, and
    with a team within that team alone; rights that end for the owner end for it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="tokens")
    name = models.CharField(_("What is it for?"), max_length=60)
    scopes = models.JSONField(default=list)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    # The end of it, to tell tokens apart.
    hint = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def scope_words(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    @staticmethod
    def hash_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @staticmethod
    def new_secret() -> str:
        return PREFIX + secrets.token_urlsafe(32)


class Hook(models.Model):
    """An address of another system that a team tells what happened, signed with a secret that both know."""

    class Kind(models.TextChoices):
        PLAN_AGREED = "plan.agreed", _("Somebody agreed to their numbers")
        ENTRY_LOGGED = "entry.logged", _("Activity was logged")
        REVIEW_CLOSED = "review.closed", _("A review was closed")

    team = models.ForeignKey(Team, models.CASCADE, related_name="hooks")
    url = models.URLField(max_length=500)
    kinds = models.JSONField(default=list)
    secret = models.CharField(max_length=64, editable=False)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def shown_url(self) -> str:
        """Without its path, which is often the password."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}/…{self.url[-4:]}" if len(parts.path) > 1 else parts.netloc

    @property
    def kind_words(self) -> list[str]:
        return [str(Hook.Kind(kind).label) for kind in self.kinds]

    @staticmethod
    def new_secret() -> str:
        return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


class Parcel(models.Model):
    """One message to one address, written in the transaction that did what it tells of, and sent after it.
    What is not taken is sent again, later and later, with the same id."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("taken")
        GIVEN_UP = "given_up", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="parcels")
    kind = models.CharField(max_length=20)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    # Nobody sends it before this moment: the next try, or the end of a try that is under way.
    not_before = models.DateTimeField()
    problem = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"], name="parcel_by_state_and_time")]
