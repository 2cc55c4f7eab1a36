"""When a sign-in ends by itself: two weeks after it was last used, and after ninety days in any case."""

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# The two weeks are SESSION_COOKIE_AGE: Django ends a session so long after it was last written, and in use it
# is written once a day.
LONGEST = timedelta(days=90)
SINCE, USED = "since", "used"
GetResponse = Callable[[HttpRequest], HttpResponse]


def begin(session: SessionBase) -> None:
    session[SINCE] = session[USED] = _today().isoformat()


def ending_sessions(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        if SESSION_KEY in session:
            _use(session)
        return get_response(request)

    return middleware


def _use(session: SessionBase) -> None:
    if SINCE not in session:
        # From before sign-ins had an end.
        begin(session)
    if _today() - date.fromisoformat(session[SINCE]) > LONGEST:
        session.flush()
    elif session[USED] != _today().isoformat():
        session[USED] = _today().isoformat()


def _today() -> date:
    return timezone.now().date()
