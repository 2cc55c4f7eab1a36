"""What a phone on a slow line feels: Chromium at 1.6 Mbit/s, 150 ms there and back, a processor four times
slower, against the real server with the sample team."""

import shutil
import statistics
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.conftest import FLAGS, WIDTHS
from tests.browser.server import started

Figures = dict[str, float]
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PAGES = {
    "today": (1, "/teams/1/today/"),
    "team_page": (0, "/teams/1/progress/"),
    "plan": (0, "/teams/1/plans/4/"),
}
VISITS = 3
WATCH = """
window.felt = {lcp: 0, cls: 0, inp: 0};
const watch = (type, see, more = {}) =>
  new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({type, buffered: true, ...more});
watch("largest-contentful-paint", (entry) => (felt.lcp = entry.startTime));
watch("layout-shift", (entry) => (felt.cls += entry.hadRecentInput ? 0 : entry.value));
watch("event", (entry) => (felt.inp = Math.max(felt.inp, entry.interactionId ? entry.duration : 0)),
  {durationThreshold: 16});
"""
BYTES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce(([all, css], one) =>
        [all + one.transferSize, css + (one.name.includes(".css") ? one.transferSize : 0)], [0, 0])"""


def measure_browser(*, quick: bool) -> Figures:
    server = started()
    try:
        server.manage("shell", "-c", "from apps.setup.sample import make_sample; make_sample(language='ja')")
        path = shutil.which("chromium") or shutil.which("google-chrome")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            found = [_visits(browser, server.url) for _each in range(1 if quick else VISITS)]
            browser.close()
    finally:
        server.stop()
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def _visits(browser: Browser, url: str) -> Figures:
    figures: Figures = {}
    for name, (person, path) in PAGES.items():
        # The session comes from another browser: the first visit finds nothing in its cache.
        context = _signed_in(browser, url, person)
        page = context.new_page()
        _slow(page)
        figures |= {f"felt_{name}_first_{key}": value for key, value in _visit(page, path).items()}
        figures |= {f"felt_{name}_again_{key}": value for key, value in _visit(page, path).items()}
        context.close()
    return figures


def _signed_in(browser: Browser, url: str, person: int) -> BrowserContext:
    first = browser.new_context(base_url=url, service_workers="block")
    page = first.new_page()
    page.goto("/welcome/")
    page.locator("form[action*='sign-in'] button").nth(person).click()
    page.wait_for_url("**/teams/**")
    state = first.storage_state()
    first.close()
    return browser.new_context(base_url=url, storage_state=state, viewport=WIDTHS["phone"])  # type: ignore[arg-type]


def _slow(page: Page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)


def _visit(page: Page, path: str) -> Figures:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    whole, style = page.evaluate(BYTES)
    before: dict[str, Any] = page.evaluate("felt")
    page.locator(".tap, summary").first.click()
    page.wait_for_timeout(1_500)
    after: dict[str, Any] = page.evaluate("felt")
    return {
        "lcp_ms": before["lcp"],
        "cls": before["cls"],
        "inp_ms": after["inp"],
        "kb": whole / 1000,
        "kb_without_css": (whole - style) / 1000,
    }
