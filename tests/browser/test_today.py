"""A rep's day on a phone: few presses in the evening, and nothing lost without a network."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, axe_violations, overflow
from tests.browser.server import RealServer, started
from tests.browser.visitors import REP, sample_visitor

# Every press of a person: a touch of a control, and the keys of a number pad.
LISTEN = """() => {
    window.presses = 0; window.digits = 0;
    document.addEventListener("pointerdown", () => { window.presses += 1; }, true);
    document.addEventListener("keydown", (event) => {
        if (document.activeElement.inputMode === "numeric" && /^[0-9]$/.test(event.key)) window.digits += 1;
    }, true);
}"""


@pytest.fixture
def server():  # type: ignore[no-untyped-def]
    """A team of its own for each test: what is logged here must not meet the others."""
    real = started()
    yield real
    real.stop()


def rep_page(page: Page, number: int = REP) -> Page:
    sample_visitor(page, number)
    page.goto("/teams/1/today/")
    return page


def add_steps(server: RealServer) -> None:
    """A conversation between contact and appointment, and questions counted per meeting."""
    code = (
        "from apps.funnels.models import Kpi; from apps.accounts.models import User;"
        "from apps.domain.rates import parse_rate; from apps.funnels.services import add_detail, add_signal;"
        "by = User.objects.get(email__startswith='misaki');"
        "contact, meeting = (Kpi.objects.get(code=code) for code in ('contact', 'meeting'));"
        "add_detail(stage=contact, by=by, name='Conversation', unit='', rate=parse_rate('50%'), onward=None);"
        "add_signal(stage=meeting, by=by, name='Question', unit='', measure='per_event')"
    )
    server.manage("shell", "-c", code)


def test_the_whole_day_in_twelve_presses(open_page: OpenPage, server: RealServer) -> None:
    """40 calls, 6 conversations, 2 appointments, 1 meeting, 0 contracts, 1 hearing, 3 questions, and a
    reflection of two choices and one line."""
    page = rep_page(open_page("phone"))
    add_steps(server)
    page.reload()
    page.evaluate(LISTEN)
    day = {
        "Contact": 40,
        "Conversation": 6,
        "Appointment": 2,
        "Meeting": 1,
        "Hearing completed": 1,
        "Question": 3,
    }
    for name, count in day.items():
        field = page.locator(".evening-numbers").get_by_label(name, exact=True)
        field.click()
        field.press_sequentially(str(count))
    page.locator(".chip", has_text="Customers were not reached").click()
    page.locator(".chip", has_text="Other work came first").click()
    page.locator("[name=first]").click()
    page.locator("[name=first]").press_sequentially("Call Yamada at nine")
    presses = page.evaluate("window.presses") + 1
    digits = page.evaluate("window.digits")
    page.get_by_role("button", name="Write the day down").click()
    expect(page.locator("#report textarea")).to_contain_text("Call Yamada at nine")
    expect(page.locator("#report textarea")).to_contain_text("Contact: 40")
    expect(page.locator("#entries li")).to_have_count(6)
    print(f"the tested day: {presses} presses, {digits} digits")
    assert presses <= 12
    assert digits <= 10


def test_a_meeting_asks_for_its_next_step(open_page: OpenPage) -> None:
    page = rep_page(open_page("phone"))
    card = page.locator(".stage-card", has=page.locator("h2", has_text="Meeting"))
    card.locator(".tap").first.click()
    step = card.locator(".next-step")
    expect(step.get_by_label("Next step")).to_be_visible()
    step.get_by_role("button", name="Remember it").click()
    expect(step.locator(".field-error")).to_be_visible()
    step.get_by_label("Next step").fill("Send <b>the estimate</b>")
    step.get_by_label("Due by").fill(page.locator("[name=day]").first.input_value())
    step.get_by_role("button", name="Remember it").click()
    expect(step).to_contain_text("Noted for")
    page.reload()
    row = page.locator("section", has=page.locator("#due-title")).locator("li")
    expect(row).to_contain_text("Send <b>the estimate</b>")
    row.get_by_role("button").click()
    expect(row.locator(".is-struck")).to_be_visible()


# -- without a network -----------------------------------------------------------------------------


def entries(server: RealServer) -> int:
    code = (
        "from apps.activity.models import Entry; print('entries', Entry.objects.exclude(author=None).count())"
    )
    found = re.search(r"entries (\d+)", server.manage("shell", "-c", code))
    assert found
    return int(found[1])


def waiting(page: Page) -> int:
    return int(
        page.evaluate("""async () => {
                const person = await kpiQueue.recall("user");
                return person ? (await kpiQueue.items(person.id)).length : -1;
            }""")
    )


def wait_for(page: Page, wanted: int, seconds: int = 60) -> None:
    """However slow the machine: gives up only when the queue has stood still for so long."""
    last, still = waiting(page), 0.0
    while last != wanted:
        page.wait_for_timeout(200)
        now = waiting(page)
        last, still = (now, 0.0) if now != last else (last, still + 0.2)
        if still > seconds:
            raise AssertionError(f"{last} wait, {wanted} expected")


def ready_for_offline(page: Page) -> None:
    assert page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.active !== null)")


def tap_offline(page: Page, times: int) -> None:
    """+1 and +5 in turn, as fast as the page takes them."""
    page.evaluate(
        """async (times) => {
            const buttons = document.querySelectorAll("#offline .tap");
            for (let each = 0; each < times; each += 1) {
                buttons[each % 2].click();
                if (each % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 50));
            }
        }""",
        times,
    )


def test_five_hundred_logs_without_a_network_arrive_once(open_page: OpenPage, server: RealServer) -> None:
    """The tab is killed twice, the browser comes back, and the server is killed in the middle."""
    page = rep_page(open_page("phone", service_workers="allow"))
    ready_for_offline(page)
    context = page.context
    before = entries(server)
    context.set_offline(True)
    taken = 0
    for count in (200, 200, 100):
        page.close()
        page = context.new_page()
        page.goto("/teams/1/today/")
        expect(page.locator("#offline h1")).to_be_visible()
        assert axe_violations(page) == []
        assert overflow(page) <= 0
        tap_offline(page, count)
        taken += count
        wait_for(page, taken, 20)
    expect(page.locator("#waiting")).to_contain_text("(500)")
    context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1000)
    for _each in range(3):
        for number in range(2):
            server.kill_worker(number)
        page.wait_for_timeout(700)
    page.close()
    page = context.new_page()
    page.goto("/teams/1/today/")
    wait_for(page, 0)
    assert entries(server) - before == 500
    code = (
        "from apps.activity.models import Entry;"
        "rows = Entry.objects.order_by('-created_at').values_list('count', flat=True)[:500];"
        "print('order', ''.join(map(str, rows)))"
    )
    # Newest first: what was tapped in turn arrived in turn.
    assert f"order {'51' * 250}" in server.manage("shell", "-c", code)


def test_another_person_on_the_device_never_sends_it(open_page: OpenPage, server: RealServer) -> None:
    page = rep_page(open_page("phone", service_workers="allow"))
    ready_for_offline(page)
    before = entries(server)
    page.context.set_offline(True)
    page.locator(".tap").first.click()
    expect(page.locator("#waiting")).to_contain_text("(1)")
    # The session ends without a word, e.g. by its age; the queue stays and asks to sign in.
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#waiting")).to_contain_text("signed out")
    expect(page.locator("#waiting a")).to_be_visible()
    sample_visitor(page, 2)
    page.goto("/teams/1/today/")
    page.wait_for_timeout(1500)
    assert entries(server) == before
    page.context.clear_cookies()
    sample_visitor(page, REP)
    page.goto("/teams/1/today/")
    wait_for(page, 0, 20)
    assert entries(server) == before + 1


def test_signing_out_warns_of_what_is_not_sent(open_page: OpenPage) -> None:
    page = rep_page(open_page("phone"))
    asked: list[str] = []

    def refuse(dialog):  # type: ignore[no-untyped-def]
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    # Not page.route: what passes through a service worker never meets it.
    page.context.set_offline(True)
    page.locator(".tap").first.click()
    expect(page.locator("#waiting")).to_contain_text("(1)")
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(300)
    assert asked
    assert "not sent yet" in asked[0]
    assert page.url.endswith("/today/")


def test_a_refused_log_is_shown_and_kept(open_page: OpenPage, server: RealServer) -> None:
    """A signal above its stage, logged without a network: the server says no, the person decides."""
    page = rep_page(open_page("phone", service_workers="allow"))
    ready_for_offline(page)
    page.context.set_offline(True)
    page.goto("/teams/1/today/")
    page.get_by_role("button", name="Hearing completed +1").click()
    expect(page.locator("#waiting")).to_contain_text("Hearing completed")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_url(re.compile("/today/"))
    expect(page.locator("#waiting")).to_contain_text("Log “Meeting” first", timeout=15_000)
    page.locator(".stage-card", has=page.locator("h2", has_text="Meeting")).locator(".tap").first.click()
    expect(page.locator("#entries li")).to_have_count(1)
    page.locator("#waiting").get_by_role("button", name="Try again").click()
    expect(page.locator("#entries li")).to_have_count(2)
    expect(page.locator("#waiting")).to_be_hidden()


def test_without_a_place_to_keep_logs_they_go_as_plain_forms(open_page: OpenPage) -> None:
    """Some private windows refuse IndexedDB: the page must not swallow what is tapped."""
    page = open_page("phone")
    page.add_init_script(
        """indexedDB.open = () => {
            const request = {};
            setTimeout(() => request.onerror && request.onerror(), 0);
            return request;
        };"""
    )
    rep_page(page)
    page.locator(".tap", has_text="+5").first.click()
    expect(page.locator("#entries")).to_contain_text("+5")
