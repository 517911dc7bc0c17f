"""Each act on Today where it stands, and its undo: by keyboard alone, by touch, and when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site, wait_for
from tests.browser.test_main_story import PASSWORD, kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

WIDTHS = {360: 740, 768: 1024, 1280: 800}
ANA, BEN = "Ana Madeup", "Ben Madeup"
# With whom each act is done, by the label of its button; what is filled in; how the sentence afterwards begins.
ACTS: list[tuple[str, str, dict[str, str], str]] = [
    (BEN, "Log a meeting", {}, "Recorded: Ben Madeup went on 15 February 2026."),
    (ANA, "Spoke to them", {"In a few words": "On Tuesday."}, "Noted: you spoke to Ana Madeup."),
    (ANA, "Pause", {"Last day": "2026-02-20"}, "Ana Madeup is paused until 20 February 2026."),
    (ANA, "Not now", {"Why": "On a retreat."}, "Ana Madeup is off Today until 22 February 2026."),
    (ANA, "Introduce", {"How": "in the session"}, "Ana Madeup is introduced to Joe."),
    (ANA, "Done", {"What came of it": "Found the form."}, "Done. It is off the list."),
]
STILL_NEEDED = {"Spoke to them", "Introduce", "Done"}


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic, with Kay, Joe to be written down, and two clients who never came; Ana's consent is to confirm."""
    clinic = Harbour(site)
    clinic.employs("kay", "keyworker")
    clinic.settles("--safeguarding-lead", "kay")
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,keyworker,mobile,consent_sms\n"
        "A1,2026-01-07,Ana,Madeup,kay,07700 900111,yes\n"
        "B1,2026-01-07,Ben,Madeup,kay,,\n",
    )
    site.at("2026-02-15T12:00:00Z")
    site.start()
    return site


def test_each_act_is_done_and_undone_where_it_stands_by_keyboard_and_by_touch(
    harbour: Site, chromium: Browser
) -> None:
    try:
        told = kay_does_everything_in_every_way(harbour, chromium)
    except BaseException:
        print(harbour.logs())
        raise
    assert len(told) == 2 * len(WIDTHS) * len(ACTS)


def test_what_goes_wrong_is_said_where_it_was_tried(harbour: Site, chromium: Browser) -> None:
    try:
        page = today_with_both(harbour, opened(harbour, chromium, 1280, touch=False))
        the_server_fails(page)
        somebody_else_was_quicker(
            page, today_with_both(harbour, opened(harbour, chromium, 1280, touch=False))
        )
        a_form_is_cancelled(page)
        the_session_has_expired(page)
    except BaseException:
        print(harbour.logs())
        raise
    expect(page.locator(".person-row")).to_have_count(2)


def opened(harbour: Site, chromium: Browser, width: int, *, touch: bool) -> Page:
    """Kay, signed in at a window of that width. The pages' own policy keeps scripts out, and axe is one."""
    told: dict[str, Any] = {"has_touch": touch, "bypass_csp": True}
    size = {"width": width, "height": WIDTHS[width]}
    page = chromium.new_context(base_url=harbour.address, viewport=size, **told).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    kay_signs_in(page)
    return page


def today_with_both(harbour: Site, page: Page) -> Page:
    def both_wait() -> bool:
        page.goto("/harbour/today/")
        return page.locator(".person-row").count() == 2

    wait_for(both_wait, "both clients on Today")
    return page


def kay_does_everything_in_every_way(harbour: Site, chromium: Browser) -> list[str]:
    told = []
    first = today_with_both(harbour, opened(harbour, chromium, 1280, touch=False))
    kay_writes_joe_down(first)
    for width in WIDTHS:
        for press, touch in ((by_keyboard, False), (by_touch, True)):
            page = today_with_both(harbour, opened(harbour, chromium, width, touch=touch))
            for who, label, values, says in ACTS:
                told.append(done_and_undone(page, press, who, label, values, says))
                assert page.evaluate("document.documentElement.scrollWidth") == width, (width, label)
            page.context.close()
    return told


def kay_writes_joe_down(page: Page) -> None:
    page.goto("/harbour/contacts/")
    page.get_by_label("First name").fill("Joe")
    page.get_by_label("Fellowship").select_option(label="Narcotics Anonymous")
    page.get_by_label("Mobile").fill("07700 900456")
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("status").get_by_text("Joe is on the list of contacts.")).to_be_visible()


Press = Callable[[Page, Locator], None]


def by_touch(page: Page, button: Locator) -> None:
    button.tap()


def by_keyboard(page: Page, button: Locator) -> None:
    """Reach it from where the focus is by Tab or, behind, by Shift and Tab; then press Enter, or Space on a box."""
    expect(button).to_be_visible()
    wanted = button.element_handle()
    ahead = page.evaluate(
        "wanted => !!(document.activeElement.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_FOLLOWING)",
        wanted,
    )
    for _ in range(60):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            kind = button.get_attribute("type") or ""
            page.keyboard.press("Space" if kind in {"radio", "checkbox"} else "Enter")
            return
        page.keyboard.press("Tab" if ahead else "Shift+Tab")
    raise AssertionError("the keyboard does not reach it")


def done_and_undone(page: Page, press: Press, who: str, label: str, values: dict[str, str], says: str) -> str:
    """Do an act on somebody's row, and undo it; what was said of it."""
    row = page.locator("li", has=page.get_by_role("heading", name=who))
    press(page, row.get_by_role("link", name=label).first)
    form = row.locator("form.act-form")
    expect(form.get_by_role("heading", level=2)).to_be_focused()
    fill_in(page, press, form, label, values)
    press(page, form.locator("button.button-primary"))
    note = row if label in STILL_NEEDED else page.locator(".person-done")
    expect(note.get_by_text(says)).to_be_visible()
    expect(page.locator("#said")).to_contain_text(says)
    undo = note.get_by_role("button", name="Undo")
    # The focus goes on to the next; after the last it stays with what was done.
    next_one = page.locator(".person-name").get_by_role("link", name=who if label in STILL_NEEDED else BEN)
    expect(undo if who == BEN else next_one).to_be_focused()
    expect(note).to_be_in_viewport()
    waits = "2" if label in STILL_NEEDED else "1"
    expect(page.locator(".page-subtitle")).to_contain_text(f"{waits} client")
    if press is by_keyboard:
        faults = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in faults] == []
    box = undo.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= (44 if press is by_touch else 24)
    press(page, undo)
    expect(row.locator(".person-note")).to_be_visible()
    expect(undo).to_have_count(0)
    expect(page.locator(".person-name").get_by_role("link", name=who)).to_be_focused()
    expect(page.locator(".page-subtitle")).to_contain_text("2 clients need somebody")
    return says


def fill_in(page: Page, press: Press, form: Locator, label: str, values: dict[str, str]) -> None:
    if label == "Spoke to them":
        press(page, form.get_by_label("Went since then"))
        if press is by_keyboard:
            page.keyboard.press("ArrowDown")
        else:
            press(page, form.get_by_label("Means to go"))
        expect(form.get_by_label("Means to go")).to_be_checked()
    if label == "Introduce":
        form.get_by_label("Local contact").select_option(index=1)
        press(page, form.get_by_label("The client agreed"))
    for name, value in values.items():
        form.get_by_label(name).fill(value)


def the_server_fails(page: Page) -> None:
    """Nothing is lost, and it says so beside the button; the next press works."""
    row = page.locator("#client-1")
    row.get_by_role("link", name="Not now").click()
    row.get_by_label("Why").fill("On a retreat.")
    for answer in (lambda route: route.fulfill(status=503, body="no"), lambda route: route.abort()):
        page.route("**/not_now/", answer)
        row.get_by_role("button", name="Put aside").click()
        failed = row.get_by_text("No answer came, so it is not known whether that was saved.")
        expect(failed).to_have_count(1)
        expect(row.locator("[data-failed]")).to_be_focused()
        page.unroute("**/not_now/")
    expect(row.get_by_label("Why")).to_have_value("On a retreat.")
    row.get_by_role("button", name="Put aside").click()
    expect(page.locator(".person-done")).to_be_visible()
    page.locator(".person-done").get_by_role("button", name="Undo").click()
    expect(page.locator(".person-row")).to_have_count(2)


def somebody_else_was_quicker(page: Page, other: Page) -> None:
    """Both have the task before them; the second is told, and keeps their place."""
    for one in (page, other):
        one.locator("#client-1").get_by_role("link", name="Done").click()
        one.locator("#client-1").get_by_label("What came of it").fill("Found the form.")
    other.get_by_role("button", name="Done", exact=True).click()
    expect(other.locator("#client-1").get_by_text("Done. It is off the list.")).to_be_visible()
    page.get_by_role("button", name="Done", exact=True).click()
    wrong = page.locator("#client-1 .error-summary")
    expect(wrong).to_be_focused()
    expect(wrong).to_contain_text("somebody was quicker")
    other.locator("#client-1").get_by_role("button", name="Undo").click()
    expect(other.locator("#client-1").get_by_text("Undone: it waits on the list again.")).to_be_visible()
    other.context.close()


def a_form_is_cancelled(page: Page) -> None:
    """It closes where it stands, and the focus goes back to the button that opened it."""
    row = page.locator("#client-2")
    opener = row.get_by_role("link", name="Pause")
    opener.click()
    row.get_by_role("link", name="Cancel").click()
    expect(row.locator("form")).to_have_count(0)
    expect(opener).to_be_focused()


def the_session_has_expired(page: Page) -> None:
    """The page leads to signing in, and back to Today."""
    page.goto("/harbour/today/?who=all")
    row = page.locator("#client-2")
    row.get_by_role("link", name="Not now").click()
    row.get_by_label("Why").fill("On a retreat.")
    page.context.clear_cookies(name="sessionid")
    row.get_by_role("button", name="Put aside").click()
    page.get_by_label("Username").fill("kay")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/harbour/today/?who=all")
