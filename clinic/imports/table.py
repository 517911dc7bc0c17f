"""Reads a spreadsheet saved as CSV: its header, and each row or why that row cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clinic.errors import Refused
from clinic.imports.records import END, CsvRecord, csv_records
from clinic.imports.rows import Row

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
    """A file read: its header without `why`, and its rows in order."""

    header: list[str]
    rows: list[Row]


def read_table(path: Path, columns: Columns) -> Table:
    """Read a file; blank lines are left out.

    Raises Refused where it is no UTF-8 text, or its header has unknown, missing or repeated columns, and
    OSError where it cannot be opened.
    """
    records = csv_records(_text(path))
    first = next(records, None)
    if first is None:
        raise Refused(f"{path} is empty: its first row names columns, {', '.join(columns.needed)} at least.")
    header = [cell.strip() for cell in first.cells]
    _check_header(path, header, columns)
    return Table(
        [name for name in header if name != WHY], [_row(record, header, columns) for record in records]
    )


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(f"{path} is not UTF-8 (line {line}): save it as 'CSV UTF-8'.") from error
    if END in text:
        line = text.count("\n", 0, text.index(END)) + 1
        raise Refused(f"{path} holds a NUL (line {line}) and is not plain text: save it as 'CSV UTF-8'.")
    return text


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


def _row(record: CsvRecord, header: Sequence[str], columns: Columns) -> Row:
    number, original, unread = record
    if unread:
        return Row(number, {}, original, Refused(f"{unread}."))
    if len(original) != len(header):
        many = "many" if len(original) > len(header) else "few"
        fault = Refused(f"too {many} cells: it has {len(original)}, and the header {len(header)}.")
        return Row(number, {}, original, fault)
    cells = {name: cell.strip() for name, cell in zip(header, original, strict=True) if name != WHY}
    if WHY in header:
        original = [cell for name, cell in zip(header, original, strict=True) if name != WHY]
    for name in columns.needed:
        if not cells[name]:
            return Row(number, cells, original, Refused("it is empty, and every row needs it.", name))
    return Row(number, cells, original)
