"""What happened, told to other systems: packed in the transaction of the change itself, sent after it."""

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.signals import post_save
from django.utils import timezone
from ninja.responses import NinjaJSONEncoder

from apps.accounts.models import Event
from apps.activity.models import Entry
from apps.api.models import Hook, Parcel
from apps.api.shapes import entry_out
from apps.domain.errors import PlanError
from apps.notices.webhook import post_json
from apps.web.marks import REST, remembered

log = logging.getLogger(__name__)

# Longer than a try can take: whoever finds it waiting after this may be sure that the sender died.
LEASE = timedelta(minutes=1)
# Before the second try; four times as long before each one after it: a day and a quarter in all.
WAIT = timedelta(minutes=5)
# Seconds for one address, or for all that waits: whoever calls has other things to do.
ROUND = 60
MOST_TRIES = 7
KEPT = timedelta(days=30)

Said = Callable[[], dict[str, Any]]


def listen() -> None:
    post_save.connect(_event_happened, sender=Event, dispatch_uid="api.event")
    post_save.connect(_entry_logged, sender=Entry, dispatch_uid="api.entry")


def _event_happened(instance: Event, *, created: bool, raw: bool, **_more: Any) -> None:
    facts = instance.facts
    told: dict[str, tuple[str, Said]] = {
        "target_agreed": (Hook.Kind.PLAN_AGREED, lambda: {"plan": facts["kgi"], "member": facts["member"]}),
        "review_closed": (Hook.Kind.REVIEW_CLOSED, lambda: {"review": facts["review"], "kind": facts["of"]}),
    }
    if created and not raw and instance.team_id and instance.kind in told:
        pack(instance.team_id, *told[instance.kind])


def _entry_logged(instance: Entry, *, created: bool, raw: bool, **_more: Any) -> None:
    if created and not raw:
        pack(instance.team_id, Hook.Kind.ENTRY_LOGGED, lambda: entry_out(instance))


def pack(team_id: int, kind: str, said: Said) -> None:
    """A parcel for each address that wants to know; without any, one query."""
    hooks = [hook for hook in _hooks_of(team_id) if kind in hook.kinds]
    if not hooks:
        return
    body = body_of(kind, {"team": team_id, **said()})
    for hook in hooks:
        Parcel.objects.create(hook=hook, kind=kind, body=body, not_before=timezone.now())
        _send_after_commit(hook.pk)


def _hooks_of(team: int) -> list[Hook]:
    return remembered(
        "hooks", team, None, lambda: list(Hook.objects.filter(team=team)), words=(REST,), is_small=True
    )


def body_of(kind: str, data: dict[str, Any]) -> str:
    said = {"type": kind, "timestamp": timezone.now().isoformat(), "data": data}
    return json.dumps(said, cls=NinjaJSONEncoder, ensure_ascii=False)


class _Soon:
    """Sends what waits for one address; knows which, so that a transaction asks for it once."""

    def __init__(self, hook_id: int) -> None:
        self.hook_id = hook_id
        # Django names what failed by it.
        self.__qualname__ = "send_soon"

    def __call__(self) -> None:
        _send_soon(self.hook_id)


def _send_after_commit(hook_id: int) -> None:
    """However much is logged at once, one task. If the queue is broken, what was logged is logged all the
    same, and ``send_hooks`` finds the parcels."""
    asked = [getattr(call[1], "hook_id", None) for call in transaction.get_connection().run_on_commit]
    if hook_id not in asked:
        transaction.on_commit(_Soon(hook_id), robust=True)


def _send_soon(hook_id: int) -> None:
    from apps.api.tasks import send_hook

    send_hook.enqueue(hook_id)


def headers_of(secret: str, message_id: str, body: str) -> dict[str, str]:
    """As the Standard Webhooks say (standardwebhooks.com), so that existing libraries can verify them."""
    moment = int(timezone.now().timestamp())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{moment}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def send(parcel_id: str) -> bool:
    """Sends a parcel whose time has come, from one process only; True when it was taken."""
    now = timezone.now()
    waiting = Parcel.objects.filter(pk=parcel_id, state=Parcel.State.WAITING, not_before__lte=now)
    if not waiting.update(tries=F("tries") + 1, not_before=now + LEASE):
        return False
    parcel = Parcel.objects.select_related("hook").get(pk=parcel_id)
    try:
        post_json(parcel.hook.url, parcel.body, headers_of(parcel.hook.secret, str(parcel.pk), parcel.body))
    except PlanError as error:
        _keep(parcel, str(error.facts.get("problem") or error.code))
        return False
    except Exception as error:
        # A defect of ours: the operator is told, and the other parcels leave all the same.
        log.exception("parcel %s", parcel.pk)
        _keep(parcel, type(error).__name__)
        return False
    Parcel.objects.filter(pk=parcel.pk).update(state=Parcel.State.TAKEN, problem="")
    return True


def _keep(parcel: Parcel, problem: str) -> None:
    is_last = parcel.tries >= MOST_TRIES
    Parcel.objects.filter(pk=parcel.pk).update(
        state=Parcel.State.GIVEN_UP if is_last else Parcel.State.WAITING,
        not_before=timezone.now() + WAIT * 4 ** (parcel.tries - 1),
        problem=problem[:60],
    )


def send_waiting() -> int:
    """Whatever's time has come; how much was taken. Parcels that are done go after a month."""
    now = timezone.now()
    Parcel.objects.exclude(state=Parcel.State.WAITING).filter(created_at__lt=now - KEPT).delete()
    hooks = _due(now).values_list("hook", flat=True).distinct().order_by("hook")
    end = time.monotonic() + ROUND
    return sum(send_of(hook) for hook in list(hooks) if time.monotonic() < end)


def send_of(hook_id: int) -> int:
    """What waits for one address, oldest first, until it refuses: a dead one does not hold up the others."""
    taken, end = 0, time.monotonic() + ROUND
    for pk in (
        _due(timezone.now()).filter(hook=hook_id).order_by("created_at").values_list("pk", flat=True)[:1_000]
    ):
        if time.monotonic() > end or not send(str(pk)):
            break
        taken += 1
    return taken


def _due(now: datetime) -> QuerySet[Parcel]:
    return Parcel.objects.filter(state=Parcel.State.WAITING, not_before__lte=now)


def send_again(parcel: Parcel) -> None:
    """Somebody mended the other side: a fresh row of tries."""
    Parcel.objects.filter(pk=parcel.pk, state=Parcel.State.GIVEN_UP).update(
        state=Parcel.State.WAITING, tries=0, not_before=timezone.now()
    )
    _send_soon(parcel.hook_id)
