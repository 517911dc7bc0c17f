"""An act opened on Today, by somebody who hears the page: the focus goes where the news is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site, wait_for
from tests.browser.test_main_story import kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic, with Kay and two clients who never came to a first meeting."""
    clinic = Harbour(site)
    clinic.employs("kay", "keyworker")
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,keyworker\n"
        "A1,2026-01-07,Ana,Madeup,kay\n"
        "B1,2026-01-07,Ben,Madeup,kay\n",
    )
    site.at("2026-02-15T12:00:00Z")
    site.start()
    return site


def test_the_focus_goes_to_the_heading_of_the_form_and_then_to_what_is_wrong_with_it(
    harbour: Site, chromium: Browser
) -> None:
    try:
        titles = kay_opens_two_forms_and_sends_them_empty(harbour, chromium)
    except BaseException:
        print(harbour.logs())
        raise
    assert len(titles) == len(set(titles)) == 2


def kay_opens_two_forms_and_sends_them_empty(harbour: Site, chromium: Browser) -> list[str]:
    """What the summaries of the two forms are called by, when both stand on Today."""
    page: Page = chromium.new_context(base_url=harbour.address).new_page()
    page.set_default_timeout(15_000)
    kay_signs_in(page)

    def both_wait() -> bool:
        page.goto("/harbour/today/")
        return page.locator(".person-row").count() == 2

    wait_for(both_wait, "both clients on Today")
    for name in ("Ana Madeup", "Ben Madeup"):
        row = page.locator(".person-row", has_text=name)
        row.get_by_role("link", name="Spoke to them").click()
        expect(row.get_by_role("heading", name=f"Spoke to them: {name}")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(row.locator(".error-summary")).to_be_focused()
    return [str(one.get_attribute("aria-labelledby")) for one in page.locator(".error-summary").all()]
