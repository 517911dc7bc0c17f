"""A list as a workbook (xlsx): one sheet with the rows, and another that says what it is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from clinic.errors import Refused
from clinic.exports.cells import Value, in_words, local
from clinic.exports.table import Row, Table

# The format has no more, the header among them.
MOST_ROWS = 1_048_576
DAY, MOMENT, TEXT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"
# A column is as wide as the longest of its first cells, within reason.
MEASURED = 200
NARROWEST, WIDEST = 8, 60
About = Iterable[tuple[str, Value]]


def write_workbook(table: Table, about: About, file: IO[bytes], time_zone: str) -> int:
    """Write a list to a file; how many rows there were. about: what else is known of it, for the second sheet.

    Raises Refused where there are more rows than a workbook has.
    """
    book = Workbook(write_only=True)
    try:
        number = _fill(book.create_sheet("List"), table.headings, table.rows, time_zone)
        _fill(book.create_sheet("About"), ("What it is", table.title), [*about, ("Rows", number)], time_zone)
    except BaseException:
        # The library keeps a sheet on the disk until its book is saved: saved into nowhere, nothing is left there.
        with suppress(Exception):
            book.save(io.BytesIO())
        raise
    book.save(file)
    return number


def _fill(sheet: Any, headings: Sequence[str], rows: Iterable[Row], time_zone: str) -> int:
    left = iter(rows)
    first = list(islice(left, MEASURED))
    sheet.freeze_panes = "A2"
    for index in range(len(headings)):
        longest = max(len(in_words(row[index], time_zone)) for row in [[*headings], *first])
        width = min(max(longest + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    sheet.append([_bold(sheet, heading) for heading in headings])
    number = 0
    for row in chain(first, left):
        number += 1
        if number >= MOST_ROWS:
            raise Refused(
                f"There are more than {MOST_ROWS - 1:,} rows, which is all that Excel takes: take CSV."
            )
        sheet.append(list(_cells(sheet, row, time_zone)))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{number + 1}"
    return number


def _cells(sheet: Any, row: Row, time_zone: str) -> Iterator[Any]:
    """Numbers and dates as such; everything else as text, which nothing reckons out."""
    for value in row:
        if value is None:
            yield None
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value
        elif isinstance(value, datetime):
            yield _cell(sheet, local(value, time_zone), MOMENT)
        elif isinstance(value, date):
            yield _cell(sheet, value, DAY)
        else:
            yield _text(sheet, in_words(value, time_zone))


def _cell(sheet: Any, value: date, shown_as: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = shown_as
    return cell


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    # The library takes what begins with = for a formula, and what looks like an error for one.
    cell.data_type = "s"
    cell.number_format = TEXT
    return cell


def _bold(sheet: Any, value: str) -> Any:
    cell = _text(sheet, value)
    cell.font = Font(bold=True)
    return cell
