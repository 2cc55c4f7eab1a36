"""Over simulated weeks: a practice from its wish to its measured effect, and seven checks that turn green
by what the team does."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe_violations, overflow
from tests.browser.server import MovedClock
from tests.browser.team_story import Story, at

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
MONDAY = date(2026, 6, 15)
# From here on Aoi's appointments are kept more often.
BEGUN = JULY
NAMES = ("Aoi", "Ben")
CHECKS = ("few", "behaviour", "agreed", "stretch", "both", "reviewed", "improving")


class Growing(Story):
    """Of sixteen calls a day five become appointments and two of them meetings; Aoi's four, once she
    practises."""

    def counts_of(self, name: str, day: date) -> tuple[int, int, int]:
        calls = 16 + self.random.randint(-1, 2)
        if name == "Aoi" and day >= BEGUN:
            return calls, 5, 4
        return calls, 5, 2


@pytest.fixture
def clock() -> Iterator[MovedClock]:
    moved = MovedClock(at(JUNE))
    yield moved
    moved.server.stop()


@pytest.fixture
def story(browser, clock) -> Growing:  # type: ignore[no-untyped-def]
    """A team with the month of June behind it, in which one Monday was closed without an action."""
    story = Growing(browser, clock)
    story.found_the_team()
    for name in NAMES:
        story.invite(name)
    story.plan("2,000,000", "600")
    story.live_through(JUNE, MONDAY - timedelta(days=1))
    page = story.begin("weekly", MONDAY)
    page.locator(".agenda a", has_text="Close").click()
    page.get_by_role("button", name="Close the review").click()
    story.live_through(MONDAY, JULY - timedelta(days=1))
    story.clock.set(at(JULY, 10))
    story.sign_in_again()
    return story


def sound(page: Page) -> None:
    assert axe_violations(page) == []
    assert overflow(page) <= 0


# -- the practice ----------------------------------------------------------------------------------


def test_a_practice_from_its_wish_to_its_measured_effect(story: Growing) -> None:
    aoi = story.reps["Aoi"]
    practice = begin_practice(aoi)
    for day in (BEGUN, BEGUN + timedelta(days=1)):
        story.clock.set(at(day, 11))
        tap_a_step(aoi, already=(day - BEGUN).days)
    coach(story.manager, aoi, practice)
    story.live_through(BEGUN, date(2026, 7, 8))
    aoi.goto(practice)
    expect(aoi.locator("main")).to_contain_text("Too early to tell")
    story.live_through(date(2026, 7, 9), date(2026, 7, 24))
    story.clock.set(at(date(2026, 7, 25)))
    story.sign_in_again()
    aoi.goto(practice)
    expect(aoi.locator("section[aria-labelledby=effect-title]")).to_contain_text("Better than before")
    # 22 days of June: 44 of 110, and 18 of July so far: 72 of 90.
    expect(aoi.locator("section[aria-labelledby=effect-title]")).to_contain_text("44 of 110")
    expect(aoi.locator("section[aria-labelledby=effect-title]")).to_contain_text("72 of 90")
    sound(aoi)
    end(aoi, practice)
    grown(story)
    assert story.watch.problems == []


def begin_practice(page: Page) -> str:
    """From a wish, with the letters while typing; nothing is saved before a step is written."""
    page.goto("/teams/1/practices/")
    page.get_by_role("link", name="Take it Lose fewer appointments").click()
    expect(page.locator("[name=kpi] option:checked")).to_have_text("Meeting")
    page.locator("[name=text]").fill("Get better")
    expect(page.locator("#smart .letter.is-gap")).not_to_have_count(0)
    page.locator("[name=text]").fill("Agree purpose, people and benefit of every appointment on the phone")
    page.locator("[name=target]").fill("60%")
    expect(page.locator("#smart")).not_to_contain_text("Nothing says when it is reached")
    first = page.locator("[name=step-0-text]").input_value()
    for number in range(2):
        page.locator(f"[name=step-{number}-text]").fill("")
        page.locator(f"[name=step-{number}-evidence]").fill("")
        page.locator(f"[name=step-{number}-partner]").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Write at least one step")).to_be_visible()
    expect(page.locator("[name=target]")).to_have_value("60%")
    page.locator("[name=step-0-text]").fill(first)
    page.locator("[name=step-0-times]").fill("5")
    page.locator("[name=end]").fill("2026-08-14")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/practices/\d+/$"))
    sound(page)
    return page.url


def tap_a_step(page: Page, already: int) -> None:
    """One tap, taken back, and tapped again: once a day it counts."""
    page.goto("/teams/1/today/")
    drills = page.locator(".drills")
    expect(drills).to_contain_text(f"{already} of 5 this week")
    drills.get_by_role("button").click()
    expect(drills).to_contain_text(f"{already + 1} of 5 this week")
    drills.get_by_role("button").click()
    expect(drills).to_contain_text(f"{already} of 5 this week")
    drills.get_by_role("button").click()
    expect(drills).to_contain_text(f"{already + 1} of 5 this week")
    sound(page)


def coach(manager: Page, rep: Page, practice: str) -> None:
    manager.goto(practice)
    manager.locator("[name=text]").fill("Friday we listen to two of your calls together")
    manager.get_by_role("button", name="Write it down").click()
    rep.goto(practice)
    expect(rep.get_by_text("Friday we listen to two of your calls together")).to_be_visible()
    assert rep.get_by_role("button", name="Remove").count() == 0


def end(page: Page, practice: str) -> None:
    page.goto(practice)
    page.locator("[name=lesson]").fill("The benefit first, the day second")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("The practice has ended.")).to_be_visible()
    page.goto("/teams/1/today/")
    expect(page.locator(".drills")).to_have_count(0)


def grown(story: Growing) -> None:
    """The page of the two, and of nobody else."""
    aoi, ben = story.reps["Aoi"], story.reps["Ben"]
    aoi.locator("details[data-menu] summary").last.click()
    aoi.get_by_role("link", name="My growth").click()
    expect(aoi.locator("main")).to_contain_text("The benefit first, the day second")
    expect(aoi.locator("main")).to_contain_text("Better than before")
    sound(aoi)
    story.manager.goto(aoi.url)
    expect(story.manager.locator("h1")).to_have_text("How has Aoi grown?")
    sound(story.manager)
    answer = ben.goto(aoi.url)
    assert answer is not None
    assert answer.status == 404


# -- the seven checks ------------------------------------------------------------------------------


def states(page: Page) -> dict[str, str]:
    page.goto("/teams/1/reviews/checks/")
    marks = page.locator("section[aria-labelledby=seven-title] .letter").all_inner_texts()
    return dict(zip(CHECKS, marks, strict=True))


def test_the_checks_turn_green_by_what_the_team_does(story: Growing) -> None:
    page = story.manager
    story.plan("30,000,000", "9,000")
    story.clock.set(at(date(2026, 7, 3)))
    found = states(page)
    assert found == dict.fromkeys(CHECKS, "gap") | {"few": "ok"}
    sound(page)

    add_signals(page)
    found = states(page)
    assert (found["both"], found["few"]) == ("ok", "gap")
    expect(page.locator("main")).to_contain_text("There are too many of them to keep in mind")
    page.goto("/teams/1/funnel/")
    page.get_by_role("button", name="Park Smile").click()
    found = states(page)
    assert (found["both"], found["few"]) == ("ok", "ok")
    expect(page.locator("main")).to_contain_text("They are off the mark")

    revise(page, "700,000")
    assert states(page)["stretch"] == "ok"
    watch_the_top_stage(page)
    assert states(page)["behaviour"] == "ok"
    for name in NAMES:
        agree(story.reps[name])
    assert states(page)["agreed"] == "ok"
    hold_the_start(story)
    assert states(page) == dict.fromkeys(CHECKS, "ok")
    expect(page.locator("main")).to_contain_text("The goals are sound.")
    course = page.locator(".check-course")
    expect(course).to_contain_text("Partly")
    expect(course).to_contain_text("Two of us still doubt the number")
    sound(page)
    assert story.watch.problems == []


def add_signals(page: Page) -> None:
    for name in ("Hearing completed", "Smile"):
        page.goto("/teams/1/funnel/")
        page.get_by_text("Add a signal of quality").click()
        form = page.locator("form[action$='/signals/add/']")
        form.locator("[name=stage]").select_option(label="Meeting")
        form.locator("[name=name]").fill(name)
        form.get_by_role("button", name="Add the signal").click()
        expect(page.locator(".signal-list")).to_contain_text(name)


def revise(page: Page, goal: str) -> None:
    page.goto("/teams/1/plans/2/edit/")
    page.locator("[name=goal]").fill(goal)
    page.locator("[name=reason]").fill("June shows what is possible")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile("/plans/2/$"))


def watch_the_top_stage(page: Page) -> None:
    """The page names the stage that would change most; a key result is written for it."""
    page.goto("/teams/1/reviews/checks/")
    text = page.locator("section[aria-labelledby=seven-title]").inner_text()
    found = re.search("“(.+)” would change most", text)
    assert found
    page.goto("/teams/1/objectives/new/")
    page.locator("[name=text]").fill("Grow sales steadily by earning the trust of new customers")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile("/results/new/"))
    page.locator("[name=kpi]").select_option(label=found[1])
    page.locator("[name=measure]").select_option("count")
    page.locator("[name=text]").fill(f"{found[1]}: 120 by the end of July")
    page.locator("[name=target]").fill("120")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile(r"/objectives/\d+/$"))


def agree(page: Page) -> None:
    page.goto("/teams/1/plans/2/")
    form = page.locator("form[action*='/agree/']")
    form.locator(".sure-choice").nth(3).click()
    form.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator("#agreement")).to_contain_text("agreed")


def hold_the_start(story: Growing) -> None:
    page = story.manager
    page.goto("/teams/1/reviews/")
    row = page.locator("li", has=page.locator("input[name=kind][value=start]"))
    row.get_by_role("button").click()
    page.locator(".agenda a", has_text="Quality of the goals").click()
    answer = page.locator(".answer-row", has_text="Has everybody agreed")
    answer.get_by_placeholder("Note").fill("Two of us still doubt the number")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Please choose yes, partly or no as well.")).to_be_visible()
    expect(answer.get_by_placeholder("Note")).to_have_value("Two of us still doubt the number")
    answer.get_by_text("Partly", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.locator(".agenda a", has_text="Decisions and actions").click()
    page.get_by_label("What", exact=True).fill("Open with the customer's problem")
    page.get_by_text("Try it out").click()
    page.get_by_label("On which KPI").select_option("Appointment")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#step")).to_contain_text("Open with the customer's problem")
    page.locator(".agenda a", has_text="Close").click()
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_text("Closed. The numbers are frozen")).to_be_visible()


# -- the guided plan -------------------------------------------------------------------------------


def test_a_first_plan_goes_along_the_path(browser, clock: MovedClock) -> None:  # type: ignore[no-untyped-def]
    """Left in the middle and gone on with; each station turns as its work is done."""
    story = Growing(browser, clock)
    story.found_the_team()
    page = story.manager
    page.goto("/teams/1/path/")
    first = page.locator(".station").first
    expect(first).to_have_attribute("aria-current", "step")
    first.get_by_role("link", name="Add people").wait_for()
    goal = page.locator(".station", has_text="The goal (KGI)")
    goal.get_by_role("link", name="Write the goal").click()
    expect(page.locator(".path-strip")).to_be_visible()
    story.plan("2,000,000", "600")
    page.get_by_role("link", name="Back to the guided plan").click()
    expect(goal).to_contain_text("Nobody carries it yet")
    page.get_by_role("button", name="Leave the path").click()
    page.wait_for_url(re.compile("/progress/"))
    expect(page.locator(".path-strip")).to_have_count(0)
    story.invite("Aoi")
    page.locator("details[data-menu] summary").last.click()
    page.get_by_role("link", name="Guided plan").click()
    page.get_by_role("button", name="Keep a way back on every page").click()
    # People, process and calendar; the goal waits for its yes.
    expect(page.locator(".station.is-done")).to_have_count(3)
    sound(page)
    assert story.watch.problems == []
