"""What happened, told to other systems: packed in the transaction of the change itself, sent after it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_save
from django.utils import timezone
from ninja.responses import NinjaJSONEncoder

from apps.accounts.models import Event
from apps.activity.models import Entry
from apps.api.models import Hook, Parcel
from apps.api.shapes import entry_out
from apps.domain.errors import PlanError
from apps.notices.webhook import post_json

# Longer than a try can take: whoever finds it waiting after this may be sure that the sender died.
LEASE = timedelta(minutes=1)
# Before the second try; four times as long before each one after it: a day and a quarter in all.
WAIT = timedelta(minutes=5)
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
    hooks = [hook for hook in Hook.objects.filter(team=team_id) if kind in hook.kinds]
    if not hooks:
        return
    body = body_of(kind, {"team": team_id, **said()})
    for hook in hooks:
        parcel = Parcel.objects.create(hook=hook, kind=kind, body=body, not_before=timezone.now())
        transaction.on_commit(partial(_send_soon, parcel))


def body_of(kind: str, data: dict[str, Any]) -> str:
    said = {"type": kind, "timestamp": timezone.now().isoformat(), "data": data}
    return json.dumps(said, cls=NinjaJSONEncoder, ensure_ascii=False)


def _send_soon(parcel: Parcel) -> None:
    from apps.api.tasks import send_parcel

    send_parcel.enqueue(str(parcel.pk))


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
        _keep(parcel, error)
        return False
    Parcel.objects.filter(pk=parcel.pk).update(state=Parcel.State.TAKEN, problem="")
    return True


def _keep(parcel: Parcel, error: PlanError) -> None:
    is_last = parcel.tries >= MOST_TRIES
    Parcel.objects.filter(pk=parcel.pk).update(
        state=Parcel.State.GIVEN_UP if is_last else Parcel.State.WAITING,
        not_before=timezone.now() + WAIT * 4 ** (parcel.tries - 1),
        problem=str(error.facts.get("problem") or error.code)[:60],
    )


def send_waiting() -> int:
    """Everything whose time has come; how much was taken. Parcels that are done go after a month."""
    now = timezone.now()
    Parcel.objects.exclude(state=Parcel.State.WAITING).filter(created_at__lt=now - KEPT).delete()
    due = Parcel.objects.filter(state=Parcel.State.WAITING, not_before__lte=now).order_by("not_before")
    return sum(send(str(pk)) for pk in due.values_list("pk", flat=True)[:1_000])


def send_again(parcel: Parcel) -> None:
    """Somebody mended the other side: a fresh row of tries."""
    Parcel.objects.filter(pk=parcel.pk, state=Parcel.State.GIVEN_UP).update(
        state=Parcel.State.WAITING, tries=0, not_before=timezone.now()
    )
    _send_soon(parcel)
