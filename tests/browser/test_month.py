"""One whole month, with time moved by the test: the plan, twenty-two days of logs by six reps with a leave
and a stall, four Mondays, half-time, the end, and the next plan."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import WIDTHS, Watch, axe_violations, overflow
from tests.browser.server import MovedClock

START, END = date(2026, 6, 1), date(2026, 6, 30)
NAMES = ("Aoi", "Ben", "Chie", "Dan", "Emi", "Fumi")
PASSWORD = "a-long-enough-password"
# Chie is away for three days; Fumi all but stops for two.
LEAVE = (date(2026, 6, 8), date(2026, 6, 10))
STALLED = (date(2026, 6, 11), date(2026, 6, 12))
MONDAYS = (date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 22), date(2026, 6, 29))


@pytest.fixture
def clock() -> Iterator[MovedClock]:
    moved = MovedClock(at(START))
    yield moved
    moved.server.stop()


def at(day: date, hour: int = 9) -> str:
    return f"{day}T{hour:02}:00+09:00"


class Story:
    """The people of one team, each with a browser of their own."""

    def __init__(self, browser: Browser, clock: MovedClock) -> None:
        self.browser, self.clock = browser, clock
        self.watch = Watch(clock.server.url)
        self.random = Random(5)
        self.manager = self.visitor("desk")
        self.reps: dict[str, Page] = {}

    def visitor(self, width: str) -> Page:
        context = self.browser.new_context(
            base_url=self.clock.server.url,
            viewport=WIDTHS[width],  # type: ignore[arg-type]
            locale="en-US",
            service_workers="block",
        )
        page = context.new_page()
        self.watch.listen(page)
        return page

    # -- getting in --------------------------------------------------------------------------------

    def found_the_team(self) -> None:
        page = self.manager
        page.goto("/")
        fields = {"name": "Mai", "email": "mai@example.com", "password": PASSWORD}
        for name, value in (fields | {"company": "Hanamaru", "team": "Team 1"}).items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=preset]").select_option("telephone")
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_url(re.compile("/path/"))
        page.goto("/teams/1/funnel/")
        page.locator("li.stage-item", has=page.locator("code", has_text="proposal")).locator(
            "form[action$='/park/'] button"
        ).click()

    def invite(self, name: str) -> None:
        self.manager.goto("/teams/1/people/")
        self.manager.locator("[name=email]").fill(f"{name.lower()}@example.com")
        self.manager.get_by_role("button", name="Invite", exact=True).click()
        link = self.manager.locator(".copy-row input").first.input_value()
        page = self.visitor("phone")
        page.goto(link)
        page.locator("[name=name]").fill(name)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Make my account and join").click()
        page.wait_for_url(re.compile("/today/"))
        self.reps[name] = page

    def plan(self, goal: str) -> None:
        page = self.manager
        page.goto("/teams/1/plans/new/")
        page.locator("[name=goal]").fill(goal)
        page.locator("[name=unit_price]").fill("100,000")
        for number, rate in enumerate(("1/3", "50%", "20%")):
            page.locator("[name^=rate_]").nth(number).fill(rate)
        expect(page.locator(".tree")).to_contain_text("1,800")
        page.get_by_role("button", name="Save the plan").click()
        page.wait_for_url(re.compile(r"/plans/\d+/$"))

    # -- the days ----------------------------------------------------------------------------------

    def works(self, name: str, day: date) -> bool:
        is_away = name == "Chie" and LEAVE[0] <= day <= LEAVE[1]
        return day.weekday() < 5 and not is_away

    def calls_of(self, name: str, day: date) -> int:
        if name == "Fumi" and day in STALLED:
            return 1
        return 13 + self.random.randint(-2, 3)

    def evening(self, name: str, day: date) -> None:
        """The whole day in one form, sent as the page sends it; on the first day by hand."""
        calls = self.calls_of(name, day)
        appointments = calls // 3
        counts = (calls, appointments, appointments // 2)
        if day == START:
            self.evening_by_hand(name, counts)
            return
        context = self.reps[name].context
        fields = self.fields(context)
        body: dict[str, str | float | bool] = {
            "id": str(UUID(int=self.random.getrandbits(128), version=4)),
            "day": day.isoformat(),
        }
        body |= {f"total_{field}": str(count) for field, count in zip(fields, counts, strict=True)}
        body |= {"causes": "not_reached", "first": f"Begin with the list of {day:%d}"}
        answer = context.request.post("/teams/1/evening/", form=body, headers=self.token(context))
        assert answer.status == 204, answer.text()
        won = counts[2] // 2 if day.weekday() == 4 else 0
        if won:
            self.win(context, day, won)

    def evening_by_hand(self, name: str, counts: tuple[int, ...]) -> None:
        page = self.reps[name]
        page.goto("/teams/1/today/")
        for number, count in enumerate(counts):
            page.locator(".evening-numbers input[type=number]").nth(number).fill(str(count))
        page.locator(".chip", has_text="Other work came first").click()
        page.locator("[name=first]").fill("Call Yamada")
        page.get_by_role("button", name="Write the day down").click()
        expect(page.locator("#report textarea")).to_contain_text("Call Yamada")

    def fields(self, context: BrowserContext) -> list[str]:
        page = context.request.get("/teams/1/today/").text()
        return re.findall(r'name="total_(\d+_\d+)"', page)

    def token(self, context: BrowserContext) -> dict[str, str]:
        token = context.request.get("/session/").json()["token"]
        return {"X-CSRFToken": token, "HX-Request": "true"}

    def win(self, context: BrowserContext, day: date, count: int) -> None:
        page = context.request.get("/teams/1/today/").text()
        kpi = re.findall(r'name="kpi" value="(\d+)"', page.split('class="contract"')[1])[0]
        body = {
            "id": str(UUID(int=self.random.getrandbits(128), version=4)),
            "day": day.isoformat(),
            "kpi": kpi,
            "count": str(count),
            "amount": str(100_000 * count),
        }
        answer = context.request.post("/teams/1/entries/", form=body, headers=self.token(context))
        assert answer.status == 200, answer.text()

    def live_through(self, first: date, last: date) -> None:
        day = first
        while day <= last:
            self.clock.set(at(day, 17))
            for name in NAMES:
                if self.works(name, day):
                    self.evening(name, day)
            day += timedelta(days=1)

    # -- the meetings ------------------------------------------------------------------------------

    def begin(self, kind: str, day: date) -> Page:
        self.clock.set(at(day))
        page = self.manager
        page.goto("/teams/1/reviews/")
        row = page.locator("li", has=page.locator(f"input[name=kind][value={kind}]"))
        row.locator(f"xpath=self::*[.//input[@value='{day}']]").get_by_role("button").click()
        page.wait_for_url(re.compile("/steps/"))
        return page

    def to_the_end(self, page: Page) -> None:
        """Step by step, each looked at, then closed."""
        while page.get_by_role("button", name="Next", exact=True).count():
            assert axe_violations(page) == []
            assert overflow(page) <= 0
            page.get_by_role("button", name="Next", exact=True).click()
            page.wait_for_load_state()
        page.get_by_role("button", name="Close the review").click()
        expect(page.get_by_text("Closed. The numbers are frozen")).to_be_visible()


def test_one_whole_month(browser: Browser, clock: MovedClock) -> None:
    story = Story(browser, clock)
    story.found_the_team()
    for name in NAMES:
        story.invite(name)
    story.plan("6,000,000")
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
