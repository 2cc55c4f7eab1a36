"""The application on a clock that a test moves: the moment stands in a file, read before each request.

Only for tests: gunicorn is started with this module in place of kpiplanner.wsgi.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import time_machine

from kpiplanner.wsgi import application as real

CLOCK = Path(os.environ["KPI_TEST_CLOCK"])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    # One thread serves at a time (WEB_THREADS=1): the moved clock is the whole process's.
    with time_machine.travel(CLOCK.read_text().strip(), tick=True):
        # The body is made while the clock stands where the test put it.
        return list(real(environ, start_response))
