"""A workbook (xlsx) as the records that one of its sheets would have as CSV."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any

from openpyxl.utils.datetime import from_excel

from attendance.directory.feeds.workbook_parts import Parts, Sheet, Style, find_parts
from attendance.directory.feeds.workbook_xml import events
from clinic.errors import Refused
from clinic.imports.records import CsvRecord

# Unpacked. A zip file says how large its parts are, and no more than that is read of them.
LARGEST = 250 * 1024 * 1024
MOST_PARTS = 10_000
PART = b"PK\x01\x02"
# With something in them. The format has more, and programs write them all where a whole column was given a style.
MOST_ROWS = 500_000
LAST_ROW = 1_048_576
# A cell may claim to stand in the sixteen-thousandth column, and the row is as long as that.
MOST_COLUMNS = 256
LAST_COLUMN = 16_384
PLACE = re.compile(r"([A-Z]{1,3})[0-9]+")
Row = tuple[int, Mapping[int, str]]


def workbook_records(data: bytes, sheet: str | None = None, largest: int = LARGEST) -> Iterator[CsvRecord]:
    """The rows that are not blank, numbered from 1 with the blank ones counted, as wide as the first of them.

    sheet: the name of the one to read, the first where none is given. largest: in bytes, unpacked.
    Columns beyond the 256th are left out. Cells are what they hold and not the formula for it; numbers, dates and
    times are written as a list would have them. Raises Refused, at once or on the way, where the bytes are no
    workbook or go on without end.
    """
    with _broken_is_refused():
        yield from _records(data, sheet, largest)


def sheets_of(data: bytes, largest: int = LARGEST) -> list[Sheet]:
    """The sheets of a workbook in their order, charts left out. Raises Refused as workbook_records does."""
    with _broken_is_refused(), _unpacked(data, largest) as packed:
        return find_parts(packed).sheets


@contextmanager
def _broken_is_refused() -> Iterator[None]:
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        # A broken workbook comes to light as whatever its reader stumbles on.
        raise Refused("The feed is a workbook that cannot be read. Nothing was changed.") from error


@contextmanager
def _unpacked(data: bytes, largest: int) -> Iterator[zipfile.ZipFile]:
    if data.count(PART) > MOST_PARTS:
        raise Refused(f"The feed is a workbook of more than {MOST_PARTS:,} parts. Nothing was changed.")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > largest:
            raise Refused(
                f"The feed is a workbook of more than {largest:,} bytes unpacked. Nothing was changed."
            )
        yield packed


def _records(data: bytes, sheet: str | None, largest: int) -> Iterator[CsvRecord]:
    with _unpacked(data, largest) as packed:
        width = filled = 0
        parts = find_parts(packed)
        chosen = next(one.part for one in parts.sheets if sheet in (None, one.name))
        for number, cells in _rows(packed, parts, chosen):
            last = max((column for column, cell in cells.items() if cell.strip()), default=0)
            if not last:
                continue
            filled += 1
            if filled > MOST_ROWS:
                raise Refused(f"The feed has more than {MOST_ROWS:,} rows. Nothing was changed.")
            width = width or last
            yield CsvRecord(number, [cells.get(column, "") for column in range(1, max(width, last) + 1)])


def _rows(packed: zipfile.ZipFile, parts: Parts, sheet: str) -> Iterator[Row]:
    """Each row with its number, and what stands in its columns, from 1 for A."""
    number = column = 0
    cells: dict[int, str] = {}
    cell: Mapping[str, str] = {}
    pieces: list[str] = []
    aloud = False
    with packed.open(sheet) as content:
        for name, attributes, text in events(content):
            begins = attributes is not None
            if name == "row" and attributes is not None:
                number, column, cells = int(attributes.get("r", number + 1)), 0, {}
                if number > LAST_ROW:
                    raise Refused(f"The feed has more than {LAST_ROW:,} rows. Nothing was changed.")
            elif name == "row":
                yield number, cells
            elif name == "c" and attributes is not None:
                column, cell, pieces = _column(attributes, column), attributes, []
                if column > LAST_COLUMN:
                    raise Refused(
                        f"The feed has a row of more than {LAST_COLUMN:,} cells. Nothing was changed."
                    )
            elif name == "c" and column <= MOST_COLUMNS and pieces:
                cells[column] = _text(_value(cell, "".join(pieces), parts))
            elif name == "rPh":
                aloud = begins
            elif name in ("v", "t") and not begins and not aloud:
                pieces.append(text)
            elif name == "sheetData" and not begins:
                return


def _column(attributes: Mapping[str, str], before: int) -> int:
    """The column of a cell, which follows the one before where the cell does not say; a place such as B7 does."""
    place = PLACE.fullmatch(attributes.get("r", ""))
    if place is None:
        return before + 1
    column = 0
    for letter in place[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column


def _value(cell: Mapping[str, str], stated: str, parts: Parts) -> Any:
    """What a cell holds; as it is stated where that is none of its kind."""
    kind = cell.get("t", "n")
    try:
        if kind == "s":
            # A negative number would count from the end.
            return parts.texts[int(stated)] if int(stated) >= 0 else ""
        if kind == "b":
            return bool(int(stated))
        if kind == "d":
            return datetime.fromisoformat(stated)
        if kind == "n":
            style = parts.styles[int(cell.get("s", 0))] if parts.styles else Style()
            return _number(stated, style, parts.epoch)
    except (ValueError, IndexError, OverflowError):
        return "" if kind == "s" else stated
    return stated


def _number(stated: str, style: Style, epoch: datetime) -> Any:
    if style.date:
        return from_excel(float(stated), epoch, timedelta=style.length_of_time)
    value = float(stated)
    if not value.is_integer() or "e" in stated.lower():
        return value
    return f"{int(value):0{style.digits}}" if style.digits else int(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        # A date alone has a midnight here.
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)
