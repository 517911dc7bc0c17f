"""What waits too long, and the e-mail of a morning: by keyboard alone at a desk, and by touch on a telephone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site, wait_for
from tests.browser.test_main_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]
ADDRESS = "kay@harbour.example"
WORD = "Try after six, please."
# A busy machine takes its time over a sign-in, whose password is slow to check on purpose.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Hand:
    """How somebody works a page: what they press is pressed the same way all along."""

    page: Page
    presses: Callable[[Locator], None]


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic with Kay, her manager Mo, and Ana, who agreed to no messages and goes nowhere."""
    clinic = Harbour(site)
    for name, role in (("kay", "keyworker"), ("mo", "manager")):
        clinic.employs(name, role)
    clinic.takes_in(
        "clients", "reference,intake_on,first_name,last_name,keyworker\nA1,2026-01-07,Ana,Madeup,kay\n"
    )
    site.at("2026-02-16T12:00:00Z")
    site.start()
    return site


def at_a_desk(page: Page) -> Hand:
    def presses(what: Locator) -> None:
        """With the keyboard: where Tab puts the focus, Space or Enter presses; a cell takes it for its button."""
        for _ in range(80):
            if what.evaluate("one => [one, one.closest('td')].includes(document.activeElement)"):
                break
            page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab never came to {what}")
        page.keyboard.press("Space" if what.get_attribute("type") == "checkbox" else "Enter")

    return Hand(page, presses)


def on_a_telephone(page: Page) -> Hand:
    return Hand(page, lambda what: what.tap())


def a_hand(site: Site, chromium: Browser, by: str) -> Hand:
    """A browser of its own, at a desk or on a telephone."""
    if by == "keyboard":
        opened = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    else:
        phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
        opened = chromium.new_context(base_url=site.address, **phone)  # type: ignore[arg-type]
    page = opened.new_page()
    page.set_default_timeout(15_000)
    return (at_a_desk if by == "keyboard" else on_a_telephone)(page)


def signs_in(hand: Hand, name: str) -> None:
    hand.page.goto("/")
    hand.page.get_by_label("Username").fill(name)
    hand.page.get_by_label("Password").fill(PASSWORD)
    hand.presses(hand.page.get_by_role("button", name="Sign in"))
    expect(hand.page.get_by_role("heading", name="Today", level=1)).to_be_visible()


@pytest.mark.parametrize("by", ["keyboard", "touch"])
def test_mo_hands_back_what_waited_and_kay_reads_it_and_chooses_her_mornings(
    by: str, harbour: Site, chromium: Browser
) -> None:
    try:
        tell_the_story(by, harbour, chromium)
        assert len(mornings(harbour)) == 1, "whatever Kay does that morning, she is written to once"
    except BaseException:
        print(harbour.logs())
        raise


def tell_the_story(by: str, harbour: Site, chromium: Browser) -> None:
    kay = a_hand(harbour, chromium, by)
    signs_in(kay, "kay")

    def one_needs_her() -> bool:
        # A page sees by itself who slips; that somebody is asked to see to it is the sweep's.
        kay.page.goto("/harbour/today/")
        if kay.page.locator(".person-tasks li").count() == 0:
            return False
        kay.page.goto("/harbour/clients/")
        return kay.page.get_by_role("link", name="Today, 1 needs you", exact=True).count() == 1

    wait_for(one_needs_her, "Kay's count")
    harbour.at("2026-02-24T12:00:00Z")
    mo = a_hand(harbour, chromium, by)
    signs_in(mo, "mo")
    mo_hands_it_back(mo)
    kay_reads_the_word(kay)
    kay_confirms_her_address(kay, harbour)
    kay_chooses_mondays(kay)
    harbour.at("2026-03-02T09:10:00Z")
    wait_for(lambda: len(mornings(harbour)) == 1, "the e-mail of the morning")
    (message,) = mornings(harbour)
    assert "1 person needs you this morning:" in message["body"]
    assert "Ana" not in message["body"]
    the_link_leads_to_today(kay, message["body"])
    kay_records_a_meeting_and_the_count_goes(kay)


def mo_hands_it_back(mo: Hand) -> None:
    page = mo.page

    def it_has_waited() -> bool:
        page.goto("/harbour/today/")
        return page.get_by_role("link", name=re.compile("^Waiting too long, [1-9]")).count() == 1

    wait_for(it_has_waited, "the sweep to tell Mo")
    mo.presses(page.get_by_role("link", name=re.compile("^Waiting too long")))
    expect(page.get_by_role("heading", name="Waiting too long", level=1)).to_be_visible()
    expect(
        page.locator(".waiting-row").get_by_text(re.compile(r"\d working days? over")).first
    ).to_be_visible()
    while (waits := page.get_by_role("link", name=re.compile("^Hand back"))).count():
        left = waits.count()
        mo.presses(waits.first)
        expect(page.get_by_role("heading", name="Hand back: Ana Madeup")).to_be_focused()
        page.get_by_label("A word to the keyworker").fill(WORD)
        mo.presses(page.get_by_role("button", name="Hand back"))
        expect(page.get_by_text("Handed back to kay.")).to_be_visible()
        expect(waits).to_have_count(left - 1)
    expect(page.get_by_role("heading", name="Nothing has waited too long")).to_be_visible()
    expect(page.get_by_role("heading", name="Handed back, and still open")).to_be_visible()


def kay_reads_the_word(kay: Hand) -> None:
    kay.presses(kay.page.get_by_role("link", name="Today, 1 needs you", exact=True))
    expect(kay.page.get_by_text(f"mo handed it back: “{WORD}”").first).to_be_visible()


def kay_confirms_her_address(kay: Hand, harbour: Site) -> None:
    page = kay.page
    kay.presses(page.locator(".menu > summary"))
    kay.presses(page.get_by_role("link", name="My settings"))
    expect(page.get_by_role("heading", name="My settings")).to_be_visible()
    page.get_by_role("textbox", name="E-mail address").fill(ADDRESS)
    kay.presses(page.get_by_role("button", name="Write to it, to confirm"))
    expect(page.get_by_text(f"We have written to {ADDRESS}.")).to_be_visible()
    (asked,) = [one for one in mail(harbour) if one["subject"] == "Please confirm your address"]
    (link,) = re.findall(r"http://\S+", asked["body"])
    page.goto(link)
    kay.presses(page.get_by_role("button", name="Confirm"))
    expect(page.get_by_text(f"{ADDRESS} is your address now.")).to_be_visible()


def kay_chooses_mondays(kay: Hand) -> None:
    page = kay.page
    kay.presses(page.get_by_role("checkbox", name="Monday"))
    page.get_by_label("At this hour").select_option("9")
    kay.presses(page.get_by_role("button", name="Save for Harbour Clinic"))
    expect(page.get_by_text("You are written to about Harbour Clinic: Monday at 09:00.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Monday")).to_be_checked()


def the_link_leads_to_today(kay: Hand, body: str) -> None:
    link, settings = re.findall(r"http://\S+", body)
    kay.page.goto(link)
    expect(kay.page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    kay.page.goto(settings)
    expect(kay.page.get_by_role("heading", name="My settings")).to_be_visible()


def kay_records_a_meeting_and_the_count_goes(kay: Hand) -> None:
    """On the Register, which stays where it is."""
    kay.page.goto("/harbour/register/?week=2026-02-23&day=2026-03-01")
    expect(kay.page.get_by_role("link", name="Today, 1 needs you", exact=True)).to_be_visible()
    kay.presses(kay.page.get_by_role("button", name=re.compile("went on Sunday 1 March")))
    expect(kay.page.get_by_role("link", name="Today", exact=True)).to_be_visible()


def mail(harbour: Site) -> list[dict[str, str]]:
    if not harbour.message_file.exists():
        return []
    return [json.loads(line) for line in harbour.message_file.read_text(encoding="utf-8").splitlines()]


def mornings(harbour: Site) -> list[dict[str, str]]:
    return [one for one in mail(harbour) if one["subject"] == "Your list for today"]
