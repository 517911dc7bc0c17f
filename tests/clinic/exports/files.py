"""Reads a list back that somebody took along, as a program of theirs would."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Taken:
    """A list as it arrived: by its headings; about is the second sheet of a workbook."""

    name: str
    headings: list[str]
    rows: list[dict[str, Any]]
    about: dict[str, Any]
    cells: list[list[Any]]

    def column(self, heading: str) -> list[Any]:
        """One column, from the top."""
        return [row[heading] for row in self.rows]


def read_csv(content: bytes, name: str = "") -> Taken:
    """A CSV file, which has the mark of UTF-8, and a header of names that are all different."""
    assert content.startswith(MARK)
    assert b"\r\n" in content
    headings, *rows = csv.reader(io.StringIO(content[len(MARK) :].decode("utf-8"), newline=""), strict=True)
    assert len(set(headings)) == len(headings)
    assert {len(row) for row in rows} <= {len(headings)}
    return Taken(name, headings, [dict(zip(headings, row, strict=True)) for row in rows], {}, [])


def read_workbook(content: bytes, name: str = "") -> Taken:
    """A workbook of two sheets; what is empty is an empty text, so that it compares with CSV."""
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["List", "About"]
    sheet, about = book["List"], book["About"]
    assert sheet.freeze_panes == about.freeze_panes == "A2"
    cells = [list(row) for row in sheet.iter_rows()]
    headings = [str(cell.value) for cell in cells[0]]
    assert all(cell.font.bold for cell in cells[0])
    rows = [
        {
            heading: "" if cell.value is None else cell.value
            for heading, cell in zip(headings, row, strict=True)
        }
        for row in cells[1:]
    ]
    said = dict(about.iter_rows(values_only=True))
    return Taken(name, headings, rows, said, cells[1:])


def read(answer: Any) -> Taken:
    """The file of an answer."""
    disposition = answer.headers["Content-Disposition"]
    found = re.fullmatch(r'attachment; filename="([a-z0-9_.-]+)"', disposition)
    assert found is not None, disposition
    content = b"".join(answer.streaming_content)
    assert int(answer.headers["Content-Length"]) == len(content)
    reader = read_csv if found[1].endswith(".csv") else read_workbook
    return reader(content, found[1])
