"""The records of a text in CSV, each by itself, so that a broken one takes no other with it. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple, Protocol

# A last line that no text may hold: a quotation mark left open swallows it.
END = "\0"
# Far more than any row of a spreadsheet: without a limit a hostile text would be read again for every line it has.
MOST_A_RECORD = 1_000_000
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class CsvRecord(NamedTuple):
    """fault: why its one cell is a line as it stands; empty where it could be read."""

    number: int
    cells: list[str]
    fault: str = ""


class _TooLongError(Exception):
    """A record takes more than it may."""


class Lines(Protocol):
    """The lines of a text, each with what ends it."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int, /) -> str: ...


class _Following:
    """The lines from a position on, then END; taken: the characters of them since it was last set to 0."""

    def __init__(self, lines: Lines, position: int) -> None:
        self._lines = chain(map(lines.__getitem__, range(position, len(lines))), (END,))
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += len(line)
        if self.taken > MOST_A_RECORD:
            raise _TooLongError
        return line


def csv_records(text: str, delimiter: str = ",") -> Iterator[CsvRecord]:
    """The records that are not blank, numbered from 1 with the blank ones counted; text is without NUL.

    A quotation mark that is never closed would swallow the rest of the file; its line is then taken as it
    stands, so that it alone is at fault.
    """
    return (record for _, record in records_from(LINE.findall(text), delimiter=delimiter))


def records_from(
    lines: Lines, position: int = 0, number: int = 0, delimiter: str = ","
) -> Iterator[tuple[int, CsvRecord]]:
    """The same of lines, each record with the position of its first line; so that one can be read again by itself.

    position: the line to begin with. number: how many records there are before it.
    """
    while position < len(lines):
        following = _Following(lines, position)
        reader = csv.reader(following, delimiter=delimiter)
        taken = 0
        fault = "a quotation mark is opened in it and never closed"
        try:
            for cells in reader:
                if cells == [END]:
                    return
                if cells and cells[-1].endswith(END):
                    break
                first, taken, number = position + taken, reader.line_num, number + 1
                following.taken = 0
                if any(map(str.strip, cells)):
                    yield first, CsvRecord(number, cells)
        except csv.Error:
            # A cell longer than the reader allows: by itself, or because it swallows the lines below.
            most = csv.field_size_limit()
            by_itself = len(lines[position + taken]) > most
            fault = (
                f"a cell of it has more than {most:,} characters"
                if by_itself
                else f"a quotation mark is opened in it and not closed within {most:,} characters"
            )
        except _TooLongError:
            fault = f"it has more than {MOST_A_RECORD:,} characters, or a quotation mark is never closed"
        number += 1
        position += taken + 1
        yield position - 1, CsvRecord(number, [lines[position - 1].rstrip("\r\n")], fault)
