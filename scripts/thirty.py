# ruff: noqa: T201
"""`make thirty`: thirty clients logged through the Register in Chromium, by keyboard and by touch, counted and timed.

At a site that runs, such as the demonstration's: PORT=8000 where it answers, or ADDRESS= in full; NAME= and PASSWORD=
of a keyworker, the demonstration's amara unless told otherwise; CLIENTS=30 how many. What is counted is what the
browser was given: each key that went down, each finger. Everything is undone in the end, by Ctrl+Z or the button Undo.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Browser, Locator, Page, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"by keyboard": (1280, 800), "by touch, tablet": (768, 1024), "by touch, phone": (360, 740)}
MOST = 3
PATIENCE = 30_000
COUNT = """() => {
    window.pressed = 0;
    const count = (event) => { if (event.isTrusted && !["Control", "Shift"].includes(event.key)) window.pressed += 1; };
    window.addEventListener("keydown", count, true);
    window.addEventListener("pointerdown", count, true);
}"""


@dataclass(frozen=True)
class Counted:
    """How many clients were logged, and what it took: keys or taps for each, seconds until the last was saved."""

    how: str
    presses: list[int]
    seconds: float

    def __str__(self) -> str:
        each = sum(self.presses) / len(self.presses)
        return (
            f"{self.how:<18} {len(self.presses)} clients, {sum(self.presses)} keys or taps: {each:.1f} a client, "
            f"{max(self.presses)} at most; all saved after {self.seconds:.1f} s"
        )


def by_keyboard(page: Page, clients: int) -> Counted:
    """Log clients with two keys each: one to go to the next, one for the day on which they went."""
    page.locator('#register tbody [tabindex="0"]').focus()
    page.keyboard.press("PageUp")

    def log(row: Locator, day: int) -> None:
        while row.evaluate("row => !row.contains(document.activeElement)"):
            page.keyboard.press("ArrowDown")
        page.keyboard.press(str(day))

    return _counted("by keyboard", page, clients, log, lambda: page.keyboard.press("Control+z"))


def by_touch(page: Page, clients: int, how: str = "by touch") -> Counted:
    """Log clients with a tap each, on the day on which they went."""

    def log(row: Locator, day: int) -> None:
        row.locator("td").nth(day - 1).locator("[name=went_on]").tap()

    return _counted(how, page, clients, log, page.locator("#register-undo").tap)


def _counted(
    how: str, page: Page, clients: int, log: Callable[[Locator, int], None], undo: Callable[[], None]
) -> Counted:
    """Log each of the first clients who have a day in sight that is still empty; then take it all back."""
    page.evaluate(COUNT)
    before = page.locator("[name=take_back]").count()
    presses: list[int] = []
    began = time.monotonic()
    for row in page.locator("#register tbody tr").all():
        day = _day(row)
        if day is None or len(presses) == clients:
            continue
        log(row, day)
        presses.append(page.evaluate("() => { const n = window.pressed; window.pressed = 0; return n; }"))
    _saved(page, before + len(presses))
    seconds = time.monotonic() - began
    for _ in presses:
        undo()
    _saved(page, before)
    return Counted(how, presses, seconds)


def _day(row: Locator) -> int | None:
    """The first day in sight on which a meeting stands that they usually go to, else any that is empty; or None."""
    days: list[list[int]] = row.evaluate("""row => {
        const open = [...row.cells].filter((cell) => cell.offsetParent && cell.querySelector("[name=went_on]")
            && !cell.querySelector("[name=take_back]"));
        const usual = open.filter((cell) => cell.querySelector("[name=went_on]").textContent);
        return [usual, open].map((cells) => cells.map((cell) => cell.cellIndex));
    }""")
    usual, empty = days
    return next(iter(usual or empty), None)


def _saved(page: Page, entries: int) -> None:
    """Wait until so many meetings stand on the page, and none is on its way."""
    page.wait_for_function(
        """entries => document.querySelectorAll("[name=take_back]").length === entries
            && !document.querySelector("[data-mark=sending], [data-mark=waiting]")""",
        arg=entries,
        timeout=PATIENCE,
    )


def sign_in(page: Page, name: str, password: str) -> str:
    """Sign in; the address of the clinic that comes first."""
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today/**")
    return page.url.partition("/today/")[0]


def open_page(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    """A page in a window of that size; below a laptop's, fingers are used."""
    width, height = size
    fingers = width < 1024
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="en-GB",
        has_touch=fingers,
        is_mobile=fingers,
    )
    return context.new_page()


def main() -> int:
    """Log everybody in each way, and print what it took; 1 where somebody took more keys or taps than promised."""
    address = os.environ.get("ADDRESS") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    name, password = os.environ.get("NAME") or "amara", os.environ.get("PASSWORD") or "harbour-demo-2026"
    clients = int(os.environ.get("CLIENTS") or 30)
    chromium = next((found for one in CHROMIUM if (found := shutil.which(one))), None)
    if chromium is None:
        print(
            "make thirty: Chromium is not on this machine: install Debian's package chromium", file=sys.stderr
        )
        return 2
    most = 0
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for how, size in SIZES.items():
            page = open_page(browser, address, size)
            clinic = sign_in(page, name, password)
            last_week = date.today() - timedelta(days=7)  # noqa: DTZ011 (the week is only to be over)
            page.goto(f"{clinic}/register/?who=all&week={last_week}")
            counted = by_keyboard(page, clients) if how == "by keyboard" else by_touch(page, clients, how)
            most = max(most, *counted.presses)
            print(counted, flush=True)
            page.context.close()
        browser.close()
    return 0 if most <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
