"""Lists taken along: each file has just the rows of its page, all pages of it, with its filters and in its order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Meeting
from attendance.register import pausing, recording
from clinic.events import gathered
from clinic.models import AuditEntry, Client
from reminders.contacts.models import LocalContact
from reminders.prompts.states import PromptState
from reminders.worklist import aside, tasks
from reminders.worklist.models import TaskKind
from tests import cast
from tests.cast import BY, NOW
from tests.clinic.exports.files import Taken, read
from tests.flows.browsing import Page, Staff
from tests.flows.crowd import a_prompt, somebody_in_need, something_happens

pytestmark = pytest.mark.django_db

KINDS = ["csv", "xlsx"]


def take(reader: Staff, name: str, *of: Any, kind: str = "csv", **query: Any) -> Taken:
    """Take the list of a page along."""
    answer = reader.browser.get(reader.address(name, *of), {**query, "download": kind})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return read(answer)


def shown(reader: Staff, name: str, tag: str, class_: str, **query: Any) -> list[str]:
    """What the pages of a list show of each row, page after page."""
    found: list[str] = []
    page: Page | None = None
    number = 0
    while page is None or 'rel="next"' in page.html:
        number += 1
        page = reader.opens(name, **query, page=number)
        found += page.texts(tag, class_=class_)
    return found


@pytest.fixture
def fifty_five(kay: Staff, joe: LocalContact, lantern: Meeting) -> list[Client]:
    """More of Kay's clients in need than a page shows, each with everything that a row has."""
    with transaction.atomic(), gathered():
        return [somebody_in_need(kay, joe, lantern) for _ in range(55)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_whole_and_in_the_order_of_its_pages(
    kind: str, kay: Staff, fifty_five: list[Client], ana: Client
) -> None:
    aside.put_aside(client=ana, until=cast.day("2026-03-09"), reason="In hospital.", by=BY, now=NOW)
    today = take(kay, "today", kind=kind)
    assert today.column("Client")[:55] == shown(kay, "today", "h3", "person-name")
    assert {row["Where on the page"] for row in today.rows[:55]} == set(kay.opens("today").texts("h2")) - {
        "Put aside for now"
    }
    assert [today.rows[55][name] for name in ("Where on the page", "Client", "Why")] == [
        "Put aside for now",
        "Ana Madeup",
        "In hospital.",
    ]
    people = take(kay, "clients", kind=kind)
    assert people.column("Client") == shown(kay, "clients", "h2", "person-name")
    week = take(kay, "register", kind=kind)
    assert len(week.rows) == 56
    assert len({row["Reference"] for row in week.rows}) == 56
    said = take(kay, "messages", kind=kind)
    assert len(said.rows) == len(shown(kay, "messages", "li", "message")) == 165


def test_three_hundred_clients_are_all_there_in_a_fixed_number_of_queries(kay: Staff, ana: Client) -> None:
    def queries() -> dict[str, int]:
        found = {}
        for name in ("today", "register", "clients"):
            with CaptureQueriesContext(connection) as asked:
                take(kay, name)
            found[name] = len(asked)
        return found

    for_one = queries()
    with transaction.atomic(), gathered():
        for number in range(299):
            cast.a_client(kay.clinic, f"C{number:03}", first_name=f"Client {number:03}", keyworker=kay.user)
    assert queries() == for_one
    assert max(for_one.values()) <= 22
    for name in for_one:
        assert len({row["Reference"] for row in take(kay, name).rows}) == 300, name


@pytest.mark.parametrize("kind", KINDS)
def test_the_filters_of_the_page_are_those_of_the_file(
    kind: str, kay: Staff, ana: Client, ben: Client
) -> None:
    theirs = cast.a_client(kay.clinic, "T1", first_name="Tess")
    recording.record(client=ben, attended_on=cast.day("2026-02-24"), source="keyworker", by=BY, now=NOW)
    assert take(kay, "clients", kind=kind).column("Client") == ["Ana Madeup", "Ben Madeup"]
    assert take(kay, "clients", kind=kind, who="all").column("Client") == ["Ana Madeup", "Ben Madeup", "Tess"]
    found = take(kay, "clients", kind=kind, who="all", q="made", standing="weekly")
    assert found.column("Client") == ["Ben Madeup"]
    if kind == "xlsx":
        assert {name: found.about[name] for name in ("Whose clients", "Name or reference", "Standing")} == {
            "Whose clients": "everybody",
            "Name or reference": "made",
            "Standing": "weekly",
        }
    assert take(kay, "today", kind=kind, who="mine").column("Client") == ["Ana Madeup"]
    assert theirs.name in take(kay, "today", kind=kind, who="all").column("Client")


@pytest.mark.parametrize("kind", KINDS)
def test_the_week_of_the_register_by_days(kind: str, kay: Staff, ana: Client, lantern: Meeting) -> None:
    recording.record(
        client=ana, attended_on=cast.day("2026-02-24"), source="slip", meeting=lantern, by=BY, now=NOW
    )
    pausing.pause(
        client=ana,
        starts_on=cast.day("2026-02-28"),
        ends_on=cast.day("2026-03-01"),
        reason="Holiday",
        by=BY,
        now=NOW,
    )
    week = take(kay, "register", kind=kind, week="2026-02-23")
    assert week.headings == [
        *("Client", "Reference", "Mon 23 February 2026", "Tue 24 February 2026", "Wed 25 February 2026"),
        *("Thu 26 February 2026", "Fri 27 February 2026", "Sat 28 February 2026", "Sun 1 March 2026"),
        *("Meetings", "Week"),
    ]
    (row,) = week.rows
    assert [str(cell) for cell in row.values()] == [
        *("Ana Madeup", "A1", "", "Lantern Street", "", "", "", "paused", "paused", "1", "met"),
    ]
    assert week.name.startswith("register_2026-02-23_riverside_2026-03-02_confidential.")


def test_a_row_of_today_says_all_that_the_page_says(kay: Staff, ana: Client, joe: LocalContact) -> None:
    tasks.raise_tasks([tasks.Need(ana, TaskKind.RING_ME, "Asked to be rung.")], NOW)
    a_prompt(ana, PromptState.SENT)
    page = kay.opens("today")
    (row,) = take(kay, "today").rows
    assert row["Where on the page"] == "Asked to be rung"
    assert row["Waiting"] == "Asked to be rung: Asked to be rung."
    assert row["Lately sent"] == "Encourage to the client, 2026-03-02: sent"
    assert (row["Keyworker"], row["Isolated"], row["Missed weeks"]) == ("kay", "no", "5")
    assert row["Why"] in page.text
    assert row["Last weeks, oldest first"].count(";") == 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_timeline_is_unfolded_and_its_file_names_nobody(
    kind: str, kay: Staff, ana: Client, joe: LocalContact
) -> None:
    with transaction.atomic(), gathered():
        for nth in range(12):
            something_happens(ana, joe, nth)
    page = kay.opens("client", ana, timeline="all")
    told = take(kay, "client", ana, kind=kind)
    assert told.column("What happened") == page.texts("p", class_="timeline-what")
    voided = [row for row in told.rows if row["No longer holds"]]
    assert voided
    assert all(row["No longer holds"] in page.text for row in voided)
    assert told.name.startswith("timeline_riverside_2026-03-02_confidential.")
    assert "ana" not in told.name
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.rows, entry.client_id) == ("list.exported", len(told.rows), ana.pk)
    if kind == "xlsx":
        assert {type(when) for when in told.column("When")} == {datetime}
        assert told.about["Client"] == "Ana Madeup (A1)"


@pytest.mark.parametrize("kind", KINDS)
def test_meetings_contacts_and_lists(kind: str, kay: Staff, mo: Staff, joe: LocalContact) -> None:
    for number in range(55):
        cast.a_meeting(f"m{number}", day=number % 7, starts_at="19:00", types=["X"], location="=1+1")
    found = take(kay, "groups", kind=kind)
    assert found.column("Meeting") == shown(kay, "groups", "h2", "group-name")
    place = "'=1+1" if kind == "csv" else "=1+1"
    assert set(found.column("Place")) == {place}
    assert "confidential" not in found.name
    on_tuesdays = take(kay, "groups", kind=kind, day="1", wheelchair="on")
    assert len(on_tuesdays.rows) == 8
    if kind == "xlsx":
        assert {key: on_tuesdays.about[key] for key in ("Day", "Step-free")} == {
            "Day": "Tuesday",
            "Step-free": "yes",
        }
        assert on_tuesdays.rows[0]["Next on"] == datetime(2026, 3, 3)
    (contact,) = take(kay, "contacts", kind=kind).rows
    assert (contact["First name"], str(contact["Introductions under way"]), contact["Serves"]) == (
        "Joe",
        "0",
        "yes",
    )
    assert take(mo, "feeds", kind=kind).rows == []


def test_messages_by_state_and_never_a_link(kay: Staff, ana: Client) -> None:
    a_prompt(ana, PromptState.SENT)
    a_prompt(ana, PromptState.CANCELLED)
    (row,) = take(kay, "messages", state="sent").rows
    assert (row["Client"], row["State"], row["By"]) == ("Ana Madeup", "Sent", "Text")
    assert row["Text"] == "Pick a time that suits: [their link]"
    assert row["Sent"] == "2026-03-02 12:00"
    assert len(take(kay, "messages").rows) == 2


def test_the_trail_keeps_who_took_what_and_how_much_but_no_name(mo: Staff, ana: Client) -> None:
    before = AuditEntry.objects.count()
    take(mo, "clients", kind="xlsx", q="Madeup")
    (entry,) = AuditEntry.objects.all()[before:]
    assert (entry.verb, entry.subject, entry.rows, entry.actor_name) == (
        "list.exported",
        "clients as xlsx",
        1,
        "mo",
    )
    assert "Madeup" not in str(AuditEntry.objects.filter(pk=entry.pk).values())


def test_whoever_may_not_see_the_page_gets_no_file_and_nothing_is_noted(
    ada: Staff, hal: Staff, kay: Staff, ana: Client
) -> None:
    before = AuditEntry.objects.count()
    for name in ("today", "register", "clients", "groups", "messages", "contacts"):
        assert ada.browser.get(ada.address(name), {"download": "csv"}).status_code == 403
        assert hal.browser.get(kay.address(name), {"download": "csv"}).status_code == 404
    assert hal.browser.get(kay.address("client", ana), {"download": "csv"}).status_code == 404
    assert kay.browser.get(kay.address("feeds"), {"download": "csv"}).status_code == 403
    assert AuditEntry.objects.count() == before


def test_only_a_press_takes_a_list_along(kay: Staff, ana: Client) -> None:
    before = AuditEntry.objects.count()
    for kind in ("pdf", "", "CSV", "csv\0"):
        page = kay.opens("clients", download=kind)
        assert page.headers["Content-Type"].startswith("text/html")
    assert kay.browser.head(kay.address("clients"), {"download": "csv"}).status_code == 200
    assert AuditEntry.objects.count() == before


def test_the_links_of_a_page_keep_its_filters_and_leave_its_number(kay: Staff, ana: Client) -> None:
    assert "download=" not in kay.opens("clients", q="Nobody").html
    page = kay.opens("clients", q="Ana Made", who="all", page=1)
    assert [link for link in page.links if "download=" in link] == [
        f"?q=Ana+Made&who=all&download={kind}" for kind in KINDS
    ]
