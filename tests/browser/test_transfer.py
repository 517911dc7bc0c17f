"""Kay offers Ana to the other clinic of the organisation, where Hana takes her over: by keyboard, and by touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import PASSWORD, ZONE, Harbour
from tests.browser.site import Site
from tests.browser.test_hand_over_and_merge import Press, by_keyboard, chooses, tap

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

ORGANISATION = ("--organisation", "Waterside")


@pytest.fixture
def two_clinics(site: Site) -> Site:
    """Harbour Clinic with Kay and her clients Ana and Ben, and Meadow Clinic of the same organisation with Hana."""
    clinic = Harbour(site, *ORGANISATION)
    clinic.employs("kay", "keyworker")
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,date_of_birth,keyworker\n"
        "A1,2026-01-07,Ana,Madeup,1990-05-06,kay\n"
        "B1,2026-01-07,Ben,Madeup,1988-02-03,kay\n",
    )
    site.at("2026-02-15T12:00:00Z")
    clinic.takes_in("attendance", "reference,attended_on,source\nA1,2026-01-20,slip\nB1,2026-01-20,slip\n")
    site.manage("create_clinic", "meadow", "--name", "Meadow Clinic", *ZONE, *ORGANISATION)
    hana = ("create_staff", "hana", "--clinic", "meadow", "--role", "keyworker", "--password-stdin")
    site.manage(*hana, stdin=PASSWORD)
    site.start()
    return site


def test_from_the_offer_to_the_caseload_there(two_clinics: Site, chromium: Browser) -> None:
    try:
        kay, hana = (signs_in(two_clinics, chromium, name) for name in ("kay", "hana"))
        the_story(kay, hana, by_keyboard, "Ana Madeup")
        kay, hana = (on_a_phone(chromium, page, two_clinics) for page in (kay, hana))
        the_story(kay, hana, tap, "Ben Madeup")
    except BaseException:
        print(two_clinics.logs())
        raise


def signs_in(site: Site, chromium: Browser, name: str) -> Page:
    """Somebody at a window of their own."""
    context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def on_a_phone(chromium: Browser, page: Page, site: Site) -> Page:
    """The same person, signed in already, at a small window that is touched."""
    state = page.context.storage_state()
    page.context.close()
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 360, "height": 740}, has_touch=True, storage_state=state
    )
    phone = context.new_page()
    phone.set_default_timeout(15_000)
    return phone


def the_story(kay: Page, hana: Page, press: Press, client: str) -> None:
    kay_offers(kay, press, client)
    hana_takes_over(hana, press, client)
    kay_reads_where_they_went(kay, client)


def kay_offers(page: Page, press: Press, client: str) -> None:
    page.goto(f"/harbour/clients/?q={client.partition(' ')[0]}")
    press(page.get_by_role("link", name=client))
    press(page.get_by_role("link", name="Transfer to another clinic"))
    expect(page.get_by_role("heading", name=f"Transfer to another clinic: {client}")).to_be_focused()
    chooses(page, press, "To", "Meadow Clinic")
    page.get_by_label("Agreed on").fill("2026-02-15")
    page.get_by_role("textbox", name="How").fill("signed form")
    press(page.get_by_role("checkbox", name="The client heard or read the wording below"))
    press(page.get_by_role("button", name="Ask them to take over"))
    page.get_by_role("status").get_by_text(f"Meadow Clinic is asked to take {client} over").wait_for()


def hana_takes_over(page: Page, press: Press, client: str) -> None:
    first_name = client.partition(" ")[0]
    page.goto("/meadow/today/")
    press(page.get_by_role("link", name="See who"))
    press(page.get_by_role("link", name=f"{first_name} from Harbour Clinic"))
    page.get_by_role("heading", name="What the client agreed to").wait_for()
    expect(page.get_by_text("Madeup")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Keyworker").locator("option:checked")).to_have_text("hana")
    page.get_by_label("Reference here").fill(f"M-{first_name}")
    press(page.get_by_role("button", name="Take over"))
    page.get_by_role("heading", name=client).wait_for()
    expect(page.get_by_text("Taken over from Harbour Clinic on 15 February 2026.")).to_be_visible()
    went = page.get_by_role("listitem").filter(has_text="Went to a meeting")
    expect(went).to_contain_text(["Tue 20 January 2026· Signed slip"])
    page.goto("/meadow/clients/?who=mine")
    expect(page.get_by_role("link", name=client)).to_be_visible()


def kay_reads_where_they_went(page: Page, client: str) -> None:
    page.reload()
    expect(page.get_by_role("heading", name=client)).to_be_visible()
    expect(
        page.get_by_text("Taken over by Meadow Clinic on 15 February 2026: they go on there")
    ).to_be_visible()
    told = page.get_by_role("listitem").filter(has_text="With the client's consent of 15 February 2026.")
    expect(told).to_contain_text(["Taken over by Meadow Clinic"])
