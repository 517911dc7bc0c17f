"""Clients are handed over and taken back, records put together and parted: by keyboard alone, and by touch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site
from tests.browser.test_main_story import kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

WINDOWS = [(1280, False), (768, True), (360, True), (360, False)]
Press = Callable[[Locator], None]


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic, with Kay, Rea, and Kay's two clients, of whom one was entered twice."""
    clinic = Harbour(site)
    for name in ("kay", "rea"):
        clinic.employs(name, "keyworker")
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,date_of_birth,keyworker\n"
        "A1,2026-01-07,Ana,Madeup,1990-05-06,kay\n"
        "A2,2026-01-07,Anna,Madeup,1990-05-06,kay\n"
        "B1,2026-01-07,Ben,Madeup,,kay\n",
    )
    site.at("2026-02-15T12:00:00Z")
    site.start()
    return site


def test_by_keyboard_alone_and_by_touch(harbour: Site, chromium: Browser) -> None:
    try:
        for width, touch in WINDOWS:
            window = {"viewport": {"width": width, "height": 800}, "has_touch": touch}
            page = chromium.new_context(base_url=harbour.address, **window).new_page()  # type: ignore[arg-type]
            page.set_default_timeout(15_000)
            kay_signs_in(page)
            press = tap if touch else by_keyboard
            kay_hands_her_caseload_over_and_takes_it_back(page, press)
            kay_hands_one_over_where_she_stands(page, press)
            kay_puts_two_records_together_and_parts_them(page, press)
            page.context.close()
    except BaseException:
        print(harbour.logs())
        raise


def tap(what: Locator) -> None:
    """With a finger, on something large enough for one: of a box that is ticked its words count."""
    if what.get_attribute("type") in ("checkbox", "radio"):
        what = what.page.locator(f"label[for='{what.get_attribute('id')}']")
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    assert box["height"] >= 24, (what, box)
    what.tap()


def by_keyboard(what: Locator) -> None:
    """With the tabulator until it has the focus, and a key."""
    page = what.page
    for _ in range(120):
        if what.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"no key leads to {what}")
    kind = what.evaluate("element => element.type || element.tagName")
    page.keyboard.press("Space" if kind in ("checkbox", "radio") else "Enter")


def chooses(page: Page, press: Press, field: str, option: str) -> None:
    """An entry of a list: with a finger the browser's own list opens, with keys its first letters are typed."""
    box = page.get_by_role("combobox", name=field)
    if press is by_keyboard:
        box.focus()
        page.keyboard.type(option)
    else:
        box.select_option(label=option)
    expect(box.locator("option:checked")).to_have_text(option)


def kay_hands_her_caseload_over_and_takes_it_back(page: Page, press: Press) -> None:
    page.goto("/harbour/clients/")
    press(page.get_by_role("link", name="Hand over clients"))
    page.get_by_role("heading", name="Hand over my clients").wait_for()
    chooses(page, press, "To", "rea")
    if press is by_keyboard:
        # A group of radios is one stop; the arrows go through it.
        page.get_by_role("radio", name="All of them").focus()
        page.keyboard.press("ArrowDown")
    else:
        press(page.get_by_role("radio", name="Those ticked below"))
    press(page.get_by_role("checkbox", name="Ben Madeup"))
    press(page.get_by_role("button", name="Hand over"))
    page.get_by_role("heading", name="Hand-over from kay to rea").wait_for()
    expect(page.get_by_text("with rea now")).to_have_count(1)
    press(page.get_by_role("button", name="Take it back"))
    page.get_by_role("status").get_by_text("1 client is kay's again.").wait_for()


def kay_hands_one_over_where_she_stands(page: Page, press: Press) -> None:
    page.goto("/harbour/clients/?q=B1")
    page.get_by_role("link", name="Ben Madeup").click()
    press(page.get_by_role("link", name="Hand over to another keyworker"))
    expect(page.get_by_role("heading", name="Hand over: Ben Madeup")).to_be_focused()
    chooses(page, press, "To", "rea")
    press(page.get_by_role("button", name="Hand over"))
    page.get_by_role("status").get_by_text("is handed over to rea").wait_for()
    press(page.get_by_role("link", name="About this hand-over"))
    press(page.get_by_role("button", name="Take it back"))
    page.get_by_role("status").get_by_text("1 client is kay's again.").wait_for()


def kay_puts_two_records_together_and_parts_them(page: Page, press: Press) -> None:
    page.goto("/harbour/clients/")
    press(page.get_by_role("link", name="Entered twice"))
    press(page.get_by_role("link", name="Ana Madeup (A1) and Anna Madeup (A2)"))
    page.get_by_role("row").filter(has_text="Anna Madeup").last.wait_for()
    press(page.get_by_role("radio", name="Ana Madeup (A1) stays"))
    press(page.get_by_role("button", name="Put them together"))
    page.get_by_role("heading", name="A2 is put together with A1").wait_for()
    page.goto("/harbour/clients/?who=all")
    expect(page.get_by_role("link", name="Anna Madeup")).to_have_count(0)
    page.goto("/harbour/clients/twice/")
    press(page.get_by_role("link", name="A2 with A1").first)
    press(page.get_by_role("button", name="Part them again"))
    page.get_by_role("status").get_by_text("A1 and A2 are apart again.").wait_for()
    page.goto("/harbour/clients/?who=all")
    expect(page.get_by_role("link", name="Anna Madeup")).to_have_count(1)
