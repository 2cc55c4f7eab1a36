"""The server itself: idle phones do not block it, killed workers lose nothing."""

import http.client
import itertools
import re
import socket
import threading
import time
import urllib.parse
from contextlib import closing
from uuid import uuid4

from tests.browser.server import RealServer

# Seconds after which a log that is still not acknowledged is a failure.
PATIENCE = 60


class Phone:
    """A signed-in rep's device: cookies, a token, and retries with the same id."""

    def __init__(self, server: RealServer, member: int) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}
        self.token = ""
        page = self.get("/welcome/")
        self.post(f"/welcome/sample/{member}/sign-in/", {})
        page = self.get("/teams/1/today/")
        found = re.search(r'name="kpi" value="(\d+)"', page)
        day = re.search(r'name="day" value="([\d-]+)"', page)
        assert found
        assert day
        self.kpi, self.day = found[1], day[1]

    def _send(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {
            "Host": f"localhost:{self.server.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "HX-Request": "true",
                "X-CSRFToken": self.token,
            }
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = header.partition("=")
            self.cookies[name] = value.partition(";")[0]
        if found := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text):
            self.token = found[1]
        return answer.status, text

    def get(self, path: str) -> str:
        return self._send("GET", path)[1]

    def post(self, path: str, data: dict[str, object]) -> int:
        return self._send("POST", path, urllib.parse.urlencode(data))[0]

    def tap(self) -> int:
        """One entry, sent until it is acknowledged; returns how often it was sent."""
        data: dict[str, object] = {"id": uuid4(), "day": self.day, "kpi": self.kpi, "count": 1}
        end = time.monotonic() + PATIENCE
        for attempt in itertools.count(1):
            if time.monotonic() > end:
                break
            try:
                if self.post("/teams/1/entries/", data) == 200:
                    return attempt
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise AssertionError("never acknowledged")


def make_sample(server: RealServer) -> None:
    server.manage("shell", "-c", "from apps.setup.sample import make_sample; make_sample(language='ja')")


def entries(server: RealServer) -> int:
    code = "from apps.activity.models import Entry; print('entries', Entry.objects.count())"
    found = re.search(r"entries (\d+)", server.manage("shell", "-c", code))
    assert found
    return int(found[1])


def test_eight_idle_sockets_do_not_block_a_page(server: RealServer) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _each in range(8)]
    try:
        time.sleep(0.2)
        began = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as visitor:
            visitor.request("GET", "/accounts/login/", headers={"Host": f"localhost:{server.port}"})
            assert visitor.getresponse().status == 200
        took = time.monotonic() - began
        print(f"page beside eight idle sockets: {took * 1000:.0f} ms")
        assert took < 1
    finally:
        for connection in idle:
            connection.close()


def test_no_acknowledged_log_is_lost_or_doubled_while_workers_die(server: RealServer) -> None:
    """1,002 taps by six reps, a worker killed -9 every 0.7 s."""
    make_sample(server)
    before = entries(server)
    phones = [Phone(server, member) for member in range(2, 8)]
    acknowledged: list[int] = []
    failures: list[BaseException] = []

    def use(phone: Phone, taps: int) -> None:
        try:
            acknowledged.extend(phone.tap() for _each in range(taps))
        except BaseException as error:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=use, args=(phone, 167)) for phone in phones]
    for thread in threads:
        thread.start()
    kills = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.7)
        server.kill_worker(kills)
        kills += 1
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(acknowledged) == 1002
    assert entries(server) - before == 1002
    assert "All tallies equal" in server.manage("tallies", "--check")
    repeated = sum(tries > 1 for tries in acknowledged)
    print(f"{len(acknowledged)} logs acknowledged, {kills} workers killed, {repeated} sent more than once")
    assert kills >= 3
