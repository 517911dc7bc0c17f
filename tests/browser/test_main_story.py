"""The main job, end to end, as its people live it: a slip is noticed, a contact is named, the client answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import PASSWORD, Harbour
from tests.browser.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

MEETINGS = [
    {"slug": "lantern-tue", "name": "Lantern Street", "day": 2, "time": "19:00", "end_time": "20:00",
     "location": "Lantern Hall", "formatted_address": "1 Lantern Street, Harbourtown, UK", "types": ["O"]},
    {"slug": "quay-sat", "name": "Quay Side", "day": 6, "time": "11:00",
     "location": "Old Chapel", "formatted_address": "2 Quay Side, Harbourtown, UK", "types": ["O"]},
]  # fmt: skip


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic with its keyworker Kay and two meetings, on Wednesday 7 January 2026."""
    clinic = Harbour(site, "--crisis-numbers", "Samaritans 116 123")
    clinic.employs("kay", "keyworker")
    clinic.settles("--safeguarding-lead", "kay", "--sending", "on")
    clinic.lists(MEETINGS, "--feed", "town", fellowship="Narcotics Anonymous")
    site.start()
    return site


def test_a_slip_is_noticed_a_contact_is_named_and_the_client_answers(
    harbour: Site, chromium: Browser
) -> None:
    try:
        desk = tell_the_story(harbour, chromium)
        expect(desk.get_by_text("Flag closed after 2 missed: attended")).to_be_visible()
        expect(desk.locator(".page-subtitle")).to_contain_text("Met the week of 16 February 2026")
    except BaseException:
        print(harbour.logs())
        raise


def tell_the_story(harbour: Site, chromium: Browser) -> Page:
    """From signing in to the client's answer; ends on Ana's page."""
    desk = chromium.new_context(base_url=harbour.address, viewport={"width": 1280, "height": 900}).new_page()
    desk.set_default_timeout(15_000)
    # Such as a script, a style or a picture that the pages' own policy keeps out.
    complaints: list[str] = []
    desk.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    kay_signs_in(desk)
    kay_writes_joe_down(desk)
    kay_takes_ana_in(desk)
    kay_introduces_ana_to_joe(desk)

    # The week of 26 January is the first that is expected; Ana goes on its Tuesday.
    harbour.at("2026-01-27T21:00:00Z")
    kay_logs_a_meeting(desk)
    expect_today(desk, "Nobody on your caseload is waiting")

    # Three weeks pass without a word.
    harbour.at("2026-02-09T12:00:00Z")
    wait_for(
        lambda: harbour.message_file.exists() and "Joe" in harbour.message_file.read_text(),
        "a prompt that names Joe",
    )
    harbour.at("2026-02-17T12:00:00Z")
    expect_today(desk, "Missed 2 weeks, the first that of 2 February 2026; last meeting on 27 January 2026.")
    expect(desk.get_by_role("heading", name="Slipping", exact=True)).to_be_visible()

    link = kay_finds_the_prompt_that_names_joe(desk)
    ana_answers_went(chromium, link)

    expect_today(desk, "Nobody on your caseload is waiting")
    desk.get_by_role("link", name="Clients", exact=True).click()
    desk.get_by_role("link", name="Ana Made-Up").click()
    assert complaints == []
    return desk


def kay_signs_in(desk: Page) -> None:
    desk.goto("/")
    desk.get_by_label("Username").fill("kay")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("heading", name="Today")).to_be_visible()


def kay_writes_joe_down(desk: Page) -> None:
    desk.get_by_role("link", name="Contacts").click()
    desk.get_by_label("First name").fill("Joe")
    desk.get_by_label("Fellowship").select_option(label="Narcotics Anonymous")
    desk.get_by_label("Mobile").fill("07700 900456")
    desk.get_by_role("button", name="Add contact").click()
    expect(desk.get_by_role("status").get_by_text("Joe is on the list of contacts.")).to_be_visible()


def kay_takes_ana_in(desk: Page) -> None:
    desk.get_by_role("link", name="New client").click()
    desk.get_by_label("First name").fill("Ana")
    desk.get_by_label("Last name").fill("Made-Up")
    desk.get_by_label("Mobile").fill("07700 900123")
    desk.get_by_label("Agreed to texts").check()
    desk.get_by_label("How was consent given?").fill("signed form")
    desk.get_by_role("button", name="Take in and choose a first meeting").click()
    expect(desk.get_by_role("heading", name="Meetings that suit", level=1)).to_be_visible()
    desk.get_by_role("link", name=re.compile("Plan a day.*Lantern Street")).click()
    desk.get_by_role("button", name="Plan it").click()
    expect(
        desk.get_by_text("Planned: Ana Made-Up goes to Lantern Street on Tuesday 13 January 2026.")
    ).to_be_visible()
    desk.get_by_role("link", name="Ana Made-Up").click()
    expect(desk.get_by_role("heading", name="Ana Made-Up", level=1)).to_be_visible()
    expect(
        desk.get_by_text("Settling in: weeks are expected from the week of 26 January 2026.")
    ).to_be_visible()


def kay_introduces_ana_to_joe(desk: Page) -> None:
    desk.get_by_role("link", name="Introduce").first.click()
    form = desk.locator("form.act-form")
    form.get_by_label("Local contact").select_option(index=1)
    form.get_by_label("How").fill("in the session")
    form.get_by_label("The client agreed").check()
    form.get_by_role("button", name="Introduce").click()
    expect(desk.get_by_text("Ana Made-Up is introduced to Joe.")).to_be_visible()


def kay_logs_a_meeting(desk: Page) -> None:
    desk.get_by_role("link", name="Register").click()
    row = desk.get_by_role("row", name="Ana Made-Up")
    row.get_by_role("button", name="Another meeting").click()
    desk.get_by_label("Day", exact=True).select_option("2026-01-27")
    desk.get_by_label("Meeting, place or town").press_sequentially("lantern")
    desk.get_by_role("option", name="Lantern Street").click()
    went = row.get_by_role("button", name="Lantern Street on Tuesday 27 January: take back")
    expect(went).to_be_visible()
    # A slip of the hand, and back.
    went.click()
    row.get_by_role("button", name="put Lantern Street on Tuesday 27 January back").click()
    expect(went).to_be_visible()


def expect_today(desk: Page, words: str) -> None:
    """Load Today until the worker has had its say."""

    def so() -> bool:
        desk.goto("/harbour/today/")
        return words in desk.inner_text("main")

    wait_for(so, f"Today to say “{words}”")


def kay_finds_the_prompt_that_names_joe(desk: Page) -> str:
    def there() -> bool:
        desk.goto("/harbour/messages/")
        return "Joe will ring you soon" in desk.inner_text("main")

    wait_for(there, "the message that names Joe")
    message = desk.locator(".message", has_text="Joe will ring you soon")
    expect(message.get_by_text("Sent", exact=True)).to_be_visible()
    return str(message.get_by_role("link", name="Try the link as Ana").get_attribute("href"))


def ana_answers_went(chromium: Browser, link: str) -> None:
    phone = chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ).new_page()
    phone.goto(link)
    expect(phone.get_by_text("Ana")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    expect(phone.get_by_text("Samaritans 116 123")).to_be_visible()
    phone.get_by_role("link", name="I went").click()
    phone.get_by_role("button", name="Note it").click()
    expect(phone.get_by_role("status")).to_be_visible()
