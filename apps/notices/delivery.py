"""Sending once: a key is claimed before anything leaves."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import Team
from apps.domain.errors import PlanError
from apps.notices.models import Delivery

log = logging.getLogger(__name__)

MOST_TRIES = 4
# Before a failed message is tried again: 5, 10, 20 minutes.
WAIT = timedelta(minutes=5)

State = Delivery.State


def send_once(team: Team, key: str, send: Callable[[], None]) -> bool:
    """Sends what nobody has sent yet; True when it left now.

    A process that dies while sending leaves its claim behind: rather none than two of a message.
    """
    claimed = _claim(team, key)
    if claimed is None:
        return False
    try:
        send()
    except (PlanError, OSError) as error:
        # Mail or chat is down, or takes nothing: expected, and tried again.
        _fail(claimed, error)
        return False
    except Exception as error:
        # A defect of ours: the operator is told, and the other messages leave all the same.
        log.exception("message %s", key)
        _fail(claimed, error)
        return False
    Delivery.objects.filter(pk=claimed).update(state=State.SENT, problem="")
    return True


def _fail(claimed: int, error: Exception) -> None:
    problem = f"{type(error).__name__}: {error}"[:200]
    Delivery.objects.filter(pk=claimed).update(state=State.FAILED, problem=problem)


def _claim(team: Team, key: str) -> int | None:
    now = timezone.now()
    try:
        with transaction.atomic():
            return Delivery.objects.create(key=key, team=team, claimed_at=now).pk
    except IntegrityError:
        pass
    failed = Delivery.objects.filter(key=key, state=State.FAILED, tries__lt=MOST_TRIES).first()
    if failed is None or now < failed.claimed_at + WAIT * 2 ** (failed.tries - 1):
        return None
    # Only one of several processes takes it: the row has to be as it was read.
    taken = Delivery.objects.filter(pk=failed.pk, state=State.FAILED, tries=failed.tries).update(
        state=State.CLAIMED, tries=F("tries") + 1, claimed_at=now
    )
    return failed.pk if taken else None


def settled_keys(keys: Sequence[str]) -> set[str]:
    """Of these, what was sent or is being sent: nothing is left to do for them. One query."""
    rows = Delivery.objects.filter(key__in=keys).exclude(state=State.FAILED)
    return set(rows.values_list("key", flat=True))


def is_sent(key: str) -> bool:
    return Delivery.objects.filter(key=key, state=State.SENT).exists()


def forget_failure(key: str) -> None:
    """Somebody asks for it again: the next try need not wait."""
    Delivery.objects.filter(key=key, state=State.FAILED).delete()
