"""Every page of the staff in a narrow window, by day and by night: nothing is wider than it, and axe finds no fault."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.harbour import Harbour
from tests.browser.site import Site, wait_for
from tests.browser.test_main_story import kay_signs_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochandmores"
MEETING = {
    **dict.fromkeys(("name", "group", "location", "formatted_address", "notes", "location_notes"), LONG),
    "slug": "long",
    "day": 2,
    "time": "19:00",
    "end_time": "20:30",
    "types": ["O", "X"],
    "conference_url": f"https://meet.example/{LONG}",
    "conference_phone": LONG,
    "region": LONG,
}
SUNDAY = "2026-02-15T12:00:00Z"
LISTS = [
    *(
        "today",
        "register",
        "clients",
        "groups",
        "messages",
        "contacts",
        "clients/new",
        "quick",
        "spreadsheets",
    ),
    *("waiting", "my-settings", "settings/patience"),
]
ACTS = [
    "log",
    "choose",
    "did_not_suit",
    "spoke",
    "not_now",
    "did_not_go",
    "pause",
    "void_pause",
    "phase",
    "close",
    "consent",
    "details",
    "note",
    "quick",
    "hand_back",
    "see_to",
    "interview",
    "hand_over",
    "transfer",
]


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic on a Sunday, with Kay and a client whose name is one word of 66 letters, who slips."""
    clinic = Harbour(site, "--crisis-numbers", "Ring 116 123", name=LONG)
    clinic.employs("kay", "keyworker")
    clinic.employs("kay", "manager")
    clinic.employs("rea", "keyworker")
    clinic.settles("--safeguarding-lead", "kay", "--sending", "on")
    clinic.lists([MEETING], "--feed", LONG)
    site.at(SUNDAY)
    clinic.takes_in(
        "clients",
        "reference,intake_on,first_name,last_name,keyworker,mobile,consent_sms,consent_on,consent_how\n"
        f"A1,2026-01-07,{LONG},{LONG},kay,07700 900123,yes,2026-01-07,form\n"
        "B1,2026-01-07,Ben,Madeup,kay,,,,\n"
        f"C1,2026-01-07,{LONG},{LONG},,07700 900123,,,\n",
    )
    site.start()
    return site


def test_nothing_is_wider_than_a_narrow_window_and_axe_finds_no_fault(
    harbour: Site, chromium: Browser
) -> None:
    try:
        faults = look_at_every_page(harbour, chromium)
    except BaseException:
        print(harbour.logs())
        raise
    assert faults == {}


def look_at_every_page(harbour: Site, chromium: Browser) -> dict[tuple[str, str], list[str]]:
    """What is wrong with each page, by colour scheme and address; none that is as it should be."""
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    # The pages' own policy keeps scripts out, and axe is one.
    opened = {"base_url": harbour.address, "bypass_csp": True}
    page = chromium.new_context(**opened, **phone).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    kay_signs_in(page)
    kay_writes_down_a_contact_of_a_long_name(page)

    def slips() -> bool:
        page.goto("/harbour/today/")
        return page.locator(".person-row").count() == 2

    wait_for(slips, "both clients on Today")
    page.locator(".person-name", has_text=LONG).get_by_role("link").click()
    page.get_by_role("heading", name="Week by week").wait_for()
    client = page.url.removeprefix(f"{harbour.address}/harbour/")
    page.goto("/harbour/groups/")
    page.get_by_role("link", name=LONG, exact=True).first.click()
    page.get_by_role("heading", name="Where").wait_for()
    group = page.url.removeprefix(f"{harbour.address}/harbour/")
    addresses = [f"{name}/" for name in LISTS] + [group, client, *(f"{client}{act}/" for act in ACTS)]
    addresses += kay_mends_a_meeting(page, group)
    addresses += [
        f"{client}meetings/",
        f"{client}meetings/?try=1&suits=secular&area={LONG}",
        f"{client}meetings/sheet/",
        f"{client}slip/",
        f"{group}sheet/",
        *kay_notes_something(page, client),
    ]
    addresses += kay_has_the_list_read_again(harbour, page)
    addresses += kay_sends_spreadsheets(page)
    addresses += kay_hands_a_caseload_over(page)
    addresses += kay_puts_two_records_together(page)
    addresses += kay_offers_clients_to_and_fro(harbour, page, client)
    faults = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        faults |= {(scheme, address): fault for address in addresses if (fault := faults_of(page, address))}
    today_is_in_view_on_the_register(page)
    return faults | what_waits_too_long(harbour, page)


def what_waits_too_long(harbour: Site, page: Page) -> dict[tuple[str, str], list[str]]:
    """What is wrong with the managers' list a week later, and with Today, where it is marked."""
    harbour.at("2026-02-24T12:00:00Z")

    def waits() -> bool:
        page.goto("/harbour/waiting/")
        return page.locator(".waiting-row").count() >= 1

    wait_for(waits, "what has waited too long")
    faults = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for address in ("waiting/", "today/"):
            if fault := faults_of(page, address):
                faults[scheme, f"{address} a week later"] = fault
    return faults


def kay_writes_down_a_contact_of_a_long_name(page: Page) -> None:
    page.goto("/harbour/contacts/")
    page.get_by_label("First name").fill(LONG)
    page.get_by_label("Fellowship").select_option(label="Narcotics Anonymous")
    page.get_by_label("Mobile").fill("07700 900456")
    page.get_by_label("Area").fill(LONG)
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("status").get_by_text("is on the list of contacts.")).to_be_visible()


def kay_notes_something(page: Page, client: str) -> list[str]:
    """A note as long as it may be, kept at the top. The addresses that show it, and that show nothing."""
    page.goto(f"/harbour/{client}note/")
    page.get_by_label("Note").fill(" ".join([LONG] * 29))
    page.get_by_label("Keep it at the top").check()
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Kept at the top")).to_be_visible()
    return [
        f"{client}?kind=notes&text={LONG}",
        f"{client}?since=2026-02-09&until=2026-02-15",
        f"{client}?text=none",
    ]


def kay_sends_spreadsheets(page: Page) -> list[str]:
    """With words as long as they get: one to match, one looked at, one taken in and one taken back."""
    text = f"{LONG},Date,{LONG} 2,source\nA1,03/02/2026,{LONG} {LONG},slip\n{LONG},31/02/2026,{LONG},{LONG}\n"
    addresses = []
    for presses in ([], ["Check it"], ["Check it", "Take it in"], ["Check it", "Take it in", "Take it back"]):
        page.goto("/harbour/spreadsheets/")
        page.get_by_label("Attendance").check()
        page.locator("input[type=file]").set_input_files(
            {"name": f"{LONG}.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.get_by_role("button", name="Send it").click()
        page.get_by_role("heading", name="What is in its columns?").wait_for()
        here = page.url
        if presses:
            page.get_by_label(LONG, exact=True).select_option("reference")
            page.get_by_label(f"{LONG} 2").select_option("note")
            page.get_by_label("Day first").check()
        for name in presses:
            if name == "Take it back":
                page.get_by_role("link", name=name).click()
            page.get_by_role("button", name=name).click()
            page.wait_for_url(here)
            page.locator("h1", has_text="What is in its columns?").wait_for(state="hidden")
        addresses.append(here)
        if presses[-1:] == ["Take it in"]:
            addresses.append(f"{here}take-back/")
    return [address.partition("/harbour/")[2] for address in addresses]


def kay_mends_a_meeting(page: Page, group: str) -> list[str]:
    """For her clinic, in words as long as the list's. The addresses of the pages about that."""
    page.goto(f"/harbour/{group}mend/")
    page.get_by_label("Place").fill(f"{LONG} {LONG}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Mended by hand")).to_be_visible()
    return ["groups/new/", f"{group}mend/", f"{group}follow-list/"]


def kay_has_the_list_read_again(harbour: Site, page: Page) -> list[str]:
    """A reading in which all is long: one changed, one new, one left out. The addresses of the pages about lists."""
    page.goto("/harbour/settings/feeds/")
    page.get_by_role("link", name="Read it again").click()
    changed = {**MEETING, "location": "Elsewhere", "notes": f"{LONG} {LONG} {LONG}", "latitude": 0}
    records = [changed, {**MEETING, "slug": f"{LONG}-2"}, {"slug": f"{LONG}-3", "name": LONG, "day": LONG}]
    list_of = {"name": f"{LONG}.json", "mimeType": "application/json", "buffer": json.dumps(records).encode()}
    page.get_by_label("A file", exact=True).set_input_files(list_of)  # type: ignore[arg-type]
    again = page.url.removeprefix(f"{harbour.address}/harbour/")
    page.get_by_role("button", name="Read it and show what would change").click()
    page.get_by_role("heading", name="Mended").wait_for()
    reading = page.url.removeprefix(f"{harbour.address}/harbour/")
    close = again.replace("again", "close")
    return ["settings/", "settings/feeds/", "settings/feeds/new/", again, close, reading]


def kay_hands_a_caseload_over(page: Page) -> list[str]:
    """To Rea, with a note of many letters. The addresses of the pages about that."""
    page.goto("/harbour/hand-overs/")
    page.locator(".caseload-line", has_text="kay").get_by_role("link").click()
    caseload = page.url.removeprefix("http://").partition("/harbour/")[2]
    page.get_by_role("combobox", name="To").select_option(label="rea")
    page.get_by_label("Note").fill(f"{LONG} {LONG}")
    page.get_by_label("Until").fill("2026-03-01")
    page.get_by_role("button", name="Hand over").click()
    page.get_by_role("heading", name="Hand-over from kay to rea").wait_for()
    given = page.url.removeprefix("http://").partition("/harbour/")[2]
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("status").get_by_text("are kay's again.").wait_for()
    return ["hand-overs/", caseload, given]


def kay_puts_two_records_together(page: Page) -> list[str]:
    """Of somebody whose name is long, and parts them again. The addresses of the pages about that."""
    page.goto("/harbour/clients/twice/")
    page.get_by_role("link", name="(A1) and").click()
    compared = page.url.removeprefix("http://").partition("/harbour/")[2]
    page.get_by_role("radio", name="(A1) stays").check()
    page.get_by_role("button", name="Put them together").click()
    page.get_by_role("heading", name="C1 is put together with A1").wait_for()
    merged = page.url.removeprefix("http://").partition("/harbour/")[2]
    page.get_by_role("button", name="Part them again").click()
    page.get_by_role("status").get_by_text("are apart again.").wait_for()
    return ["clients/twice/", compared, merged]


def kay_offers_clients_to_and_fro(harbour: Site, page: Page, client: str) -> list[str]:
    """One of her clinic to another of the organisation, and one of that to hers. The addresses of those pages."""
    of = ["--organisation", LONG]
    harbour.manage("create_clinic", "harbour", *of)
    harbour.manage("create_clinic", "cove", "--name", f"Cove {LONG}", "--time-zone", "Europe/London", *of)
    harbour.manage("create_staff", "kay", "--clinic", "cove", "--role", "keyworker")
    page.goto("/cove/clients/new/")
    page.get_by_label("First name").fill(LONG)
    page.get_by_label("Intake on").fill("2026-02-10")
    page.get_by_role("button", name="Take in", exact=True).click()
    page.get_by_role("heading", name="Week by week").wait_for()
    theirs = page.url.partition("/cove/")[2]
    for clinic, offered in (("harbour", client), ("cove", theirs)):
        page.goto(f"/{clinic}/{offered}transfer/")
        page.get_by_role("combobox", name="To").select_option(index=1)
        page.get_by_label("Agreed on").fill("2026-02-15")
        page.get_by_label("How").fill(f"{LONG} {LONG}"[:120])
        page.get_by_label("The client heard or read").check()
        page.get_by_role("button", name="Ask them to take over").click()
        page.get_by_text("Everything goes on here until then.").first.wait_for()
    page.goto("/harbour/transfers/")
    page.get_by_role("link", name=f"{LONG} from Cove").click()
    page.get_by_role("heading", name="What the client agreed to").wait_for()
    one = page.url.partition("/harbour/")[2]
    return ["transfers/", one, f"{client}withdraw_transfer/"]


def faults_of(page: Page, address: str) -> list[str]:
    """What is wrong with a page: how wide it is where that is too wide, and what axe says."""
    answer = page.goto(f"/harbour/{address}")
    assert answer is not None
    assert answer.status == 200, address
    width = page.evaluate("document.documentElement.scrollWidth")
    inner = page.evaluate(
        "[...document.querySelectorAll('.table-scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    )
    found = Axe().run(page).response["violations"]
    return [
        *([f"{width} px wide"] if width > 360 else []),
        *(["a table scrolls sideways"] if inner else []),
        *(f"{one['id']}: {one['nodes'][0]['html']}" for one in found),
    ]


def today_is_in_view_on_the_register(page: Page) -> None:
    page.goto("/harbour/register/")
    row = page.get_by_role("row", name="Ben Madeup")
    for button in (
        row.get_by_role("button", name="went on Sunday 15 February"),
        row.get_by_role("button", name="Did not go"),
    ):
        box = button.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 360) == (True, True)
        assert (box["width"] >= 44, box["height"] >= 44) == (True, True), box
    expect(row.get_by_role("button", name="went on Saturday 14 February")).to_be_hidden()
    page.get_by_role("link", name="Sat 14").click()
    row.get_by_role("button", name="went on Saturday 14 February").click()
    expect(row.get_by_role("button", name="on Saturday 14 February: take back")).to_be_visible()
