"""A newcomer with a list of twenty people: from an empty installation to today's numbers. The steps are
counted; what they took stands in the output of the test."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, axe_violations
from tests.browser.server import RealServer, started

NAMES = [
    *("Aoi", "Ren", "Yui", "Haru", "Sota", "Mio", "Riku", "Hina", "Kaito", "Sakura"),
    *("Yuto", "Akari", "Minato", "Rin", "Asahi", "Koharu", "Itsuki", "Ema", "Nagi", "Sara"),
]
PEOPLE = "Name\tE-mail\n" + "\n".join(f"{name} Sato\t{name.lower()}@example.com" for name in NAMES)
PASSWORD = "a-long-enough-password"
# What a person needs for a click, and for a field that is typed or pasted.
CLICK, FIELD = 8, 12
MOST_SECONDS = 600


@pytest.fixture
def server() -> Iterator[RealServer]:
    real = started()
    yield real
    real.stop()


class Hand:
    """Does what a person does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields, self.begun = page, 0, 0, time.monotonic()

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def type(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}]").first.fill(value)
        self.fields += 1

    def button(self, name: str | re.Pattern[str]) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def link(self, name: str) -> None:
        self.click(self.page.locator("main").get_by_role("link", name=name, exact=True).first)

    @property
    def seconds(self) -> float:
        """By hand: what the machine took, and what a person needs beside it."""
        return time.monotonic() - self.begun + self.clicks * CLICK + self.fields * FIELD


def test_from_nothing_to_todays_numbers_of_twenty(open_page: OpenPage) -> None:
    page = open_page("desk", "en")
    page.goto("/")
    hand = Hand(page)
    fields = {"name": "Hana", "email": "hana@example.com", "password": PASSWORD, "company": "Hanamaru"}
    for name, value in (fields | {"team": "Team 1"}).items():
        hand.type(name, value)
    hand.button("Start")
    page.wait_for_url(re.compile(r"/path/"))

    hand.link("Add people")
    hand.type("people", PEOPLE)
    hand.button("Look at it")
    expect(page.locator("tbody tr")).to_have_count(20)
    assert axe_violations(page) == []
    hand.button(re.compile("Take in 20"))
    expect(page.get_by_text("has not signed in yet")).to_have_count(20)
    assert axe_violations(page) == []
    links = page.locator("textarea#all-links").input_value().splitlines()
    assert len(links) == 20

    # Left here, and gone on with from the strip that every page shows.
    page.goto("/")
    hand.click(page.get_by_role("link", name="Back to the guided plan"))
    hand.link("Write the goal")
    hand.type("goal", "20,000,000")
    hand.type("unit_price", "500,000")
    rates = page.locator("[name^=rate_]")
    for number in range(rates.count()):
        if not rates.nth(number).input_value():
            rates.nth(number).fill("30%")
            hand.fields += 1
    hand.button("Save the plan")
    expect(page.get_by_text("Who carries what")).to_be_visible()

    # One of the twenty opens the own link on a phone, and sees what today asks.
    phone = open_page("phone", "en")
    name, _email, link = links[0].split("\t")
    phone.goto(link)
    expect(phone.locator("[name=name]")).to_have_value(name)
    phone.locator("[name=password]").fill(PASSWORD)
    phone.get_by_role("button", name="Choose this password and begin").click()
    phone.wait_for_url(re.compile("/today/"))
    assert phone.locator("main form").count() > 1
    assert hand.seconds < MOST_SECONDS
    print(f"\n20 people: {hand.clicks} clicks, {hand.fields} fields, {hand.seconds:.0f} s by hand")
