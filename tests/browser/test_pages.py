"""Every page, both languages, both widths, light and dark: axe, overflow, script and policy errors."""

import contextlib
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import visitors
from tests.browser.conftest import WIDTHS, OpenPage, axe_violations, overflow
from tests.browser.server import RealServer

OPEN, START, MIDDLE, END = 101, 102, 103, 104
WEEKLY = ("numbers", "causes", "rates", "week", "actions", "close")
PUBLIC = [
    "/offline/",
    "/welcome/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/nothing/",
]
# The sample's resets are 1 to 6 at the most; the later ones are made with every level.
REVIEWS = [
    *(f"/teams/1/reviews/{OPEN}/steps/{step}/" for step in WEEKLY),
    *(f"/teams/1/reviews/{START}/steps/{step}/" for step in ("agreement", "checks")),
    f"/teams/1/reviews/{MIDDLE}/steps/verdicts/",
    *(f"/teams/1/reviews/{END}/steps/{step}/" for step in ("learned", "next", "close")),
    f"/teams/1/reviews/{OPEN}/words/3/",
    f"/teams/1/reviews/{OPEN}/minutes/",
    "/teams/1/reviews/2/steps/numbers/",
]
MANAGER = [
    "/teams/1/progress/", "/teams/1/progress/2/", "/teams/1/plans/4/", "/teams/1/plans/new/",
    "/teams/1/plans/4/edit/", "/teams/1/plans/4/split/", "/teams/1/people/", "/teams/1/members/2/edit/",
    "/teams/1/funnel/", "/teams/1/funnel/stages/2/edit/", "/teams/1/calendar/", "/teams/1/edit/", "/profile/",
    "/teams/1/objectives/", "/teams/1/objectives/?gap=S", "/teams/1/objectives/1/", "/teams/1/objectives/3/",
    "/teams/1/objectives/new/", "/teams/1/objectives/1/edit/", "/teams/1/objectives/1/close/",
    "/teams/1/objectives/1/results/new/", "/teams/1/objectives/results/6/edit/",
    "/teams/1/plans/4/what-if/", "/teams/1/plans/4/rates/", "/teams/1/plans/4/rates/2/",
    "/teams/1/plans/4/versions/", "/teams/1/plans/4/paper/", "/teams/1/plans/above/",
    "/teams/1/plans/new/?rates=measured", "/teams/1/funnel/stages/1/chain/",
    "/teams/1/funnel/segments/1/edit/",
    "/teams/1/calendar/day/", "/teams/1/calendar/day/2/",
    "/teams/1/objectives/focus/", "/teams/1/objectives/check/", "/teams/1/funnel/signals/5/edit/",
    "/teams/1/practices/", "/teams/1/practices/?state=ended", "/teams/1/practices/1/",
    "/teams/1/practices/2/", "/teams/1/practices/1/edit/", "/teams/1/practices/new/?preset=hearing",
    "/teams/1/reviews/", "/teams/1/reviews/checks/", "/teams/1/reviews/people/3/",
    "/teams/1/reviews/people/3/growth/", "/teams/1/path/", "/method/",
    "/teams/1/notices/", "/teams/1/notices/channel/",
    "/teams/1/progress/people/", "/teams/1/progress/rates/?weeks=26", "/teams/1/progress/levers/",
    "/teams/1/progress/2/levers/", "/teams/1/progress/trust/", "/teams/1/plans/4/likely/",
    "/organizations/1/", "/accounts/second-step/", "/accounts/second-step/webauthn/", "/profile/sign-ins/",
    "/teams/1/people/add/", "/teams/1/data/", "/teams/1/connections/", "/profile/tokens/",
    "/teams/1/search/?q=a",
    "/teams/1/log/", "/teams/1/log/?group=people", "/teams/1/log/as-of/", "/organizations/1/log/",
    "/organizations/1/settings/",
    "/teams/1/data/people/1/",
    "/teams/1/data/people/2/erase/", "/teams/1/people/hand-over/",
    *REVIEWS,
]  # fmt: skip
REP = [
    "/teams/1/today/",
    "/teams/1/reviews/",
    f"/teams/1/reviews/{OPEN}/steps/numbers/",
    f"/teams/1/reviews/{OPEN}/steps/week/",
    "/teams/1/reviews/people/2/",
    "/teams/1/reviews/people/2/growth/",
    f"/teams/1/reviews/{OPEN}/words/2/",
    "/teams/1/notices/",
    f"/teams/1/plans/week/{timezone.localdate()}/",
    "/teams/1/plans/4/rates/",
    "/teams/1/plans/4/paper/",
    "/teams/1/calendar/day/",
    "/teams/1/calendar/day/2/",
    "/teams/1/progress/",
    "/teams/1/progress/2/",
    "/teams/1/progress/2/levers/",
    "/teams/1/progress/rates/",
    "/teams/1/plans/4/likely/",
    "/teams/1/plans/4/",
    "/teams/1/plans/new/",
    "/teams/1/calendar/",
    "/teams/1/objectives/",
    "/teams/1/objectives/1/",
    "/teams/1/objectives/check/",
    "/teams/1/practices/",
    "/teams/1/practices/new/?preset=opening",
    "/teams/1/data/",
    "/teams/1/data/people/2/",
]
# A visitor's way to nowhere, and a rep's to a page of managers.
REFUSED = {"/nothing/": {404}, "/teams/1/plans/new/": {200, 403}}


@pytest.fixture(scope="module", autouse=True)
def sample(server: RealServer) -> None:
    """One sample team for all pages of this module, with every level that a plan can have."""
    server.manage("shell", "-c", "from tests.browser.everything import make_everything; make_everything()")


@dataclass(frozen=True)
class Look:
    width: str
    is_dark: bool


DESK, PHONE = Look("desk", is_dark=False), Look("phone", is_dark=True)
# Loaded and checked with axe at the first look, then turned to the second: both widths, languages and themes.
LOOKS = {"en": (DESK, PHONE), "ja": (PHONE, DESK)}

# Nothing is on its way, and each chart that can be seen is drawn.
SETTLED = """() => !document.querySelector(".htmx-request") && [...document.querySelectorAll("[data-chart]")]
    .every((chart) => !chart.offsetParent || chart.querySelector("svg"))"""


def looked_at(page: Page, paths: list[str], looks: tuple[Look, Look]) -> list[str]:
    found = []
    for path in paths:
        turn(page, looks[0])
        answer = page.goto(path)
        if answer is None or answer.status not in REFUSED.get(path, {200}):
            found.append(f"{path} answers {answer.status if answer else 'nothing'}")
        page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        page.wait_for_function(SETTLED)
        found += [f"{path} {violation}" for violation in axe_violations(page)]
        for look in looks:
            turn(page, look)
            if too_wide(page):
                found.append(f"{path} is {overflow(page)} px too wide on a {look.width}")
    return found


def turn(page: Page, look: Look) -> None:
    page.set_viewport_size(WIDTHS[look.width])  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark" if look.is_dark else "light")


def too_wide(page: Page) -> bool:
    """Charts follow the width a moment later."""
    fits = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    with contextlib.suppress(PlaywrightTimeout):
        page.wait_for_function(fits, timeout=1_000)
        return False
    return True


def check(page: Page, paths: list[str], looks: tuple[Look, Look]) -> None:
    found = looked_at(page, paths, looks)
    assert not found, "\n".join(found)


def invitation_path(server: RealServer) -> str:
    code = (
        "from apps.accounts.models import Team, User; from apps.accounts.services import invite_member;"
        "team = Team.objects.get(); by = User.objects.first();"
        "print('token', invite_member(team=team, by=by, email='', role='rep', language='ja').token)"
    )
    return f"/invitations/{server.manage('shell', '-c', code).split()[-1]}/accept/"


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("who", ["visitor", "manager", "rep"])
def test_pages_are_sound(open_page: OpenPage, server: RealServer, who: str, language: str) -> None:
    looks = LOOKS[language]
    page = open_page(looks[0].width, language, looks[0].is_dark)
    if who == "visitor":
        check(page, [*PUBLIC, invitation_path(server)], looks)
        return
    visitors.sample_visitor(page, visitors.MANAGER if who == "manager" else visitors.REP)
    check(page, MANAGER if who == "manager" else REP, looks)
