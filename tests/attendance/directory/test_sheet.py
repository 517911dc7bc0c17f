"""What may be wrong with a sheet as a whole, or with one row of it, and that the rest goes in all the same."""

import pytest

from attendance.directory.feeds.payload import MOST_COLUMNS, MOST_RECORDS
from attendance.directory.feeds.sheet import SheetRow, sheet_rows
from clinic.errors import Refused


def rows(data: bytes | str) -> list[SheetRow]:
    encoded = data.encode() if isinstance(data, str) else data
    return list(sheet_rows(encoded, ("id", "end_time", "Place"), ("id",), "list of meetings"))


def test_cells_go_by_their_heading_wherever_its_column_stands():
    assert rows("Colour,Place,ID\nred,Hall,1\n\n,,2\n") == [
        SheetRow(2, {"Place": "Hall", "id": "1"}),
        SheetRow(4, {"id": "2"}),
    ]


@pytest.mark.parametrize("heading", ["end_time", "End Time", "END-TIME", " endTime "])
def test_a_heading_may_be_spaced_and_capitalized_at_will(heading):
    assert rows(f"id,{heading}\n1,19:30") == [SheetRow(2, {"id": "1", "end_time": "19:30"})]


def test_a_byte_order_mark_and_line_ends_of_any_kind_are_tolerated():
    assert rows(b"\xef\xbb\xbfid,Place\r\n1,Hall\r2,Barn\n") == [
        SheetRow(2, {"id": "1", "Place": "Hall"}),
        SheetRow(3, {"id": "2", "Place": "Barn"}),
    ]


def test_a_cell_may_hold_lines_commas_and_quotation_marks():
    (row,) = rows('id,Place\n1,"Hall, ""upstairs""\nring twice"')
    assert row.cells["Place"] == 'Hall, "upstairs"\nring twice'


def test_a_row_with_too_many_or_too_few_cells_stops_no_other():
    assert rows("id,Place\n1\n2,Hall,x\n3,Barn") == [
        SheetRow(2, {}, "it has too few cells, 1 under 2 headings", ["1"]),
        SheetRow(3, {}, "it has too many cells, 3 under 2 headings", ["2", "Hall", "x"]),
        SheetRow(4, {"id": "3", "Place": "Barn"}),
    ]


def test_a_quotation_mark_left_open_stops_no_other_row():
    first, second = rows('id,Place\nseven,"Hall\n3,Barn')
    assert first.fault == "a quotation mark is opened in it and never closed"
    assert "seven" in first.maybe_slugs
    assert second == SheetRow(3, {"id": "3", "Place": "Barn"})


def test_a_cell_without_end_stops_no_other_row():
    first, second = rows(f"id,Place\n1,{'x' * 140_000}\n3,Barn")
    assert first.fault == "a cell of it has more than 131,072 characters"
    assert second.cells["id"] == "3"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The feed is empty."),
        ("id\n1".encode("utf-16"), "The feed is not UTF-8 text: it looks like UTF-16."),
        ("id\n1".encode("utf-16-le"), "The feed holds a NUL and is not plain text."),
        ("id\nCafé".encode("cp1252"), "The feed is not UTF-8 text: byte 7 is wrong."),
        (b"<!DOCTYPE html><html>502</html>", "The feed is a web page or XML, not a sheet."),
        (b"PK\x03\x04...", "The feed is a workbook that cannot be read."),
        (b"\xd0\xcf\x11\xe0...", "The feed is a workbook of Excel's former kind (xls): save it as xlsx"),
        (b"[]", "The feed is no list of meetings: it has no column id."),
        (b'"id\n1', "The feed is no sheet: its first row cannot be read."),
        (b",,\n , ", "The feed is no sheet: its first row cannot be read."),
        (b"id,Place,ID\n1,Hall,2", "The feed has the column id twice."),
        (b"id" + b"," * MOST_COLUMNS, "The feed has more than 1,000 columns."),
        (b"id\n" + b"\r\n" * MOST_RECORDS, "The feed has more than 500,000 lines."),
    ],
)
def test_what_is_no_sheet_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Refused) as refusal:
        rows(data)
    assert refusal.value.sentence.startswith(sentence)
    assert refusal.value.sentence.endswith("Nothing was changed.")


def test_a_sheet_whose_every_line_swallows_the_rest_is_given_up():
    """Each line closes the quotation mark of the one before and opens another, so that none ever ends."""
    with pytest.raises(Refused) as refusal:
        rows("id,Place\n" + 'x"y,"z\n' * 1000)
    assert refusal.value.sentence.startswith("The feed has more than 100 lines that cannot be read")


def test_a_line_without_end_stops_no_other_row():
    first, second = rows(f"id,Place\n1,{'x,' * 600_000}\n3,Barn")
    assert first.fault == "it has more than 1,000,000 characters, or a quotation mark is never closed"
    assert (first.maybe_slugs[0], second.cells["id"]) == ("1", "3")


def test_an_empty_sheet_is_a_sheet():
    assert rows("id") == []
