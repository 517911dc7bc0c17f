"""Every page of the staff is a list that can be taken along, or says here why it is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic import setup
from clinic.models import Client
from reminders.contacts.models import LocalContact
from reminders.worklist import escalating, tasks
from reminders.worklist.models import TaskKind
from tests import cast
from tests.clinic.exports.files import read
from tests.flows import feeds
from tests.flows import test_doors as doors
from tests.flows.browsing import Page, Staff
from tests.flows.crowd import a_prompt
from tests.spreadsheets import a_spreadsheet_taken_in

pytestmark = pytest.mark.django_db

LISTS = {
    *("today", "waiting", "register", "clients", "client", "groups", "messages", "contacts", "feeds"),
    "spreadsheets",
}
A_FORM = "a form, or what it leads to"
NO_LIST = {
    "client_meetings": "a choice to make together: there is a sheet of it to print",
    "meetings_sheet": "a sheet to print",
    "calendar": "a file already",
    "group": "one meeting",
    "contact": "one contact",
    "settings": "what one clinic has settled",
    "feed_preview": "what one list would change, for a day at most",
    "meeting_options": "suggestions as somebody types",
    "register_row": "a press on the Register",
    "register_news": "what changed on an open page",
    "register_meetings": "suggestions as somebody types",
    "nav_counts": "a part of the navigation",
    "quick": "suggestions as somebody types",
    "quick_client": "the buttons of one client",
    "slip": "a sheet to print",
    "group_sheet": "a sheet to tick",
    "doubles": "a question to answer: who is whom is not to be taken along",
    "merge": "two records beside each other",
    "merged": "what became of two records",
    "hand_overs": "a form with those whom it moves",
    "one_hand_over": "what became of one hand-over",
    "spreadsheet": "one file that was sent: its rejected rows can be taken along",
    "spreadsheet_rejected": "a file already",
    "transfers": "what is seen of them before they are anybody's here is not to be taken along",
    "one_transfer": "one client who is not here yet",
    **dict.fromkeys(("home", "clinic_home", "sign_in", "sign_out"), "leads on"),
    **dict.fromkeys(("new_client", "new_meeting", "mend_meeting", "follow_list", "revoke_token"), A_FORM),
    **dict.fromkeys(("my_settings", "confirm_address", "patience", "quick_keys"), A_FORM),
    **dict.fromkeys(("hand_over_seen", "spreadsheet_take_back"), A_FORM),
    **dict.fromkeys(("feed_new", "feed_again", "feed_now", "feed_by_itself", "feed_close"), A_FORM),
}


@pytest.fixture(autouse=True)
def furnished(ana: Client, joe: LocalContact) -> None:
    """Something of every kind, so that no list is empty."""
    feeds.a_feed()
    a_prompt(ana)
    tasks.raise_tasks([tasks.Need(ana, TaskKind.RING_ME, "Ring.")], cast.NOW - timedelta(days=7))
    escalating.escalate(ana.clinic, cast.NOW)
    a_spreadsheet_taken_in(
        ana.clinic, "attendance", ["reference", "attended_on", "source"], ["A1", "2026-02-24", "slip"]
    )
    setup.make_token(name="the ward", clinic=ana.clinic, read_only=True, by=cast.BY, now=cast.NOW)


def test_every_page_is_a_list_or_says_why_it_is_none() -> None:
    """Whoever adds a page has to say which: a new list is not forgotten."""
    pages = {name for name in doors.PATTERNS if not name.startswith(("act_", "undo_"))}
    assert pages - LISTS - set(NO_LIST) == set(), (
        "a new page: give its list a download, or say why it has none"
    )
    assert LISTS | set(NO_LIST) == pages
    assert LISTS & set(NO_LIST) == set()


def test_every_list_offers_both_files_and_no_other_page_does(kay: Staff, mo: Staff, ana: Client) -> None:
    offered = set()
    for name in doors.PATTERNS:
        for one in (kay, mo):
            # Whatever leads on shows a page of its own, which is looked at there.
            page = Page.of(one.browser.get(doors.address(name, "riverside", ana)))
            links = [link for link in page.links if "download=" in link]
            if not links:
                continue
            offered.add(name)
            assert [link.rpartition("=")[2] for link in links] == ["csv", "xlsx"], name
            for link in links:
                answer = one.browser.get(doors.address(name, "riverside", ana) + link)
                assert read(answer).rows, name
    assert offered == LISTS
