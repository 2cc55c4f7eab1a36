"""What is uncertain, by hand: a plan made surer, two tabs, rates and levers, a contract that moves the
landing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_plans import sound
from tests.browser.visitors import REP, sample_visitor

TEAM = "/teams/1"


@pytest.fixture
def server():  # type: ignore[no-untyped-def]
    from tests.browser.server import started

    real = started()
    yield real
    real.stop()


def first_number(page: Page) -> int:
    """What the plan asks for at its first stage."""
    row = page.locator("section[aria-labelledby=need-title] tbody tr").first
    return int(row.locator("td").nth(1).inner_text().replace(",", ""))


def test_a_plan_is_made_as_sure_as_the_manager_wants_it(open_page: OpenPage) -> None:
    manager = open_page("desk")
    sample_visitor(manager)
    manager.goto(f"{TEAM}/plans/4/")
    card = manager.locator("section[aria-labelledby=likely-title]")
    expect(card).to_contain_text("periods like this one reach the goal")
    card.get_by_role("link", name="How sure should the plan be?").click()
    before = first_number(manager)
    sound(manager)

    late = manager.context.new_page()
    late.goto(manager.url)
    manager.get_by_role("button", name="Take 80%").click()
    expect(manager.locator("main")).to_contain_text("The plan is as sure now as you chose")
    manager.goto(f"{TEAM}/plans/4/likely/")
    assert first_number(manager) > before
    expect(manager.locator("main")).to_contain_text(
        re.compile(r"(4 out of 5|3 out of 4) periods like this one")
    )

    # The other tab still shows the older version: it is told so, and may look again.
    late.get_by_role("button", name="Take 90%").click()
    expect(late.get_by_role("alert")).to_contain_text("Somebody else saved version 2")
    sound(late)
    late.goto(f"{TEAM}/plans/4/versions/")
    expect(late.locator("main")).to_contain_text("80%")


def test_where_it_lands_and_what_a_contract_does_to_it(open_page: OpenPage) -> None:
    rep = open_page("phone", "ja", dark=True)
    sample_visitor(rep, REP)
    page = f"{TEAM}/progress/2/"
    rep.goto(page)
    landing = rep.locator(".landing-line strong")
    before = int(re.sub(r"\D", "", landing.inner_text()))
    expect(rep.locator("[data-chart=figure-goal-chart] .main-svg").first).to_be_visible()
    rep.locator("section[aria-labelledby=landing-title] summary").click()
    expect(rep.locator("section[aria-labelledby=landing-title] .reasons li")).to_have_count(5)
    sound(rep)
    rep.goto(f"{TEAM}/today/")
    token = rep.locator("[name=csrfmiddlewaretoken]").first.input_value()
    contract = rep.locator("form[action$='/entries/']:has([name=amount])").first
    kpi, day = contract.locator("[name=kpi]").input_value(), contract.locator("[name=day]").input_value()
    answer = rep.evaluate(
        """([token, kpi, day]) => fetch("/teams/1/entries/", {method: "POST", headers: {"X-CSRFToken": token},
        body: new URLSearchParams({id: crypto.randomUUID(), kpi, day, count: "3", amount: "900000"})})
        .then((answer) => answer.status)""",
        [token, kpi, day],
    )
    assert answer == 200
    rep.goto(page)
    assert int(re.sub(r"\D", "", landing.inner_text())) > before + 500_000
    rep.goto(f"{TEAM}/progress/2/levers/")
    sound(rep)


def test_rates_over_a_window_and_everybody_side_by_side(open_page: OpenPage) -> None:
    manager = open_page("desk", dark=True)
    sample_visitor(manager)
    manager.goto(f"{TEAM}/progress/")
    manager.get_by_role("link", name="Rates").click()
    manager.get_by_label("Window").select_option("4")
    manager.get_by_label("Weight").select_option("even")
    manager.get_by_role("button", name="Show").click()
    manager.wait_for_url(re.compile("weeks=4"))
    expect(manager.get_by_label("Window")).to_have_value("4")
    expect(manager.locator("main")).to_contain_text("in four of five cases")
    manager.get_by_role("link", name="People", exact=True).click()
    expect(manager.locator(".small-charts .main-svg").first).to_be_visible()
    assert manager.locator(".small-charts > section").count() == 6
    manager.get_by_role("link", name="Levers").click()
    expect(manager.locator("main")).to_contain_text("Gain a month")
    manager.get_by_role("link", name="Forecasts", exact=True).click()
    expect(manager.locator("main")).to_contain_text("The past, foretold again")
    sound(manager)
