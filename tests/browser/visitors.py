"""Somebody of the sample team, signed in by its button on the first page."""

import re

from playwright.sync_api import Page

MANAGER, REP = 0, 1


def sample_visitor(page: Page, number: int = MANAGER) -> Page:
    """Makes the team where there is none. A click returns before the page that it leads to is there, so the
    address is waited for: a test that went on at once would look at, or leave, the page before."""
    page.goto("/welcome/")
    make = page.locator("form[action='/welcome/sample/'] button")
    if make.count():
        make.click()
    page.locator("form[action*='sign-in'] button").nth(number).click()
    page.wait_for_url(re.compile("/teams/"))
    return page
