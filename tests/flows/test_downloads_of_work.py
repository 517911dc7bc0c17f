"""What has waited too long, and the spreadsheets that were sent, taken along as every other list."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import AuditEntry, Client
from reminders.worklist import escalating, tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests import cast
from tests.flows.browsing import Clock, Staff
from tests.flows.test_downloads import KINDS, shown, take
from tests.spreadsheets import a_sender, a_spreadsheet_taken_in, a_spreadsheet_to_match, is_taken_back

pytestmark = pytest.mark.django_db

HEADINGS = ["reference", "attended_on", "source"]


@pytest.fixture
def asked(ana: Client, ben: Client, at: Clock) -> KeyworkerTask:
    """Ana and Ben asked to be rung on Tuesday 24 February; by Monday nobody had, and Ben's was handed back."""
    needs = [tasks.Need(one, TaskKind.RING_ME, "=Ring after six.") for one in (ana, ben)]
    tasks.raise_tasks(needs, at("2026-02-24 10:00"))
    escalating.escalate(ana.clinic, at("2026-03-02 12:00"))
    escalating.hand_back(
        task=ben.keyworker_tasks.get(), word="@Try his sister's.", by=cast.BY, now=at("2026-03-02 12:00")
    )
    return ana.keyworker_tasks.get()


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_waited_too_long_a_row_a_task_and_then_what_was_handed_back(
    kind: str, mo: Staff, asked: KeyworkerTask
) -> None:
    found = take(mo, "waiting", kind=kind)
    assert found.name == f"waiting_riverside_2026-03-02_confidential.{kind}"
    assert found.column("Client") == ["Ana Madeup", "Ben Madeup"]
    assert found.column("Where on the page") == ["Waiting too long", "Handed back, and still open"]
    late, back = found.rows
    assert (late["Reference"], late["Keyworker"], late["What waits"]) == ("A1", "kay", "Asked to be rung")
    assert [str(late[name]) for name in ("Working days over", "Handed back by", "Handed back")] == [
        "3",
        "",
        "",
    ]
    defused = "'" if kind == "csv" else ""
    assert late["Why"] == f"{defused}=Ring after six."
    assert back["Word to the keyworker"] == f"{defused}@Try his sister's."
    assert back["Handed back by"] == "tests"
    if kind == "xlsx":
        assert (late["Waits since"], late["To be seen to by"]) == (
            datetime(2026, 2, 24, 10),
            datetime(2026, 2, 25),
        )
        assert {
            cell.data_type for row in found.cells for cell in row if cell.value == "=Ring after six."
        } == {"s"}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subject, entry.rows, entry.actor_name) == (
        "list.exported",
        f"waiting as {kind}",
        2,
        "mo",
    )
    assert "Madeup" not in str(AuditEntry.objects.filter(pk=entry.pk).values())


def test_all_pages_of_what_waits_go_along_in_a_fixed_number_of_queries(
    mo: Staff, kay: Staff, asked: KeyworkerTask, at: Clock
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            take(mo, "waiting")
        return len(asked_for)

    for_one = queries()
    people = [cast.a_client(kay.clinic, f"C{n:02}", first_name=f"Client {n:02}") for n in range(51)]
    tasks.raise_tasks([tasks.Need(one, TaskKind.RING_ME, "Ring.") for one in people], at("2026-02-20 10:00"))
    escalating.escalate(kay.clinic, at("2026-03-02 12:00"))
    assert take(mo, "waiting").column("Client")[:52] == shown(mo, "waiting", "h2", "person-name")
    assert queries() == for_one


@pytest.mark.parametrize("kind", KINDS)
def test_the_spreadsheets_that_were_sent_and_what_became_of_them(kind: str, kay: Staff, ana: Client) -> None:
    by = a_sender(kay.clinic)
    taken_in = a_spreadsheet_taken_in(
        kay.clinic, "attendance", HEADINGS, ["A1", "2026-02-24", "slip"], ["A1", "x", "slip"], by=by
    )
    a_spreadsheet_to_match(kay.clinic, "attendance", HEADINGS, ["A1", "2026-02-25", "slip"], by=by)
    type(taken_in).objects.filter(pk=taken_in.pk).update(file_name="+Ana's weeks.csv")
    found = take(kay, "spreadsheets", kind=kind)
    assert found.name == f"spreadsheets_riverside_2026-03-02_confidential.{kind}"
    waiting, held = found.rows
    assert held["File"] == ("'+Ana's weeks.csv" if kind == "csv" else "+Ana's weeks.csv")
    counts = ("Rows", "Added", "Changed", "Known already", "Rejected")
    assert [str(held[name]) for name in counts] == ["2", "1", "0", "0", "1"]
    assert (held["Sent by"], held["Taken in by"], held["Taken back"]) == ("sender", "sender", "")
    assert [waiting[name] for name in counts] == [""] * 5
    assert found.column("State") == kay.opens("spreadsheets").texts("span", class_="badge")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subject, entry.rows) == ("list.exported", f"spreadsheets as {kind}", 2)
    is_taken_back(taken_in, by)
    assert take(kay, "spreadsheets", kind=kind).rows[1]["Taken back by"] == "sender"


def test_all_pages_of_spreadsheets_go_along(kay: Staff, ana: Client) -> None:
    by = a_sender(kay.clinic)
    for _ in range(21):
        a_spreadsheet_to_match(kay.clinic, "attendance", HEADINGS, ["A1", "2026-02-25", "slip"], by=by)
    assert take(kay, "spreadsheets").column("File") == shown(kay, "spreadsheets", "h3", "card-title")


def test_whoever_may_not_see_the_page_gets_no_file_and_nothing_is_noted(
    kay: Staff, mo: Staff, ada: Staff, hal: Staff, asked: KeyworkerTask
) -> None:
    before = AuditEntry.objects.count()
    assert kay.browser.get(kay.address("waiting"), {"download": "csv"}).status_code == 403
    for name in ("waiting", "spreadsheets"):
        assert ada.browser.get(ada.address(name), {"download": "xlsx"}).status_code == 403
        assert hal.browser.get(mo.address(name), {"download": "csv"}).status_code == 404
    assert "download=" not in mo.opens("spreadsheets").html, "nothing was sent yet"
    assert AuditEntry.objects.count() == before
