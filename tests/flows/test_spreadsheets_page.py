"""Kay sends spreadsheets: she says what is in them, sees what they would change, takes them in and takes them back."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from attendance.directory.models import Meeting
from attendance.register.models import Attendance
from clinic.models import AuditEntry, Client, Spreadsheet, SpreadsheetFile, SpreadsheetProblem
from tests.flows.browsing import Page, Staff
from tests.flows.spreadsheets import a_csv, a_workbook, latest, matches, presses, sends, takes_back
from tests.tables import everything

pytestmark = pytest.mark.django_db

MARKED = "<script>alert('x')</script>"


def rejected(one: Staff) -> list[list[str]]:
    """The file of rejected rows of the latest spreadsheet."""
    page = one.sends(one.address("spreadsheet_rejected", latest(one).pk), then="download")
    return list(csv.reader(io.StringIO(page.html.removeprefix("\ufeff"))))


def counts(page: Page) -> str:
    """What the page says of the rows."""
    return page.texts("dl", class_="sheet-counts")[0]


def test_from_the_file_to_the_register_and_back(kay: Staff, ana: Client, lantern: Meeting) -> None:
    empty = kay.opens("spreadsheets")
    assert "None yet" in empty.texts("h2")
    assert kay.address("spreadsheets") in kay.opens("clients").links

    sent = sends(
        kay,
        a_csv(
            ["Client ref", "Date attended", "Meeting", "Source", "Remarks"],
            ["A1", "2026-02-24", "lantern", "slip", "signed"],
            ["A1", "2026-02-31", "", "client", ""],
            ["Z9", "2026-02-10", "", "client", "=1+1"],
        ),
    )
    assert sent.texts("h1") == ["What is in its columns?"]
    assert "Read as text in UTF-8, with commas between the cells." in sent.text
    before = everything()

    seen = matches(kay)
    assert seen.texts("h1") == ["What it would change"]
    assert counts(seen) == "Rows 3 Added 1 Changed 0 Known already 0 Rejected 2"
    assert "Row 3 attended on “2026-02-31” '2026-02-31' is not a day of the calendar." in seen.text.replace(
        "_", " "
    )
    after = everything()
    assert after["attendance.Attendance"] == before["attendance.Attendance"]

    done = presses(kay, "take_in")
    assert done.texts("h1") == ["Taken in"]
    assert counts(done) == "Rows 3 Added 1 Changed 0 Known already 0 Rejected 2"
    (attendance,) = Attendance.objects.all()
    assert (attendance.meeting, attendance.reports.get().note) == (lantern, "signed")
    assert not SpreadsheetFile.objects.exists()
    assert rejected(kay) == [
        ["Client ref", "Date attended", "Meeting", "Source", "Remarks", "why"],
        [
            "A1",
            "2026-02-31",
            "",
            "client",
            "",
            "Row 3, attended_on: '2026-02-31' is not a day of the calendar.",
        ],
        [
            "Z9",
            "2026-02-10",
            "",
            "client",
            "'=1+1",
            "Row 4, reference: There is no client 'Z9' in this clinic.",
        ],
    ]

    asked = kay.opens("spreadsheet_take_back", latest(kay).pk)
    assert "This takes back all 1 change that it made." in asked.text
    undone = takes_back(kay)
    assert undone.texts("h1") == ["Taken back"]
    assert "1 of its changes was taken back." in undone.text
    attendance.refresh_from_db()
    assert (attendance.voided_by, attendance.void_reason) == (
        "kay",
        "The spreadsheet it came in was taken back.",
    )
    verbs = AuditEntry.objects.filter(subject="spreadsheet").values_list("verb", flat=True)
    assert list(verbs) == [
        f"spreadsheet.{verb}"
        for verb in ("uploaded", "matched", "taken_in", "rejected_downloaded", "taken_back")
    ]


def test_a_file_that_was_taken_back_can_be_taken_in_again(kay: Staff, ana: Client) -> None:
    file = [["reference", "attended_on", "source"], ["A1", "2026-02-24", "slip"]]
    for _ in range(2):
        sends(kay, a_csv(*file))
        matches(kay)
        assert counts(presses(kay, "take_in")) == "Rows 1 Added 1 Changed 0 Known already 0 Rejected 0"
        takes_back(kay)
    assert Attendance.objects.filter(voided_at__isnull=False).count() == 2


def test_excel_of_another_country_is_understood_and_its_days_are_asked_about(kay: Staff, ana: Client) -> None:
    sent = sends(
        kay,
        a_csv(
            ["Référence", "Attended", "Source", "Note"],
            ["A1", "03/02/2026", "client", "café"],
            delimiter=";",
            encoding="cp1252",
        ),
    )
    assert "Read as text in Windows-1252, with semicolons between the cells." in sent.text
    refused = matches(kay)
    assert (refused.status, refused.faults) == (
        422,
        ["Every row needs reference: say which column of the file it is."],
    )
    asked = matches(kay, column_0="reference")
    assert asked.faults == ["How are the days written? – Say how the days are written."]
    seen = matches(kay, column_0="reference", order="day_first")
    assert counts(seen) == "Rows 1 Added 1 Changed 0 Known already 0 Rejected 0"
    presses(kay, "take_in")
    attendance = Attendance.objects.get()
    assert (str(attendance.attended_on), attendance.reports.get().note) == ("2026-02-03", "café")

    again = sends(
        kay, a_csv(["référence", "ATTENDED", "source", "note"], ["A1", "03/02/2026", "client", "café"])
    )
    assert "matched as they were the last time" in again.text
    assert counts(matches(kay, order="day_first")) == "Rows 1 Added 0 Changed 0 Known already 1 Rejected 0"


def test_what_every_row_has_need_not_be_a_column(kay: Staff, ana: Client) -> None:
    sends(kay, a_csv(["reference", "date"], ["A1", "2026-02-24"]))
    asked = matches(kay)
    assert asked.faults == [
        "Source of every row – Say which source every row has, as the file has no column for it."
    ]
    matches(kay, same_source="slip")
    presses(kay, "take_in")
    assert Attendance.objects.get().reports.get().source == "slip"


def test_words_for_yes_and_no_are_asked_about(kay: Staff) -> None:
    rows = [
        ["reference", "intake", "isolated"],
        ["N1", "2026-01-07", "1"],
        ["N2", "2026-01-07", "0"],
        ["N3", "2026-01-07", "?"],
    ]
    sends(kay, a_csv(*rows), "clients")
    asked = matches(kay)
    assert asked.faults == ["What does “0” mean? – Say what “0” means."]
    matches(kay, word_0="no", word_1="yes", word_2="unknown")
    presses(kay, "take_in")
    isolated = Client.objects.order_by("reference").values_list("episodes__isolated", flat=True)
    assert list(isolated) == [True, False, None]


def test_a_workbook_keeps_its_noughts_and_days_and_another_sheet_can_be_read(kay: Staff) -> None:
    book = a_workbook(
        ["of no use"],
        ["x"],
        People=[["Reference", "Intake", "Mobile"], ["0012", date(2026, 1, 7), "07700 900123"]],
    )
    sends(kay, book, "clients")
    chosen = presses(kay, "sheet", sheet="People")
    assert "Read as a workbook, its sheet “People”." in chosen.text
    matches(kay)
    presses(kay, "take_in")
    client = Client.objects.get()
    assert (client.reference, client.mobile, str(client.episodes.get().intake_on)) == (
        "0012",
        "+447700900123",
        "2026-01-07",
    )


def test_put_aside_nothing_is_changed_and_nothing_is_kept(kay: Staff, ana: Client) -> None:
    sends(kay, a_csv(["reference", "attended_on", "source"], ["A1", "2026-02-24", "slip"], ["Z", "x", "y"]))
    matches(kay)
    page = presses(kay, "stop")
    assert page.notices == ["“rows.csv” is put aside, and nothing was changed."]
    assert not SpreadsheetFile.objects.exists()
    assert not SpreadsheetProblem.objects.exists()
    assert not Attendance.objects.exists()
    late = presses(kay, "take_in")
    assert late.notices == [
        "Error: Somebody has gone on with this spreadsheet since: this is how it stands now."
    ]


def test_columns_can_be_matched_again_after_the_preview(kay: Staff, ana: Client) -> None:
    sends(kay, a_csv(["reference", "attended_on", "source", "who"], ["A1", "2026-02-24", "slip", "Jo"]))
    matches(kay)
    assert presses(kay, "again").texts("h1") == ["What is in its columns?"]
    matches(kay, column_3="note")
    presses(kay, "take_in")
    assert Attendance.objects.get().reports.get().note == "Jo"


def test_what_was_recorded_in_between_is_said(kay: Staff, ana: Client) -> None:
    file = a_csv(["reference", "attended_on", "source"], ["A1", "2026-02-24", "keyworker"])
    sends(kay, file)
    matches(kay)
    kay.presses(ana, week="2026-02-23", went_on="2026-02-24")
    done = presses(kay, "take_in")
    assert counts(done) == "Rows 1 Added 0 Changed 0 Known already 1 Rejected 0"
    assert "The preview had 1 to add, 0 to change, 0 known and 0 to reject" in done.text


def test_values_of_a_file_are_shown_as_they_are_written(kay: Staff) -> None:
    sends(kay, a_csv(["reference", MARKED, "source"], [MARKED, MARKED, MARKED], name="<b>x.csv"))
    page = matches(kay, column_1="attended_on")
    assert page.texts("h1") == ["What it would change"]
    assert "<script>alert" not in page.html.replace("<script src", "")
    assert page.elements("b") == []
    assert "<b>x.csv" in page.text


def test_a_file_that_is_none_says_so_beside_the_field(kay: Staff) -> None:
    for content, words in [
        (b"", "The file is empty"),
        (b"%PDF-1.7\n\x00\x01", "it holds what no text does"),
        (b"<html></html>", "The file is a web page or XML"),
        (b"reference,attended_on\n", "The file has headings, and no rows below them."),
        (b"PK\x03\x04nonsense", "The file is a workbook that cannot be read."),
        (b"\xd0\xcf\x11\xe0", "Excel's former kind"),
    ]:
        file = a_csv([])
        file.file = io.BytesIO(content)
        file.size = len(content)
        page = sends(kay, file, htmx=True)
        assert page.status == 422
        assert any(words in fault for fault in page.faults), (words, page.faults)
    assert not Spreadsheet.objects.exists()
