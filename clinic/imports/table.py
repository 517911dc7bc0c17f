"""Reads a spreadsheet saved as CSV: its header, and each row or why that row cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from clinic.errors import Refused
from clinic.imports.records import CsvRecord, records_from
from clinic.imports.rows import Row
from clinic.imports.text_file import TextFile, opened

# What is appended to a rejected row; a file of mended rejects may still have it.
WHY = "why"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file may have, and those it must have, filled in every row.

    days, yes_no and words: those that hold a day, yes or no, and one of a few words, with the words. They are for
    files of other people's making, which write the first two in their own way and leave the last out.
    """

    names: Sequence[str]
    needed: Sequence[str]
    days: Collection[str] = ()
    yes_no: Collection[str] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A file open to be read: its header without `why`, and its rows, each read from the file when it is asked for."""

    columns: Columns
    names: list[str]
    text: TextFile

    @property
    def header(self) -> list[str]:
        """The columns that it has."""
        return [name for name in self.names if name != WHY]

    def rows(self) -> Iterator[Row]:
        """All rows in order; blank lines are left out."""
        for line, record in islice(records_from(self.text), 1, None):
            yield _row(line, record, self.names, self.columns)

    def row(self, line: int, number: int) -> Row:
        """The row of that number once more, which begins with that line."""
        (_, record) = next(records_from(self.text, line, number - 1))
        return _row(line, record, self.names, self.columns)


@contextmanager
def opened_table(path: Path, columns: Columns) -> Iterator[Table]:
    """A file open to be read.

    Raises Refused where it is no UTF-8 text, or its header has unknown, missing or repeated columns, and
    OSError where it cannot be opened.
    """
    with opened(path) as text:
        _, first = next(records_from(text), (0, None))
        if first is None:
            raise Refused(
                f"{path} is empty: its first row names columns, {', '.join(columns.needed)} at least."
            )
        names = [cell.strip() for cell in first.cells]
        _check_header(path, names, columns)
        yield Table(columns, names, text)


def _check_header(path: Path, header: Sequence[str], columns: Columns) -> None:
    for position, name in enumerate(header, start=1):
        if not name:
            raise Refused(f"{path}: column {position} of the header has no name.")
        if name not in (*columns.names, WHY):
            raise Refused(f"{path}: there is no column {name!r} here; there are {', '.join(columns.names)}.")
        if header.index(name) != position - 1:
            raise Refused(f"{path}: column {name!r} is there twice.")
    missing = [name for name in columns.needed if name not in header]
    if missing:
        raise Refused(f"{path}: the header lacks {', '.join(missing)}.")


def _row(line: int, record: CsvRecord, header: Sequence[str], columns: Columns) -> Row:
    number, original, unread = record
    if unread:
        return Row(number, {}, original, Refused(f"{unread}."), line)
    if len(original) != len(header):
        many = "many" if len(original) > len(header) else "few"
        fault = Refused(f"too {many} cells: it has {len(original)}, and the header {len(header)}.")
        return Row(number, {}, original, fault, line)
    cells = {name: cell.strip() for name, cell in zip(header, original, strict=True) if name != WHY}
    if WHY in header:
        original = [cell for name, cell in zip(header, original, strict=True) if name != WHY]
    for name in columns.needed:
        if not cells[name]:
            fault = Refused("it is empty, and every row needs it.", name)
            return Row(number, cells, original, fault, line)
    return Row(number, cells, original, None, line)
