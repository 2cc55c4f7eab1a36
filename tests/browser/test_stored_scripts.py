"""Whatever text somebody has stored, no page takes it for markup: not in its body, not in an attribute, not
in a chart's label."""

from playwright.sync_api import Dialog, Page

from tests.browser.conftest import OpenPage
from tests.browser.server import RealServer
from tests.browser.test_pages import MANAGER, REP, SETTLED

FILL = "from tests.browser.marked_up import make_marked_up; print('filled', make_marked_up())"
FOUND = """() => [...document.querySelectorAll("[data-mean]")]
    .map((one) => one.parentElement.outerHTML.slice(0, 200))"""


def test_stored_text_is_text_on_every_page(open_page: OpenPage, server: RealServer) -> None:
    assert int(server.manage("shell", "-c", FILL).split()[-1]) > 150
    said, found = list[str](), list[str]()

    def heard(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    for place, paths in enumerate((MANAGER, REP)):
        page = open_page("desk")
        page.on("dialog", heard)
        page.goto("/welcome/")
        page.locator("form[action*='sign-in'] button").nth(place).evaluate("one => one.click()")
        page.wait_for_url("**/teams/**")
        found += [f"{path}: {text}" for path in paths for text in markup_on(page, path)]
    assert said == []
    assert found == [], "\n".join(found)


def markup_on(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    assert answer
    assert answer.status < 500, path
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    page.wait_for_function(SETTLED)
    texts: list[str] = page.evaluate(FOUND)
    return texts
