"""Kay comes back from Lantern Street with a handful of signed slips: the sheet by keys alone, and by touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site
from tests.browser.test_main_story import MEETINGS, kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

WIDTHS = (360, 768, 1280)


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic with Kay, her clients Ana and Zoë, and Lantern Street on Tuesdays; it is a Wednesday."""
    clinic = Harbour(site)
    clinic.employs("kay", "keyworker")
    clinic.lists(MEETINGS, "--feed", "town", fellowship="Narcotics Anonymous")
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,keyworker\n"
        "A1,2026-01-07,Ana,Madeup,kay\n"
        "Z1,2026-01-07,Zoë,Madeup,kay\n",
    )
    site.at("2026-02-11T12:00:00Z")
    site.start()
    return site


def test_who_came_is_ticked_by_keys_and_by_touch_and_undone(harbour: Site, chromium: Browser) -> None:
    try:
        for width in WIDTHS:
            size = {"viewport": {"width": width, "height": 800}}
            desk = chromium.new_context(base_url=harbour.address, **size).new_page()  # type: ignore[arg-type]
            by_keys(opened(desk))
            tablet = chromium.new_context(base_url=harbour.address, has_touch=True, is_mobile=True, **size)  # type: ignore[arg-type]
            by_touch(opened(tablet.new_page()))
    except BaseException:
        print(harbour.logs())
        raise


def opened(page: Page) -> Page:
    """The sheet, by way of the group's page."""
    page.set_default_timeout(15_000)
    kay_signs_in(page)
    page.goto("/harbour/groups/?q=lantern")
    page.get_by_role("link", name="Lantern Street", exact=True).click()
    page.get_by_role("link", name="Who came").click()
    expect(page.get_by_text("Tuesday 10 February 2026.")).to_be_visible()
    # What is typed before the script listens finds nobody.
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{width} px wide"  # type: ignore[index]
    return page


def by_keys(page: Page) -> None:
    """Find Zoë by typing, tick her with the space bar, record with Enter, undo with Enter."""
    page.get_by_label("Find somebody").focus()
    page.keyboard.type("zoe")
    expect(page.get_by_role("row", name="Ana Madeup")).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="1 of 2 in sight")).to_be_visible()
    page.keyboard.press("Enter")
    # Her name, then her first box.
    for key in ("Tab", "Tab", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_label("Zoë Madeup, signed slip")).to_be_checked()
    page.get_by_role("button", name="Record who came").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("recorded for 1")).to_be_visible()
    expect(page.get_by_label("Zoë Madeup, signed slip: recorded by kay")).to_be_disabled()
    page.get_by_role("button", name="Undo: take 1 back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Taken back: 1.")).to_be_visible()


def by_touch(page: Page) -> None:
    """Two taps and one more: what is tapped is as large as a finger."""
    for name in ("Ana Madeup, signed slip", "Zoë Madeup, their word"):
        box = page.locator("label.tick", has_text=name)
        size = box.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 44
        box.tap()
    page.get_by_role("button", name="Record who came").tap()
    expect(page.get_by_text("recorded for 2")).to_be_visible()
    page.get_by_role("button", name="Undo: take 2 back").tap()
    expect(page.get_by_text("Taken back: 2.")).to_be_visible()
