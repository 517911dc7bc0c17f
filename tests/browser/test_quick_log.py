"""The quick log in Chromium: by keyboard alone from any page, and by touch at three widths."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site
from tests.browser.test_main_story import kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

OPTION = "#quick-found [role=option]"
SIZES = [(360, 740), (768, 1024), (1280, 800)]


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic on Sunday 15 February 2026, with Kay, her clients Ana and Bén, and somebody else's Hannah."""
    clinic = Harbour(site)
    clinic.employs("kay", "keyworker")
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,keyworker\n"
        "A1,2026-01-07,Ana,Madeup,kay\n"
        "B1,2026-01-07,Bén,Madeup,kay\n"
        "H1,2026-01-07,Hannah,Else,\n",
    )
    site.at("2026-02-15T12:00:00Z")
    site.start()
    return site


def test_from_anywhere_a_client_is_found_and_logged_by_keyboard_and_by_touch(
    harbour: Site, chromium: Browser
) -> None:
    try:
        desk = kay_at_a_desk(harbour, chromium)
        by_keyboard_alone(desk)
        keys_do_not_fire_where_somebody_types(desk)
        one_key_on_the_clients_page(desk)
        nothing_is_wrong_with_the_dialog(harbour, chromium)
        for size in SIZES:
            by_touch(harbour, chromium, size)
        without_single_keys(desk)
    except BaseException:
        print(harbour.logs())
        raise
    expect(desk.locator("#quick")).to_be_hidden()


def kay_at_a_desk(harbour: Site, chromium: Browser, **more: object) -> Page:
    page = chromium.new_context(base_url=harbour.address, **more).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    kay_signs_in(page)
    return page


def is_opened(desk: Page, name: str) -> None:
    """The client stands in the dialog, and a screen reader says who it is."""
    expect(desk.locator("#quick-who")).to_have_text(name)
    expect(desk.locator("#quick-who")).to_be_focused()


def by_keyboard_alone(desk: Page) -> None:
    """From three pages; in four keys beside the name: / Enter, one that logs, and Escape."""
    logged = {"today": "l", "register": "y", "groups": "d"}
    said = {
        "today": "Bén Madeup, 15 February 2026: recorded.",
        "register": "Bén Madeup, 14 February 2026: recorded.",
        "groups": "Bén Madeup: did not go in the week of 2 February 2026.",
    }
    for name, key in logged.items():
        desk.goto(f"/harbour/{name}/")
        desk.keyboard.press("/")
        expect(desk.locator("#quick-q")).to_be_focused()
        desk.keyboard.type("ben")
        desk.keyboard.press("Enter")
        is_opened(desk, "Bén Madeup")
        desk.keyboard.press(key)
        expect(desk.locator("#quick-told")).to_contain_text(said[name])
        expect(desk.locator("#quick-q")).to_be_focused()
        expect(desk.locator("#quick-q")).to_have_value("")
        with desk.expect_navigation():
            desk.keyboard.press("Escape")
        expect(desk.locator("#quick")).to_be_hidden()
    arrows_choose(desk)
    undone_by_keyboard(desk)


def arrows_choose(desk: Page) -> None:
    """Her own clients first; what is chosen is said to a screen reader as well."""
    desk.keyboard.press("/")
    box = desk.locator("#quick-q")
    desk.keyboard.type("an")
    options = desk.locator(OPTION)
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text("Ana Madeup")
    expect(desk.locator("#quick-number")).to_have_text("2 clients found")
    desk.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(1).get_attribute("id")
    assert box.get_attribute("aria-activedescendant") == chosen
    desk.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    is_opened(desk, "Hannah Else")
    with desk.expect_navigation():
        desk.keyboard.press("o")
    expect(desk.get_by_role("heading", level=1, name="Hannah Else")).to_be_visible()


def undone_by_keyboard(desk: Page) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("ana")
    desk.keyboard.press("Enter")
    is_opened(desk, "Ana Madeup")
    desk.keyboard.press("l")
    told = desk.locator("#quick-told")
    expect(told).to_contain_text("Ana Madeup, 15 February 2026: recorded.")
    expect(desk.locator("#quick-q")).to_be_focused()
    desk.keyboard.press("Control+z")
    expect(told).to_contain_text("Taken back: Ana Madeup, 15 February 2026.")
    with desk.expect_navigation():
        desk.keyboard.press("Escape")


def keys_do_not_fire_where_somebody_types(desk: Page) -> None:
    """Nor with a key that is the browser's; and what is typed behind the dialog is not lost for a fresh page."""
    desk.goto("/harbour/clients/")
    field = desk.get_by_label("Name or reference").first
    field.click()
    desk.keyboard.type("/l")
    expect(field).to_have_value("/l")
    expect(desk.locator("#quick")).to_be_hidden()
    field.blur()
    for key in ("Control+/", "Alt+/"):
        desk.keyboard.press(key)
        expect(desk.locator("#quick")).to_be_hidden()
    desk.keyboard.press("/")
    desk.keyboard.type("hannah")
    desk.keyboard.press("Enter")
    is_opened(desk, "Hannah Else")
    desk.keyboard.press("l")
    expect(desk.locator("#quick-told")).to_contain_text("recorded.")
    desk.keyboard.press("Escape")
    expect(desk.locator("#quick")).to_be_hidden()
    expect(field).to_have_value("/l")


def one_key_on_the_clients_page(desk: Page) -> None:
    desk.goto("/harbour/clients/")
    with desk.expect_navigation():
        desk.get_by_role("link", name="Ana Madeup").click()
    expect(desk.get_by_role("heading", name="Week by week")).to_be_visible()
    for key, title in (("n", "Write a note"), ("d", "Did not go"), ("l", "Log a meeting")):
        desk.keyboard.press(key)
        expect(desk.get_by_role("heading", name=f"{title}: Ana Madeup")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Log it").press("Enter")
    expect(desk.get_by_role("status").first).to_contain_text("Recorded: Ana Madeup went on 15 February 2026.")
    desk.keyboard.press("u")
    expect(desk.get_by_role("status").first).to_contain_text("Taken back: Ana Madeup, 15 February 2026.")


def nothing_is_wrong_with_the_dialog(harbour: Site, chromium: Browser) -> None:
    for scheme in ("light", "dark"):
        page = kay_at_a_desk(
            harbour, chromium, bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 740}
        )
        page.locator("#quick-open").click()
        page.locator(OPTION).first.wait_for()
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Went today").wait_for()
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.context.close()


def by_touch(harbour: Site, chromium: Browser, size: tuple[int, int]) -> None:
    """Three taps: find, whom, what; and a fourth takes it back. Each is as large as a finger."""
    width, height = size
    page = kay_at_a_desk(
        harbour, chromium, viewport={"width": width, "height": height}, has_touch=True, is_mobile=width < 1000
    )
    for name in ("today", "register", "groups"):
        page.goto(f"/harbour/{name}/")
        finger(page, "#quick-open")
        page.locator(OPTION, has_text="Hannah Else").tap()
        finger(page, "[data-quick-key=y]")
        told = page.locator("#quick-told")
        expect(told).to_contain_text("Hannah Else, 14 February 2026: recorded.")
        finger(page, "#quick-told button")
        expect(told).to_contain_text("Taken back: Hannah Else, 14 February 2026.")
        with page.expect_navigation():
            finger(page, "#quick-close")
        expect(page.locator("#quick")).to_be_hidden()
    page.context.close()


def finger(page: Page, what: str) -> None:
    """Tap something that a finger can hit."""
    spot = page.locator(what)
    expect(spot).to_be_visible()
    box = spot.bounding_box()
    assert box is not None
    assert box["width"] >= 44 and box["height"] >= 44, (what, box)
    spot.tap()


def without_single_keys(desk: Page) -> None:
    """Whoever speaks to their computer turns them off; the buttons go on."""
    desk.goto("/harbour/today/")
    desk.locator(".menu summary").click()
    desk.get_by_role("link", name="My settings").click()
    desk.get_by_role("button", name="Turn them off").click()
    expect(desk.get_by_role("status").first).to_contain_text("Single keys are off")
    desk.wait_for_load_state()
    desk.keyboard.press("/")
    expect(desk.locator("#quick")).to_be_hidden()
    desk.get_by_role("link", name="Find a client").click()
    desk.locator(OPTION, has_text="Ana Madeup").click()
    desk.keyboard.press("l")
    expect(desk.get_by_role("button", name="Went today")).to_be_visible()
    desk.get_by_role("button", name="Close").click()
