"""Mo, a manager, adds a list of meetings: the file is chosen, looked at and taken in, and they are found in Groups."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import PASSWORD, Harbour
from tests.browser.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

MARKED = "<b onclick=x>Bold</b> & <script>alert(1)</script>"


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic and its manager Mo; no list was ever read."""
    Harbour(site).employs("mo", "manager")
    site.start()
    return site


@pytest.fixture
def a_list(tmp_path: Path) -> tuple[Path, int, str]:
    """A list, how many meetings it has, and what one is called: a really published one where it is at hand."""
    folder = os.environ.get("MEETING_FEEDS_DIR")
    if folder and (real := Path(folder, "mg_edmonton_aa.json")).exists():
        records = json.loads(real.read_bytes())
        return real, len(records), records[0]["name"].strip()
    path = tmp_path / "leeds.json"
    records = [
        {"slug": f"m{number}", "name": f"Lantern {number}", "day": number % 7, "time": "19:00"}
        for number in range(120)
    ]
    path.write_text(json.dumps(records))
    return path, len(records), "Lantern 0"


def signs_in(page: Page) -> None:
    page.set_default_timeout(30_000)
    page.goto("/")
    page.get_by_label("Username").fill("mo")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def chooses(page: Page, path: Path, name: str) -> None:
    page.get_by_label("A file", exact=True).set_input_files(path)
    page.get_by_label("Fellowship").fill("Alcoholics Anonymous")
    page.get_by_label("Name of the list").fill(name)
    page.get_by_role("button", name="Read it and show what would change").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_list_is_uploaded_looked_at_taken_in_and_found(
    harbour: Site, chromium: Browser, a_list: tuple[Path, int, str], script: bool, tmp_path: Path
) -> None:
    try:
        complaints = the_story(harbour, chromium, a_list, script, tmp_path)
    except BaseException:
        print(harbour.logs())
        raise
    assert complaints == []


def the_story(
    harbour: Site, chromium: Browser, a_list: tuple[Path, int, str], script: bool, tmp_path: Path
) -> list[str]:
    """From the upload to Groups; what the browser complained of on the way: faults of scripts, and their dialogs."""
    path, count, first = a_list
    page = chromium.new_context(base_url=harbour.address, java_script_enabled=script).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    signs_in(page)

    page.get_by_role("link", name="Groups", exact=True).click()
    page.get_by_role("link", name="Add a list").click()
    no_list = tmp_path / "page.html"
    no_list.write_text("<!doctype html><title>Not found</title>")
    chooses(page, no_list, "town")
    expect(page.locator(".error-summary")).to_contain_text(
        "It is a web page or XML, and no list of meetings."
    )
    expect(page.get_by_label("Fellowship")).to_have_value("Alcoholics Anonymous")

    chooses(page, path, "town")
    expect(page.get_by_role("heading", name="What town would change")).to_be_visible()
    expect(page.get_by_role("heading", name=f"{count} meetings in the list")).to_be_visible()
    expect(page.locator("#added .count")).to_have_text(str(count))
    expect(page.locator("#added > .change-list > li")).to_have_count(50)
    page.get_by_text(f"Show {count - 50} more").click()
    expect(page.locator("#added details li").last).to_be_visible()

    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("status").get_by_text(f"“town” is taken in: {count} new.")).to_be_visible()
    expect(page.get_by_role("heading", name="town")).to_be_visible()
    page.get_by_role("link", name="Groups", exact=True).click()
    page.get_by_label("Name, place or day").fill(first)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".group-name", has_text=first).first).to_be_visible()

    hostile = tmp_path / "hostile.json"
    hostile.write_text(
        json.dumps([{"slug": "m", "name": MARKED, "day": 1, "time": "19:00", "types": [MARKED]}])
    )
    page.goto("/harbour/settings/feeds/new/")
    chooses(page, hostile, MARKED)
    expect(page.get_by_role("heading", name=f"What {MARKED} would change")).to_be_visible()
    assert page.locator("main b").count() == 0
    page.get_by_role("button", name="Put it aside").click()
    expect(page.get_by_role("status").get_by_text("is put aside, and nothing was changed.")).to_be_visible()
    return complaints


def test_a_large_file_shows_how_far_it_has_got(harbour: Site, chromium: Browser, tmp_path: Path) -> None:
    """The bar stands below the button from the press on; the sentence comes in the form, which keeps what was said."""
    large = tmp_path / "large.json"
    large.write_bytes(b"[" + bytes(60 * 2**20))
    page = chromium.new_context(base_url=harbour.address).new_page()
    signs_in(page)
    page.goto("/harbour/settings/feeds/new/")
    expect(page.get_by_role("progressbar")).to_be_hidden()
    page.evaluate(
        """() => {
            window.seen = [];
            const bar = document.querySelector('progress');
            document.addEventListener('htmx:xhr:progress', () => window.seen.push([bar.checkVisibility(), bar.value]));
        }"""
    )
    chooses(page, large, "town")
    expect(page.locator(".error-summary")).to_contain_text(
        "The file is larger than 50 MB. Nothing was changed."
    )
    expect(page.get_by_role("progressbar")).to_be_hidden()
    expect(page.get_by_label("Name of the list")).to_have_value("town")
    seen = page.evaluate("window.seen")
    assert all(visible for visible, _ in seen)
    assert any(0 < value < 1 for _, value in seen), seen
