"""Clients that ask a real server, in turn or several at once, and how long each answer took."""

import http.client
import json
import statistics
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field


class Visitor:
    """A browser's cookies, and one kept connection."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.token = port, dict[str, str](), ""
        self.headers: Mapping[str, str] = {}
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
        self.headers = dict(answer.headers)
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = header.partition("=")
            self.cookies[name] = value.partition(";")[0]
        return answer.status, text

    def sign_in(self, session: str) -> None:
        self.cookies["sessionid"] = session
        self.token = json.loads(self.ask("GET", "/session/")[1])["token"]

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

    def __iadd__(self, other: "Times") -> "Times":
        self.each += other.each
        self.seconds += other.seconds
        return self

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


Turn = tuple[Visitor, Job]


def in_turn(jobs: Sequence[Turn], times: int, before: Sequence[Turn] = ()) -> list[Times]:
    """One client; the jobs alternate, so that a busy moment of the machine meets them all. What stands in
    ``before`` at a job's place is done before it, and not timed."""
    found = [Times() for _job in jobs]
    for visitor, job in jobs:
        job(visitor)
    for _round in range(times):
        for place, ((visitor, job), kept) in enumerate(zip(jobs, found, strict=True)):
            if before:
                first, preparation = before[place]
                preparation(first)
            began = time.perf_counter()
            job(visitor)
            kept.each.append((time.perf_counter() - began) * 1000)
            kept.seconds += kept.each[-1] / 1000
    return found


def at_once(visitors: Sequence[Visitor], job: Job, seconds: float) -> Times:
    """Each on a connection of its own, as fast as it is answered."""
    found, lock, failures = Times(), threading.Lock(), list[BaseException]()
    end = time.perf_counter() + seconds

    def work(visitor: Visitor) -> None:
        twin, mine = visitor.twin(), list[float]()
        try:
            with closing(twin.connection):
                while time.perf_counter() < end:
                    began = time.perf_counter()
                    job(twin)
                    mine.append((time.perf_counter() - began) * 1000)
        except BaseException as error:  # noqa: BLE001 - raised below, in the caller's own thread
            failures.append(error)
        with lock:
            found.each.extend(mine)

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=[visitor]) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - began
    if failures:
        raise failures[0]
    return found
