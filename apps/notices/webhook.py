"""A message to a team's chat. The address comes from a person, so it must not lead into the own network."""

import contextlib
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from apps.domain.errors import PlanError

SECONDS = 5.0
# From the connection to the end of the answer.
WHOLE = 10.0
LONGEST = 8_000


@dataclass(frozen=True)
class Target:
    """A checked address: what is connected to is the very address that was looked at."""

    is_https: bool
    host: str
    port: int
    path: str
    ip: str


def target_of(url: str) -> Target:
    """Raises PlanError: ``webhook_not_https``, ``webhook_unknown_host`` (host), ``webhook_inside`` (host),
    ``webhook_bad_address``."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise PlanError("webhook_bad_address") from error
    if not host or parts.username or parts.password:
        raise PlanError("webhook_bad_address")
    is_allowed = host in settings.WEBHOOK_ALLOW
    if parts.scheme != "https" and not (is_allowed and parts.scheme == "http"):
        raise PlanError("webhook_not_https")
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError as error:
        raise PlanError("webhook_bad_address") from error
    number = port or (443 if parts.scheme == "https" else 80)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return Target(parts.scheme == "https", host, number, path, _address(host, number, is_allowed=is_allowed))


def _address(host: str, port: int, *, is_allowed: bool) -> str:
    """Every address that the name has must lie outside; one is then used for the connection itself."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise PlanError("webhook_unknown_host", host=host) from error
    if not is_allowed and not all(_is_outside(ip) for ip in found):
        raise PlanError("webhook_inside", host=host)
    return found[0]


# Addresses of the one kind that stand for addresses of the other: NAT64, and its local form.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
INNER_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
COMPATIBLE = ipaddress.ip_network("::/96")


def _is_outside(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in INNER_NAT64 or address.is_site_local:
        return False
    inner = _inner(address)
    if inner is not None:
        return _is_outside(str(inner))
    return address.is_global and not address.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The older address that is carried inside, where one is."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in NAT64 or address in COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def send_text(url: str, text: str) -> None:
    """Raises PlanError as ``post_json``."""
    post_json(url, json.dumps({"text": text[:LONGEST]}), {})


def post_json(url: str, body: str, headers: Mapping[str, str]) -> None:
    """Raises PlanError as ``target_of``, and ``webhook_failed`` (problem): no answer in time, or not 2xx."""
    target = target_of(url)
    began = time.monotonic()
    try:
        with _pool(target) as pool:
            answer = pool.request(
                "POST",
                target.path,
                body=body.encode(),
                headers={"Host": target.host, "Content-Type": "application/json", **headers},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise PlanError("webhook_failed", problem=type(error).__name__) from error
    if time.monotonic() - began >= WHOLE:
        # A connection that was cut looks like an answer that ended.
        raise PlanError("webhook_failed", problem="too slow")
    if not 200 <= answer.status < 300:
        raise PlanError("webhook_failed", problem=str(answer.status))


class _Hurried:
    """A connection that is cut after so many seconds, however slowly the other side drips its answer: the
    timeout of a socket begins anew with every byte."""

    sock: socket.socket | None
    timer: threading.Timer | None = None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.timer = threading.Timer(WHOLE, self._cut)
        self.timer.daemon = True
        self.timer.start()

    def _cut(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def close(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        super().close()  # type: ignore[misc]


class _HurriedHttp(_Hurried, urllib3.connection.HTTPConnection):
    pass


class _HurriedHttps(_Hurried, urllib3.connection.HTTPSConnection):
    pass


def _pool(target: Target) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=SECONDS, read=SECONDS)
    if not target.is_https:
        plain = urllib3.HTTPConnectionPool(target.ip, target.port, timeout=timeout)
        plain.ConnectionCls = _HurriedHttp
        return plain
    # Connected to the checked address, with the certificate of the name.
    pool = urllib3.HTTPSConnectionPool(
        target.ip,
        target.port,
        timeout=timeout,
        server_hostname=target.host,
        assert_hostname=target.host,
    )
    pool.ConnectionCls = _HurriedHttps
    return pool
