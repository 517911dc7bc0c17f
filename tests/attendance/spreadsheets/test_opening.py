"""Whatever somebody uploads: it is read, or one sentence says why not."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from attendance.spreadsheets.opening import opened
from clinic.errors import Refused


def a_book(*rows: list[Any], prepare: Any = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if prepare is not None:
        prepare(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def cells(content: bytes, sheet: str = "") -> list[list[str]]:
    headings, records = opened(content, sheet).rows()
    return [headings, *(record.cells for record in records)]


def test_numbers_days_and_noughts_of_a_workbook_are_the_texts_of_the_columns():
    def noughts(book: Workbook) -> None:
        book.active["C2"].number_format = "00000"

    row = ["0012", 44927, 123, date(2026, 1, 7), datetime(2026, 1, 7), 7.0, 7.5, True, None]
    assert cells(a_book(list("abcdefghi"), row, prepare=noughts))[1] == [
        *("0012", "44927", "00123", "2026-01-07", "2026-01-07", "7", "7.5", "TRUE", ""),
    ]


def test_the_sheets_that_can_be_seen_are_offered_and_hidden_ones_are_not():
    def sheets(book: Workbook) -> None:
        book.active.title = "Secret"
        book.active.sheet_state = "hidden"
        for title in ("People", "More"):
            book.create_sheet(title).append([title])
        book.create_sheet("Deep").sheet_state = "veryHidden"
        book.active = 1

    content = a_book(["a"], ["b"], prepare=sheets)
    found = opened(content)
    assert (found.sheets, found.sheet) == (("People", "More"), "People")
    assert cells(content, "More") == [["More"]]
    assert opened(content, "Secret").sheet == "People"


def test_merged_cells_hold_what_stands_in_the_first_of_them():
    content = a_book(
        ["a", "b"], ["x", "gone"], ["y", "z"], prepare=lambda book: book.active.merge_cells("A2:B2")
    )
    assert cells(content) == [["a", "b"], ["x", ""], ["y", "z"]]


def test_a_workbook_with_macros_is_read_and_they_are_not_run():
    content = a_book(["a"], ["x"])
    packed = io.BytesIO(content)
    with zipfile.ZipFile(packed, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\x00" * 1000)
    assert cells(packed.getvalue()) == [["a"], ["x"]]


def test_a_formula_is_what_it_came_to():
    assert cells(a_book(["a"], ["=1+1"], ["x"])) == [["a"], ["x"]]


def test_a_zip_bomb_is_told_by_what_it_says_it_holds():
    packed = io.BytesIO(a_book(["a"], ["x"]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/bomb.xml", "w") as part:
        for _ in range(101):
            part.write(bytes(2**20))
    with pytest.raises(Refused, match=r"The file is a workbook of more than 104,857,600 bytes unpacked\.$"):
        opened(packed.getvalue())


def test_a_part_that_claims_a_gigabyte_is_not_believed():
    content = bytearray(a_book(["a"], ["x"]))
    # In the list of parts at the end the size of the first is raised to a gigabyte.
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (2**30).to_bytes(4, "little")
    with pytest.raises(Refused, match="bytes unpacked"):
        opened(bytes(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "former kind"),
        (b"PK\x03\x04" + bytes(600), "a workbook that cannot be read"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "holds what no text does"),
        (b"%PDF-1.4\n\x00", "holds what no text does"),
        (b'{"a": 1}', None),
        (",".join(f"c{n}" for n in range(1000)).encode() + b"\n1\n", "has 1000 columns, of 200 at most"),
        (b"reference\n", "no rows below"),
    ],
)
def test_what_is_no_spreadsheet(content, words):
    if words is None:
        with pytest.raises(Refused, match="no rows below"):
            opened(content).look()
        return
    with pytest.raises(Refused, match=words):
        opened(content).look()


def test_a_quotation_mark_left_open_spoils_its_own_row():
    _, records = opened(b'a,b\n1,2\n"3,4\n5,6\n').rows()
    found = list(records)
    assert [(record.number, bool(record.fault)) for record in found] == [(2, False), (3, True), (4, False)]


def test_so_many_of_them_are_too_many(monkeypatch):
    monkeypatch.setattr("attendance.spreadsheets.opening.MOST_BROKEN_LINES", 0)
    with pytest.raises(Refused, match="more than 0 rows that cannot be read, the last of them row 2"):
        opened(b'a,b\n"1,2\n').look()


def test_columns_with_the_same_heading_are_told_apart_by_their_place():
    look = opened(b"a,a,\n1,2,\n").look()
    assert look.headings == ["a", "a"]
    assert [column.examples for column in look.columns] == [["1"], ["2"]]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)


@given(st.lists(st.lists(TEXTS, max_size=4), max_size=4))
def test_a_workbook_says_what_openpyxl_says(rows):
    content = a_book(["h1", "h2", "h3", "h4"], *rows)
    book = load_workbook(io.BytesIO(content))
    expected = [
        [str(cell or "") for cell in row]
        for row in book.active.iter_rows(min_row=2, max_col=4, values_only=True)
        if any(str(cell or "").strip() for cell in row)
    ]
    formulas = any(cell.startswith("=") for row in rows for cell in row)
    assert formulas or cells(content)[1:] == expected
