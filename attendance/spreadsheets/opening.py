"""Opening what somebody uploaded: CSV as programs in many countries write it, or a workbook; its headings and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from attendance.directory.feeds.workbook import sheets_of, workbook_records
from clinic.errors import Refused
from clinic.imports.decoding import SAVE_AS, decoded
from clinic.imports.reading import Look, headings_in, look_at
from clinic.imports.records import CsvRecord, csv_records

WORKBOOK = b"PK\x03\x04"
FORMER_WORKBOOK = b"\xd0\xcf\x11\xe0"
# Of a workbook, unpacked: a hundred thousand rows take a third of it.
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 100_000
# A quotation mark that is never closed has all that follows it read once more.
MOST_BROKEN_LINES = 100
# As many rows are looked at before somebody says what the columns are.
LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it can be read. sheets: those of a workbook that can be seen; sheet: the one that is read."""

    content: bytes
    read_as: str
    delimiter: str = ""
    text: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    def look(self) -> Look:
        """Its headings, and what stands below them. Raises Refused where there are none, or nothing below."""
        records = self._records()
        headings = headings_in(next(records, None))
        first = list(islice(records, LOOKED_AT + 1))
        if not first:
            raise Refused("The file has headings, and no rows below them.")
        return look_at(headings, first[:LOOKED_AT], whole=len(first) <= LOOKED_AT)

    def rows(self) -> tuple[list[str], Iterator[CsvRecord]]:
        """Its headings, and its rows as they are asked for. Raises Refused, at once or on the way."""
        records = self._records()
        return headings_in(next(records, None)), records

    def _records(self) -> Iterator[CsvRecord]:
        broken = 0
        found = (
            csv_records(self.text, self.delimiter)
            if self.delimiter
            else _of_a_file(workbook_records(self.content, self.sheet, LARGEST_UNPACKED))
        )
        for rows, record in enumerate(found, start=1):
            broken += bool(record.fault)
            if rows > MOST_ROWS + 1:
                raise Refused(
                    f"The file has more than {MOST_ROWS:,} rows: take it in as several, or by the command."
                )
            if broken > MOST_BROKEN_LINES:
                raise Refused(
                    f"The file has more than {MOST_BROKEN_LINES} rows that cannot be read, the last of them row "
                    f"{record.number}: {record.fault}."
                )
            yield record


def opened(content: bytes, sheet: str = "") -> Opened:
    """Open a file; of a workbook the sheet of that name, or else its first. Raises Refused where it is neither."""
    if content.startswith(FORMER_WORKBOOK):
        raise Refused(
            f"The file is a workbook of Excel's former kind (xls), or locked with a password. {SAVE_AS}"
        )
    if not content.startswith(WORKBOOK):
        found = decoded(content)
        return Opened(content, found.read_as, found.delimiter, found.text)
    sheets = _sheets(content)
    if sheet not in sheets:
        sheet = sheets[0]
    read_as = f"Read as a workbook, its sheet “{sheet}”."
    return Opened(content, read_as, sheets=sheets, sheet=sheet)


def _sheets(content: bytes) -> tuple[str, ...]:
    """Those that can be seen, each name once; raises Refused where there is none."""
    try:
        found = sheets_of(content, LARGEST_UNPACKED)
    except Refused as refusal:
        raise _about_a_file(refusal) from refusal
    names = tuple(dict.fromkeys(one.name for one in found if not one.hidden))
    if not names:
        raise Refused("The workbook has no sheet that can be seen.")
    return names


def _of_a_file(records: Iterator[CsvRecord]) -> Iterator[CsvRecord]:
    try:
        yield from records
    except Refused as refusal:
        raise _about_a_file(refusal) from refusal


def _about_a_file(refusal: Refused) -> Refused:
    """The same sentence of somebody's file; the reader of workbooks speaks of feeds."""
    sentence = refusal.sentence.replace("The feed", "The file").removesuffix(" Nothing was changed.")
    return Refused(sentence, refusal.field)
