"""People of one team, each with a browser of their own, on a clock that the test moves."""

import re
from datetime import date, timedelta
from random import Random
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import WIDTHS, Watch, axe_violations, overflow
from tests.browser.server import MovedClock

PASSWORD = "a-long-enough-password"


def at(day: date, hour: int = 9) -> str:
    return f"{day}T{hour:02}:00+09:00"


class Story:
    """Found, invite, plan, log by the day, meet."""

    # Who is away when, and who all but stops when.
    away: dict[str, tuple[date, date]] = {}
    stalled: dict[str, tuple[date, ...]] = {}
    by_hand: date | None = None

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

    def sign_in_again(self) -> None:
        """Everybody whose sign-in has ended by itself."""
        for name, page in {"mai": self.manager, **self.reps}.items():
            page.goto("/accounts/login/")
            if "/login/" not in page.url:
                continue
            page.locator("[name=login]").fill(f"{name.lower()}@example.com")
            page.locator("[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(re.compile("/teams/"))

    def plan(self, goal: str, calls: str) -> None:
        """``calls``: what the tree asks for at its first stage."""
        page = self.manager
        page.goto("/teams/1/plans/new/")
        page.locator("[name=goal]").fill(goal)
        page.locator("[name=unit_price]").fill("100,000")
        for number, rate in enumerate(("1/3", "50%", "20%")):
            page.locator("[name^=rate_]").nth(number).fill(rate)
        expect(page.locator(".tree")).to_contain_text(calls)
        page.get_by_role("button", name="Save the plan").click()
        page.wait_for_url(re.compile(r"/plans/\d+/$"))

    # -- the days ----------------------------------------------------------------------------------

    def works(self, name: str, day: date) -> bool:
        first, last = self.away.get(name, (date.max, date.min))
        return day.weekday() < 5 and not first <= day <= last

    def calls_of(self, name: str, day: date) -> int:
        if day in self.stalled.get(name, ()):
            return 1
        return 13 + self.random.randint(-2, 3)

    def counts_of(self, name: str, day: date) -> tuple[int, int, int]:
        """Calls, appointments, meetings."""
        calls = self.calls_of(name, day)
        return calls, calls // 3, calls // 6

    def evening(self, name: str, day: date) -> None:
        """The whole day in one form, sent as the page sends it; on the first day by hand."""
        counts = self.counts_of(name, day)
        if day == self.by_hand:
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
            for name in self.reps:
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
