"""Kay takes spreadsheets in: by keyboard, by touch and without script; a long one though its worker is killed."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site, wait_for
from tests.browser.test_main_story import kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

CLIENTS = 60
DAYS = 50
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TABLET = {"viewport": {"width": 768, "height": 1024}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic with Kay and sixty clients since 7 January 2026; it is 1 March."""
    clinic = Harbour(site)
    clinic.employs("kay", "keyworker")
    rows = "".join(f"C{number:02},2026-01-07,kay\n" for number in range(CLIENTS))
    clinic.takes_in("clients", f"reference,intake_on,keyworker\n{rows}")
    site.at("2026-03-01T12:00:00Z")
    site.start()
    return site


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """As Excel of another country writes it: five meetings of which two could be on another day, and a mistake."""
    path = tmp_path / "février.csv"
    days = ["03/02/2026", "04/02/2026", "05/02/2026", "06/02/2026", "07/02/2026"]
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Client ref", "Date", "Remarks"])
        writer.writerows([f"C{number:02}", day, "café"] for number, day in enumerate(days))
        writer.writerow(["Z9", "03/02/2026", ""])
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Three thousand meetings."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reference", "attended_on", "source"])
        writer.writerows(
            [f"C{number:02}", str(date(2026, 1, 8) + timedelta(days=day)), "slip"]
            for number in range(CLIENTS)
            for day in range(DAYS)
        )
    return path


class Hand:
    """How somebody moves about: a mouse, a finger, or the keyboard alone."""

    def __init__(self, page: Page, how: str) -> None:
        self.page, self.how = page, how

    def presses(self, what: Locator) -> None:
        if self.how == "touch":
            what.tap()
        elif self.how == "keyboard":
            self._comes_to(what)
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def ticks(self, what: Locator) -> None:
        if self.how != "keyboard":
            what.check()
            return
        # Where something is wrong the page takes the focus there as it opens.
        self.page.wait_for_load_state()
        # The arrows go through a group that Tab enters at its first.
        what.focus()
        self.page.keyboard.press("Space")
        expect(what).to_be_checked()

    def chooses(self, select: Locator, word: str) -> None:
        if self.how != "keyboard":
            select.select_option(label=word)
            return
        self._comes_to(select)
        self.page.keyboard.type(word)
        expect(select.locator("option:checked")).to_have_text(word)

    def _comes_to(self, what: Locator) -> None:
        """By Tab alone; fails where it is not to be reached so."""
        for _ in range(80):
            if what.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} cannot be reached by the keyboard")


@pytest.mark.parametrize(
    ("size", "how"),
    [
        (PHONE, "touch"),
        (TABLET, "touch"),
        (DESK, "keyboard"),
        (DESK | {"java_script_enabled": False}, "mouse"),
    ],
    ids=["phone", "tablet", "keyboard", "without script"],
)
def test_a_spreadsheet_is_sent_matched_looked_at_taken_in_and_taken_back(
    harbour: Site, chromium: Browser, short: Path, size: dict[str, Any], how: str
) -> None:
    page = chromium.new_context(base_url=harbour.address, **size).new_page()
    page.set_default_timeout(30_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        the_story(page, Hand(page, how), short)
    except BaseException:
        print(harbour.logs())
        raise
    assert complaints == []


def the_story(page: Page, hand: Hand, short: Path) -> None:
    kay_signs_in(page)
    page.goto("/harbour/clients/")
    hand.presses(page.get_by_role("link", name="Take a spreadsheet in"))
    page.get_by_role("heading", name="None yet").wait_for()
    hand.ticks(page.get_by_label("Attendance"))
    page.locator("input[type=file]").set_input_files(short)
    hand.presses(page.get_by_role("button", name="Send it"))

    expect(page.get_by_role("heading", name="What is in its columns?")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Windows-1252, with semicolons")
    expect(page.get_by_label("Client ref").locator("option:checked")).to_contain_text("Reference")
    check = page.get_by_role("button", name="Check it and show what would change")
    hand.presses(check)
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Say which source every row has")
    hand.chooses(page.get_by_label("Source of every row"), "Slip")
    hand.presses(check)
    expect(summary).to_contain_text("Say how the days are written.")
    hand.ticks(page.get_by_label("Day first: 07/01/2026 is 7 January"))
    hand.presses(check)

    expect(page.get_by_role("heading", name="What it would change")).to_be_visible()
    expect(page.locator(".sheet-counts")).to_contain_text(re.compile(r"Added\s*5"))
    expect(page.locator("#rejected")).to_contain_text("There is no client 'Z9' in this clinic.")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download() as fetched:
        hand.presses(page.get_by_role("button", name="Download the rejected rows"))
    assert "Z9,03/02/2026,," in fetched.value.path().read_text(encoding="utf-8-sig")

    hand.presses(page.get_by_role("button", name="Take it in"))
    expect(page.get_by_role("heading", name="Taken in", exact=True)).to_be_visible()
    hand.presses(page.get_by_role("link", name="Take it back"))
    hand.presses(page.get_by_role("button", name="Take it back"))
    expect(page.get_by_role("heading", name="Taken back", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("5 of its changes were taken back")


def test_a_long_one_shows_how_far_it_is_and_goes_on_though_its_worker_was_killed(
    harbour: Site, chromium: Browser, long: Path
) -> None:
    page = chromium.new_context(base_url=harbour.address, **DESK).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    try:
        the_long_story(harbour, page, long)
    except BaseException:
        print(harbour.logs())
        raise
    rows = harbour.manage("import_csv", "attendance", str(long), "--clinic", "harbour")
    assert rows == {"read": 3000, "added": 0, "changed": 0, "already": 3000, "rejected": 0}


def the_long_story(harbour: Site, page: Page, long: Path) -> None:
    kay_signs_in(page)
    page.goto("/harbour/spreadsheets/")
    page.get_by_label("Attendance").check()
    page.locator("input[type=file]").set_input_files(long)
    page.get_by_role("button", name="Send it").click()
    harbour.kill_worker()
    page.get_by_role("button", name="Check it and show what would change").click()
    expect(page.get_by_role("heading", name="Checking the rows")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    # Nobody works, and after a while that is said.
    harbour.at("2026-03-01T12:03:00Z")
    expect(page.locator(".alert-warning")).to_contain_text("Nothing has happened for more than two minutes.")
    harbour.start_worker()
    expect(page.get_by_role("heading", name="What it would change")).to_be_visible(timeout=60_000)
    expect(page.locator(".sheet-counts")).to_contain_text("3000")

    page.get_by_role("button", name="Take it in").click()
    begun = page.locator(".sheet-progress")
    wait_for(lambda: begun.count() == 0 or "1" in begun.inner_text()[:1], "some rows to be taken in")
    harbour.kill_worker()
    harbour.start_worker()
    expect(page.get_by_role("heading", name="Taken in", exact=True)).to_be_visible(timeout=60_000)
