"""Who comes through which door: every address of the staff's site, from the URLconf itself, by everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, Meeting
from attendance.directory.upkeep.previewing import About, accept, preview, uploaded
from clinic import handing_over, setup, transferring
from clinic.actors import Actor
from clinic.merging import merge as merging
from clinic.models import Client, Role
from reminders.contacts.models import LocalContact
from tests import cast
from tests.flows.browsing import Staff
from tests.spreadsheets import a_spreadsheet_taken_in
from tests.tables import everything

pytestmark = pytest.mark.django_db

# Not the staff's: other systems have tokens, clients and contacts signed links, and machines ask whether it runs.
ELSEWHERE = ("api/v1/", "l/", "^l/", "healthz", "readyz")

OPEN, NOTHING_NEW, LEADS_ON, CLOSED, POST_ONLY = 200, 204, 302, 403, 405
# What opening an address comes to for Kay (keyworker), Mo (manager) and Ada (administrator) of the clinic.
EVERYBODY = (LEADS_ON, LEADS_ON, LEADS_ON)
WHO_SEES_CLIENTS = (OPEN, OPEN, CLOSED)
WHO_WRITES = (OPEN, CLOSED, CLOSED)
WHO_KEEPS_FEEDS = (CLOSED, OPEN, OPEN)
WHO_TAKES_SPREADSHEETS = (OPEN, OPEN, CLOSED)
EXPECTED: dict[str, tuple[int, int, int]] = {
    "home": EVERYBODY,
    "sign_in": EVERYBODY,
    "sign_out": (POST_ONLY, POST_ONLY, POST_ONLY),
    "clinic_home": EVERYBODY,
    "today": WHO_SEES_CLIENTS,
    "register": WHO_SEES_CLIENTS,
    "register_row": (LEADS_ON, CLOSED, CLOSED),
    "register_news": (NOTHING_NEW, NOTHING_NEW, CLOSED),
    "register_meetings": WHO_WRITES,
    "meeting_options": WHO_SEES_CLIENTS,
    "clients": WHO_SEES_CLIENTS,
    "client": WHO_SEES_CLIENTS,
    "calendar": WHO_SEES_CLIENTS,
    "quick": WHO_SEES_CLIENTS,
    "quick_client": WHO_SEES_CLIENTS,
    "quick_keys": (LEADS_ON, LEADS_ON, CLOSED),
    "messages": WHO_SEES_CLIENTS,
    "contacts": WHO_SEES_CLIENTS,
    "contact": WHO_SEES_CLIENTS,
    "nav_counts": WHO_SEES_CLIENTS,
    "waiting": (CLOSED, OPEN, CLOSED),
    "my_settings": (OPEN, OPEN, OPEN),
    "confirm_address": EVERYBODY,
    "settings": (CLOSED, OPEN, OPEN),
    "patience": (CLOSED, OPEN, OPEN),
    "revoke_token": (CLOSED, OPEN, OPEN),
    "feeds": WHO_KEEPS_FEEDS,
    "feed_new": WHO_KEEPS_FEEDS,
    "feed_again": WHO_KEEPS_FEEDS,
    "feed_now": (CLOSED, LEADS_ON, LEADS_ON),
    "feed_by_itself": (CLOSED, LEADS_ON, LEADS_ON),
    "feed_close": WHO_KEEPS_FEEDS,
    "feed_preview": WHO_KEEPS_FEEDS,
    "spreadsheets": WHO_TAKES_SPREADSHEETS,
    "spreadsheet": WHO_TAKES_SPREADSHEETS,
    "spreadsheet_rejected": (LEADS_ON, LEADS_ON, CLOSED),
    "spreadsheet_take_back": WHO_TAKES_SPREADSHEETS,
    "new_client": WHO_WRITES,
    "act_log": WHO_WRITES,
    "groups": WHO_SEES_CLIENTS,
    "group": WHO_SEES_CLIENTS,
    "new_meeting": (OPEN, OPEN, CLOSED),
    "mend_meeting": (OPEN, OPEN, CLOSED),
    "follow_list": (LEADS_ON, LEADS_ON, CLOSED),
    "client_meetings": WHO_SEES_CLIENTS,
    "meetings_sheet": WHO_SEES_CLIENTS,
    "slip": WHO_SEES_CLIENTS,
    "group_sheet": WHO_WRITES,
    "act_plan": WHO_WRITES,
    "act_void_plan": WHO_WRITES,
    "act_choose": WHO_WRITES,
    "act_void_choice": WHO_WRITES,
    "act_did_not_suit": WHO_WRITES,
    "act_suits_after_all": WHO_WRITES,
    "act_pause": WHO_WRITES,
    "act_did_not_go": WHO_WRITES,
    "act_void": WHO_WRITES,
    "act_correct": WHO_WRITES,
    "act_void_pause": WHO_WRITES,
    "act_correct_pause": WHO_WRITES,
    "act_void_check_in": WHO_WRITES,
    "act_phase": WHO_WRITES,
    "act_correct_phase": WHO_WRITES,
    "act_note": WHO_WRITES,
    "act_correct_note": WHO_WRITES,
    "act_void_note": WHO_WRITES,
    "act_pin_note": WHO_WRITES,
    "act_close": WHO_WRITES,
    "act_reopen": WHO_WRITES,
    "act_return": WHO_WRITES,
    "act_consent": WHO_WRITES,
    "act_stop": WHO_WRITES,
    "act_details": WHO_WRITES,
    "act_spoke": WHO_WRITES,
    "act_not_now": WHO_WRITES,
    "act_bring_back": WHO_SEES_CLIENTS,
    "act_introduce": WHO_WRITES,
    "act_end_introduction": WHO_WRITES,
    "act_they_spoke": WHO_WRITES,
    "act_finish_task": WHO_WRITES,
    "act_settle": WHO_WRITES,
    "act_hand_back": (CLOSED, OPEN, CLOSED),
    "act_see_to": (CLOSED, OPEN, CLOSED),
    "act_interview": WHO_WRITES,
    "act_correct_interview": WHO_WRITES,
    "act_void_interview": WHO_WRITES,
    "act_hand_over": WHO_SEES_CLIENTS,
    "doubles": WHO_SEES_CLIENTS,
    "merge": WHO_SEES_CLIENTS,
    "merged": WHO_SEES_CLIENTS,
    "hand_overs": WHO_SEES_CLIENTS,
    "transfers": WHO_SEES_CLIENTS,
    "one_transfer": WHO_SEES_CLIENTS,
    "act_transfer": WHO_WRITES,
    "act_withdraw_transfer": WHO_WRITES,
    "one_hand_over": WHO_SEES_CLIENTS,
    "hand_over_seen": (LEADS_ON, LEADS_ON, CLOSED),
    "undo_log": WHO_WRITES,
    "undo_void": WHO_WRITES,
    "undo_correct": WHO_WRITES,
    "undo_void_pause": WHO_WRITES,
    "undo_correct_pause": WHO_WRITES,
    "undo_did_not_go": WHO_WRITES,
    "undo_void_check_in": WHO_WRITES,
    "undo_phase": WHO_WRITES,
    "undo_correct_phase": WHO_WRITES,
    "undo_note": WHO_WRITES,
    "undo_correct_note": WHO_WRITES,
    "undo_void_note": WHO_WRITES,
    "undo_pause": WHO_WRITES,
    "undo_spoke": WHO_WRITES,
    "undo_not_now": WHO_WRITES,
    "undo_introduce": WHO_WRITES,
    "undo_finish_task": WHO_WRITES,
    "undo_settle": WHO_WRITES,
    "undo_plan": WHO_WRITES,
    "undo_void_plan": WHO_WRITES,
    "undo_choose": WHO_WRITES,
    "undo_void_choice": WHO_WRITES,
    "undo_did_not_suit": WHO_WRITES,
    "undo_suits_after_all": WHO_WRITES,
    "undo_interview": WHO_WRITES,
    "undo_correct_interview": WHO_WRITES,
    "undo_void_interview": WHO_WRITES,
    "undo_see_to": (CLOSED, OPEN, CLOSED),
}


def patterns(held: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, str]]:
    for one in held:
        here = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, here)
        elif not here.startswith(ELSEWHERE):
            yield str(one.name), here


PATTERNS = dict(patterns(get_resolver().url_patterns))
OF_A_CLINIC = {name for name, pattern in PATTERNS.items() if "<slug:slug>" in pattern}
OF_A_CLIENT = {name for name, pattern in PATTERNS.items() if "<int:pk>" in pattern}


def address(name: str, slug: str, client: Client) -> str:
    contact, token = client.clinic.local_contacts.first(), client.clinic.api_tokens.first()
    meeting, feed = Meeting.objects.first(), Feed.objects.first()
    reading, spreadsheet = client.clinic.feed_previews.first(), client.clinic.spreadsheets.first()
    given, transfer = client.clinic.hand_overs.first(), client.clinic.incoming_transfers.first()
    other, merge = client.clinic.clients.exclude(pk=client.pk).first(), client.clinic.merges.first()
    wanted = {
        "slug": slug,
        "pk": client.pk,
        "contact": contact.pk if contact is not None else 0,
        "token": token.pk if token is not None else 0,
        "meeting": meeting.pk if meeting is not None else 0,
        "feed": feed.pk if feed is not None else 0,
        "preview": reading.pk if reading is not None else 0,
        "key": "no-key-of-ours",
        "spreadsheet": spreadsheet.pk if spreadsheet is not None else 0,
        "other": other.pk if other is not None else client.pk,
        "merge": merge.pk if merge is not None else 0,
        "transfer": transfer.pk if transfer is not None else 0,
        "hand_over": given.pk if given is not None else 0,
    }
    return reverse(name, kwargs={key: wanted[key] for key in wanted if f":{key}>" in PATTERNS[name]})


@pytest.fixture(autouse=True)
def furnished(ana: Client, joe: LocalContact) -> None:
    """Riverside has somebody and something of every kind that an address may name."""
    cast.a_meeting("lantern")
    setup.make_token(name="the ward", clinic=ana.clinic, read_only=True, by=cast.BY, now=cast.NOW)
    handing_over.hand_over(
        clinic=ana.clinic,
        clients=[ana],
        held_by=ana.keyworker,
        to=cast.a_keyworker(ana.clinic, "rea"),
        by=cast.BY,
        now=cast.NOW,
        starts_on=cast.day("2026-03-09"),
    )
    cast.a_client(ana.clinic, "C1", first_name="Cara")
    setup.set_up_clinic(slug="riverside", settings={"organisation": "Waterside"}, by=cast.BY, now=cast.NOW)
    transferring.offer(
        client=cast.a_client(cast.a_clinic("harbour", organisation="Waterside"), "E1", first_name="Eve"),
        to=ana.clinic,
        given_on=cast.TODAY,
        how="signed form",
        by=cast.BY,
        now=cast.NOW,
    )
    twice = [cast.a_client(ana.clinic, reference, first_name="Dee") for reference in ("D1", "D2")]
    merging.merge(kept=twice[0], merged=twice[1], by=cast.BY, now=cast.NOW)
    of = About("Narcotics Anonymous", "Europe/London", "leeds", FeedFormat.MEETING_GUIDE)
    reader = Actor.staff(cast.a_keyworker(ana.clinic, "lena", Role.MANAGER))
    for _ in range(2):
        reading = preview(
            clinic=ana.clinic, given=uploaded(b"[]", "list.json"), about=of, by=reader, now=cast.NOW
        )
        if not Feed.objects.exists():
            accept(preview=reading, accept_closing=False, by=reader, now=cast.NOW)
    a_spreadsheet_taken_in(
        ana.clinic, "attendance", ["reference", "attended_on", "source"], ["A1", "x", "slip"]
    )


@pytest.fixture
def staff(kay: Staff, mo: Staff, ada: Staff) -> list[Staff]:
    return [kay, mo, ada]


def test_every_address_is_in_the_table_and_every_name_is_one_address() -> None:
    assert set(PATTERNS) == set(EXPECTED)
    assert len(list(patterns(get_resolver().url_patterns))) == len(PATTERNS)


def test_each_role_comes_as_far_as_the_table_says_and_opening_changes_nothing(
    staff: list[Staff], ana: Client
) -> None:
    before = everything()
    query = {"attendance": "1", "task": "1", "week": "2026-03-02"}
    came = {
        name: tuple(one.browser.get(address(name, "riverside", ana), query).status_code for one in staff)
        for name in PATTERNS
    }
    assert came == EXPECTED
    assert everything() == before


def test_whoever_has_not_signed_in_is_asked_to(ana: Client) -> None:
    for name in set(PATTERNS) - {"sign_in"}:
        to = address(name, "riverside", ana)
        for answer in (Browser().get(to), Browser().post(to)):
            assert answer.headers["Location"] == f"{reverse('sign_in')}?next={to}"
    assert Browser().get(reverse("sign_in")).status_code == 200


def test_another_clinic_is_nowhere(hal: Staff, ana: Client, staff: list[Staff], hugo: Client) -> None:
    before = everything()
    for visitor, slug, client in [(hal, "riverside", ana), *((one, "hillside", hugo) for one in staff)]:
        for name in OF_A_CLINIC:
            to = address(name, slug, client)
            assert (visitor.browser.get(to).status_code, visitor.browser.post(to).status_code) == (
                404,
                404,
            ), to
    assert everything() == before


def test_another_clinics_client_is_nowhere(
    kay: Staff, mo: Staff, hal: Staff, ana: Client, hugo: Client
) -> None:
    before = everything()
    pressed = {"went_on": "2026-03-02", "week": "2026-03-02"}
    of_managers = {name for name in OF_A_CLIENT if EXPECTED[name][0] == CLOSED}
    by_keyworkers = OF_A_CLIENT - of_managers
    for visitor, client, doors in [
        (kay, hugo, by_keyworkers),
        (hal, ana, by_keyworkers),
        (mo, hugo, of_managers),
    ]:
        for name in doors:
            to = address(name, visitor.clinic.slug, client)
            assert visitor.browser.get(to).status_code == 404, to
            assert visitor.browser.post(to, pressed).status_code == 404, to
    assert everything() == before


def test_an_empty_form_changes_nothing_and_breaks_nothing(staff: list[Staff], ana: Client) -> None:
    before = everything()
    # The one act in which everything may be left empty, and the pages that have nothing but their button.
    for name in set(PATTERNS) - {"act_details", "revoke_token", "one_hand_over", "merged"}:
        for one in staff:
            assert one.browser.post(address(name, "riverside", ana)).status_code < 500, name
            one.browser.force_login(one.user)
    assert everything() == before


def test_a_form_from_elsewhere_is_refused(staff: list[Staff], ana: Client) -> None:
    before = everything()
    for one in staff:
        stranger = Browser(enforce_csrf_checks=True)
        stranger.force_login(one.user)
        for name in PATTERNS:
            answer = stranger.post(address(name, "riverside", ana), {"reason": "because"})
            assert answer.status_code == 403, name
            assert "This page was open for too long" in answer.content.decode()
    assert everything() == before


def test_whoever_may_not_is_told_why(staff: list[Staff], ana: Client) -> None:
    for name in OF_A_CLINIC:
        for one, status in zip(staff, EXPECTED[name], strict=True):
            if status == CLOSED:
                page = one.goes_to(address(name, "riverside", ana))
                assert "Your role in Riverside does not let you " in page.text


def test_no_link_of_a_page_leads_where_its_reader_may_not_go(
    staff: list[Staff], ana: Client, ben: Client
) -> None:
    for one in staff:
        seen: dict[str, int] = {}
        queue = ["/"]
        while queue:
            to = queue.pop()
            page = one.goes_to(to)
            seen[to] = page.status
            paths = {link.partition("#")[0].partition("?")[0] for link in page.links}
            here = {path for path in paths if path.startswith("/")}
            queue += sorted(
                path
                for path in here - set(seen) - set(queue)
                if not path.startswith(("/static/", "/sign-out/"))
            )
        assert {path: status for path, status in seen.items() if status != 200} == {}
        assert len(seen) >= 2
