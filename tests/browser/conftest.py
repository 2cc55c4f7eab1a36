"""Chromium against the real server. A script error, a breach of the content security policy or a
request to another host fails the test that caused it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.server import RealServer, started

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Background services of the browser would look for hosts that a closed network refuses.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# KPI_SLOW=400: every answer comes 400 ms late, so that a test that acts before the page is there fails
# here and not on somebody's busy machine.
SLOW = int(os.environ.get("KPI_SLOW", "0"))
WIDTHS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "Chromium is missing; ./kpi test installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server() -> Iterator[RealServer]:
    real = started()
    yield real
    real.stop()


class Watch:
    """What a page must not do."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.problems: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium logs every 4xx as an error; a breach of the policy has its own words.
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.host, "data:", "about:")):
            self.problems.append(f"request to another host: {request.url}")


def slowed(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    line = {"offline": False, "latency": SLOW, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.emulateNetworkConditions", line)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, server: RealServer) -> Iterator[OpenPage]:
    """open_page("phone", language="ja", dark=True): a fresh visitor's page."""
    contexts: list[BrowserContext] = []
    watch = Watch(server.url)

    def opened(width: str = "desk", language: str = "en", dark: bool = False, **options: Any) -> Page:
        # A worker that answers from its cache would hide what the server says; offline tests allow it.
        options.setdefault("service_workers", "block")
        context = browser.new_context(
            base_url=server.url,
            viewport=WIDTHS[width],  # type: ignore[arg-type]
            locale={"en": "en-US", "ja": "ja-JP"}[language],
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        watch.listen(page)
        if SLOW:
            slowed(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watch.problems == []


def axe_violations(page: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
