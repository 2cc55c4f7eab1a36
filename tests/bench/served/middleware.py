from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


def counted_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """How many statements an answer took, in a header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        seen: list[str] = []

        def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response.headers["X-Queries"] = str(len(seen))
        return response

    return middleware
