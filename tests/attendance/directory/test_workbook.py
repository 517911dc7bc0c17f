"""A workbook is read like the CSV that it would be saved as."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from attendance.directory.feeds import naws, tsml_sheet, workbook
from attendance.directory.feeds.workbook import workbook_records
from clinic.errors import Refused
from tests.attendance.directory.sheets import NAWS_52, TEMPLATE, a_naws_row, a_sheet, a_template_row


def a_workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Notes").append(["of no interest"])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def in_a_row(headings: list[str], row: dict[str, Any]) -> list[Any]:
    return [row.get(heading) for heading in headings]


def cells(*rows: list[Any]) -> list[list[str]]:
    return [record.cells for record in workbook_records(a_workbook(*rows))]


def test_a_naws_export_says_the_same_as_a_workbook():
    row = a_naws_row()
    as_csv = naws.parse(a_sheet(NAWS_52, row))
    assert naws.parse(a_workbook(NAWS_52, in_a_row(NAWS_52, row))) == as_csv
    # As a spreadsheet keeps what somebody types: numbers without their noughts, truths and dates.
    typed = row | {"bmlt_id": 96, "Time": 730, "LastChanged": date(2018, 12, 22), "WheelChr": False}
    assert naws.parse(a_workbook(NAWS_52, in_a_row(NAWS_52, typed))) == as_csv


def test_the_template_says_the_same_as_a_workbook():
    row = a_template_row({"Latitude": "53.8", "Longitude": "-1.55"})
    typed = row | {"Time": time(12, 30), "Updated": datetime(2020, 4, 4, 16, 50, 58), "Latitude": 53.8}
    headings = [*TEMPLATE, "Latitude", "Longitude"]
    as_csv = tsml_sheet.parse(a_sheet(headings, row))
    assert tsml_sheet.parse(a_workbook(headings, in_a_row(headings, typed))) == as_csv


def test_blank_rows_are_counted_and_every_row_is_as_wide_as_the_first():
    records = list(workbook_records(a_workbook(["a", "b", None], [], ["1"], [None, " "], ["1", "2", "3"])))
    assert [record.number for record in records] == [1, 3, 5]
    assert [record.cells for record in records] == [["a", "b"], ["1", ""], ["1", "2", "3"]]


def test_columns_far_to_the_right_are_left_out():
    assert cells(["a", *[None] * 300, "b"], ["1"]) == [["a"], ["1"]]


def test_values_are_written_as_a_list_would_have_them():
    assert cells(["a"] * 5, [1, 2.0, -1.5, True, datetime(2025, 1, 2)]) == [
        ["a"] * 5,
        ["1", "2", "-1.5", "TRUE", "2025-01-02"],
    ]


def test_a_formula_is_what_it_came_to_when_it_was_saved():
    assert cells(["a", "b"], ["=1+1", "x"]) == [["a", "b"], ["", "x"]]


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/bomb.xml", "w") as part:
        for _ in range(workbook.LARGEST // 2**20 + 1):
            part.write(bytes(2**20))
    assert len(packed.getvalue()) < 2**20
    with pytest.raises(Refused, match="more than 262,144,000 bytes unpacked"):
        list(workbook_records(packed.getvalue()))


def test_a_row_that_says_it_is_the_thousand_millionth_is_refused():
    source = zipfile.ZipFile(io.BytesIO(a_workbook(["a"], ["b"])))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as altered:
        for part in source.infolist():
            content = source.read(part).replace(b'<row r="2"', b'<row r="1000000000"')
            altered.writestr(part, content.replace(b'r="A2"', b'r="A1000000000"'))
    with pytest.raises(Refused, match="more than 1,048,576 rows"):
        list(workbook_records(packed.getvalue()))


WHOLE = a_workbook(NAWS_52, in_a_row(NAWS_52, a_naws_row()))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_a_damaged_workbook_is_read_or_refused(place: int, damage: bytes, cut_short: bool):
    data = WHOLE[:place] if cut_short else WHOLE[:place] + damage + WHOLE[place + len(damage) :]
    try:
        feed = naws.parse(data)
    except Refused:
        return
    assert feed.read == len(feed.meetings) + len(feed.rejected)
