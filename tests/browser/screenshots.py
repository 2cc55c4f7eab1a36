"""`./kpi screenshots`: the pictures of the README, from the sample team in the real server."""

import shutil
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, WIDTHS
from tests.browser.server import ROOT, RealServer, started
from tests.browser.visitors import sample_visitor


def working_day() -> str:
    """Today's page; at a weekend last Friday's, because a day off asks for nothing."""
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date()
    back = max(0, today.weekday() - 4)
    return f"/teams/1/days/{today - timedelta(days=back)}/" if back else "/teams/1/today/"


FOLDER = ROOT / "docs" / "screenshots"
# (file, language, width, dark, who, path)
PICTURES = (
    ("plan-en", "en", "desk", False, 0, "/teams/1/plans/4/"),
    ("plan-ja", "ja", "desk", False, 0, "/teams/1/plans/4/"),
    ("today-en", "en", "phone", False, 6, working_day()),
    ("today-ja", "ja", "phone", True, 6, working_day()),
    ("team-en", "en", "desk", False, 0, "/teams/1/progress/"),
    ("objective-en", "en", "desk", False, 0, "/teams/1/objectives/1/"),
    ("focus-ja", "ja", "desk", True, 0, "/teams/1/objectives/focus/"),
    # The fifth of the sample's Monday resets.
    ("monday-en", "en", "desk", False, 0, "/teams/1/reviews/5/steps/numbers/"),
    ("causes-ja", "ja", "desk", False, 0, "/teams/1/reviews/5/steps/causes/"),
    # The sample's running practice.
    ("practice-en", "en", "desk", False, 0, "/teams/1/practices/1/"),
    ("path-ja", "ja", "desk", False, 0, "/teams/1/path/"),
    ("rep-ja", "ja", "desk", True, 0, "/teams/1/progress/2/"),
)


def take(browser: Browser, server: RealServer, language: str) -> None:
    # The sample team speaks the language in which it is made.
    code = f"from apps.setup.sample import make_sample; make_sample(language='{language}')"
    server.manage("shell", "-c", code)
    for name, of_language, width, dark, who, path in PICTURES:
        if of_language != language:
            continue
        context = browser.new_context(
            base_url=server.url,
            viewport=WIDTHS[width],  # type: ignore[arg-type]
            locale={"en": "en-US", "ja": "ja-JP"}[language],
            color_scheme="dark" if dark else "light",
        )
        page = context.new_page()
        sample_visitor(page, who)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()
        print(f"docs/screenshots/{name}.png")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for language in ("en", "ja"):
            server = started()
            try:
                take(browser, server, language)
            finally:
                server.stop()
        browser.close()


if __name__ == "__main__":
    main()
