"""The text of a CSV file, whichever program of whichever country wrote it."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.errors import Refused
from clinic.imports.decoding import decoded, delimiter_of
from clinic.imports.records import csv_records

CELLS = st.text(
    st.characters(codec="cp1252", exclude_characters="\0<", exclude_categories=["Cc", "Cs"]), max_size=12
)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4)


def rows_of(content: bytes) -> list[list[str]]:
    found = decoded(content)
    return [record.cells for record in csv_records(found.text, found.delimiter)]


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (b"a,b\n1,2\n", "UTF-8", ","),
        (codecs.BOM_UTF8 + b"a,b\n1,2\n", "UTF-8", ","),
        ("a;b\né;2\n".encode("cp1252"), "Windows-1252", ";"),
        ("a\tb\né\t2\n".encode("utf-16"), "UTF-16", "\t"),
        (b"sep=;\r\na,x;b\r\n1;2\r\n", "UTF-8", ";"),
        (b'"a,b;c";d\n1;2\n', "UTF-8", ";"),
        (b"\r\n\r\na;b\r\n1;2", "UTF-8", ";"),
        (b"reference\nA1\n", "UTF-8", ","),
    ],
)
def test_it_says_how_it_was_read(content, encoding, delimiter):
    found = decoded(content)
    assert (found.encoding, found.delimiter) == (encoding, delimiter)
    assert not found.text.startswith(("\ufeff", "sep="))


@given(st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), ROWS)
def test_what_was_written_is_read(delimiter, encoding, rows):
    headings = [f"c{number}" for number in range(4)]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([headings, *rows])
    blank_ones_left_out = [row for row in rows if any(cell.strip() for cell in row)]
    assert rows_of(text.getvalue().encode(encoding)) == [headings, *blank_ones_left_out]


@given(st.binary(max_size=200))
def test_whatever_the_bytes_there_is_a_text_or_a_sentence(content):
    try:
        found = decoded(content)
    except Refused:
        return
    assert found.text.strip() and "\0" not in found.text
    assert all(record.cells for record in csv_records(found.text, found.delimiter))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b" \r\n\t", "The file is empty"),
        (b"a,b\n1,\x00\n", "holds what no text does"),
        (codecs.BOM_UTF8 + b"a\n\xe9\n", "says that it is UTF-8, and line 2 is not"),
        ("é\n".encode() + "é\n".encode("cp1252"), "two encodings: line 1 is UTF-8, and line 2 is not"),
        (b"a,b\n\x81\x8d,2\n", "neither UTF-8 nor Windows-1252"),
        (codecs.BOM_UTF16_LE + b"a", "begins as UTF-16 text and is not"),
        (b"<!doctype html>", "a web page or XML"),
    ],
)
def test_what_cannot_be_read_says_why(content, words):
    with pytest.raises(Refused, match=words):
        decoded(content)


def test_a_line_without_any_mark_is_one_cell():
    assert delimiter_of("reference") == ","
    assert delimiter_of("") == ","
