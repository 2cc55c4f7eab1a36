"""The company's own sign-in, against a provider that answers as OpenID Connect asks."""

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.browser.server import RealServer, started
from tests.browser.test_server import make_sample

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "kpiplanner"


class Provider:
    """Signs in whoever ``person`` says, without asking."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.is_broken = False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                provider.answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path)
        if path.path == "/authorize":
            self._send_back(request, parse_qs(path.query))
            return
        known = {"/.well-known/openid-configuration": self._about, "/token": self._token}
        said = known.get(path.path, lambda: self.person)()
        request.send_response(500 if self.is_broken and path.path == "/token" else 200)
        request.send_header("Content-Type", "application/json")
        request.end_headers()
        request.wfile.write(json.dumps(said).encode())

    def _send_back(self, request: BaseHTTPRequestHandler, query: dict[str, list[str]]) -> None:
        back = {"state": query["state"][0]}
        back |= {"code": "1"} if self.person else {"error": "access_denied"}
        request.send_response(302)
        request.send_header("Location", f"{query['redirect_uri'][0]}?{urlencode(back)}")
        request.end_headers()

    def _about(self) -> dict[str, str]:
        places = ("authorization", "token", "userinfo")
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {f"{one}_endpoint": f"{self.url}/{names[one]}" for one in places} | {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
        }

    def _token(self) -> dict[str, Any]:
        now = int(time.time())
        claims = self.person | {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        return {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": jwt.encode(claims, KEY, algorithm="RS256"),
        }


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    found = Provider()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="module")
def office(provider: Provider) -> Iterator[RealServer]:
    settings = {"SERVER_URL": provider.url, "NAME": "Office", "CLIENT_ID": CLIENT, "CLIENT_SECRET": "x"}
    server = started(**{f"OIDC_{name}": value for name, value in settings.items()})
    make_sample(server)
    yield server
    server.stop()


def enter(office: RealServer, provider: Provider, **person: Any) -> requests.Response:
    provider.person, provider.is_broken = person, False
    with requests.Session() as visitor:
        page = visitor.get(f"{office.url}/accounts/login/", timeout=20)
        link = re.search(r'href="(/accounts/oidc/[^"]+)"', page.text)
        assert link
        return visitor.get(office.url + link[1], headers={"Accept-Language": "en"}, timeout=20)


KNOWN = {"sub": "7", "email": "YUI@sample.invalid", "email_verified": True}


def test_a_known_person_is_let_in_and_recognised_again(office: RealServer, provider: Provider) -> None:
    assert urlsplit(enter(office, provider, **KNOWN).url).path.endswith("/today/")
    # By the identity from now on: the address may change.
    again = enter(office, provider, sub="7", email="married@sample.invalid", email_verified=True)
    assert urlsplit(again.url).path.endswith("/today/")


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ({"sub": "8"}, "did not tell your e-mail"),
        ({"sub": "8", "email": ""}, "did not tell your e-mail"),
        ({"sub": "8", "email": "ken@sample.invalid"}, "has not verified"),
        ({"sub": "8", "email": "ken@sample.invalid", "email_verified": False}, "has not verified"),
        ({"sub": "8", "email": "ken@sample.invalid", "email_verified": "false"}, "has not verified"),
        ({"sub": "8", "email": "nobody@sample.invalid", "email_verified": True}, "no account"),
    ],
)
def test_others_are_told_why_not(
    office: RealServer, provider: Provider, person: dict[str, Any], sentence: str
) -> None:
    answer = enter(office, provider, **person)
    assert answer.status_code == 403
    assert sentence in answer.text.replace("&#x27;", "'")


def test_a_closed_account_stays_closed(office: RealServer, provider: Provider) -> None:
    close = "from apps.accounts.models import User; print(User.objects.filter(email='sakura@sample.invalid')"
    office.manage("shell", "-c", f"{close}.update(is_active=False))")
    answer = enter(office, provider, sub="9", email="sakura@sample.invalid", email_verified=True)
    assert (answer.status_code, "closed" in answer.text) == (403, True)


def test_who_turns_back_or_meets_a_broken_provider_reads_a_sentence(
    office: RealServer, provider: Provider
) -> None:
    assert "did not sign in" in enter(office, provider).text
    provider.is_broken = True
    with requests.Session() as visitor:
        provider.person = KNOWN
        answer = visitor.get(f"{office.url}/accounts/oidc/company/login/", timeout=20)
    assert answer.status_code == 403
    # A way back without its beginning, or with a state of somebody else.
    forged = requests.get(f"{office.url}/accounts/oidc/company/login/callback/?code=1&state=x", timeout=20)
    assert forged.status_code == 403
    assert requests.get(f"{office.url}/accounts/oidc/other/login/", timeout=20).status_code == 404
