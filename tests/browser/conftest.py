"""Chromium, and a site for it to visit."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bench.scratch import Databases
from tests.browser.site import Site, a_site

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; without it the stories are skipped, or fail where everything is required.

    For a file and no longer: while Playwright's loop runs, Django takes other tests of the process for asynchronous.
    """
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("Chromium is required: install Debian's package chromium")
        pytest.skip("Chromium is not on this machine: install Debian's package chromium")
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium has no sandbox of its own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path, databases: Databases) -> Iterator[Site]:
    """A site with empty tables, not started yet: a story first says what time it is."""
    with a_site(tmp_path, databases) as made:
        yield made
