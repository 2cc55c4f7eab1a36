"""One whole month, with time moved by the test: the plan, twenty-two days of logs by six reps with a leave
and a stall, four Mondays, half-time, the end, and the next plan."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import MovedClock
from tests.browser.team_story import Story, at

START, END = date(2026, 6, 1), date(2026, 6, 30)
NAMES = ("Aoi", "Ben", "Chie", "Dan", "Emi", "Fumi")
# Chie is away for three days; Fumi all but stops for two.
LEAVE = (date(2026, 6, 8), date(2026, 6, 10))
STALLED = (date(2026, 6, 11), date(2026, 6, 12))
MONDAYS = (date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 22), date(2026, 6, 29))


@pytest.fixture
def clock() -> Iterator[MovedClock]:
    moved = MovedClock(at(START))
    yield moved
    moved.server.stop()


def test_one_whole_month(browser: Browser, clock: MovedClock) -> None:
    story = Story(browser, clock)
    story.away, story.stalled, story.by_hand = {"Chie": LEAVE}, {"Fumi": STALLED}, START
    story.found_the_team()
    for name in NAMES:
        story.invite(name)
    story.plan("6,000,000", "1,800")
    take_leave(story.reps["Chie"])

    story.live_through(START, date(2026, 6, 5))
    first_monday(story)
    story.live_through(date(2026, 6, 8), date(2026, 6, 12))
    the_stall_is_seen(story)
    second_monday_changes_a_rate(story)
    story.live_through(date(2026, 6, 15), date(2026, 6, 15))
    half_time(story)
    story.live_through(date(2026, 6, 16), date(2026, 6, 19))
    third_monday_follows_up(story)
    story.live_through(date(2026, 6, 22), date(2026, 6, 26))
    story.to_the_end(story.begin("weekly", MONDAYS[3]))
    story.live_through(date(2026, 6, 29), END)
    the_end_and_the_next_plan(story)
    nothing_is_lost(story)
    assert story.watch.problems == []


def take_leave(page: Page) -> None:
    page.goto("/teams/1/calendar/")
    form = page.locator("form[action$='/leave/take/']")
    form.locator("[name=start]").fill(str(LEAVE[0]))
    form.locator("[name=end]").fill(str(LEAVE[1]))
    form.get_by_role("button").click()
    page.wait_for_load_state()


def first_monday(story: Story) -> None:
    page = story.begin("weekly", MONDAYS[0])
    expect(page.locator(".people-table")).to_contain_text("Aoi")
    page.locator(".agenda a", has_text="What the counts say").click()
    expect(page.get_by_text("Customers were not reached")).to_be_visible()
    page.locator(".agenda a", has_text="This week").click()
    # Meetings first for Aoi: the order of the week is the team's, not the formula's.
    row = page.locator(".order-row", has_text="Aoi")
    for number, place in enumerate((2, 3, 1)):
        row.locator("input[type=number]").nth(number).fill(str(place))
    row.get_by_role("button", name="Save").click()
    expect(page.locator(".order-row", has_text="Aoi")).to_contain_text("by hand")
    page.locator(".agenda a", has_text="Decisions and actions").click()
    page.get_by_label("What", exact=True).fill("Begin with the customer's problem")
    page.get_by_label("Who").select_option("Aoi")
    page.get_by_label("Due by").fill("2026-06-19")
    page.get_by_text("Try it out").click()
    page.get_by_label("On which KPI").select_option("Appointment")
    page.get_by_label("We expect that").fill("More say yes")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("too early to tell")).to_be_visible()
    story.to_the_end(page)
    today = story.reps["Aoi"]
    today.goto("/teams/1/today/")
    expect(today.locator("#order")).to_contain_text("Meeting")
    assert "Meeting" in today.locator("#order a").inner_text()
    assert "Call" in story_order(story.reps["Ben"])


def story_order(page: Page) -> str:
    page.goto("/teams/1/today/")
    return page.locator("#order a").inner_text()


def the_stall_is_seen(story: Story) -> None:
    """Two days all but lost: on Monday morning Fumi and the manager see it, with the way back."""
    story.clock.set(at(MONDAYS[1]))
    page = story.reps["Fumi"]
    page.goto("/teams/1/today/")
    expect(page.get_by_text("Two working days in a row under half of the plan.")).to_be_visible()
    expect(page.locator(".stage-card").first).to_contain_text("to catch up")
    story.manager.goto("/teams/1/progress/")
    stalled = story.manager.locator("section", has=story.manager.locator("#stalls-title"))
    expect(stalled).to_contain_text("Fumi")
    expect(stalled).not_to_contain_text("Aoi")


def second_monday_changes_a_rate(story: Story) -> None:
    page = story.begin("weekly", MONDAYS[1])
    page.locator(".agenda a", has_text="Planned rates").click()
    page.locator(".rate-typed").first.fill("30%")
    expect(page.locator("#rate-effects")).to_contain_text("per person and working day")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("A changed rate needs a reason")).to_be_visible()
    page.get_by_label("Reason").fill("Measured in two weeks")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("1/3 → 30%")).to_be_visible()
    story.to_the_end(page)


def half_time(story: Story) -> None:
    page = story.begin("middle", date(2026, 6, 16))
    page.locator(".agenda a", has_text="Keep, change, drop").click()
    expect(page.get_by_text("No objective runs in this period.")).to_be_visible()
    story.to_the_end(page)


def third_monday_follows_up(story: Story) -> None:
    """Two weeks after its beginning the experiment shows before and after, and asks."""
    page = story.begin("weekly", MONDAYS[2])
    page.locator(".agenda a", has_text="Decisions and actions").click()
    row = page.locator(".action-row", has_text="Begin with the customer's problem")
    expect(row).to_contain_text("overdue")
    expect(row).to_contain_text("2 weeks each")
    row.get_by_role("button", name="Keep doing it").click()
    expect(page.locator(".action-row")).to_contain_text("Keep doing it")
    page.locator(".action-row").get_by_role("button", name="Done").click()
    expect(page.locator(".action-row")).to_contain_text("Done")
    story.to_the_end(page)


def the_end_and_the_next_plan(story: Story) -> None:
    page = story.begin("end", END)
    page.locator(".agenda a", has_text="Result and lessons").click()
    page.locator("[name=learned]").fill("Mornings carry the month.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".agenda a", has_text="Next month").click()
    page.get_by_role("link", name="Next plan with measured rates").click()
    page.wait_for_url(re.compile("rates=measured"))
    page.locator("[name=goal]").fill("6,300,000")
    page.locator("[name=unit_price]").fill("100,000")
    page.get_by_role("button", name="Save the plan").click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    page.goto("/teams/1/reviews/")
    page.locator("li", has_text="Month end").first.get_by_role("link").first.click()
    page.locator(".agenda a", has_text="Next month").click()
    expect(page.get_by_text("The next plan is there.")).to_be_visible()
    story.to_the_end(page)
    page.get_by_role("link", name="Meeting minutes").click()
    expect(page.get_by_text("Mornings carry the month.")).to_be_visible()


def nothing_is_lost(story: Story) -> None:
    """The books agree; five weeks' meetings are closed, and their numbers are the ones of then."""
    server = story.clock.server
    server.manage("tallies", "--check")
    code = (
        "from apps.reviews.models import Review; from apps.goals.models import Kgi;"
        "print('closed', Review.objects.exclude(closed_at=None).count(), 'goals', Kgi.objects.count());"
        "from apps.activity.models import Reflection; print('evenings', Reflection.objects.count())"
    )
    said = server.manage("shell", "-c", code)
    assert "closed 6 goals 2" in said
    days = sum(story.works(name, START + timedelta(days=n)) for name in NAMES for n in range(30))
    assert f"evenings {days}" in said
