"""From the bytes of a CSV file to its text and what parts its cells, as programs in many countries write them. Pure."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass

from clinic.errors import Refused
from clinic.imports.records import END

BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# Excel writes and reads such a line before the headings, and does not count it.
STATED = re.compile(r"sep=(.)(?:\r\n?|\n)")
# The headings are in the first line with something in it; no more of a text is looked at.
LONGEST_HEADINGS = 100_000
SAVE_AS = "Save it as 'CSV UTF-8' or as xlsx."


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, what parts its cells, and the encoding it was in."""

    text: str
    delimiter: str
    encoding: str

    @property
    def read_as(self) -> str:
        """How it was read, for a person."""
        return f"Read as text in {self.encoding}, with {DELIMITERS[self.delimiter]} between the cells."


def decoded(content: bytes) -> Text:
    """The text of a file. Raises Refused where it is none, or where two encodings are mixed in it."""
    text, encoding = _text(content)
    if not text.strip():
        raise Refused("The file is empty: its first row names the columns.")
    if END in text:
        raise Refused(f"The file is no spreadsheet: it holds what no text does. {SAVE_AS}")
    if text.lstrip().startswith("<"):
        raise Refused(f"The file is a web page or XML, and no spreadsheet. {SAVE_AS}")
    stated = STATED.match(text)
    if stated is not None and stated[1] in DELIMITERS:
        return Text(text[stated.end() :], stated[1], encoding)
    return Text(text, delimiter_of(text), encoding)


def delimiter_of(text: str) -> str:
    """What parts the cells of the first line that has anything in it; a comma where nothing does."""
    begin = len(text) - len(text.lstrip("\r\n \t\f\v"))
    first = re.split(r"\r\n?|\n", text[begin : begin + LONGEST_HEADINGS], maxsplit=1)[0]
    cells = {mark: _width(first, mark) for mark in DELIMITERS}
    # Of several that come to as many the first of the table, as max keeps it.
    return max(DELIMITERS, key=lambda mark: cells[mark])


def _width(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0


def _text(content: bytes) -> tuple[str, str]:
    for mark, name in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(name), "UTF-16"
            except UnicodeDecodeError as error:
                raise Refused(f"The file begins as UTF-16 text and is not. {SAVE_AS}") from error
    try:
        return content.decode("utf-8").removeprefix("\ufeff"), "UTF-8"
    except UnicodeDecodeError as error:
        wrong = content.count(b"\n", 0, error.start) + 1
    if content.startswith(codecs.BOM_UTF8):
        raise Refused(f"The file says that it is UTF-8, and line {wrong} is not. {SAVE_AS}")
    _refuse_mixed(content, wrong)
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        raise Refused(f"The file is neither UTF-8 nor Windows-1252 text. {SAVE_AS}") from error


def _refuse_mixed(content: bytes, wrong: int) -> None:
    """Refuse a file of which one line is UTF-8 beyond doubt and another cannot be: a name in it would be garbled."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        raise Refused(
            f"The file is in two encodings: line {number} is UTF-8, and line {wrong} is not. {SAVE_AS}"
        )
