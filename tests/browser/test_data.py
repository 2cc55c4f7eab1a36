"""A file from a CRM comes in by the pages, with the real worker."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, axe_violations
from tests.browser.server import RealServer
from tests.browser.visitors import sample_visitor


@pytest.fixture(scope="module", autouse=True)
def sample(server: RealServer) -> None:
    server.manage("shell", "-c", "from tests.browser.everything import make_everything; make_everything()")


def test_opportunities_come_in_with_stages_in_their_own_words(
    open_page: OpenPage, server: RealServer
) -> None:
    page = open_page("desk", "en")
    sample_visitor(page)
    day = timezone.localdate()
    rows = ["Deal,Owner,Phase,Reached on"]
    email = server.manage(
        "shell",
        "-c",
        "from apps.accounts.models import *; print('at', Membership.objects.get(pk=2).user.email)",
    ).split()[-1]
    rows += [f"D{number},{email},Talked,{day}" for number in range(8)]
    page.goto("/teams/1/data/")
    page.locator("[name=kind]").select_option("deals")
    page.locator("[name=source]").fill("A CRM")
    file = {"name": "deals.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode("cp932")}
    page.locator("#id_file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Go on").click()
    page.locator("[name='column:stage']").select_option("Phase")
    page.locator("[name='column:date']").select_option("Reached on")
    page.get_by_role("button", name="Look what would change").click()
    server.manage("db_worker", "--batch")
    expect(page.get_by_text("The file names stages")).to_be_visible(timeout=30_000)
    assert axe_violations(page) == []
    page.get_by_label("Talked").select_option(index=2)
    page.get_by_role("button", name="Look what would change").click()
    server.manage("db_worker", "--batch")
    expect(page.get_by_text("8 rows were read; 1 numbers would change.")).to_be_visible(timeout=30_000)
    assert axe_violations(page) == []
    page.get_by_role("button", name=re.compile("Write 1")).click()
    server.manage("db_worker", "--batch")
    expect(page.get_by_role("heading", name="Written")).to_be_visible(timeout=30_000)
    assert axe_violations(page) == []
