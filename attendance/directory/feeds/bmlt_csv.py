"""The CSV of BMLT servers before version 3: a line a meeting, its first line the names of the fields."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from attendance.directory.feeds import payload
from attendance.directory.feeds.parsed import Fault
from attendance.directory.feeds.reading import plain_line
from clinic.errors import Refused
from clinic.imports.records import MOST_A_RECORD

ID = "id_bigint"


def records(decoded: str) -> list[dict[str, str] | Fault]:
    """Each line as field and value, or why it cannot be told which value is which. Raises Refused."""
    rows = _rows(decoded)
    header = [name.strip() for name in next(rows, [])[: payload.MOST_COLUMNS + 1]]
    if len(header) > payload.MOST_COLUMNS:
        raise Refused(f"The feed has more than {payload.MOST_COLUMNS:,} columns. Nothing was changed.")
    if ID not in header:
        raise Refused(
            "The feed is neither an array or object in JSON nor BMLT's CSV, whose first line names "
            f"{ID}. Nothing was changed."
        )
    return [_record(header, row) for row in rows]


def _record(header: list[str], row: list[str]) -> dict[str, str] | Fault:
    if len(row) == len(header):
        return dict(zip(header, row, strict=True))
    # The values before the fault are in their places, and the number is usually the first.
    at = header.index(ID)
    slug = plain_line(row[at]) if at < len(row) and row[at].isdecimal() else ""
    return Fault(slug, f"its line has {len(row)} values for {len(header)} fields")


def _rows(decoded: str) -> Iterator[list[str]]:
    """The values of every line. Raises Refused, at the latest with the last row."""
    payload.refuse_endless_lines(decoded)
    lines = decoded.split("\n")
    if max(map(len, lines)) > MOST_A_RECORD:
        raise Refused(f"The feed has a line of more than {MOST_A_RECORD:,} characters. Nothing was changed.")
    filled = [line.strip() for line in lines if line.strip()]
    if all(len(line) > 1 and line[0] == line[-1] == '"' for line in filled):
        # As the server writes it: one meeting a line, each value in quotes, and quotes inside left as they are, but
        # in the formats. A reader of proper CSV would lose the rest of such a line.
        for line in filled:
            yield [value.replace('\\"', '"').replace('""', '"') for value in line[1:-1].split('","')]
        return
    # As a spreadsheet saves it again: quotes where they are needed, and doubled.
    try:
        yield from filter(None, csv.reader(f"{line}\n" for line in lines))
    except csv.Error as error:
        raise Refused(f"The feed is not CSV: {error}. Nothing was changed.") from error
