"""The Register as keyworkers use it: by keys alone, by touch, two at one cell, and with a connection that breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bench.scratch import Databases
from scripts.thirty import SIZES, by_keyboard, by_touch, open_page, sign_in
from tests.browser.harbour import PASSWORD, Harbour
from tests.browser.site import Site, a_site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

WEDNESDAY = "2026-02-18T12:00:00Z"
MEETINGS = [
    {"slug": "lantern", "name": "Lantern Street", "day": 2, "time": "19:00", "location": "Lantern Hall"},
    {"slug": "quay", "name": "Quay Side", "day": 2, "time": "11:00", "location": "Quay"},
]
NAMES = ("Ana", "Ben", "Cara", "Dov", "Eve", "Finn", "Gus", "Hope")
STORED = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await caches.keys()).length, document.cookie.replace(/csrftoken=\\w+/, "").length]"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Site]:
    """Harbour Clinic on a Wednesday, with Kay and Lou, and eight clients who went to Lantern Street last Tuesday."""
    with a_site(tmp_path_factory.mktemp("register"), databases) as site:
        clinic = Harbour(site)
        for name in ("kay", "lou"):
            clinic.employs(name, "keyworker", "--first-name", name.capitalize())
        clinic.lists(MEETINGS)
        rows = "".join(f"{name[0]}1,2026-01-07,{name},Madeup,kay\n" for name in NAMES)
        clinic.takes_in("clients", f"reference,intake_on,first_name,last_name,keyworker\n{rows}")
        site.at(WEDNESDAY)
        went = "".join(f"{name[0]}1,2026-02-10,keyworker,lantern\n" for name in NAMES)
        clinic.takes_in("attendance", f"reference,attended_on,source,meeting\n{went}")
        site.start()
        yield site


@pytest.fixture(autouse=True)
def told(request: pytest.FixtureRequest, harbour: Site) -> Iterator[None]:
    """What the processes wrote, for when a story fails."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        print(harbour.logs())


def register(
    harbour: Site, chromium: Browser, how: str = "by keyboard", name: str = "kay", who: str = "all"
) -> Page:
    """Somebody's Register of last week, so that every day of it is over."""
    page = open_page(chromium, harbour.address, SIZES[how])
    page.set_default_timeout(15_000)
    sign_in(page, name, PASSWORD)
    page.goto(f"/harbour/register/?who={who}&week=2026-01-26")
    return page


def entries(page: Page, name: str, day: int) -> list[str]:
    """The meetings that stand in a day of a client's row."""
    cell = page.get_by_role("row", name=name).locator("td").nth(day - 1)
    return cell.locator("[name=take_back]").all_inner_texts()


def said(page: Page, words: str) -> None:
    expect(page.locator("#register-bar")).to_contain_text(words)


@pytest.mark.parametrize("how", SIZES)
def test_a_caseload_is_logged_with_three_keys_or_taps_a_client_at_most(
    harbour: Site, chromium: Browser, how: str
) -> None:
    page = register(harbour, chromium, how)
    counted = by_keyboard(page, len(NAMES)) if how == "by keyboard" else by_touch(page, len(NAMES))
    assert len(counted.presses) == len(NAMES)
    assert max(counted.presses) <= 3, counted
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[how][0]
    sizes = page.locator("#register button:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    least = 24 if how == "by keyboard" else 44
    assert [size for size in sizes if size[0] < least or size[1] < least] == []
    page.context.close()


def test_everything_on_the_page_is_done_with_keys_alone(harbour: Site, chromium: Browser) -> None:
    page = register(harbour, chromium)
    press = page.keyboard.press
    expect(page.locator("#register")).to_have_attribute("role", "grid")
    assert page.locator('#register tbody [tabindex="0"]').count() == 1, "one stop for Tab"
    page.get_by_role("row", name="Ana").locator("td").nth(0).focus()
    press("ArrowRight")
    said(page, "Enter records Lantern Street.")
    press("Enter")
    said(page, "Ana Madeup, 27 January 2026: recorded at Lantern Street.")
    said(page, "Keyworker (Kay), 18 Feb at 12:00. Delete takes it back.")
    assert entries(page, "Ana", 2) == ["Lantern Street"]
    press("Space")
    said(page, "Lantern Street is recorded already. Delete takes it back.")
    press("Delete")
    said(page, "Ana Madeup, 27 January 2026: taken back.")
    press("Control+z")
    said(page, "Ana Madeup, 27 January 2026: put back.")

    press("ArrowDown")
    press("q")
    expect(page.get_by_role("dialog", name="Ben Madeup: which meeting?")).to_be_visible()
    expect(page.locator("#register-pick-list [aria-selected=true]")).to_contain_text("Quay Side")
    assert Axe().run(page).response["violations"] == []
    press("Escape")
    said(page, "Enter records Lantern Street.")
    press("q")
    press("u")
    press("Enter")
    said(page, "Ben Madeup, 27 January 2026: recorded at Quay Side.")

    press("PageDown")
    press("0")
    said(page, "Hope Madeup: did not go in the week of 26 January 2026.")
    week = page.get_by_role("row", name="Hope").locator("td").last
    expect(week.locator("strong")).to_have_text("Did not go")
    press("End")
    said(page, "Keyworker (Kay), 18 Feb at 12:00. Delete takes it back.")
    press("Backspace")
    said(page, "Hope Madeup: “did not go” taken back.")
    press("Control+Home")
    expect(page.get_by_role("link", name="Ana Madeup")).to_be_focused()
    press("?")
    expect(page.get_by_role("dialog", name="Keys on the Register")).to_be_visible()
    press("Escape")
    for undone in ("did not go in the week", "taken back", "taken back"):
        press("Control+z")
        said(page, undone)
    assert Axe().run(page).response["violations"] == []
    page.context.close()


def test_two_at_one_cell_see_each_other_and_nothing_is_doubled(harbour: Site, chromium: Browser) -> None:
    kay = register(harbour, chromium)
    lou = register(harbour, chromium, name="lou")
    monday = 'td:nth-child(2) [name="went_on"]'
    tuesday = 'td:nth-child(3) [name="went_on"]'
    lou.get_by_role("row", name="Cara").locator(tuesday).click()
    said(lou, "Cara Madeup, 27 January 2026: recorded at Lantern Street.")
    # Kay's page is of before.
    kay.get_by_role("row", name="Cara").locator(tuesday).click()
    said(kay, "recorded already at Lantern Street. Lou recorded Lantern Street just now.")
    assert entries(kay, "Cara", 2) == ["Lantern Street"]

    lou.get_by_role("row", name="Dov").get_by_role("button", name="Another meeting").click()
    lou.get_by_label("Day", exact=True).select_option("2026-01-27")
    lou.get_by_label("Meeting, place or town").fill("quay")
    lou.get_by_role("option", name="Quay Side").click()
    said(lou, "Dov Madeup, 27 January 2026: recorded at Quay Side.")
    kay.get_by_role("row", name="Dov").locator(tuesday).click()
    said(kay, "Lou recorded Quay Side just now. Nothing was added")
    assert entries(kay, "Dov", 2) == ["Quay Side"]
    assert "Not recorded" in str(
        kay.get_by_role("row", name="Dov").locator("td").nth(1).get_attribute("data-says")
    )

    # What Lou goes on recording comes to Kay's page without a press of hers.
    lou.get_by_role("row", name="Eve").locator(monday).click()
    said(lou, "Eve Madeup, 26 January 2026: recorded.")
    kay.wait_for_timeout(2100)
    kay.evaluate("window.dispatchEvent(new Event('focus'))")
    said(kay, "Eve Madeup: Went. Keyworker (Lou), 18 Feb at 12:00.")
    assert entries(kay, "Eve", 1) == ["Went"]
    kay.reload()
    assert [entries(kay, name, 2) for name in ("Cara", "Dov")] == [["Lantern Street"], ["Quay Side"]]
    for page in (kay, lou):
        page.context.close()


def test_what_is_pressed_without_a_connection_is_kept_in_the_page_and_sent_once(
    harbour: Site, chromium: Browser
) -> None:
    page = register(harbour, chromium)
    page.get_by_role("row", name="Finn").locator("td").nth(1).focus()
    page.context.set_offline(True)
    for key in ("Enter", "ArrowDown", "Enter", "ArrowDown", "0"):
        page.keyboard.press(key)
    said(page, "Not saved yet: 3. There is no connection.")
    assert "Lantern Street: not saved yet" in str(
        page.get_by_role("row", name="Gus").locator("td").nth(1).get_attribute("data-says")
    )
    assert page.evaluate(STORED) == [0, 0, 0, 0, 0]
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Today", exact=True).click()
    wait_for(lambda: page.wait_for_timeout(100) is None and asked == ["beforeunload"], "the browser to ask")

    # The first answer is lost on its way: what the site has written already is sent once more.
    lost: list[str] = []

    def lose(route: object) -> None:
        if lost:
            return route.continue_()  # type: ignore[attr-defined,no-any-return]
        lost.append(route.request.post_data)  # type: ignore[attr-defined]
        route.fetch()  # type: ignore[attr-defined]
        return route.abort()  # type: ignore[attr-defined,no-any-return]

    page.route("**/register/*/", lose)
    page.context.set_offline(False)
    said(page, "Everything is saved now.")
    assert len(lost) == 1

    # What may be written down already is not left out, it is taken back: once it is known what stands there.
    for key, column, day in (("Delete", 3, 28), ("Control+z", 4, 29)):
        lost.clear()
        page.get_by_role("row", name="Gus").locator("td").nth(column - 1).focus()
        page.keyboard.press("Enter")
        wait_for(lambda: page.wait_for_timeout(50) is None and len(lost) == 1, "the answer to be lost")
        page.keyboard.press(key)
        said(page, f"Gus Madeup, {day} January 2026: taken back.")
        assert entries(page, "Gus", column) == []
    page.unroute("**/register/*/")
    page.reload()
    assert [entries(page, name, 2) for name in ("Finn", "Gus")] == [["Lantern Street"]] * 2
    expect(page.get_by_role("row", name="Hope").locator("strong")).to_have_text("Did not go")

    # Signed out meanwhile, as after twelve hours: another tab of the same browser signs in again.
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("row", name="Finn").locator("td").nth(2).focus()
    page.keyboard.press("Enter")
    said(page, "Not saved yet: 1. You have been signed out.")
    tab = page.context.new_page()
    sign_in(tab, "lou", PASSWORD)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    said(page, "Somebody else has signed in since.")
    page.context.clear_cookies(name="sessionid")
    sign_in(tab, "kay", PASSWORD)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    said(page, "Everything is saved now.")
    page.reload()
    assert entries(page, "Finn", 3) == ["Went"]
    page.context.close()


def test_without_the_script_every_press_is_a_form(harbour: Site, chromium: Browser) -> None:
    context = chromium.new_context(base_url=harbour.address, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("kay")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/harbour/register/?who=all&week=2026-02-02&q=ana")
    row = page.get_by_role("row", name="Ana")
    row.get_by_role("button", name="Ana Madeup went on Tuesday 3 February").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Ana Madeup, 3 February 2026: recorded at Lantern Street."
    )
    row.get_by_role("textbox").or_(row.get_by_role("combobox")).fill("quay")
    row.get_by_role("button", name="went on Tuesday 3 February").click()
    expect(page.get_by_role("status")).to_contain_text("recorded at Quay Side.")
    row.get_by_role("button", name="Quay Side on Tuesday 3 February: take back").click()
    page.get_by_role("button", name="Undo: put Quay Side on Tuesday 3 February back").click()
    expect(page.get_by_role("status")).to_contain_text("Ana Madeup, 3 February 2026: put back.")
    assert "q=ana" in page.url
    context.close()
