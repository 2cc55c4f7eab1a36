"""Objectives by hand: a goal written badly and mended by the hints, a key result that moves."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, axe_violations, overflow
from tests.browser.visitors import REP, sample_visitor

# Each try mends what the hints named: (typed, letters with a gap).
TRIES = {
    "en": [
        ("Work harder on new customers", "SM"),
        ("Call more clinics", "SM"),
        ("Call 40 clinics", ""),
    ],
    "ja": [
        ("新規開拓を頑張る", "SM"),
        ("もっと多くの病院に電話する", "SM"),
        ("病院40件に架電する", ""),
    ],
}
FREE = {
    "en": ("Call 40 clinics soon", "is no deadline. Which day?", "Call 40 clinics by 31 March"),
    "ja": ("病院40件に早めに架電する", "は期限ではありません", "3月末までに病院40件に架電する"),
}


@pytest.fixture
def server():  # type: ignore[no-untyped-def]
    from tests.browser.server import started

    real = started()
    yield real
    real.stop()


def gaps(page: Page) -> str:
    return "".join(page.locator("#smart .letter.is-gap > span[aria-hidden]").all_inner_texts())


@pytest.mark.parametrize(("language", "width"), [("en", "desk"), ("ja", "phone")])
def test_a_goal_is_written_badly_and_mended(open_page: OpenPage, language: str, width: str) -> None:
    page = open_page(width, language)
    sample_visitor(page)
    page.goto("/teams/1/objectives/new/")
    page.locator("[name=text]").fill("Customers ask for us by name")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile("/results/new/"))

    text = page.locator("[name=text]")
    page.locator("[name=measure]").select_option("hand")
    for typed, wanted in TRIES[language]:
        text.fill("")
        text.press_sequentially(typed)
        if wanted:
            expect(page.locator("#smart .letter.is-gap")).to_have_count(len(wanted))
        else:
            expect(page.locator("#smart .letter.is-gap")).to_have_count(0)
        assert gaps(page) == wanted
        # What is typed stays typed, and the place in it too, while the letters come in.
        expect(text).to_have_value(typed)
        expect(text).to_be_focused()
        assert text.evaluate("element => element.selectionStart") == len(typed)
    assert page.locator("#smart").get_attribute("aria-live") == "polite"
    assert axe_violations(page) == []
    assert overflow(page) <= 0

    # The fields follow the measure; what is missing is said beside its field, and nothing is lost.
    expect(page.locator("[name=unit]")).to_be_visible()
    page.locator("[name=measure]").select_option("count")
    expect(page.locator("[name=unit]")).to_be_hidden()
    page.locator("button[name=save]").click()
    expect(page.locator(".field-error").first).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(TRIES[language][-1][0])
    page.locator("[name=kpi]").select_option(index=1)
    page.locator("[name=target]").fill("４０")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile(r"/objectives/\d+/$"))
    expect(page.locator(".key-result")).to_contain_text(TRIES[language][-1][0])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_free_sentence_is_mended(open_page: OpenPage, language: str) -> None:
    page = open_page("phone", language)
    sample_visitor(page, REP)
    page.goto("/teams/1/objectives/check/")
    bad, hint, good = FREE[language]
    page.locator("[name=text]").press_sequentially(bad)
    expect(page.locator("#smart")).to_contain_text(hint)
    assert gaps(page) == "T"
    page.locator("[name=text]").fill(good)
    expect(page.locator("#smart .letter.is-gap")).to_have_count(0)


def test_a_key_result_moves_as_a_rep_logs(open_page: OpenPage) -> None:
    phone, desk = open_page("phone"), open_page("desk")
    sample_visitor(phone, REP)
    sample_visitor(desk)
    desk.goto("/teams/1/objectives/1/")
    value = desk.locator(".key-result-value strong").first
    before = int(value.inner_text().split()[0].replace(",", ""))
    expect(desk.locator(".chart svg.main-svg").first).to_be_visible()
    # The second stage of the sample: appointments, which the first key result counts.
    phone.locator(".stage-card").nth(1).get_by_role("button", name="+5").click()
    expect(phone.locator("#entries")).to_contain_text("+5")
    desk.reload()
    assert int(value.inner_text().split()[0].replace(",", "")) == before + 5
    # By hand beside the log: both stand, and one press takes the log's number.
    card = desk.locator(".key-result").first
    card.locator("summary", has_text="Check in").last.click()
    card.locator("[name=value]").fill("1")
    card.locator(".sure-choice").nth(3).click()
    card.locator(".check-in button").click()
    expect(card).to_contain_text(f"The log says {before + 5:,} cases")
    card.get_by_role("button", name="Take the log's number").click()
    expect(desk.locator(".key-result").first).not_to_contain_text("The log says")


def test_two_tabs_save_one_objective(open_page: OpenPage) -> None:
    page = open_page("desk")
    sample_visitor(page)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/teams/1/objectives/1/edit/")
    page.locator("[name=text]").fill("The first tab's words")
    page.locator("button[name=save]").click()
    other.locator("[name=text]").fill("The second tab's words")
    other.locator("button[name=save]").click()
    expect(other.get_by_role("alert")).to_contain_text("Somebody else saved")
    expect(other.locator("table")).to_contain_text("The first tab's words")
    expect(other.locator("[name=text]")).to_have_value("The second tab's words")
    other.locator("button[name=save]").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("The second tab's words")
