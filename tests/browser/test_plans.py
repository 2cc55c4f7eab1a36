"""Plans by hand: leave and half days, a counter and a yes, a change in the middle, rates, paper."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, axe_violations, overflow
from tests.browser.visitors import REP, sample_visitor

TEAM = "/teams/1"


@pytest.fixture
def server():  # type: ignore[no-untyped-def]
    from tests.browser.server import started

    real = started()
    yield real
    real.stop()


def sound(page: Page) -> None:
    assert axe_violations(page) == []
    assert overflow(page) <= 0


def next_month_plan(page: Page) -> date:
    """The manager writes next month's goal; its first full week begins on the day returned."""
    page.goto(f"{TEAM}/plans/new/")
    start = date.fromisoformat(page.locator("[name=start]").input_value())
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    return start + timedelta(days=(7 - start.weekday()) % 7)


def test_leave_and_half_days_move_the_numbers_of_the_days(open_page: OpenPage) -> None:
    manager = open_page("desk")
    sample_visitor(manager)
    monday = next_month_plan(manager)
    row = manager.locator("section[aria-labelledby=targets-title] tbody tr").first.inner_text()

    leave = manager.locator("form[action$='/leave/take/']")
    for first, last, is_half in ((0, 1, False), (2, 2, True)):
        manager.goto(f"{TEAM}/calendar/")
        leave.locator("[name=member]").select_option(index=0)
        leave.locator("[name=start]").fill(f"{monday + timedelta(days=first)}")
        leave.locator("[name=end]").fill(f"{monday + timedelta(days=last)}")
        if is_half:
            leave.locator("[name=is_half]").check()
        leave.locator("button[type=submit]").click()
    expect(manager.locator("main")).to_contain_text("The leave is entered")

    # Nobody asks for less in the month: the same number stands on fewer days.
    manager.goto(f"{TEAM}/plans/5/")
    after = manager.locator("section[aria-labelledby=targets-title] tbody tr").first.inner_text()
    assert after == row

    rep = open_page("phone", "ja")
    sample_visitor(rep, REP)
    rep.goto(f"{TEAM}/plans/week/{monday}/")
    cells = {
        name[-8:]: int(rep.locator(f"[name={name}]").input_value())
        for name in rep.locator("section.card")
        .first.locator("input")
        .evaluate_all("inputs => inputs.map(one => one.name)")
    }
    days = [f"{monday + timedelta(days=number):%Y%m%d}" for number in range(5)]
    assert days[0] not in cells
    assert days[1] not in cells
    worked = [cells[day] for day in days[3:] if day in cells]
    assert cells[days[2]] <= max(worked) / 2 + 1
    sound(rep)


def test_a_rep_moves_load_and_the_sum_stays(open_page: OpenPage) -> None:
    manager = open_page("desk")
    sample_visitor(manager)
    monday = next_month_plan(manager)
    rep = open_page("phone", "ja")
    sample_visitor(rep, REP)
    rep.goto(f"{TEAM}/plans/week/{monday}/")
    first, second = (rep.locator("section.card").first.locator("input").nth(number) for number in (0, 1))
    before = int(first.input_value()), int(second.input_value())
    first.fill(f"{before[0] - 3}")
    rep.locator("main button[type=submit]").click()
    # What is typed stays, and the message says by how much it is off.
    expect(rep.locator(".field-error").first).to_contain_text("3")
    expect(first).to_have_value(f"{before[0] - 3}")
    sound(rep)
    second.fill(f"{before[1] + 3}")
    rep.locator("main button[type=submit]").click()
    rep.wait_for_url(re.compile("/today/"))
    rep.goto(f"{TEAM}/plans/week/{monday}/")
    expect(second).to_have_value(f"{before[1] + 3}")


def test_a_rep_counters_the_manager_answers_and_both_agree(open_page: OpenPage) -> None:
    manager, rep = open_page("desk"), open_page("phone", "ja")
    sample_visitor(manager)
    sample_visitor(rep, REP)
    # Today reminds of it.
    rep.locator("main a[href$='#agreement']").click()
    rep.locator("#agreement summary").click()
    counter = rep.locator("form[action*='/counter/']")
    counter.locator("[name=amount]").fill("90万")
    counter.locator("button[type=submit]").click()
    # Without a reason nothing is sent, and the amount stays.
    expect(counter.locator("[name=amount]")).to_have_value("90万")
    counter.locator("[name=reason]").fill("展示会で2日間不在のため")
    counter.locator("button[type=submit]").click()
    expect(rep.locator("#agreement")).to_contain_text("展示会で2日間不在のため")
    sound(rep)

    manager.goto(f"{TEAM}/plans/4/")
    agreement = manager.locator("#agreement")
    expect(agreement).to_contain_text("¥900,000")
    agreement.locator("form[action*='/answer/'] [name=reason]").fill("The others take the fair")
    agreement.locator("form[action*='/answer/'] button").click()
    sound(manager)

    rep.goto(f"{TEAM}/plans/4/")
    expect(rep.locator("#agreement")).to_contain_text("The others take the fair")
    agree = rep.locator("form[action*='/agree/']")
    agree.locator(".sure-choice").nth(3).click()
    agree.locator("[name=reason]").fill("訪問先が決まったため")
    agree.locator("button[type=submit]").click()
    manager.goto(f"{TEAM}/plans/4/")
    expect(manager.locator("#agreement")).to_contain_text("1 of 6 have agreed")
    rep.goto(f"{TEAM}/today/")
    expect(rep.locator("main a[href$='#agreement']")).to_have_count(0)


def test_a_change_in_the_middle_keeps_the_past_and_is_compared(open_page: OpenPage) -> None:
    page = open_page("desk")
    sample_visitor(page)
    page.goto(f"{TEAM}/plans/4/")
    weeks = page.locator("section[aria-labelledby=stairs-title] table").first.locator("tbody tr")
    before = weeks.first.inner_text()
    page.goto(f"{TEAM}/plans/4/edit/")
    page.locator("[name=goal]").fill("7,200,000")
    page.locator("[name=reason]").fill("A second fair")
    page.locator("details.shape summary").click()
    page.locator("[name=buffer]").fill("-3")
    page.locator("button[name=save]").click()
    # Wrong input in a folded part is shown unfolded, and nothing typed is lost.
    expect(page.locator("[name=buffer]")).to_be_visible()
    expect(page.locator("[name=goal]")).to_have_value("7,200,000")
    page.locator("[name=buffer]").fill("5")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile("/plans/4/$"))
    assert weeks.first.inner_text() == before
    page.get_by_role("link", name="Compare two versions").click()
    table = page.locator(".version-table")
    for text in ("¥6,000,000", "¥7,200,000", "A second fair", "2,268"):
        expect(table).to_contain_text(text)
    sound(page)


@pytest.mark.parametrize(("language", "width"), [("en", "desk"), ("ja", "phone")])
def test_own_rates_are_tried_and_saved(open_page: OpenPage, language: str, width: str) -> None:
    page = open_page(width, language)
    sample_visitor(page)
    page.goto(f"{TEAM}/plans/4/rates/")
    sound(page)
    page.locator("a[href$='/rates/2/']").click()
    page.locator("fieldset").last.locator("[value=typed]").check()
    page.locator("fieldset").last.locator("input[name^=typed_]").fill("25%")
    # Ten contracts at 25 % instead of 20 %: 240 first steps instead of 300.
    expect(page.locator("#needs tbody tr").first).to_contain_text("240")
    sound(page)
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile("/rates/$"))
    expect(page.locator(".rates-table tbody tr").first).to_contain_text("25%")


def test_the_plan_is_one_page_of_paper(open_page: OpenPage) -> None:
    page = open_page("desk", "ja")
    sample_visitor(page)
    page.goto(f"{TEAM}/plans/4/paper/")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    # 210 by 297 mm, in points.
    assert re.search(rb"/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", printed)
