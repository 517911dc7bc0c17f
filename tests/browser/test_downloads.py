"""A list taken along and an interview recorded: on a telephone by touch, and at a desk by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site
from tests.browser.test_main_story import kay_signs_in
from tests.clinic.exports.files import read_csv, read_workbook

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
MANY = 60


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic with sixty clients of Kay's, taken in eight months ago; one is called as a formula begins."""
    names = ["=1+1", *(f"Client{number:02}" for number in range(1, MANY))]
    rows = [f"C{number},2026-01-07,{name},Madeup,kay" for number, name in enumerate(names)]
    site.at("2026-08-10T12:00:00Z")
    clinic = Harbour(site)
    clinic.employs("kay", "keyworker")
    clinic.takes_in(
        "clients", "reference,intake_on,first_name,last_name,keyworker\n" + "\n".join(rows) + "\n"
    )
    site.start()
    return site


def test_a_list_is_taken_along_and_an_interview_recorded(harbour: Site, chromium: Browser) -> None:
    try:
        kay_takes_her_clients_along_by_touch(a_page(harbour, chromium, PHONE))
        desk = a_page(harbour, chromium, DESK)
        kay_takes_today_along_by_keyboard(desk)
        kay_records_an_interview_by_keyboard(desk)
    except BaseException:
        print(harbour.logs())
        raise


def a_page(harbour: Site, chromium: Browser, window: dict[str, Any]) -> Page:
    page = chromium.new_context(base_url=harbour.address, **window).new_page()
    page.set_default_timeout(15_000)
    kay_signs_in(page)
    return page


def kay_takes_her_clients_along_by_touch(page: Page) -> None:
    page.goto("/harbour/clients/?standing=not_started")
    names = page.locator(".person-name")
    expect(names).to_have_count(50)
    link = page.get_by_role("link", name="CSV of the clients")
    box = link.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with page.expect_download() as started:
        link.tap()
    taken = started.value
    assert taken.suggested_filename == "clients_harbour_2026-08-10_confidential.csv"
    file = read_csv(Path(taken.path()).read_bytes())
    assert file.column("Client")[:50] == ["'=1+1 Madeup", *names.all_inner_texts()[1:]]
    assert len(file.rows) == MANY
    # The page stays as it was: nobody has to find the way back.
    expect(names).to_have_count(50)


def kay_takes_today_along_by_keyboard(page: Page) -> None:
    page.goto("/harbour/today/?page=2")
    link = page.get_by_role("link", name="Excel of the clients of Today")
    link.focus()
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    taken = started.value
    assert taken.suggested_filename == "today_harbour_2026-08-10_confidential.xlsx"
    file = read_workbook(Path(taken.path()).read_bytes())
    assert len(file.rows) == file.about["Rows"] == MANY
    assert "=1+1 Madeup" in file.column("Client")
    assert {when.date().isoformat() for when in file.column("Interview until")} == {"2026-10-07"}


def kay_records_an_interview_by_keyboard(page: Page) -> None:
    page.goto("/harbour/today/")
    row = page.locator(".person-row", has_text="Client01 Madeup")
    expect(row.get_by_text("It falls 8 months after intake, on 7 September 2026")).to_be_visible()
    row.get_by_role("link", name="Record the interview").focus()
    page.keyboard.press("Enter")
    heading = row.get_by_role("heading", name="Record an interview: Client01 Madeup")
    expect(heading).to_be_focused()
    expect(row.get_by_label("Interview at")).to_have_value("8m")
    for name, word in (("Alcohol", "No"), ("Illegal drugs", "Not known"), ("Meetings", "Weekly or more")):
        group = row.get_by_role("group", name=name)
        group.get_by_role("radio", name=word, exact=True).focus()
        page.keyboard.press("Space")
        expect(group.get_by_role("radio", name=word, exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    said = "Recorded: Client01 Madeup's interview at 8 months, held on 10 August 2026."
    expect(page.get_by_role("status").get_by_text(said)).to_be_visible()
    expect(row.get_by_text("Interview due.")).to_have_count(0)
