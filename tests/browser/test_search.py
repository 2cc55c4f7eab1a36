"""Searching while typing, and the keys of the daily path."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, axe_violations, overflow
from tests.browser.server import RealServer
from tests.browser.test_server import make_sample
from tests.browser.visitors import sample_visitor


@pytest.fixture(scope="module", autouse=True)
def sample(server: RealServer) -> None:
    make_sample(server)


def signed_in(open_page: OpenPage, width: str = "desk", language: str = "ja") -> Page:
    page = open_page(width, language)
    sample_visitor(page)
    return page


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_colleague_is_found_by_the_reading_while_typing(open_page: OpenPage, width: str) -> None:
    page = signed_in(open_page, width)
    page.locator("[data-search]").click()
    page.locator("#query").press_sequentially("\uff7d\uff7d\uff9e\uff77")
    found = page.locator("#found a")
    expect(found).to_have_text("\u9234\u6728 \u5927\u8f14")
    assert axe_violations(page) == []
    assert overflow(page) <= 0
    found.click()
    expect(page).to_have_url(re.compile(r"/teams/1/progress/\d+/"))


def test_keys_lead_through_the_day(open_page: OpenPage) -> None:
    page = signed_in(open_page)
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile("/teams/1/plans/"))
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("/teams/1/search/$"))
    expect(page.locator("#query")).to_be_focused()
    # In a field keys are letters.
    page.keyboard.type("gl/")
    expect(page.locator("#query")).to_have_value("gl/")
    expect(page).to_have_url(re.compile("/teams/1/search/$"))


def test_keys_can_be_switched_off(open_page: OpenPage) -> None:
    page = signed_in(open_page)
    page.goto("/profile/")
    page.locator("[name=has_keys]").uncheck()
    page.get_by_role("button", name="\u4fdd\u5b58").click()
    page.locator("h1").click()
    page.keyboard.press("/")
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile("/profile/$"))
