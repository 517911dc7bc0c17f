"""A workbook (xlsx) as the records that its first sheet would have as CSV."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import IO, Any

from openpyxl import load_workbook

from clinic.errors import Refused
from clinic.imports.records import CsvRecord

# Unpacked. A zip file says how large its parts are, and no more than that is read of them.
LARGEST = 40 * 1024 * 1024
# A cell has four, so that thirty thousand meetings may fill twenty-five each. What reads a workbook keeps a hundred
# bytes for every tag of a row, and a row may be all there is; of styles and the like it makes objects of a thousand.
MOST_TAGS = 3_000_000
MOST_TAGS_BESIDE_CELLS = 50_000
CELLS = ("sheet", "sharedstrings")
MOST_ROWS = 500_000
# A cell may claim to stand in the sixteen-thousandth column, and the row is as long as that.
MOST_COLUMNS = 256
# A word that stands for a longer one, and that for another: no program writes them, and they have no end.
ENTITY = b"!ENTITY"
PORTION = 1024 * 1024


def workbook_records(data: bytes) -> Iterator[CsvRecord]:
    """The rows that are not blank, numbered from 1 with the blank ones counted, as wide as the first of them.

    Columns beyond the 256th are left out. Cells are what they hold and not the formula for it; numbers, dates and
    times are written as a list would have them. Raises Refused, at once or on the way, where the bytes are no
    workbook or go on without end.
    """
    try:
        yield from _records(data)
    except Refused:
        raise
    except Exception as error:
        # A broken workbook comes to light as whatever its reader stumbles on.
        raise Refused("The feed is a workbook that cannot be read. Nothing was changed.") from error


def _records(data: bytes) -> Iterator[CsvRecord]:
    _refuse_bombs(data)
    with warnings.catch_warnings():
        # It tells of styles and drawings that it leaves out, which nobody asks of a list.
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = workbook.worksheets[0]
    # Some programs write too small an extent, and what lies outside of it would be left out.
    sheet.reset_dimensions()
    width = 0
    for number, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > MOST_ROWS:
            raise Refused(f"The feed has more than {MOST_ROWS:,} rows. Nothing was changed.")
        cells = _without_blank_end(["" if value is None else _text(value) for value in values])
        if cells:
            width = width or len(cells)
            yield CsvRecord(number, cells + [""] * (width - len(cells)))


def _refuse_bombs(data: bytes) -> None:
    """Raise Refused where the workbook is little as it comes, and would fill the memory of whoever reads it."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > LARGEST:
            raise Refused(
                f"The feed is a workbook of more than {LARGEST:,} bytes unpacked. Nothing was changed."
            )
        tags = beside = 0
        for part in parts:
            with packed.open(part) as unpacked:
                found = _tags(unpacked)
            tags += found
            beside += 0 if any(word in part.filename.lower() for word in CELLS) else found
        if tags > MOST_TAGS or beside > MOST_TAGS_BESIDE_CELLS:
            raise Refused("The feed is a workbook of too many cells or styles. Nothing was changed.")


def _tags(part: IO[bytes]) -> int:
    """How many tags a part of a workbook has at most. Raises Refused for one with entities."""
    tags, end = 0, b""
    while portion := part.read(PORTION):
        tags += portion.count(b"<")
        # Every other byte of UTF-16 is a NUL.
        if ENTITY in (end + portion).replace(b"\0", b""):
            raise Refused("The feed is a workbook with entities. Nothing was changed.")
        end = portion[-2 * len(ENTITY) :]
    return tags


def _without_blank_end(cells: Sequence[str]) -> list[str]:
    last = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return list(cells[:last])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        # A date alone has a midnight here.
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)
