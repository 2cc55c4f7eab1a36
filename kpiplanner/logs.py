"""What stands in a log: lines that a machine can read, the request that each belongs to, and no tokens."""

import hashlib
import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse

TOKEN_IN_PATH = re.compile(r"(?<!\d)(/(?:feeds|notices|invitations|key)/)[^/\s]+")
# What a proxy may hand on; anything else is replaced, so that nobody writes lines of their own.
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
request_id: ContextVar[str] = ContextVar("request_id", default="")

requests = logging.getLogger("kpiplanner.requests")


class NoTokens(logging.Filter):
    """Takes tokens out of paths: whoever reads a log must not be able to use them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN_IN_PATH.sub(r"\1…", record.getMessage())
        record.args = ()
        return True


class JsonLines(logging.Formatter):
    """One object a line, whatever a message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", "") or request_id.get(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class ErrorMail(logging.Handler):
    """A defect is mailed to ``ERROR_MAILS``, once an hour for the same place. Where it happened and what kind
    it was, but nothing of what people wrote: neither the message of the exception nor the request's body
    leave. The whole of it stands in the log under the number of the request."""

    SECONDS = 3600

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if record.exc_info and record.exc_info[2] is not None:
                self._send(record, record.exc_info[0], record.exc_info[2])
        except Exception:  # noqa: BLE001 - a report that fails must not break what it reports on
            self.handleError(record)

    def _send(
        self, record: logging.LogRecord, kind: type[BaseException] | None, frames: TracebackType
    ) -> None:
        name = kind.__name__ if kind else "Exception"
        place = traceback.extract_tb(frames)[-1]
        key = hashlib.sha256(f"{name} {place.filename}:{place.lineno}".encode()).hexdigest()
        if not cache.add(f"error-mail:{key}", 1, self.SECONDS):
            return
        number = getattr(record, "request_id", "") or request_id.get() or "-"
        text = f"{name} in {record.name}\nrequest {number}\n\n{''.join(traceback.format_tb(frames))}"
        send_mail(f"kpiplanner: {name}", text, None, settings.ERROR_MAILS)


def request_ids(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Each answer carries the number under which its lines stand in the log."""

    def middleware(request: HttpRequest) -> HttpResponse:
        handed_on = request.headers.get("X-Request-ID", "")
        own = handed_on if REQUEST_ID.fullmatch(handed_on) else uuid.uuid4().hex
        token, began = request_id.set(own), time.perf_counter()
        try:
            response = get_response(request)
            _tell(request, response, time.perf_counter() - began)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = own
        return response

    return middleware


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    user = getattr(request, "user", None)
    facts = {
        "method": request.method,
        "path": TOKEN_IN_PATH.sub(r"\1…", request.path),
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "user": getattr(user, "pk", None),
    }
    requests.info("%s %s %s", request.method, facts["path"], response.status_code, extra={"facts": facts})
