"""From the bytes of a sheet to its rows by heading, or one sentence about what they are instead.

A sheet is CSV or a workbook, told apart by content; headings and faults are the same for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from attendance.directory.feeds import payload
from attendance.directory.feeds.parsed import SLUG_LIMIT
from attendance.directory.feeds.workbook import workbook_records
from clinic.errors import Refused
from clinic.imports.records import END, CsvRecord, csv_records

# Beyond these it is no list of meetings, and reading it would take memory and time without end: a quotation mark
# that is never closed has all that follows it read once more.
MOST_BROKEN_LINES = 100
# Of a broken line, in characters; and of all of them, in cells.
LOOKED_THROUGH = 20_000
MOST_MAYBE_SLUGS = 1_000_000
WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
OTHERS_IN_A_NAME = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row under its headings: what its filled cells hold, as they stand; or the fault for which it has none.

    number counts from 1 for the row of headings. maybe_slugs: of a faulty row, the cells that may be its slug.
    """

    number: int
    cells: Mapping[str, str]
    fault: str = ""
    maybe_slugs: Sequence[str] = ()


def sheet_rows(data: bytes, columns: Sequence[str], needed: Sequence[str], kind: str) -> Iterator[SheetRow]:
    """The rows of a sheet, read as they are asked for, with cells by these columns; others are left out.

    A heading is a column's name however it is spaced and capitalized. kind names the format in sentences.
    Raises Refused, at once or on the way, where the bytes are no sheet, needed columns are missing,
    one is there twice, or there is no end to it.
    """
    records = _records(data)
    headings = _headings(_first(records), columns, needed, kind)
    return _rows(records, headings)


def headings_of(data: bytes) -> list[str]:
    """The cells of the first row of a sheet as they stand. Raises Refused where the bytes are no sheet."""
    return _first(_records(data))


def _first(records: Iterator[CsvRecord]) -> list[str]:
    first = next(records, None)
    if first is None or first.fault:
        raise Refused("The feed is no sheet: its first row cannot be read. Nothing was changed.")
    return first.cells


def _records(data: bytes) -> Iterator[CsvRecord]:
    if data.startswith(WORKBOOK):
        return workbook_records(data)
    if data.startswith(OLD_WORKBOOK):
        raise Refused(
            "The feed is a workbook of Excel's former kind (xls): save it as xlsx or as 'CSV UTF-8'. "
            "Nothing was changed."
        )
    text = payload.text(data)
    if text.lstrip().startswith("<"):
        raise Refused("The feed is a web page or XML, not a sheet. Nothing was changed.")
    if END in text:
        raise Refused("The feed holds a NUL and is not plain text. Nothing was changed.")
    payload.refuse_endless_lines(text)
    return csv_records(text)


def _headings(cells: Sequence[str], columns: Sequence[str], needed: Sequence[str], kind: str) -> list[str]:
    """The column each cell of a row belongs to, empty for none."""
    if len(cells) > payload.MOST_COLUMNS:
        raise Refused(f"The feed has more than {payload.MOST_COLUMNS:,} columns. Nothing was changed.")
    by_name = {bare(column): column for column in columns}
    headings = [by_name.get(bare(cell), "") for cell in cells]
    missing = [column for column in needed if column not in headings]
    if missing:
        raise Refused(f"The feed is no {kind}: it has no column {', '.join(missing)}. Nothing was changed.")
    for column in columns:
        if headings.count(column) > 1:
            raise Refused(f"The feed has the column {column} twice. Nothing was changed.")
    return headings


def bare(heading: str) -> str:
    """A heading without what people space and part its words with, in small letters."""
    return OTHERS_IN_A_NAME.sub("", heading).casefold()


def _rows(records: Iterator[CsvRecord], headings: Sequence[str]) -> Iterator[SheetRow]:
    broken = maybe_slugs = 0
    for number, cells, fault in records:
        if fault or len(cells) != len(headings):
            maybe = _maybe_slugs(cells)
            maybe_slugs += len(maybe)
            if maybe_slugs > MOST_MAYBE_SLUGS:
                raise Refused(
                    "The cells of most rows of the feed do not match its headings. Nothing was changed."
                )
        if fault:
            broken += 1
            if broken > MOST_BROKEN_LINES:
                raise Refused(
                    f"The feed has more than {MOST_BROKEN_LINES} lines that cannot be read, the last in row "
                    f"{number}: {fault}. Nothing was changed."
                )
            yield SheetRow(number, {}, fault, maybe)
        elif len(cells) != len(headings):
            many = "many" if len(cells) > len(headings) else "few"
            why = f"it has too {many} cells, {len(cells)} under {len(headings)} headings"
            yield SheetRow(number, {}, why, maybe)
        else:
            by_column = zip(headings, cells, strict=True)
            yield SheetRow(number, {column: cell for column, cell in by_column if column and cell.strip()})


def _maybe_slugs(cells: Sequence[str]) -> list[str]:
    """What stands between quotation marks and commas: where one is missing, several cells are one."""
    parts = (part.strip() for part in re.split('[",]', ",".join(cells)[:LOOKED_THROUGH]))
    return [part for part in parts if 0 < len(part) <= SLUG_LIMIT]
