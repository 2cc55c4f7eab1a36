"""Clients that ask a real server, in turn or several at once, and how long each answer took."""

import http.client
import re
import statistics
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field


class Visitor:
    """A browser's cookies, and one kept connection."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.token = port, dict[str, str](), ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, data: dict[str, object] | None = None) -> tuple[int, bytes]:
        headers = {
            "Host": f"localhost:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if data is not None:
            body = urllib.parse.urlencode(data)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.token}
            headers["HX-Request"] = "true"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            # The server closes what stood idle; a new connection, once.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = header.partition("=")
            self.cookies[name] = value.partition(";")[0]
        if (found := re.search(rb'"x-csrftoken": "(\w+)"', text)) or (
            found := re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', text)
        ):
            self.token = found[1].decode()
        return answer.status, text

    def sign_in(self, email: str, password: str) -> None:
        self.ask("GET", "/accounts/login/")
        form: dict[str, object] = {"login": email, "password": password, "csrfmiddlewaretoken": self.token}
        headers_free = self.ask("POST", "/accounts/login/", form)
        assert headers_free[0] in (204, 302), headers_free

    def twin(self) -> "Visitor":
        """Another connection of the same person."""
        other = Visitor(self.port)
        other.cookies, other.token = dict(self.cookies), self.token
        return other


@dataclass
class Times:
    """Milliseconds, answer by answer."""

    each: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def at(self, percent: int) -> float:
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

    @property
    def a_second(self) -> float:
        return len(self.each) / self.seconds

    @property
    def middle(self) -> float:
        return statistics.median(self.each)


Job = Callable[[Visitor], None]


def get(path: str) -> Job:
    def job(visitor: Visitor) -> None:
        status, _text = visitor.ask("GET", path)
        assert status == 200, (path, status)

    return job


def post(path: str, data: Callable[[], dict[str, object]]) -> Job:
    def job(visitor: Visitor) -> None:
        status, _text = visitor.ask("POST", path, data())
        assert status == 200, (path, status)

    return job


def tap(team: int, kpi: int, day: str) -> Job:
    return post(f"/teams/{team}/entries/", lambda: {"id": uuid.uuid4(), "day": day, "kpi": kpi, "count": 1})


def in_turn(jobs: Sequence[tuple[Visitor, Job]], times: int) -> list[Times]:
    """One client; the jobs alternate, so that a busy moment of the machine meets them all."""
    found = [Times() for _job in jobs]
    for visitor, job in jobs:
        job(visitor)
    for _round in range(times):
        for (visitor, job), kept in zip(jobs, found, strict=True):
            began = time.perf_counter()
            job(visitor)
            kept.each.append((time.perf_counter() - began) * 1000)
            kept.seconds += kept.each[-1] / 1000
    return found


def at_once(visitor: Visitor, job: Job, clients: int, seconds: float) -> Times:
    found, lock = Times(), threading.Lock()
    end = time.perf_counter() + seconds

    def work() -> None:
        twin, mine = visitor.twin(), list[float]()
        with closing(twin.connection):
            while time.perf_counter() < end:
                began = time.perf_counter()
                job(twin)
                mine.append((time.perf_counter() - began) * 1000)
        with lock:
            found.each.extend(mine)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _each in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - began
    return found
