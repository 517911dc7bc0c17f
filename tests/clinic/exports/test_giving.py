"""Lists that leave: what is in the file, what it says of itself, and what the audit trail keeps of it."""

from __future__ import annotations

import io
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.errors import Refused
from clinic.exports import workbook
from clinic.exports.giving import FileKind, Given, give_out
from clinic.exports.table import CONFIDENTIAL, PORTION, Table, in_portions
from clinic.models import AuditEntry, Client, Clinic
from tests import cast
from tests.cast import BY, NOW
from tests.clinic.exports.files import Taken, read_csv, read_workbook

pytestmark = pytest.mark.django_db

HOSTILE = [
    '=HYPERLINK("https://evil.example","Ana")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\t=1+1",
    "\r=1+1",
    '"quoted", and; more',
    "<script>alert(1)</script>&amp;",
    "two\nlines",
    "#N/A",
    "TRUE",
    "1e5",
    "007",
    "+447700900123",
    "2026-03-02",
    "\u202elive\u202c",
    "ключ 鍵 🔑",
    "x" * 40_000,
    "\x00\x0b\x1f",
]
MOMENT = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


def a_table(rows: Any, **told: Any) -> Table:
    return Table("things", "Things", ("What", "How many", "On", "At", "Holds"), rows, **told)


def give(table: Table, kind: FileKind, clinic: Clinic) -> Given:
    return give_out(table=table, kind=kind, clinic=clinic, by=BY, now=NOW)


def taken(table: Table, kind: FileKind, clinic: Clinic) -> Taken:
    given = give(table, kind, clinic)
    with given.file:
        content = given.file.read()
    return (read_csv if kind is FileKind.CSV else read_workbook)(content, given.name)


def rows() -> list[tuple[Any, ...]]:
    return [(text, number, date(2026, 3, 2), MOMENT, number % 2 == 0) for number, text in enumerate(HOSTILE)]


def test_in_csv_no_text_is_a_formula_and_numbers_stay(clinic: Clinic) -> None:
    file = taken(a_table(rows()), FileKind.CSV, clinic)
    texts = file.column("What")
    assert texts[:6] == [f"'{HOSTILE[0]}", "'+1+1", "'@SUM(A1)", "'-2+3", "'=1+1", "'=1+1"]
    assert texts[6:9] == ['"quoted", and; more', "<script>alert(1)</script>&amp;", "two lines"]
    assert texts[9:17] == ["#N/A", "TRUE", "1e5", "007", "+447700900123", "2026-03-02", "live", "ключ 鍵 🔑"]
    assert (len(texts[17]), texts[18]) == (32_767, "")
    assert file.column("How many") == [str(number) for number in range(len(HOSTILE))]
    assert {(row["On"], row["At"]) for row in file.rows} == {("2026-03-02", "2026-07-02 00:30")}
    assert file.column("Holds")[:2] == ["yes", "no"]


def test_a_workbook_has_texts_as_texts_and_dates_as_dates(clinic: Clinic) -> None:
    file = taken(a_table(rows()), FileKind.XLSX, clinic)
    texts = file.column("What")
    assert texts[:4] == [HOSTILE[0], "+1+1", "@SUM(A1)", "-2+3"]
    assert texts[9:15] == ["#N/A", "TRUE", "1e5", "007", "+447700900123", "2026-03-02"]
    assert {
        (cell.data_type, cell.number_format) for cell in (row[0] for row in file.cells) if cell.value
    } == {("s", "@")}
    assert file.column("How many") == list(range(len(HOSTILE)))
    assert {row["On"] for row in file.rows} == {datetime(2026, 3, 2)}
    assert {row["At"] for row in file.rows} == {datetime(2026, 7, 2, 0, 30)}
    assert {row[2].number_format for row in file.cells} == {"yyyy-mm-dd"}


def test_a_workbook_holds_no_formula_and_columns_as_wide_as_their_words(clinic: Clinic) -> None:
    given = give(
        a_table([("=1+1", 1, None, None, None), ("a somewhat longer text", 2, None, None, None)]),
        FileKind.XLSX,
        clinic,
    )
    with given.file, zipfile.ZipFile(io.BytesIO(given.file.read())) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert '<autoFilter ref="A1:E3"' in sheet
    assert 'width="24"' in sheet


def test_a_workbook_says_what_it_is_and_a_csv_only_has_its_name(clinic: Clinic) -> None:
    table = a_table(
        rows(), filters=[("Standing", "slipping"), ("Name or reference", "=ana")], of="2026-02-23"
    )
    file = taken(table, FileKind.XLSX, clinic)
    assert file.about == {
        "What it is": "Things",
        "Clinic": "Riverside",
        "As of": datetime(2026, 3, 2, 12, 0),
        "Times are those of": "Europe/London",
        "Taken along by": "tests",
        "Standing": "slipping",
        "Name or reference": "=ana",
        "Notice": CONFIDENTIAL,
        "Rows": len(HOSTILE),
    }
    assert file.name == "things_2026-02-23_riverside_2026-03-02_confidential.xlsx"
    assert (
        taken(table, FileKind.CSV, clinic).name == "things_2026-02-23_riverside_2026-03-02_confidential.csv"
    )


def test_the_law_of_a_country_is_quoted_where_clients_are_told_of(db: None) -> None:
    clinic = cast.a_clinic("harbour", country="US")
    said = taken(a_table([]), FileKind.XLSX, clinic).about["Notice"]
    assert said == f"42 CFR part 2 prohibits unauthorized use or disclosure of these records. {CONFIDENTIAL}"
    open_to_all = taken(a_table([], about_clients=False), FileKind.XLSX, clinic)
    assert "Notice" not in open_to_all.about
    assert "confidential" not in open_to_all.name


@pytest.mark.parametrize("kind", FileKind)
def test_the_trail_says_who_took_which_list_and_how_much_and_no_value(
    kind: FileKind, clinic: Clinic, sam: Client
) -> None:
    give(a_table(rows(), client=sam), kind, clinic).file.close()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subject, entry.rows) == ("list.exported", f"things as {kind}", len(HOSTILE))
    assert (entry.actor_name, entry.at, entry.clinic, entry.client_id) == ("tests", NOW, clinic, sam.pk)
    assert entry.fields == ["At", "Holds", "How many", "On", "What"]


@pytest.mark.parametrize("kind", FileKind)
def test_one_that_cannot_be_made_is_not_noted_and_leaves_nothing_on_the_disk(
    kind: FileKind, clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[tuple[Any, ...]]:
        yield ("Ana", 1, None, None, None)
        raise LookupError

    before = AuditEntry.objects.count()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(LookupError):
        give(a_table(broken()), kind, clinic)
    assert AuditEntry.objects.count() == before
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_takes_only_so_many_rows(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 11)
    row = ("Ana", 1, None, None, None)
    assert len(taken(a_table([row] * 10), FileKind.XLSX, clinic).rows) == 10
    with pytest.raises(Refused, match="more than 10 rows, which is all that Excel takes: take CSV"):
        give(a_table([row] * 11), FileKind.XLSX, clinic)
    assert len(taken(a_table([row] * 11), FileKind.CSV, clinic).rows) == 11


def test_an_empty_list_is_a_header(clinic: Clinic) -> None:
    for kind in FileKind:
        file = taken(a_table([]), kind, clinic)
        assert (len(file.headings), file.rows) == (5, [])


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "most"), [(FileKind.CSV, 30_000), (FileKind.XLSX, 10_000)])
def test_a_list_of_any_length_takes_no_more_memory(kind: FileKind, most: int, clinic: Clinic) -> None:
    def peak(number: int) -> int:
        words = ("something that was said of somebody", 7, date(2026, 3, 2), MOMENT, True)
        tracemalloc.start()
        try:
            give(a_table(words for _ in range(number)), kind, clinic).file.close()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    # What is held in memory of the file itself is a few megabytes at most, however long it is: no row stays whole.
    assert peak(most) < peak(most // 10) + 200 * most


def test_portions_come_in_order_from_one_query(clinic: Clinic) -> None:
    for number in range(7):
        cast.a_client(clinic, f"C{number}")
    with CaptureQueriesContext(connection) as asked:
        found = list(in_portions(clinic.clients.order_by("-reference"), 3))
    assert [[one.reference for one in portion] for portion in found] == [
        ["C6", "C5", "C4"],
        ["C3", "C2", "C1"],
        ["C0"],
    ]
    assert len(asked) == 1
    assert PORTION > 1
