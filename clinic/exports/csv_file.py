"""A list as CSV, for Excel and for programs alike: UTF-8 with its mark, a header, and nothing but rows."""

from __future__ import annotations

import csv
import io
from typing import IO

from clinic.exports.cells import defused, in_words
from clinic.exports.table import Table


def write_csv(table: Table, file: IO[bytes], time_zone: str) -> int:
    """Write a list to a file; how many rows there were, without the header."""
    number = 0
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(table.headings)
        for row in table.rows:
            words = [in_words(value, time_zone) for value in row]
            writer.writerow(
                defused(word) if isinstance(value, str) else word
                for value, word in zip(row, words, strict=True)
            )
            number += 1
    finally:
        # The bytes are the caller's, and stay open.
        text.detach()
    return number
