"""Queries of a process that has worked out nothing yet: what it remembers would hide what grows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.web.marks import forget


@contextmanager
def counted_queries() -> Iterator[CaptureQueriesContext]:
    forget()
    with CaptureQueriesContext(connection) as captured:
        yield captured
