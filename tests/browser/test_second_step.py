"""A passkey from its making to a sign-in without a password, on a virtual authenticator."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, axe_violations
from tests.browser.server import RealServer, started
from tests.browser.test_story import first_team

PASSWORD = "a-long-enough-password"


@pytest.fixture
def server() -> Iterator[RealServer]:
    real = started()
    yield real
    real.stop()


def with_finger(page: Page) -> None:
    """A device that can tell its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sees(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", name=text)).to_be_visible()
    assert axe_violations(page) == []


def confirm_password(page: Page) -> None:
    """Asked for unless it was typed for something like this a moment ago."""
    page.locator("main").locator("[name=password], [name=name], [name=code]").first.wait_for()
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()


def test_a_passkey_signs_in_without_a_password(open_page: OpenPage) -> None:
    page = open_page("desk", "en")
    first_team(page, "en")
    with_finger(page)
    page.goto("/accounts/second-step/")
    sees(page, "A second step when you sign in")
    page.get_by_role("link", name="Manage keys").click()
    sees(page, "Passkeys and security keys")
    page.get_by_role("link", name="Add a key").click()
    confirm_password(page)
    # The button is the script's.
    page.wait_for_load_state("load")
    page.locator("[name=name]").fill("My phone")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile("recovery-codes"))
    assert axe_violations(page) == []
    page.goto("/accounts/second-step/webauthn/")
    expect(page.locator("strong", has_text="My phone")).to_be_visible()

    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(re.compile("/login/"))
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("/teams/1/"))
    page.goto("/profile/sign-ins/")
    sees(page, "Where you are signed in")
    expect(page.get_by_text("this browser")).to_have_count(1)


def test_an_authenticator_app_is_set_up_from_its_picture(open_page: OpenPage) -> None:
    page = open_page("phone", "ja")
    first_team(page, "ja")
    page.goto("/accounts/second-step/totp/activate/")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.locator("[name=code]").fill("000000")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".field-error")).to_be_visible()
    assert axe_violations(page) == []
