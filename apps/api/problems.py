"""What went wrong, as application/problem+json (RFC 9457), in the caller's language."""

import json
import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder

from apps.activity.wording import SENTENCES as ACTIVITY
from apps.domain.errors import PlanError
from apps.okrs.wording import SENTENCES as OKRS
from apps.web.outages import WAIT, is_outage
from apps.web.wording import worded

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
SENTENCES = (
    OKRS
    | ACTIVITY
    | {
        "unauthorized": _("A valid token is needed: Authorization: Bearer ..."),
        "forbidden": _("You may not do this in this team."),
        "scope_missing": _("This token does not have the scope “%(scope)s”."),
        "not_found": _("There is no such thing, or it is not yours to see."),
        "not_yours": _("Only those who manage the team log for others."),
        "member_missing": _("You carry no targets in this team: say for which member this is."),
        "not_allowed": _("This address does not take this method."),
        "away": _("The database cannot be reached just now. Send it again in a moment."),
        "broken": _("Something went wrong here. It is noted with the number of this request."),
        "amount_not_here": _("“%(text)s” brings no amount and cannot be cancelled."),
        "amount_needs_count": _("With an amount or a cancellation the count is at least 1."),
        "entry_conflict": _("Another entry was sent with this id or key before."),
        "bad_request": _("The request cannot be read."),
        "invalid": _("Some of the values are not possible."),
        "bad_cursor": _("This cursor is not one of ours. Begin without one."),
    }
)


class Problem(Exception):
    def __init__(self, status: int, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts


def answer(status: int, code: str, facts: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
    sentence = worded(SENTENCES, PlanError(code, **(facts or {})))
    body = {
        "type": f"urn:kpiplanner:problem:{code}",
        "title": sentence,
        "status": status,
        "code": code,
        **more,
    }
    text = json.dumps(body, cls=NinjaJSONEncoder, ensure_ascii=False)
    found = HttpResponse(text, status=status, content_type=PROBLEM)
    if status == 401:
        found["WWW-Authenticate"] = "Bearer"
    return found


def _away() -> HttpResponse:
    found = answer(503, "away")
    found["Retry-After"] = str(WAIT)
    return found


def handle(api: NinjaAPI) -> None:
    @api.exception_handler(Problem)
    def problem(request: HttpRequest, error: Problem) -> HttpResponse:
        return answer(error.status, error.code, error.facts)

    @api.exception_handler(PlanError)
    def refused(request: HttpRequest, error: PlanError) -> HttpResponse:
        return answer(409 if error.code == "entry_conflict" else 422, error.code, error.facts)

    @api.exception_handler(AuthenticationError)
    def unauthorized(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(401, "unauthorized")

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return answer(403, "forbidden")

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(404, "not_found")

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        places = [{"where": [str(part) for part in one["loc"]], "what": one["msg"]} for one in error.errors]
        return answer(422, "invalid", errors=places)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("API %s", request.path)
        return _away() if is_outage(error) else answer(500, "broken")

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(error.status_code, "bad_request")
