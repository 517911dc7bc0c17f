"""A workbook is read without a library that holds it whole: it says what that library reads of it all the same."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from attendance.directory.feeds.workbook import workbook_records
from attendance.directory.feeds.workbook_xml import LONGEST_TAG, events
from clinic.errors import Refused
from tests.attendance.directory import hostile
from tests.attendance.directory.hostile import SHEET, SHEET_END, STRINGS, workbook

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
MOMENTS = st.datetimes(datetime(1905, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
VALUES = (
    TEXTS
    | st.integers(-(10**14), 10**14)
    | st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
    | st.booleans()
    | MOMENTS
    | MOMENTS.map(datetime.date)
    | MOMENTS.map(datetime.time)
    | st.none()
)


def saved(book: Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def cells(data: bytes) -> list[list[str]]:
    return [record.cells for record in workbook_records(data)]


def a_row(*cells_of_it: str, row: str = "<row>") -> bytes:
    return f"{row}{''.join(cells_of_it)}</row>".encode()


def a_sheet(*rows: bytes) -> bytes:
    return SHEET + b"".join(rows) + SHEET_END


def as_a_list_has_it(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=4), st.booleans())
def test_it_reads_what_the_library_reads(rows: list[list[Any]], of_apple: bool):
    book = Workbook()
    if of_apple:
        book.epoch = CALENDAR_MAC_1904
    for row in rows:
        book.active.append(["x", *row, "x"])
    data = saved(book)
    read = load_workbook(io.BytesIO(data), data_only=True).worksheets[0].iter_rows(values_only=True)
    assert cells(data) == [[as_a_list_has_it(value) for value in row] for row in read]


def test_dates_and_times_are_told_by_their_style_and_lengths_of_time_too():
    book = Workbook()
    for column, value in enumerate(
        [date(2025, 1, 2), time(19, 30), timedelta(hours=1, minutes=30), 45659], 1
    ):
        book.active.cell(1, column, value)
    book.active.cell(1, 5, 0.8125).number_format = "h:mm AM/PM"
    book.active.cell(1, 6, 0.8125).number_format = '0.00 "days"'
    assert cells(saved(book)) == [["2025-01-02", "19:30", "1:30:00", "45659", "19:30", "0.8125"]]


def test_shared_texts_are_joined_of_their_runs_without_how_they_are_pronounced():
    strings = (
        STRINGS
        + b"<si><t>plain</t></si><si><r><t>in </t></r><r><rPr><b/></rPr><t>runs</t></r></si>"
        + "<si><t>課きく</t><rPh sb='0' eb='1'><t>カ</t></rPh></si><si/></sst>".encode()
    )
    row = a_row(
        *(f'<c t="s"><v>{number}</v></c>' for number in (0, 1, 2, 3, 4, -1, "x")), '<c t="s"/><c><v>1</v></c>'
    )
    assert cells(workbook(sheet=a_sheet(row), strings=strings)) == [
        ["plain", "in runs", "課きく", "", "", "", "", "", "1"]
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="inlineStr"><is><t>in line</t></is></c>', "in line"),
        ('<c t="str"><f>A2&amp;A3</f><v>what it came to</v></c>', "what it came to"),
        ("<c><f>1+1</f></c>", ""),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="d"><v>2025-01-02T00:00:00</v></c>', "2025-01-02"),
        ('<c t="d"><v>someday</v></c>', "someday"),
        ("<c><v>1930</v></c>", "1930"),
        ("<c><v>2.0</v></c>", "2"),
        ("<c><v>seven</v></c>", "seven"),
        ("<c><v>1e999</v></c>", "inf"),
        ('<c s="9"><v>7</v></c>', "7"),
        ('<c t="str"><v>two_x000D_\nlines</v></c>', "two\r\nlines"),
        ('<c t="str"><v>half_xD800_</v></c>', "half_xD800_"),
    ],
)
def test_a_cell_is_what_it_shows(cell, text):
    assert cells(workbook(sheet=a_sheet(a_row("<c><v>0</v></c>", cell, "<c><v>0</v></c>")))) == [
        ["0", text, "0"]
    ]


def test_cells_stand_where_they_say_and_else_after_the_one_before():
    row = a_row(
        '<c r="C1"><v>3</v></c>', "<c><v>4</v></c>", '<c r="A1"><v>1</v></c>', '<c r="?"><v>2</v></c>'
    )
    assert cells(workbook(sheet=a_sheet(row))) == [["1", "2", "3", "4"]]


def test_names_with_a_prefix_are_the_same_names():
    sheet = f'<x:worksheet xmlns:x="{hostile.MAIN}"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData>'
    assert cells(workbook(sheet=f"{sheet}</x:worksheet>".encode())) == [["7"]]


def test_rows_that_a_program_left_behind_below_the_list_are_no_rows_of_it():
    empty = b'<row r="%d"/>'
    below = b"".join(empty % number for number in range(3, 60_000))
    rows = [
        a_row("<c><v>1</v></c>", row='<row r="2">'),
        below,
        a_row("<c><v>2</v></c>", row='<row r="1048576">'),
    ]
    records = list(workbook_records(workbook(sheet=a_sheet(*rows))))
    assert [(record.number, record.cells) for record in records] == [(2, ["1"]), (1_048_576, ["2"])]


def test_a_number_of_an_absolute_part_and_of_one_beside_it_are_both_followed():
    data = workbook(sheet=a_sheet(a_row("<c><v>1</v></c>")))
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        assert b'Target="sheet.xml"' in source.read("xl/_rels/book.xml.rels")
        assert b'Target="/xl/styles.xml"' in source.read("xl/_rels/book.xml.rels")
    assert cells(data) == [["1"]]


@pytest.mark.parametrize("part", ["sheet", "strings", "styles", "book"])
def test_entities_are_refused_wherever_they_stand_and_in_whichever_encoding(part):
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    for content in (hostile.laughs(part), workbook(**{part: text.encode("utf-16")}), hostile.outside()):
        with pytest.raises(Refused, match="declares entities"):
            list(workbook_records(content))


def test_an_element_may_be_long_and_one_without_end_is_refused():
    def part(length: int) -> io.BytesIO:
        return io.BytesIO(b'<a b="' + b"c" * length + b'"/>')

    assert next(events(part(LONGEST_TAG // 2)))[0] == "a"
    with pytest.raises(Refused, match="an element of more than 1,048,576 bytes"):
        list(events(part(2 * LONGEST_TAG)))


@pytest.mark.parametrize(
    "parts",
    [
        {"book": b"<workbook/>"},
        {"book": hostile.book("nowhere")},
        {"book": b"<workbook"},
        {"sheet": b""},
        {"sheet": b"no XML"},
        {"sheet": a_sheet(b'<row r="seven"/>')},
        {"strings": b"<sst><si>"},
    ],
)
def test_what_is_broken_is_refused(parts):
    with pytest.raises(Refused, match="cannot be read"):
        list(workbook_records(workbook(**parts)))
